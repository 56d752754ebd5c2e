package dev.lanewise.optim;

import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// Parameters and gradients to step with.
final class Weights {

    private Weights() {}

    /// Standard normal numbers.
    static Parameter parameter(long seed, int... shape) {
        var parameter = new Parameter("weight", Shape.of(shape), Fan.linear(1, 1), Initializers.normal(0, 1));
        parameter.initialize(new Threefry(seed));
        return parameter;
    }

    /// Replaces the accumulated gradient.
    static void gradient(Parameter parameter, Tensor gradient) {
        parameter.zeroGrad();
        parameter.tensor().backward(gradient, false, false);
    }

    static float[] values(Parameter parameter) { return parameter.tensor().toArray(); }

    static double[] doubles(float[] values) {
        var doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) doubles[i] = values[i];
        return doubles;
    }
}
