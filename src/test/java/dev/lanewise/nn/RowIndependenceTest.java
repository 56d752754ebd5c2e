package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What a network makes of an example does not depend on the examples beside it: not a bit of it, a batch of one included.
class RowIndependenceTest {

    @Property(tries = 15)
    void layers(@ForAll @IntRange(min = 2, max = 70) int batch, @ForAll @IntRange(min = 1, max = 600) int in,
                @ForAll @IntRange(min = 1, max = 130) int hidden, @ForAll long seed) {
        assertIndependent(new Sequential(new Linear(in, hidden), new LayerNorm(hidden), new GELU(), new Dropout(0.5),
            new Linear(hidden, 10), new Softmax(-1)).initialize(seed), seed, batch, in);
    }

    @Property(tries = 10)
    void convolutions(@ForAll @IntRange(min = 2, max = 20) int batch, @ForAll @IntRange(min = 5, max = 17) int side,
                      @ForAll @IntRange(min = 1, max = 9) int channels, @ForAll long seed) {
        assertIndependent(new Sequential(new Conv2d(2, channels, ConvOptions.kernel(3).padding(1)), new BatchNorm2d(channels),
            new SiLU(), new Conv2d(channels, 4, ConvOptions.kernel(3).stride(2)),
            new ConvTranspose2d(4, 3, ConvOptions.kernel(2)), new Flatten(), new LogSoftmax(-1)).initialize(seed), seed, batch, 2,
                side, side);
    }

    private static void assertIndependent(Layer model, long seed, int... shape) {
        model.eval();
        var x = Tensor.randn(new Threefry(seed).stream("x"), shape);
        var together = model.forward(x).toArray();
        int each = together.length / shape[0];
        for (int i = 0; i < shape[0]; i++)
            assertArrayEquals(Arrays.copyOfRange(together, i * each, (i + 1) * each),
                model.forward(x.slice(0, i, i + 1)).toArray());
    }
}
