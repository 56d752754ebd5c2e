package dev.lanewise.nn.init;

/// The factor by which an activation's weights are widened to keep the variance of what follows.
///
/// @param value  the factor of the standard deviation
/// @param status what is known of it
public record Gain(double value, Status status) {

    public enum Status {
        /// Keeps the second moment exactly, whatever it is.
        EXACT,
        /// Found by trying; theory gives another value.
        EMPIRICAL
    }

    public static final Gain LINEAR = new Gain(1, Status.EXACT);
    /// He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015: half of the second moment passes.
    public static final Gain RELU = new Gain(Math.sqrt(2), Status.EXACT);
    /// PyTorch's value; the one that keeps a second moment of 1 is 1.5925.
    public static final Gain TANH = new Gain(5.0 / 3, Status.EMPIRICAL);

    public Gain {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("gain: " + value + "; it must be positive and finite");
    }

    /// Of a rectifier with a slope on the negative side: sqrt(2 / (1 + slope^2)).
    public static Gain leakyRelu(double slope) { return new Gain(Math.sqrt(2 / (1 + slope * slope)), Status.EXACT); }
}
