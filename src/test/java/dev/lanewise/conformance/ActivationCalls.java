package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;

import dev.lanewise.catalogue.UnaryFunctions;
import dev.lanewise.nn.CELU;
import dev.lanewise.nn.ELU;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Hardshrink;
import dev.lanewise.nn.Hardtanh;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.LogSoftmax;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.Softmax;
import dev.lanewise.nn.Softplus;
import dev.lanewise.nn.Softshrink;
import dev.lanewise.nn.Threshold;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The activations: those of the catalogue that take no arguments, and the others, a line each.
final class ActivationCalls {

    private static final Map<String, Call> OTHERS = Map.ofEntries(
        op("LeakyReLU", c -> new LeakyReLU(c.number("slope")).forward(c.x())),
        op("PReLU", ActivationCalls::prelu),
        op("ELU", c -> new ELU(c.number("alpha")).forward(c.x())),
        op("GELUTanh", c -> new GELU(GELU.Approximation.TANH).forward(c.x())),
        op("Softplus", c -> new Softplus(c.number("beta"), c.number("threshold")).forward(c.x())),
        op("Hardtanh", c -> new Hardtanh(c.number("min"), c.number("max")).forward(c.x())),
        op("CELU", c -> new CELU(c.number("alpha")).forward(c.x())),
        op("Softshrink", c -> new Softshrink(c.number("lambd")).forward(c.x())),
        op("Hardshrink", c -> new Hardshrink(c.number("lambd")).forward(c.x())),
        op("Threshold", c -> new Threshold(c.number("threshold"), c.number("value")).forward(c.x())),
        op("GLU", c -> new GLU(c.integer("dim")).forward(c.x())),
        op("Softmax", c -> new Softmax(c.integer("dim")).forward(c.x())),
        op("LogSoftmax", c -> new LogSoftmax(c.integer("dim")).forward(c.x())));

    static final Map<String, Call> ALL = new TreeMap<>(OTHERS);

    static {
        for (var function : UnaryFunctions.ACTIVATIONS) {
            var layer = function.layer().orElseThrow();
            var name = layer.getClass().getSimpleName();
            if (layer.toString().equals(name + "()")) ALL.put(name, c -> List.of(layer.forward(c.x())));
        }
    }

    private ActivationCalls() {}

    private static Tensor prelu(Case c) {
        var layer = new PReLU(c.x(1).numel(), 0.25);
        c.load(1, layer.weight());
        return layer.forward(c.x());
    }
}
