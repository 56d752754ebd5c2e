package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;

import dev.lanewise.nn.ELU;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.Hardtanh;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.LogSigmoid;
import dev.lanewise.nn.LogSoftmax;
import dev.lanewise.nn.Mish;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.SELU;
import dev.lanewise.nn.SiLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Softmax;
import dev.lanewise.nn.Softplus;
import dev.lanewise.nn.Softsign;
import dev.lanewise.nn.Tanh;
import dev.lanewise.tensor.Tensor;
import java.util.Map;

/// The activations, a line each.
final class ActivationCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        op("ReLU", c -> new ReLU().forward(c.x())),
        op("LeakyReLU", c -> new LeakyReLU(c.number("slope")).forward(c.x())),
        op("PReLU", ActivationCalls::prelu),
        op("ELU", c -> new ELU(c.number("alpha")).forward(c.x())),
        op("SELU", c -> new SELU().forward(c.x())),
        op("GELU", c -> new GELU().forward(c.x())),
        op("GELUTanh", c -> new GELU(GELU.Approximation.TANH).forward(c.x())),
        op("SiLU", c -> new SiLU().forward(c.x())),
        op("Mish", c -> new Mish().forward(c.x())),
        op("Sigmoid", c -> new Sigmoid().forward(c.x())),
        op("LogSigmoid", c -> new LogSigmoid().forward(c.x())),
        op("Tanh", c -> new Tanh().forward(c.x())),
        op("Softplus", c -> new Softplus(c.number("beta"), c.number("threshold")).forward(c.x())),
        op("Softsign", c -> new Softsign().forward(c.x())),
        op("Hardtanh", c -> new Hardtanh(c.number("min"), c.number("max")).forward(c.x())),
        op("Softmax", c -> new Softmax(c.integer("dim")).forward(c.x())),
        op("LogSoftmax", c -> new LogSoftmax(c.integer("dim")).forward(c.x())));

    private ActivationCalls() {}

    private static Tensor prelu(Case c) {
        var layer = new PReLU(c.x(1).numel(), 0.25);
        c.load(1, layer.weight());
        return layer.forward(c.x());
    }
}
