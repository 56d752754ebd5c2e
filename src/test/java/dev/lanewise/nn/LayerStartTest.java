package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every layer with parameters takes the initializers of its weight and its bias, and goes without a bias where there is none.
class LayerStartTest {

    private static final Initializer WEIGHT = Initializers.constant(2);
    private static final Initializer BIAS = Initializers.constant(3);

    private static List<Layer> layers(Initializer bias) {
        var options = ConvOptions.kernel(2).initializers(WEIGHT, bias);
        return List.of(new Linear(3, 4, WEIGHT, bias), new Conv2d(3, 4, options), new ConvTranspose2d(3, 4, options),
            new BatchNorm1d(3, 1e-5, 0.1, WEIGHT, bias), new BatchNorm2d(3, 1e-5, 0.1, WEIGHT, bias),
            new LayerNorm(Shape.of(3), 1e-5, WEIGHT, bias));
    }

    @Test
    void weightAndBiasStartAsTheyAreTold() {
        for (var layer : layers(BIAS)) {
            layer.initialize(1);
            for (var name : List.of("weight", "bias")) {
                var values = layer.namedParameters().get(name).tensor();
                assertArrayEquals(Tensor.full(name.equals("weight") ? 2 : 3, values.shape().toArray()).toArray(),
                    values.toArray(), layer.toString());
            }
        }
        assertSame(WEIGHT, new Embedding(3, 4, WEIGHT).weight().initializer());
        assertSame(WEIGHT, new PReLU(3, WEIGHT).weight().initializer());
    }

    @Test
    void nullIsNoBias() {
        for (var layer : layers(null))
            assertEquals(List.of("weight"), List.copyOf(layer.namedParameters().keySet()), layer.toString());
        assertEquals("Linear(3, 4, no bias)", layers(null).getFirst().toString());
        assertEquals("LayerNorm([3], no bias)", layers(null).getLast().toString());
        var norm = new LayerNorm(Shape.of(2), 0, null, BIAS);
        assertEquals("LayerNorm([2], no weight)", norm.toString());
        assertArrayEquals(new float[] {2, 4}, norm.initialize(1).call(Tensor.of(-1, 1)).toArray());
        var scaling = new LayerNorm(Shape.of(2), 0, WEIGHT, null);
        assertArrayEquals(new float[] {-2, 2}, scaling.initialize(1).call(Tensor.of(-1, 1)).toArray());
        var batch = new BatchNorm1d(1, 0, 0.1, WEIGHT, null);
        assertArrayEquals(new float[] {-2, 2}, batch.initialize(1).call(Tensor.of(new float[] {-1, 1}, 2, 1)).toArray());
    }

    @Test
    void optionsHaveABiasUntilItIsTakenAway() {
        var options = ConvOptions.kernel(3).initializers(WEIGHT, BIAS);
        assertSame(BIAS, options.bias(true).stride(2).bias());
        assertNull(options.bias(false).padding(1).bias());
        assertSame(WEIGHT, options.bias(false).groups(2).weight());
        assertEquals(Initializers.torchDefault().distribution(new Conv2d(3, 4, 2).bias().fan(), Shape.of(4)),
            options.bias(false).bias(true).bias().distribution(new Conv2d(3, 4, 2).bias().fan(), Shape.of(4)));
    }
}
