package dev.lanewise.nn.init;

import dev.lanewise.kernel.expr.StandardNormal;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// The largest of some normal numbers of mean 0, any two of which have the same correlation: what pooling makes of them.
///
/// Each is the sum of a number that all share and one of its own. Of numbers that have nothing in common the largest has the
/// density k φ(x) Φ(x)^(k - 1): Cramér, "Mathematical methods of statistics", 1946, 28.6.
public final class Maximum {

    private Maximum() {}

    /// The mean of a function of the largest, within 1e-7 for functions as [NormalMean] takes them.
    ///
    /// @param count       k, 1 or more
    /// @param square      the numbers' second moment
    /// @param correlation of two of them, of [0, 1]
    /// @param kinks       where the function or its slope jumps
    /// @throws IllegalArgumentException for another count or correlation
    public static double mean(DoubleUnaryOperator f, int count, double square, double correlation, double... kinks) {
        if (count < 1 || !(correlation >= 0 && correlation <= 1) || !(square >= 0 && square < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("maximum: of " + count + " numbers of second moment " + square + ", correlation "
                + correlation + "; there must be one at least, the second finite and 0 or more, the third of [0, 1]");
        double own = Math.sqrt(square * (1 - correlation));
        DoubleUnaryOperator given = shared -> NormalMean.coarse(
            x -> f.applyAsDouble(shared + own * x) * count * Math.pow(StandardNormal.cdf(x), count - 1), 0, 1,
            own == 0 ? new double[0] : Arrays.stream(kinks).map(kink -> (kink - shared) / own).toArray());
        return NormalMean.coarse(given, 0, Math.sqrt(square * correlation));
    }
}
