package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Independence, seen in signs alone: about its median any continuous law's are fair, and the products of fair
/// independent signs are fair and independent themselves. So the bounds are the same for all laws and scales.
final class Signs {

    /// A law whose floats are coarser, in standard deviations, has values on its median: they have no fair sign.
    private static final double COARSEST = 0x1p-12;
    private static final int WINDOW = 64;

    private Signs() {}

    /// Neighbours at some distances. None if the law is too coarse.
    static List<Finding> serial(Distribution law, float[] values, int columns) {
        if (tooCoarse(law)) return List.of();
        int[] lags = IntStream.of(1, 2, 8, 16, columns, columns + 1).filter(lag -> lag < values.length).distinct().toArray();
        if (lags.length == 0) return List.of();
        double lower = MomentPool.quantile(law, 0.25);
        double upper = MomentPool.quantile(law, 0.75);
        var outer = new byte[values.length];
        for (int i = 0; i < outer.length; i++) outer[i] = (byte) (values[i] < lower || values[i] > upper ? 1 : -1);
        var signs = signs(law, values);
        var tiles = tiles(signs);
        // each tile is found where it is
        long again = found(tiles, signs) - tiles.size();
        return List.of(serial("serial signs", signs, lags), serial("serial magnitudes", outer, lags),
            new Finding("own window", again, 0, 0, repeatsByChance(signs, signs)));
    }

    private static Finding serial(String check, byte[] signs, int[] lags) {
        double worst = 0;
        for (int lag : lags) {
            int n = signs.length - lag;
            long sum = 0;
            for (int i = 0; i < n; i++) sum += signs[i] * signs[i + lag];
            worst = Math.max(worst, Math.abs(sum) / Math.sqrt(n));
        }
        return new Finding(check, worst, 0, TailBounds.ofSigns(1), 2 * lags.length * TailBounds.ONE_SIDED);
    }

    /// Two arrays that should have nothing to do with each other. None if the law is too coarse.
    static List<Finding> compare(Distribution law, float[] a, float[] b) {
        if (tooCoarse(law)) return List.of();
        var findings = new ArrayList<Finding>();
        var one = signs(law, a);
        var two = signs(law, b);
        double most = TailBounds.ofSigns(one.length);
        findings.add(new Finding("other seed", correlation(one, two), -most, most, 2 * TailBounds.ONE_SIDED));
        if (two.length >= WINDOW) findings.add(window(List.of(one, two)));
        return findings;
    }

    /// The mean product, over the length of the shorter.
    static double correlation(byte[] a, byte[] b) {
        int n = Math.min(a.length, b.length);
        long sum = 0;
        for (int i = 0; i < n; i++) sum += a[i] * b[i];
        return (double) sum / n;
    }

    /// In how many places 64 signs in a row are those of a tile of another array, a shorter one or one as long: an overlap of 127
    /// values holds a whole tile, and so does all of a shorter array that has 64. In time and space that grow with the number of
    /// signs alone, not with that of pairs.
    static Finding window(List<byte[]> arrays) {
        var tiles = new HashSet<Long>();
        long count = 0;
        double byChance = 0;
        for (var signs : arrays.stream().sorted(Comparator.comparingInt(signs -> signs.length)).toList()) {
            count += found(tiles, signs);
            byChance += Math.scalb((double) signs.length * tiles.size(), -WINDOW);
            tiles.addAll(tiles(signs));
        }
        return new Finding("sign window", count, 0, 0, byChance);
    }

    private static double repeatsByChance(byte[] one, byte[] two) {
        return Math.scalb((double) one.length * (two.length / WINDOW), -WINDOW);
    }

    private static Set<Long> tiles(byte[] signs) {
        var tiles = new HashSet<Long>();
        long window = 0;
        for (int i = 0; i < signs.length; i++) {
            window = push(window, signs[i]);
            if (i % WINDOW == WINDOW - 1) tiles.add(window);
        }
        return tiles;
    }

    private static long found(Set<Long> tiles, byte[] signs) {
        long count = 0;
        long window = 0;
        for (int i = 0; i < signs.length; i++) {
            window = push(window, signs[i]);
            if (i >= WINDOW - 1 && tiles.contains(window)) count++;
        }
        return count;
    }

    private static long push(long window, byte sign) { return window << 1 | (sign > 0 ? 1 : 0); }

    /// Or it has a value that is drawn again and again, in its middle.
    static boolean tooCoarse(Distribution law) {
        double std = Math.sqrt(law.variance());
        if (Math.ulp((float) law.mean()) > COARSEST * std) return true;
        double median = MomentPool.quantile(law, 0.5);
        double near = std * COARSEST * COARSEST;
        return law.cdf(median + near) - law.cdf(median - near) > COARSEST;
    }

    static byte[] signs(Distribution law, float[] values) {
        double median = MomentPool.quantile(law, 0.5);
        var signs = new byte[values.length];
        for (int i = 0; i < signs.length; i++) signs[i] = (byte) (values[i] < median ? -1 : 1);
        return signs;
    }
}
