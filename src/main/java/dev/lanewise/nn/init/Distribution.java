package dev.lanewise.nn.init;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Expr;
import dev.lanewise.kernel.Formula;
import dev.lanewise.random.RandomSource;
import java.util.List;

/// The law that independent weights are drawn from: what it is, and how to draw from it.
public sealed interface Distribution {

    double mean();

    double variance();

    /// The fourth central moment over the squared variance; NaN where the variance is 0.
    double kurtosis();

    /// The least value that can be drawn, before it is rounded to a float; negative infinity if there is none.
    double lower();

    /// The bound above all values, likewise; infinity if there is none.
    double upper();

    /// Fills with independent draws.
    void sample(float[] out, int offset, int length, RandomSource source);

    /// Always the same.
    record Constant(double value) implements Distribution {
        public Constant {
            if (!Float.isFinite((float) value))
                throw new IllegalArgumentException("constant: " + value + " is no finite float; give one below 3.4e38 in size");
        }

        public double mean() { return value; }
        public double variance() { return 0; }
        public double kurtosis() { return Double.NaN; }
        public double lower() { return value; }
        public double upper() { return value; }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            java.util.Arrays.fill(out, offset, offset + length, (float) value);
        }
    }

    /// As likely everywhere from `low`, included, to `high`, excluded.
    record Uniform(double low, double high) implements Distribution {
        public Uniform {
            if (!((float) low < (float) high && Float.isFinite((float) (high - low)))) throw new IllegalArgumentException(
                "uniform: from " + low + " to " + high + "; as floats, the first must be less than the second, and both finite");
        }

        public double mean() { return (low + high) / 2; }
        public double variance() { return (high - low) * (high - low) / 12; }
        public double kurtosis() { return 1.8; }
        public double lower() { return low; }
        public double upper() { return high; }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            source.uniform(out, offset, length);
            float[] scalars = {(float) low, (float) high, (float) (high - low)};
            Draws.UNIFORM.run(0, out, offset, null, 0, null, 0, null, 0, null, 0, null, 0, scalars, length);
        }
    }

    /// The normal law.
    record Normal(double mean, double std) implements Distribution {
        public Normal {
            // 7 standard deviations are more than can be drawn
            if (!((float) std > 0 && Float.isFinite((float) (Math.abs(mean) + 7 * std)))) throw new IllegalArgumentException(
                "normal: mean " + mean + ", standard deviation " + std
                    + "; as floats, the second must be positive, and what they give finite");
        }

        public double variance() { return std * std; }
        public double kurtosis() { return 3; }
        public double lower() { return Double.NEGATIVE_INFINITY; }
        public double upper() { return Double.POSITIVE_INFINITY; }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            source.normal(out, offset, length);
            float[] scalars = {(float) mean, (float) std};
            Draws.NORMAL.run(0, out, offset, null, 0, null, 0, null, 0, null, 0, null, 0, scalars, length);
        }
    }
}

/// From the source's standard numbers to a law's, in place.
final class Draws {

    static final Elementwise UNIFORM = inPlace("uniform_draw", low(Expr.slot(0).fma(Expr.scalar(2), Expr.scalar(0))));
    static final Elementwise NORMAL = inPlace("normal_draw", Expr.slot(0).fma(Expr.scalar(1), Expr.scalar(0)));

    private Draws() {}

    /// Rounding can reach the excluded bound: the least value takes its place.
    private static Expr.F32 low(Expr.F32 value) {
        return Expr.select(Expr.Comparison.GE, value, Expr.scalar(1), Expr.scalar(0), value);
    }

    private static Elementwise inPlace(String name, Expr.F32 value) {
        return new Elementwise(new Formula(name, List.of(new Formula.Output(0, value))));
    }
}
