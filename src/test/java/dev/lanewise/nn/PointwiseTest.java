package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// An activation layer computes the function whose theory it names.
class PointwiseTest {

    static final List<Layer> LAYERS = List.of(new ReLU(), new LeakyReLU(0.2), new ELU(0.7), new SELU(), new GELU(),
        new GELU(GELU.Approximation.TANH), new SiLU(), new Sigmoid(), new Tanh(), new Softplus(2, 3), new Softsign(), new Mish(),
        new Hardtanh(-0.5, 2), new LogSigmoid(), new Sin(), new Sin(2));

    @ParameterizedTest
    @FieldSource("LAYERS")
    void aLayerComputesItsFunction(Layer layer) {
        var x = Tensor.linspace(-6, 6, 301);
        var y = layer.forward(x).toArray();
        var function = ((Pointwise) layer).nonlinearity().value();
        for (int i = 0; i < y.length; i++) {
            double expected = function.applyAsDouble(x.get(i));
            assertEquals(expected, y[i], 1e-6 * Math.max(0.1, Math.abs(expected)), "at " + x.get(i));
        }
    }
}
