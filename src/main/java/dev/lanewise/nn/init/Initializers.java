package dev.lanewise.nn.init;

import java.util.function.ToDoubleFunction;

/// The named initializers. All that scale with the fan are one call of [#varianceScaling].
public final class Initializers {

    private Initializers() {}

    /// Which side of a layer the variance is divided by.
    public enum Mode {
        /// Keeps the variance of the signal on its way forward.
        FAN_IN(Fan::in),
        /// Keeps the variance of the gradient on its way back.
        FAN_OUT(Fan::out),
        FAN_AVERAGE(Fan::average),
        /// As [#FAN_IN], with PyTorch's count for transposed convolutions.
        TORCH_FAN_IN(Fan::torchIn);

        private final ToDoubleFunction<Fan> terms;

        Mode(ToDoubleFunction<Fan> terms) { this.terms = terms; }
    }

    public enum Law { UNIFORM, NORMAL }

    /// Mean 0 and variance `scale / n`, n being the fan that `mode` names; at least 1, so that an empty side is no error.
    ///
    /// @throws IllegalArgumentException if the scale isn't positive and finite
    public static Initializer varianceScaling(double scale, Mode mode, Law law) {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("varianceScaling: scale " + scale + "; it must be positive and finite");
        return (fan, _) -> {
            double variance = scale / Math.max(1, mode.terms.applyAsDouble(fan));
            return switch (law) {
                // a uniform law on [-a, a) has variance a^2 / 3
                case UNIFORM -> new Distribution.Uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance));
                case NORMAL -> new Distribution.Normal(0, Math.sqrt(variance));
            };
        };
    }

    public static Initializer constant(double value) { return (_, _) -> new Distribution.Constant(value); }

    public static Initializer zeros() { return constant(0); }

    public static Initializer ones() { return constant(1); }

    /// Uniform from `low`, included, to `high`, excluded, whatever the fan.
    public static Initializer uniform(double low, double high) { return (_, _) -> new Distribution.Uniform(low, high); }

    /// Normal, whatever the fan.
    public static Initializer normal(double mean, double std) { return (_, _) -> new Distribution.Normal(mean, std); }

    /// Normal and kept within [low, high], whatever the fan. As PyTorch's `trunc_normal_`, it doesn't make up for the standard
    /// deviation that this takes: between -2 and 2, a standard deviation of 1 becomes 0.8796.
    public static Initializer truncatedNormal(double mean, double std, double low, double high) {
        return (_, _) -> new Distribution.TruncatedNormal(mean, std, low, high);
    }

    /// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010:
    /// variance 2 gain^2 / (in + out).
    public static Initializer xavierUniform(Gain gain) {
        return varianceScaling(square(gain), Mode.FAN_AVERAGE, Law.UNIFORM);
    }

    public static Initializer xavierUniform() { return xavierUniform(Gain.LINEAR); }

    /// As [#xavierUniform(Gain)], normal.
    public static Initializer xavierNormal(Gain gain) { return varianceScaling(square(gain), Mode.FAN_AVERAGE, Law.NORMAL); }

    public static Initializer xavierNormal() { return xavierNormal(Gain.LINEAR); }

    /// He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015: variance gain^2 / in.
    public static Initializer kaimingUniform(Gain gain) { return varianceScaling(square(gain), Mode.FAN_IN, Law.UNIFORM); }

    public static Initializer kaimingUniform() { return kaimingUniform(Gain.RELU); }

    /// As [#kaimingUniform(Gain)], normal.
    public static Initializer kaimingNormal(Gain gain) { return varianceScaling(square(gain), Mode.FAN_IN, Law.NORMAL); }

    public static Initializer kaimingNormal() { return kaimingNormal(Gain.RELU); }

    /// The courses' rule: uniform on ±1/sqrt(in), which is variance 1 / (3 in).
    public static Initializer uniformRule() { return varianceScaling(1.0 / 3, Mode.FAN_IN, Law.UNIFORM); }

    /// What PyTorch's linear and convolutional layers draw weights and bias from, by way of a Kaiming call with slope
    /// sqrt(5): [#uniformRule], but for transposed convolutions, where its `in` isn't the true one; see [Fan#torchIn].
    public static Initializer torchDefault() { return varianceScaling(1.0 / 3, Mode.TORCH_FAN_IN, Law.UNIFORM); }

    /// The courses' rule: normal with standard deviation 1/sqrt(in), LeCun's.
    public static Initializer normalRule() { return varianceScaling(1, Mode.FAN_IN, Law.NORMAL); }

    private static double square(Gain gain) { return gain.value() * gain.value(); }
}
