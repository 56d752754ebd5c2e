package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.InitializerCheck;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Fans, by what the layers themselves do: with all weights 1, an output of ones counts its terms, and the gradient of the
/// outputs' sum counts what an input takes part in.
class FanTest {

    private static final Scheme COUNTING = new Scheme("counting", "1, no bias", Initializers.ones(), Initializers.zeros());

    @Property(tries = 100)
    void aLinearLayersFanIsCounted(@ForAll @IntRange(min = 1, max = 20) int in, @ForAll @IntRange(min = 1, max = 20) int out) {
        var layer = new Linear(in, out, COUNTING.weight(), COUNTING.bias());
        var x = Tensor.ones(1, in).requiresGrad(true);
        layer.initialize(0);
        var y = layer.call(x);
        y.sum().backward();
        assertEquals(new Fan(y.get(0, out - 1), x.grad().get(0, in - 1)), layer.weight().fan());
    }

    /// Groups up to depthwise; one stride's block of places, far from the border, gives the average.
    @Property(tries = 150)
    void aConvolutionsFanIsCounted(@ForAll @IntRange(min = 1, max = 3) int in, @ForAll @IntRange(min = 1, max = 3) int out,
                                   @ForAll @IntRange(min = 1, max = 4) int groups, @ForAll @IntRange(min = 1, max = 4) int kernel,
                                   @ForAll @IntRange(min = 1, max = 3) int stride, @ForAll boolean transposed) {
        var options = ConvOptions.kernel(kernel).stride(stride).groups(groups).initializers(COUNTING.weight(), COUNTING.bias());
        Layer layer = transposed ? new ConvTranspose2d(in * groups, out * groups, options)
            : new Conv2d(in * groups, out * groups, options);
        layer.initialize(0);
        // so that there are places far enough from the border
        int size = transposed ? kernel + 3 : kernel + stride * (kernel + 2);
        var x = Tensor.ones(1, in * groups, size, size).requiresGrad(true);
        var y = layer.call(x);
        y.sum().backward();
        var fan = weight(layer).fan();
        assertEquals(mean(y, kernel - 1, transposed ? stride : 1), fan.in(), 1e-12, fan::toString);
        assertEquals(mean(x.grad(), kernel - 1, transposed ? 1 : stride), fan.out(), 1e-12, fan::toString);
    }

    /// Of the first channel, over a square of places.
    private static double mean(Tensor image, int from, int length) {
        double sum = 0;
        for (int i = from; i < from + length; i++) for (int j = from; j < from + length; j++) sum += image.get(0, 0, i, j);
        return sum / (length * length);
    }

    private static Parameter weight(Layer layer) { return layer.namedParameters().get("weight"); }

    @Property(tries = 50)
    void anEmbeddingsFanIsCounted(@ForAll @IntRange(min = 1, max = 20) int rows, @ForAll @IntRange(min = 1, max = 20) int dim) {
        var layer = new Embedding(rows, dim, -1, Initializers.ones());
        layer.initialize(0);
        var y = layer.forward(new int[] {rows - 1}, 1);
        assertEquals(y.get(0, 0), layer.weight().fan().in());
        assertEquals(y.sum().item(), layer.weight().fan().out());
    }

    /// Queries, keys and values of attention, and an LSTM's gates: each block has the variance of a layer by itself, which the
    /// count that PyTorch makes of the whole hasn't. A try makes some 100 checks that fail at most once in 4e13.
    @Property(tries = 10)
    void eachStackedBlockHasAVarianceOfItsOwn(@ForAll long seed) {
        for (var each : new int[][] {{3, 96, 96}, {4, 50, 70}}) {
            int blocks = each[0];
            int in = each[1];
            int out = each[2];
            var law = new Distribution.Normal(0, Math.sqrt(2.0 / (in + out)));
            for (int block = 0; block < blocks; block++) {
                int first = block * in * out;
                InitializerCheck.of((values, key) -> {
                    var packed = Tensor.zeros(blocks * out, in);
                    Initializers.xavierNormal().fill(packed, Fan.stacked(blocks, in, out), new Threefry(key));
                    System.arraycopy(packed.toArray(), first, values, 0, values.length);
                }, law, in * out, in, seed).orThrow();
            }
            var guessed = Initializers.xavierNormal().distribution(Fan.likePyTorch(Shape.of(blocks * out, in)), Shape.of(1));
            assertEquals(2.0 / (in + blocks * out), guessed.variance(), 1e-15);
        }
    }

    @Example
    void pyTorchsCountIsThatOfTheShape() {
        assertEquals(new Fan(5, 3), Fan.likePyTorch(Shape.of(3, 5)));
        assertEquals(new Fan(9, 36), Fan.likePyTorch(Shape.of(4, 1, 3, 3)));
        assertEquals(new Fan(72, 54), Fan.likePyTorch(Shape.of(6, 8, 3, 3)));
        assertEquals(new Fan(40, 48), Fan.likePyTorch(Shape.of(6, 5, 2, 2, 2)));
        assertEquals(new Fan(0, 3), Fan.likePyTorch(Shape.of(3, 0)));
        Rejected.argument(() -> Fan.likePyTorch(Shape.of(5)), "likePyTorch", "[5]", "fewer than the 2 dimensions", "Fan.linear");
        Rejected.argument(() -> Fan.likePyTorch(Shape.of()), "likePyTorch", "[]");
    }

    @Example
    void wherePyTorchsCountIsWrongIsSaid() {
        assertUnlike(new Linear(5, 3).weight());
        assertUnlike(new Conv2d(6, 8, 3).weight());
        assertUnlike(new ConvTranspose2d(6, 8, 3).weight(), "in 72, out 54 is counted for in 54, out 72", "swapped",
            "fan in become 0.7500, by the fan out 1.333, by their average 1.000 of");
        assertUnlike(new ConvTranspose2d(6, 8, ConvOptions.kernel(3).groups(2)).weight(),
            "in 36, out 54 is counted for in 27, out 36", "swapped", "groups");
        assertUnlike(new Conv2d(4, 4, ConvOptions.kernel(3).groups(4)).weight(), "in 9, out 36 is counted for in 9, out 9",
            "all groups", "fan out 0.2500");
        assertUnlike(new Conv2d(4, 4, ConvOptions.kernel(3).stride(2)).weight(), "out 36 is counted for in 36, out 9", "stride");
        assertUnlike(new Embedding(1000, 16).weight(), "in 16, out 1000 is counted for in 1, out 16", "embedding");
        var packed = new Parameter("weight", Shape.of(3 * 8, 8), Fan.stacked(3, 8, 8), Initializers.xavierUniform());
        assertUnlike(packed, "in 8, out 24 is counted for in 8, out 8", "3 stacked blocks", "average 0.5000 of");
        assertTrue(Fan.linear(3, 4).unlike(Fan.linear(5, 6)).orElseThrow().contains("aren't the same"));
    }

    private static void assertUnlike(Parameter weight, String... parts) {
        var sentence = weight.fan().unlike(Fan.likePyTorch(weight.shape()));
        assertEquals(parts.length == 0, sentence.isEmpty(), weight + ": " + sentence);
        for (var part : parts) assertTrue(sentence.orElseThrow().contains(part), () -> part + " is missing in: " + sentence);
    }
}
