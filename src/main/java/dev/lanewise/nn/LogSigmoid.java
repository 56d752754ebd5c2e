package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// log(1 / (1 + e^-x)), which does not underflow.
public final class LogSigmoid extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.logSigmoid(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.LOG_SIGMOID; }

    @Override
    public String toString() { return "LogSigmoid()"; }
}
