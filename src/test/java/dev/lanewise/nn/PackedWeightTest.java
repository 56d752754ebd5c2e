package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.concurrent.FutureTask;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Inference by a linear layer, which keeps a copy of its weight, has the bits of a forward pass in training, which doesn't.
class PackedWeightTest {

    /// The copy is made at the second call, used from then on, and not after a change.
    @Property(tries = 60)
    void inferenceHasTheBitsOfTraining(@ForAll @IntRange(min = 1, max = 140) int rows,
        @ForAll @IntRange(min = 1, max = 70) int in,
                                       @ForAll @IntRange(min = 1, max = 150) int out, @ForAll boolean biased,
                                           @ForAll boolean tied,
                                       @ForAll long seed) {
        var other = new Linear(in, out, biased);
        // the weight of an embedding lies by rows
        var layer = tied ? new Linear(new Embedding(out, in).weight(), null) : other;
        layer.initialize(seed);
        var fused = new Sequential(layer, new ReLU());
        var x = Tensor.randn(new Threefry(seed), rows, in);
        for (int change = 0; change < 3; change++) {
            var expected = layer.forward(x).toArray();
            var maximum = fused.forward(x).toArray();
            try (var _ = Autograd.noGrad()) {
                for (int call = 0; call < 3; call++) {
                    assertArrayEquals(expected, layer.forward(x).toArray());
                    assertArrayEquals(maximum, fused.forward(x).toArray());
                }
                InPlace.copy(Tensor.randn(new Threefry(seed + 1 + change), out, in), layer.weight().tensor());
            }
        }
    }

    /// All begin at once, when there is no copy.
    @Example
    void manyThreadsAtOnce() throws Exception {
        var layer = new Linear(200, 300);
        layer.initialize(0);
        var x = Tensor.randn(new Threefry(1), 40, 200);
        var expected = layer.forward(x).toArray();
        var tasks = new ArrayList<FutureTask<Void>>();
        for (int i = 0; i < 4; i++) tasks.add(new FutureTask<>(() -> {
            try (var _ = Autograd.noGrad()) {
                for (int call = 0; call < 20; call++) assertArrayEquals(expected, layer.forward(x).toArray());
            }
            return null;
        }));
        tasks.forEach(task -> Thread.ofPlatform().start(task));
        for (var task : tasks) task.get();
    }
}
