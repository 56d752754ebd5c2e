package dev.lanewise.nn;

import java.util.List;

/// A module, other than one that has weights or applies a function to each element, that says what becomes of the moments of
/// what passes it in wide networks before training: by that, what explains networks goes on behind it. See [Weighted] and
/// [Pointwise] for the others. What has parts that are known, and adds, scales, joins or reorders what they give, needs to say
/// nothing.
///
/// ```java
/// final class Halve extends Layer implements Propagating {
///     public Tensor forward(Tensor x) { return x.mul(0.5f); }
///     public Passage propagate(Signal in) { return Passage.of(in.scaled(0.5), 0.25).along(0.5); }
/// }
/// ```
public interface Propagating {

    /// What comes out where this goes in, and what becomes of a gradient; [Passage#UNKNOWN] if that can't be said. Of a module
    /// whose call takes several tensors: where this one is each of them.
    Passage propagate(Signal in);

    /// Of a call of several tensors.
    ///
    /// @param in        of the tensors, in the order of the call
    /// @param arguments all that the call got, tensors included
    default Passage propagate(List<Signal> in, List<?> arguments) {
        return in.size() == 1 ? propagate(in.getFirst()) : Passage.UNKNOWN;
    }

    /// Whether a signal starts here, as of indices, of which nothing is left: then all is said relative to what comes out.
    default boolean starts() { return false; }
}
