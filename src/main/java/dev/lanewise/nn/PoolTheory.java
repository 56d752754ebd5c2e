package dev.lanewise.nn;

import dev.lanewise.nn.init.Maximum;
import java.util.HashMap;
import java.util.function.DoubleUnaryOperator;

/// What becomes of moments where positions are put together, or made more: far from the border, and as if any two positions of an
/// input were as alike as any others.
final class PoolTheory {

    /// What of a fourth moment is not known.
    private static final double STRAY = 2;
    private static final int HALVINGS = 50;
    /// To so many parts of 1 correlations are rounded.
    private static final int FINE = 200;

    private PoolTheory() {}

    /// Shares of a channel's own numbers, whichever the layer takes; as if positions were alike where too many come out.
    static <L extends Layer & Propagating> Passage placed(Signal in, L layer) {
        var map = PlaceMap.of(in.places().sides(), layer::forward);
        return map == null ? layer.propagate(in.placed(null)) : map.channelwise(in, STRAY);
    }

    /// Averages.
    ///
    /// @param places  of a window
    /// @param stride  inputs for each output
    /// @param divisor of a window's sum
    static Passage average(Signal in, double places, double stride, double divisor) {
        if (!in.isKnown() || !isWhole(in, places)) return Passage.UNKNOWN;
        int whole = (int) places;
        // an input is in places / stride windows
        return Passage.of(in.averaged(whole).scaled(places / divisor).at(in.extent().positions() / stride),
            places / (stride * divisor * divisor))
            .straying(STRAY);
    }

    /// Whether there are windows of that many positions, as far as it is known.
    private static boolean isWhole(Signal in, double places) {
        return places >= 1 && places <= in.extent().positions() && places == Math.rint(places);
    }

    /// Of so many windows that cover all.
    static Passage averageOf(Signal in, double windows) {
        double places = in.extent().positions() / windows;
        return average(in, places, places, places);
    }

    /// Of normal numbers, rectified or not; of two inputs nothing is said.
    static Passage max(Signal in, double places, double stride) {
        int count = (int) places;
        boolean rectified = in.isRectified();
        if (!isWhole(in, places) || !rectified && !in.isNormal() || !Double.isFinite(in.square())
            || Double.isNaN(in.within())) return Passage.UNKNOWN;
        // the largest of what is rectified is the largest, rectified
        double square = rectified ? 2 * in.square() : in.square();
        double shared = in.correlation(in.within());
        double correlation = Math.max(0, rectified ? behind(square, shared * in.square()) : shared);
        DoubleUnaryOperator seen = rectified ? x -> Math.max(0, x) : x -> x;
        double mean = Maximum.mean(seen, count, square, correlation, 0);
        double second = Maximum.mean(x -> Math.pow(seen.applyAsDouble(x), 2), count, square, correlation, 0);
        double fourth = Maximum.mean(x -> Math.pow(seen.applyAsDouble(x), 4), count, square, correlation, 0);
        double unknown = in.extent().positions() <= stride ? second : Double.NaN;
        return Passage.of(new Signal(second, Double.NaN, unknown, Double.NaN, mean, second == 0 ? 1 : fourth / (second * second),
            in.extent())
            .at(in.extent().positions() / stride), passed(rectified, count, correlation) / stride);
    }

    /// Behind a rectifier a window's largest number is more often on than others: what its slope takes from a gradient, 1/2,
    /// isn't taken from those.
    private static double passed(boolean rectified, int count, double correlation) {
        return rectified ? 2 * Maximum.mean(x -> x > 0 ? 1 : 0, count, 1, correlation, 0) : 1;
    }

    // ---- the largest, position by position

    /// Of a window of so many numbers of second moment 1.
    ///
    /// @param on that it is above 0, or 1 if that doesn't matter
    private record Largest(double mean, double square, double on) {

        static Largest of(int count, double correlation, boolean rectified) {
            DoubleUnaryOperator seen = rectified ? x -> Math.max(0, x) : x -> x;
            return new Largest(Maximum.mean(seen, count, 1, correlation, 0),
                Maximum.mean(x -> Math.pow(seen.applyAsDouble(x), 2), count, 1, correlation, 0),
                passed(rectified, count, correlation) / (rectified ? 2 : 1));
        }
    }

    /// Each window by what its own numbers have in common, taken to be alike. Two windows: the largest is its mean, a line fitted
    /// to all of a window's numbers, and a rest, that two windows have in common by the squared correlation of the lines.
    static <L extends Layer & Propagating> Passage placedMax(Signal in, L layer) {
        boolean rectified = in.isRectified();
        if (!rectified && !in.isNormal()) return Passage.UNKNOWN;
        var map = PlaceMap.of(in.places().sides(), layer::forward);
        if (map == null) return layer.propagate(in.placed(null));
        var windows = map.windows();
        int before = in.places().count();
        var own = in.places().own().clone();
        var two = in.places().two().clone();
        if (rectified) for (int p = 0; p < before; p++) for (int r = 0; r < before; r++) {
            double size = 2 * Math.sqrt(in.places().own()[p * before + p] * in.places().own()[r * before + r]);
            own[p * before + r] = p == r ? size : size * behind(1, in.places().own()[p * before + r] / size);
            two[p * before + r] = size * behind(1, in.places().two()[p * before + r] / size);
        }
        int count = windows.outputs();
        var known = new HashMap<Long, Largest>();
        var largest = new Largest[count];
        var sizes = new double[count];
        for (int p = 0; p < count; p++) {
            int places = windows.size(p);
            double square = windows.mean(own, p, p, true);
            double correlation = places == 1 || square == 0 ? 0
                : Math.clamp((windows.mean(own, p, p, false) * places - square) / (places - 1) / square, 0, 1);
            long rounded = Math.round(correlation * FINE);
            largest[p] = known.computeIfAbsent(places * (FINE + 1L) + rounded,
                _ -> Largest.of(places, rounded / (double) FINE, rectified));
            sizes[p] = Math.sqrt(square);
        }
        var means = new double[count];
        for (int p = 0; p < count; p++) means[p] = sizes[p] * largest[p].mean;
        var first = new double[count * count];
        var second = new double[count * count];
        for (int p = 0; p < count; p++) for (int r = 0; r < count; r++) {
            first[p * count + r] = p == r ? sizes[p] * sizes[p] * largest[p].square
                : both(windows, own, own, p, r, largest, sizes);
            second[p * count + r] = both(windows, own, two, p, r, largest, sizes);
        }
        double whole = in.places().count() / (double) count;
        double on = 0;
        for (var each : largest) on += each.on / count;
        double factor = rectified ? 2 * on : 1;
        double fourth = PoolTheory.max(in.placed(null), Math.max(1, Math.min(before, Math.rint(whole))), 1).out().fourth();
        return Passage.of(new Places(windows.sides(), first, second, means).signal(fourth, in.extent()),
            new Passage.Way(factor / whole, 0, 1)
            .by(new Passage.Back(count, gradient -> windows.toLargest(gradient, factor))));
    }

    private static double both(PoolWindows windows, double[] own, double[] between, int p, int r, Largest[] largest,
        double[] sizes) {
        double on = largest[p].on * largest[r].on;
        double line = on * windows.mean(between, p, r, false);
        double ofP = largest[p].on * largest[p].on * windows.mean(own, p, p, false);
        double ofR = largest[r].on * largest[r].on * windows.mean(own, r, r, false);
        double rest = Math.sqrt(Math.max(0, sizes[p] * sizes[p] * (largest[p].square - largest[p].mean * largest[p].mean) - ofP)
            * Math.max(0, sizes[r] * sizes[r] * (largest[r].square - largest[r].mean * largest[r].mean) - ofR));
        return sizes[p] * largest[p].mean * sizes[r] * largest[r].mean + line + rest * windows.likeness(own, between, p, r);
    }

    static Passage maxOf(Signal in, double windows) {
        double places = in.extent().positions() / windows;
        return max(in, places, places);
    }

    /// The correlation in front of a rectifier behind which the mean product is this; 0 for less than that of numbers without
    /// any.
    private static double behind(double square, double product) {
        double low = 0;
        double high = 1;
        if (Double.isNaN(product)) return Double.NaN;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            // as of Cho and Saul, "Kernel methods for deep learning", 2009
            double angle = Math.acos(middle);
            if (square * (Math.sin(angle) + (Math.PI - angle) * middle) / (2 * Math.PI) < product) low = middle;
            else high = middle;
        }
        return low;
    }

    /// Each number so many times.
    static Passage repeated(Signal in, double times) {
        double positions = in.extent().positions();
        // of pairs of different places, those of the same number
        double same = positions * times <= 1 ? 0 : (times - 1) / (positions * times - 1);
        var out = new Signal(in.square(), in.product(), same * in.square() + (1 - same) * in.within(),
            same * in.product() + (1 - same) * in.across(), in.mean(), in.fourth(), in.extent());
        return Passage.of(out.at(positions * times), times).straying(0);
    }

    /// Between neighbours.
    ///
    /// @param share mean sum of the squared weights
    static Passage between(Signal in, double times, double share) {
        var out = new Signal(share * in.square() + (1 - share) * in.within(), share * in.product() + (1 - share) * in.across(),
            in.within(), in.across(), in.mean(), Double.NaN, in.extent());
        return Passage.of(out.at(in.extent().positions() * times), times * share).straying(STRAY);
    }
}
