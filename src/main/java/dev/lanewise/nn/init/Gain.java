package dev.lanewise.nn.init;

import dev.lanewise.file.Quote;
import java.util.Locale;

/// The factor by which an activation's weights are widened to keep the variance of what follows.
///
/// @param value  the factor of the standard deviation
/// @param status what is known of it
public record Gain(double value, Status status) {

    /// What a gain keeps, and how that is known.
    public enum Status {
        /// Keeps the second moment exactly, whatever it is, of the signal and of the gradient.
        EXACT,
        /// Keeps a second moment of 1 on the way forward.
        FORWARD,
        /// Keeps the second moment of the gradient, where the signal's is 1.
        BACKWARD,
        /// Found by trying; theory gives another value.
        EMPIRICAL
    }

    /// Of no activation.
    public static final Gain LINEAR = new Gain(1, Status.EXACT);
    /// He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015: half of the second moment passes.
    public static final Gain RELU = new Gain(Math.sqrt(2), Status.EXACT);
    /// PyTorch's value, which it took without a derivation in 2017. A second moment of 1 is kept by 1.5925; with 5/3 it settles
    /// at 1.178, and the gradient's grows by 1.21 a layer.
    public static final Gain TANH = new Gain(5.0 / 3, Status.EMPIRICAL);
    /// PyTorch's value. It keeps nothing: a second moment of 1 is kept by 1.8462, a gradient's by 4.7226.
    public static final Gain SIGMOID = new Gain(1, Status.EMPIRICAL);
    /// PyTorch's value, for gradients that stay stable over a hundred layers while the signal falls to a second moment of
    /// 0.04 (its pull request 50664). Theory's is 1, as Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural
    /// networks", 2017, take it: [#LINEAR].
    public static final Gain SELU = new Gain(0.75, Status.EMPIRICAL);

    /// Refuses what isn't positive and finite.
    public Gain {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("gain: " + value + "; it must be positive and finite");
    }

    /// Of a rectifier with a slope on the negative side: sqrt(2 / (1 + slope^2)).
    public static Gain leakyRelu(double slope) { return new Gain(Math.sqrt(2 / (1 + slope * slope)), Status.EXACT); }

    /// PyTorch's `calculate_gain`, by its names; the slope of a leaky ReLU is 0.01.
    public static Gain calculate(String nonlinearity) { return calculate(nonlinearity, 0.01); }

    /// As [#calculate(String)].
    ///
    /// @param slope of a leaky ReLU, below 0; others don't look at it
    /// @throws IllegalArgumentException if PyTorch has no value for that name; it lists those there are
    public static Gain calculate(String nonlinearity, double slope) {
        return switch (nonlinearity) {
            case "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d" -> LINEAR;
            case "sigmoid" -> SIGMOID;
            case "tanh" -> TANH;
            case "relu" -> RELU;
            case "leaky_relu" -> leakyRelu(slope);
            case "selu" -> SELU;
            default -> throw new IllegalArgumentException("gain: PyTorch has none for " + Quote.of(nonlinearity)
                + "; it has them for linear, conv1d to conv_transpose3d, sigmoid, tanh, relu, leaky_relu and selu; for other"
                + " activations take Gain.forward or Gain.backward of a Nonlinearity");
        };
    }

    /// 1 / √E[φ(z)²], z being standard normal: keeps a second moment of 1 on the way forward.
    ///
    /// @throws IllegalArgumentException if nothing is left of it, as of a function that is 0
    public static Gain forward(Nonlinearity activation) {
        return keeping("signal", activation, activation.square(1), Status.FORWARD);
    }

    /// 1 / √E[φ'(z)²]: keeps the gradient's second moment where the signal's is 1.
    ///
    /// @throws IllegalArgumentException if nothing is left of it, as behind a step, whose slope is 0
    public static Gain backward(Nonlinearity activation) {
        return keeping("gradient", activation, activation.squaredSlope(1), Status.BACKWARD);
    }

    private static Gain keeping(String what, Nonlinearity activation, double left, Status status) {
        if (!(left > 0 && left < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException("gain: of a " + what
            + "'s second moment of 1, " + activation.name() + " leaves " + left + ", which no gain brings back to 1; take another"
            + " activation, or a gain of your own: new Gain(value, EMPIRICAL)");
        return new Gain(1 / Math.sqrt(left), status);
    }

    /// By how much a deviation of the second moment from 1 grows in a layer with this gain: below 1, layers even it out.
    public double slope(Nonlinearity activation) { return value * value * activation.growth(1); }

    /// One sentence: what layers with this gain do to a second moment of 1, to a deviation from it, and to the gradient.
    public String about(Nonlinearity activation) {
        double slope = slope(activation);
        // what a homogeneous function keeps it keeps up to rounding
        var stability = slope > 1 + 1e-9 ? "unstable: a deviation grows by " : slope < 1 - 1e-9
            ? "stable: a deviation shrinks by "
            : "neutral: a deviation stays, by ";
        return String.format(Locale.ROOT, "%s at gain %.4f: a second moment of 1 becomes %.4f in the next layer; %s%.3f a layer;"
            + " the gradient's second moment changes by %.4f", activation.name(), value, value * value * activation.square(1),
                stability,
            slope, value * value * activation.squaredSlope(1));
    }
}
