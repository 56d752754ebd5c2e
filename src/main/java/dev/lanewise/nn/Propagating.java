package dev.lanewise.nn;

/// A module, other than one that has weights or applies a function to each element, that says what becomes of the moments of
/// what passes it in wide networks before training: by that, what explains networks goes on behind it. See [Weighted] and
/// [Pointwise] for the others.
///
/// ```java
/// final class Halve extends Layer implements Propagating {
///     public Tensor forward(Tensor x) { return x.mul(0.5f); }
///     public Signal propagate(Signal in) { return in.times(0.25); }
///     public double gradientGrowth(Signal in) { return 0.25; }
/// }
/// ```
public interface Propagating {

    /// What comes out where this goes in; NaN stands for what isn't known.
    Signal propagate(Signal in);

    /// The factor by which the second moment of a gradient grows on its way from the output to this input.
    double gradientGrowth(Signal in);

    /// Whether a signal starts here, as of indices, of which nothing is left: then all is said relative to what comes out.
    default boolean starts() { return false; }
}
