package dev.lanewise.nn.init;

import dev.lanewise.kernel.expr.StandardNormal;
import dev.lanewise.random.RandomSource;
import java.util.Arrays;
import java.util.Objects;

/// The law that independent weights are drawn from: what it is, and how to draw from it. Write your own for an
/// initializer of yours: [dev.lanewise.check.InitializerCheck] holds it to what it says here.
public interface Distribution {

    /// The mean of a number that is drawn.
    double mean();

    /// The variance of a number that is drawn.
    double variance();

    /// The fourth central moment over the squared variance; NaN where the variance is 0.
    double kurtosis();

    /// The third central moment over the cubed deviation: 0, as that of all symmetric laws is, unless this is overridden.
    default double skewness() { return 0; }

    /// The least value that can be drawn, before it is rounded to a float; negative infinity if there is none.
    double lower();

    /// The bound above all values, likewise; infinity if there is none.
    double upper();

    /// The probability of a value of at most `x`, within 1e-13.
    double cdf(double x);

    /// The variance of a normal law whose tails are no lighter: the mean of exp(t (x - mean)) is at most
    /// exp(t² varianceProxy / 2) for all t. It bounds how far a mean of draws strays. At least the variance, and equal to
    /// it for uniform and normal laws, and normal ones truncated on both sides alike.
    ///
    /// Of a bounded law it is at most a quarter of the range's square (Hoeffding, "Probability inequalities for sums of
    /// bounded random variables", 1963): what this says unless it is overridden. Infinite if nothing is known.
    default double varianceProxy() { return (upper() - lower()) * (upper() - lower()) / 4; }

    /// Fills with independent draws.
    void sample(float[] out, int offset, int length, RandomSource source);

    /// Always the same.
    record Constant(double value) implements Distribution {
        /// Refuses what no float holds.
        public Constant {
            if (!Float.isFinite((float) value))
                throw new IllegalArgumentException("constant: " + value + " is no finite float; give one below 3.4e38 in size");
        }

        public double mean() { return value; }
        public double variance() { return 0; }
        public double kurtosis() { return Double.NaN; }
        public double lower() { return value; }
        public double upper() { return value; }
        public double cdf(double x) { return x < value ? 0 : 1; }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            Objects.checkFromIndexSize(offset, length, out.length);
            Arrays.fill(out, offset, offset + length, (float) value);
        }
    }

    /// As likely everywhere from `low`, included, to `high`, excluded.
    record Uniform(double low, double high) implements Distribution {
        /// Refuses bounds that are none as floats.
        public Uniform {
            if (!((float) low < (float) high && Float.isFinite((float) (high - low)))) throw new IllegalArgumentException(
                "uniform: from " + low + " to " + high + "; as floats, the first must be less than the second, and both finite");
        }

        public double mean() { return (low + high) / 2; }
        public double variance() { return (high - low) * (high - low) / 12; }
        public double kurtosis() { return 1.8; }
        public double lower() { return low; }
        public double upper() { return high; }
        public double cdf(double x) { return Math.clamp((x - low) / (high - low), 0, 1); }
        public double varianceProxy() { return variance(); }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            source.uniform(low, high, out, offset, length);
        }
    }

    /// The normal law.
    record Normal(double mean, double std) implements Distribution {
        /// Refuses a standard deviation that isn't positive, and what no float holds.
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
        public double cdf(double x) { return StandardNormal.cdf((x - mean) / std); }
        public double varianceProxy() { return variance(); }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            source.normal(mean, std, out, offset, length);
        }
    }

    /// A normal law of which what lies outside of [low, high] is left out: so it is narrower than `scale` says, and its
    /// mean is `location` only between bounds that are as far from it.
    ///
    /// @param location the mean before that
    /// @param scale    the standard deviation before that
    /// @param low      the least number, which can be drawn, as can `high`; either may be infinite
    record TruncatedNormal(double location, double scale, double low, double high) implements Distribution {
        /// Refuses a scale that isn't positive, bounds that are none as floats, and what no float holds.
        public TruncatedNormal {
            if (!((float) scale > 0 && (float) low < (float) high && Float.isFinite((float) (Math.abs(location) + 7 * scale))))
                throw new IllegalArgumentException("truncated normal: location " + location + ", scale " + scale + ", from " + low
                    + " to " + high + "; as floats, the scale must be positive, the first bound less than the second, and"
                    + " what they give finite");
        }

        public double mean() { return isSymmetric() ? location : location + scale * standard().mean(); }
        public double variance() { return scale * scale * standard().variance(); }
        public double kurtosis() { return standard().kurtosis(); }
        public double skewness() { return isSymmetric() ? 0 : standard().skewness(); }
        public double lower() { return low; }
        public double upper() { return high; }

        public double cdf(double x) { return standard().below((x - Math.clamp(location, low, high)) / scale); }

        /// Cutting a normal law makes no tail heavier (it stays as strongly log-concave).
        public double varianceProxy() {
            return isSymmetric() ? variance() : Math.min(scale * scale, Distribution.super.varianceProxy());
        }

        private boolean isSymmetric() { return high - location == location - low; }

        private NormalPart standard() { return NormalPart.between((low - location) / scale, (high - location) / scale); }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            source.truncatedNormal(location, scale, low, high, out, offset, length);
        }
    }
}
