package dev.lanewise.nn;

import dev.lanewise.formula.Term;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Tensor;

/// The larger of x and 0.
public final class ReLU extends Layer implements Pointwise {

    private static final ElementwiseOperation RELU = Operation.elementwise("relu", Term::relu);

    @Override
    public Tensor forward(Tensor x) { return x.relu(); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.RELU; }

    @Override
    public ElementwiseOperation operation() { return RELU; }

    @Override
    public String toString() { return "ReLU()"; }
}
