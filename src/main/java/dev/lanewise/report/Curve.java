package dev.lanewise.report;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/// A line through points in pixels, y downwards. NaN in y is a gap.
record Curve(double[] xs, double[] ys) {

    /// The same picture from fewer points: of neighbours in one column of pixels, the first, the lowest, the highest and the
    /// last. A million points then cost no more than a screen can show.
    Curve thinned() {
        var kept = IntStream.builder();
        for (int start = 0, end; start < xs.length; start = end) {
            var low = start;
            var high = start;
            for (end = start + 1; end < xs.length && column(end) == column(start); end++) {
                low = ys[end] < ys[low] ? end : low;
                high = ys[end] > ys[high] ? end : high;
            }
            IntStream.of(start, low, high, end - 1).sorted().distinct().forEach(kept);
        }
        var indices = kept.build().toArray();
        return new Curve(Arrays.stream(indices).mapToDouble(i -> xs[i]).toArray(),
                Arrays.stream(indices).mapToDouble(i -> ys[i]).toArray());
    }

    private double column(int i) {
        return Double.isNaN(ys[i]) ? Double.NEGATIVE_INFINITY : Math.floor(xs[i]);
    }

    /// SVG path data of what lies between `top` and `bottom`, cut exactly there. A point without neighbours becomes a plus.
    String path(double top, double bottom) {
        var path = new StringBuilder();
        var drawing = false;
        for (var i = 0; i < ys.length; i++) {
            var inside = ys[i] >= top && ys[i] <= bottom;
            if (gap(i - 1) && gap(i + 1) && inside) path.append('M').append(at(xs[i], ys[i])).append("m-3 0h6m-3 -3v6");
            if (gap(i - 1) || gap(i) || Math.max(ys[i - 1], ys[i]) < top || Math.min(ys[i - 1], ys[i]) > bottom) {
                drawing = false;
                continue;
            }
            if (!drawing) path.append('M').append(cut(i - 1, i, top, bottom));
            path.append('L').append(cut(i, i - 1, top, bottom));
            drawing = inside;
        }
        return path.toString();
    }

    /// Point `i`, or where the segment from `other` meets the edge beyond which the point lies.
    private String cut(int i, int other, double top, double bottom) {
        var y = Math.clamp(ys[i], top, bottom);
        return at(y == ys[i] ? xs[i] : xs[i] + (xs[other] - xs[i]) * (y - ys[i]) / (ys[other] - ys[i]), y);
    }

    private static String at(double x, double y) {
        return Numbers.pixel(x) + " " + Numbers.pixel(y);
    }

    private boolean gap(int i) {
        return i < 0 || i >= ys.length || Double.isNaN(ys[i]);
    }

    /// The x of the first point whose y fulfils the condition.
    OptionalDouble first(DoublePredicate condition) {
        return IntStream.range(0, ys.length).filter(i -> condition.test(ys[i])).mapToDouble(i -> xs[i]).findFirst();
    }
}
