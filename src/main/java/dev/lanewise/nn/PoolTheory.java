package dev.lanewise.nn;

import dev.lanewise.nn.init.Maximum;
import java.util.function.DoubleUnaryOperator;

/// What becomes of moments where positions are put together, or made more: far from the border, and as if any two positions of an input were as
/// alike as any others.
final class PoolTheory {

    /// What of a fourth moment is not known.
    private static final double STRAY = 2;
    private static final int HALVINGS = 50;

    private PoolTheory() {}

    /// Averages.
    ///
    /// @param places  of a window
    /// @param stride  inputs for each output
    /// @param divisor of a window's sum
    static Passage average(Signal in, double places, double stride, double divisor) {
        if (!in.isKnown() || !isWhole(in, places)) return Passage.UNKNOWN;
        int whole = (int) places;
        // an input is in places / stride windows
        return Passage.of(in.averaged(whole).scaled(places / divisor).at(in.extent().positions() / stride), places / (stride * divisor * divisor))
            .straying(STRAY);
    }

    /// Whether there are windows of that many positions, as far as it is known.
    private static boolean isWhole(Signal in, double places) { return places >= 1 && places <= in.extent().positions() && places == Math.rint(places); }

    /// Of so many windows that cover all.
    static Passage averageOf(Signal in, double windows) {
        double places = in.extent().positions() / windows;
        return average(in, places, places, places);
    }

    /// Of normal numbers, rectified or not; of two inputs nothing is said.
    static Passage max(Signal in, double places, double stride) {
        int count = (int) places;
        boolean rectified = in.isRectified();
        if (!isWhole(in, places) || !rectified && !in.isNormal() || !Double.isFinite(in.square()) || Double.isNaN(in.within())) return Passage.UNKNOWN;
        // the largest of what is rectified is the largest, rectified
        double square = rectified ? 2 * in.square() : in.square();
        double shared = in.correlation(in.within());
        double correlation = Math.max(0, rectified ? behind(square, shared * in.square()) : shared);
        DoubleUnaryOperator seen = rectified ? x -> Math.max(0, x) : x -> x;
        double mean = Maximum.mean(seen, count, square, correlation, 0);
        double second = Maximum.mean(x -> Math.pow(seen.applyAsDouble(x), 2), count, square, correlation, 0);
        double fourth = Maximum.mean(x -> Math.pow(seen.applyAsDouble(x), 4), count, square, correlation, 0);
        double unknown = in.extent().positions() <= stride ? second : Double.NaN;
        return Passage.of(new Signal(second, Double.NaN, unknown, Double.NaN, mean, second == 0 ? 1 : fourth / (second * second), in.extent())
            .at(in.extent().positions() / stride), 1 / stride);
    }

    static Passage maxOf(Signal in, double windows) {
        double places = in.extent().positions() / windows;
        return max(in, places, places);
    }

    /// The correlation in front of a rectifier behind which the mean product is this; 0 for less than that of numbers without any.
    private static double behind(double square, double product) {
        double low = 0;
        double high = 1;
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
        var out = new Signal(share * in.square() + (1 - share) * in.within(), share * in.product() + (1 - share) * in.across(), in.within(),
            in.across(), in.mean(), Double.NaN, in.extent());
        return Passage.of(out.at(in.extent().positions() * times), times * share).straying(STRAY);
    }
}
