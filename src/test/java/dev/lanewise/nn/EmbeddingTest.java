package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class EmbeddingTest {

    @Property(tries = 100)
    void looksUpRowsAndAddsTheirGradients(@ForAll @IntRange(min = 1, max = 9) int count,
        @ForAll @IntRange(min = 1, max = 5) int dim,
                                          @ForAll boolean padded, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int padding = random.nextInt(count);
        var layer = padded ? new Embedding(count, dim, padding) : new Embedding(count, dim);
        layer.initialize(seed);
        var weight = layer.weight().tensor();
        var indices = random.ints(6, 0, count).toArray();
        var y = layer.forward(indices, 2, 3);
        assertEquals(Shape.of(2, 3, dim), y.shape());
        assertArrayEquals(y.toArray(), layer.call(Tensor.of(floats(indices), 2, 3)).toArray());
        var gradient = Tensor.arange(6 * dim).add(1f).reshape(2, 3, dim);
        y.backward(gradient, false, false);
        var expected = new float[count * dim];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < dim; j++) {
                assertEquals(weight.get(indices[i], j), y.get(i / 3, i % 3, j));
                if (!padded || indices[i] != padding) expected[indices[i] * dim + j] += gradient.get(i / 3, i % 3, j);
            }
        }
        assertArrayEquals(expected, layer.weight().grad().toArray());
        for (int j = 0; j < dim && padded; j++) assertEquals(0f, weight.get(padding, j));
    }

    private static float[] floats(int[] indices) {
        var values = new float[indices.length];
        for (int i = 0; i < values.length; i++) values[i] = indices[i];
        return values;
    }

    @Example
    void aCallWithIndicesRunsHooks() {
        var layer = new Embedding(4, 3);
        layer.initialize(1);
        var seen = new ArrayList<Tensor>();
        layer.registerForwardHook((module, call) -> {
            assertSame(layer, module);
            seen.addAll(List.of(call.input(), call.output()));
        });
        layer.registerBackwardHook((_, _, gradient) -> seen.add(gradient));
        var y = layer.call(new int[] {3, 0, 1, 1}, 2, 2);
        assertEquals(Shape.of(2, 2), seen.get(0).shape());
        assertArrayEquals(new float[] {3, 0, 1, 1}, seen.get(0).toArray());
        assertSame(y, seen.get(1));
        assertArrayEquals(layer.forward(new int[] {3, 0, 1, 1}).toArray(), y.toArray());
        y.mul(2f).sum().backward();
        assertArrayEquals(Tensor.full(2, 2, 2, 3).toArray(), seen.get(2).toArray());
        assertEquals(Shape.of(2, 3), layer.call(new int[] {1, 2}).shape());
        assertEquals(Shape.of(2), seen.get(3).shape());
    }

    @Example
    void shapesMayBeAnything() {
        var layer = new Embedding(4, 3);
        layer.initialize(1);
        assertEquals(Shape.of(2, 3), layer.forward(new int[] {1, 2}).shape());
        assertEquals(Shape.of(3), layer.forward(Tensor.scalar(2)).shape());
        assertEquals(Shape.of(0, 3), layer.forward(new int[0]).shape());
        var weight = layer.weight();
        assertEquals(new Distribution.Normal(0, 1), weight.initializer().distribution(weight.fan(), weight.shape()));
    }

    @Example
    void refusesWhatIsOutOfRange() {
        var layer = new Embedding(4, 3, 0);
        Rejected.state(() -> layer.forward(new int[] {1}), "\"weight\"", "initialize(seed)");
        layer.initialize(1);
        Rejected.argument(() -> layer.forward(new int[] {1, 4}), "embedding", "index 4 at position 1", "4 embeddings, 0 to 3",
            "correct it");
        Rejected.argument(() -> layer.forward(new int[] {-1}), "embedding", "index -1");
        Rejected.argument(() -> layer.forward(new int[] {1, 2}, 3), "embedding", "2 indices", "[3]", "one for each");
        Rejected.argument(() -> layer.call(Tensor.of(0, 1.5f)), "embedding", "1.5 at position 1", "whole");
        Rejected.argument(() -> layer.call(Tensor.of(Float.NaN)), "embedding", "NaN");
        Rejected.argument(() -> new Embedding(4, 3, 4), "embedding", "padding index 4", "0 to 3", "name one of them");
        Rejected.argument(() -> new Embedding(4, 3, -1), "embedding", "padding index -1");
        Rejected.argument(() -> new Embedding(0, 3), "embedding", "0 embeddings");
        assertEquals("Embedding(4, 3, padding index 0)", layer.toString());
    }
}
