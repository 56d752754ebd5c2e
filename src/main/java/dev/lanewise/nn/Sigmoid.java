package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// 1 / (1 + e^-x).
public final class Sigmoid extends Module {

    @Override
    public Tensor forward(Tensor x) { return x.sigmoid(); }

    @Override
    public String toString() { return "Sigmoid()"; }
}
