package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Independence, seen in signs alone: about its median any continuous law's are fair, and the products of fair
/// independent signs are fair and independent themselves. So the bounds are the same for all laws and scales.
final class Signs {

    /// A law whose floats are coarser, in standard deviations, has values on its median: they have no fair sign.
    private static final double COARSEST = 0x1p-12;
    /// Values of an array that are looked at for windows that come again: more take long, and a generator's flaws show in these.
    private static final int MOST = 1 << 20;

    private Signs() {}

    private static int[] lags(float[] values, int columns) {
        return IntStream.of(1, 2, 8, 16, columns, columns + 1).filter(lag -> lag < values.length).distinct().toArray();
    }

    /// As [#serial(Distribution, float\[\], int, Terms)], of values that are independent in their signs alone.
    static List<Finding> serialSigns(Distribution law, float[] values, int columns, Terms terms) {
        int[] lags = lags(values, columns);
        if (tooCoarse(law, terms) || lags.length == 0) return List.of();
        var signs = signs(law, values);
        return List.of(serial("serial signs", signs, lags, likely(law, MomentPool.quantile(law, 0.5), terms), terms),
            ownWindow(signs, terms));
    }

    /// Neighbours at some distances. None if the law is too coarse.
    static List<Finding> serial(Distribution law, float[] values, int columns, Terms terms) {
        if (tooCoarse(law, terms)) return List.of();
        int[] lags = lags(values, columns);
        if (lags.length == 0) return List.of();
        double lower = MomentPool.quantile(law, 0.25);
        double upper = MomentPool.quantile(law, 0.75);
        var outer = new byte[values.length];
        for (int i = 0; i < outer.length; i++) outer[i] = (byte) (values[i] < lower || values[i] > upper ? 1 : -1);
        var signs = signs(law, values);
        double signBias = likely(law, MomentPool.quantile(law, 0.5), terms);
        double outerBias = likely(law, lower, terms) + likely(law, upper, terms);
        return List.of(serial("serial signs", signs, lags, signBias, terms),
            serial("serial magnitudes", outer, lags, outerBias, terms), ownWindow(signs, terms));
    }

    /// The probability of a value that rounding may have brought to the other side of a place.
    private static double likely(Distribution law, double place, Terms terms) {
        double slack = terms.rounding(Math.sqrt(law.variance()), place);
        return law.cdf(place + slack) - law.cdf(place - slack);
    }

    /// @param bias by how much a sign's expectation may differ from 0, at most
    private static Finding serial(String check, byte[] signs, int[] lags, double bias, Terms terms) {
        double worst = 0;
        for (int lag : lags) {
            int n = signs.length - lag;
            long sum = 0;
            for (int i = 0; i < n; i++) sum += signs[i] * signs[i + lag];
            worst = Math.max(worst, Math.max(0, Math.abs(sum) - bias * bias * n) / Math.sqrt(n));
        }
        return new Finding(check, worst, 0, terms.bounds().ofSigns(1), 2 * lags.length * terms.bounds().oneSided());
    }

    /// Two arrays that should have nothing to do with each other. None if the law is too coarse.
    static List<Finding> compare(Distribution law, float[] a, float[] b, Terms terms) {
        if (tooCoarse(law, terms)) return List.of();
        var findings = new ArrayList<Finding>();
        var one = signs(law, a);
        var two = signs(law, b);
        double most = terms.bounds().ofSigns(one.length);
        findings.add(new Finding("other seed", correlation(one, two), -most, most, 2 * terms.bounds().oneSided()));
        if (two.length >= terms.window()) findings.add(window(List.of(one, two), terms));
        return findings;
    }

    /// The mean product, over the length of the shorter.
    static double correlation(byte[] a, byte[] b) {
        int n = Math.min(a.length, b.length);
        long sum = 0;
        for (int i = 0; i < n; i++) sum += a[i] * b[i];
        return (double) sum / n;
    }

    /// What two arrays have in common.
    ///
    /// @param array  the number of the one
    /// @param other  of the other
    /// @param places where a row of signs of the one is one of the other's tiles
    record Overlap(int array, int other, long places) {}

    /// In how many places so many signs in a row as [Terms#window] says are those of a tile of another array, a shorter one or
    /// one as long: an overlap of 127 values holds a whole tile of 64, and so does all of a shorter array that has 64. In time
    /// and space that grow with the number of signs alone, not with that of pairs.
    static List<Overlap> overlaps(List<byte[]> arrays, int window) {
        var owners = new HashMap<Window, Integer>();
        var overlaps = new ArrayList<Overlap>();
        for (int index : shortestFirst(arrays)) {
            var counts = new TreeMap<Integer, Long>();
            walk(arrays.get(index), window, (_, row) -> {
                var owner = owners.get(row);
                if (owner != null) counts.merge(owner, 1L, Long::sum);
            });
            counts.forEach((other, count) -> overlaps.add(new Overlap(index, other, count)));
            walk(arrays.get(index), window, (i, row) -> { if (i % window == window - 1) owners.putIfAbsent(row, index); });
        }
        return overlaps;
    }

    private static List<Integer> shortestFirst(List<byte[]> arrays) {
        return IntStream.range(0, arrays.size()).boxed().sorted(Comparator.comparingInt(i -> arrays.get(i).length)).toList();
    }

    static Finding window(List<byte[]> arrays, Terms terms) {
        int window = terms.window();
        double byChance = 0;
        int tiles = 0;
        for (int index : shortestFirst(arrays)) {
            byChance += byChance(arrays.get(index), tiles, window);
            tiles += looked(arrays.get(index)) / window;
        }
        long places = overlaps(arrays, window).stream().mapToLong(Overlap::places).sum();
        return new Finding("sign window", places, 0, 0, byChance);
    }

    private static Finding ownWindow(byte[] signs, Terms terms) {
        int length = terms.window();
        var tiles = new HashSet<Window>();
        walk(signs, length, (i, row) -> { if (i % length == length - 1) tiles.add(row); });
        // each tile is found where it is
        long[] again = {-tiles.size()};
        walk(signs, length, (_, row) -> { if (tiles.contains(row)) again[0]++; });
        return new Finding("own window", again[0], 0, 0, byChance(signs, tiles.size(), length));
    }

    private static double byChance(byte[] signs, int tiles, int window) {
        return Math.scalb((double) looked(signs) * tiles, -window);
    }

    private static int looked(byte[] signs) { return Math.min(signs.length, MOST); }

    /// Up to 128 signs.
    private record Window(long early, long late) {

        Window push(byte sign, int length) {
            return new Window(length == Long.SIZE ? 0 : early << 1 | late >>> Long.SIZE - 1, late << 1 | (sign > 0 ? 1 : 0));
        }
    }

    @FunctionalInterface
    private interface Visitor {
        /// @param i the number of the row's last sign
        void visit(int i, Window row);
    }

    private static void walk(byte[] signs, int length, Visitor visitor) {
        var window = new Window(0, 0);
        for (int i = 0; i < looked(signs); i++) {
            window = window.push(signs[i], length);
            if (i >= length - 1) visitor.visit(i, window);
        }
    }

    /// Or it has a value that is drawn again and again, in its middle.
    static boolean tooCoarse(Distribution law, Terms terms) {
        double std = Math.sqrt(law.variance());
        if (terms.precision().step(law.mean()) > COARSEST * std) return true;
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
