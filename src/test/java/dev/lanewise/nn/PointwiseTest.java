package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.catalogue.Layers;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An activation layer computes the function whose theory it names.
class PointwiseTest {

    static List<Layer> layers() {
        return Layers.ALL.stream().map(Layers.Case::make).filter(Pointwise.class::isInstance).toList();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aLayerComputesItsFunction(Layer layer) {
        var x = Tensor.linspace(-6, 6, 303).reshape(101, 3);
        var y = layer.forward(x).toArray();
        var function = ((Pointwise) layer).nonlinearity().value();
        for (int i = 0; i < y.length; i++) {
            double expected = function.applyAsDouble(x.toArray()[i]);
            assertEquals(expected, y[i], 1e-6 * Math.max(0.1, Math.abs(expected)), "at " + x.toArray()[i]);
        }
    }
}
