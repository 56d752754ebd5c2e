package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// A module whose weights stand for themselves times a number, which is fixed: so weights, and what an optimizer does to them,
/// may be of one size, and what the network makes of them of another. Parametrizations of wide networks are said so: see
/// [dev.lanewise.optim.Parametrization]. Biases are added as they are.
///
/// Of a module of your own:
///
/// ```java
/// public Tensor forward(Tensor x) { return multiplied(x).matmul(weight.tensor().t()); }
/// ```
public interface Multiplied {

    /// What weights are multiplied by; 1 unless it was said otherwise.
    double multiplier();

    /// Says what weights are multiplied by from now on. It isn't trained, nor is it part of a state.
    ///
    /// @param factor positive and finite
    void multiplier(double factor);

    /// A tensor times the multiplier: of what meets the weights, or of what they gave, whichever is less.
    default Tensor multiplied(Tensor x) { return multiplier() == 1 ? x : x.mul((float) multiplier()); }

    /// The factor itself.
    ///
    /// @throws IllegalArgumentException if it isn't positive and finite
    static double checked(String what, double factor) {
        if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            what + ": " + factor + "; it must be positive and finite, and 1 changes nothing");
        return factor;
    }
}
