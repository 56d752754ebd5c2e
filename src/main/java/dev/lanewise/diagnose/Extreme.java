package dev.lanewise.diagnose;

/// The largest or the smallest eigenvalue of a symmetric matrix, or singular value, as found, and what is known of the true one.
/// What isn't known is NaN.
///
/// @param value    what was found
/// @param residual a true eigenvalue lies within it of the value: ‖A y - value y‖ of a unit vector y
/// @param low      the true one is at least this
/// @param high     the true one is at most this. The bound that lies beyond the value, above the largest and below the smallest,
///     holds but for a chance of [Lanczos#CHANCE] over starts; infinite where so few steps say nothing
public record Extreme(double value, double residual, double low, double high) {

    static final Extreme UNKNOWN = new Extreme(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /// One that is known.
    static Extreme exact(double value) { return new Extreme(value, 0, value, value); }

    /// Of a matrix Jᵀ J, as a singular value of J.
    Extreme root() {
        double root = Math.sqrt(Math.max(0, value));
        double apart = root - Math.sqrt(Math.max(0, value - residual));
        return Double.isNaN(value) ? UNKNOWN
            : new Extreme(root, Math.max(apart, Math.sqrt(Math.max(0, value + residual)) - root), Math.sqrt(Math.max(0, low)),
                Math.sqrt(Math.max(0, high)));
    }
}
