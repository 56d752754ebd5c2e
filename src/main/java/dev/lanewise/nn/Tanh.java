package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The hyperbolic tangent.
public final class Tanh extends Module {

    @Override
    public Tensor forward(Tensor x) { return x.tanh(); }

    @Override
    public String toString() { return "Tanh()"; }
}
