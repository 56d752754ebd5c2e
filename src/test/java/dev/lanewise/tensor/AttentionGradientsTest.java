package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.AttentionOptions;
import dev.lanewise.random.Threefry;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Where what is added to scores has a gradient, all are made in operations, tile by tile; else by a kernel.
class AttentionGradientsTest {

    private static final float[] WILD = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 1e30f, 1e-40f};

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE)
    void theKernelHasTheOperationsBits(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int queries = size(random);
        int keys = random.nextBoolean() ? queries : size(random);
        var inputs = List.of(draw(random, 2, 2, queries, 5), draw(random, 2, 2, keys, 5), draw(random, 2, 1, keys, 3));
        var options = options(random, queries, keys);
        var terms = draw(random, random.nextBoolean() ? new int[] {queries, keys} : new int[] {2, 1, keys}).detach();
        var expected = gradients(inputs, options.bias(terms.detach().requiresGrad(true)));
        var actual = gradients(inputs, options.bias(terms));
        for (int i = 0; i < inputs.size(); i++) assertArrayEquals(expected.get(i).toArray(), actual.get(i).toArray(),
            "gradient " + i);
    }

    private static List<Tensor> gradients(List<Tensor> inputs, AttentionOptions options) {
        var afresh = options.dropout(options.dropout(), new Threefry(1));
        return Autograd.grad(Attention.scaledDotProduct(inputs.get(0), inputs.get(1), inputs.get(2), afresh).square()
            .sum(), inputs);
    }

    /// On both sides of a block and of a tile.
    private static int size(SplittableRandom random) {
        return random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(1, 300);
    }

    private static AttentionOptions options(SplittableRandom random, int queries, int keys) {
        var options = Attention.options();
        if (random.nextBoolean()) options = options.causal();
        if (random.nextInt(3) == 0) options = options.dropout(0.3, new Threefry(1));
        if (random.nextInt(3) == 0) options = options.padding(Attention.padding(new int[] {keys / 2, keys}, keys));
        if (random.nextInt(3) > 0) return options;
        var allowed = new float[queries * keys];
        for (int i = 0; i < allowed.length; i++) allowed[i] = random.nextInt(3);
        return options.allowed(Tensor.wrap(allowed, queries, keys));
    }

    /// By rows or by columns, one in four with numbers of all kinds.
    private static Tensor draw(SplittableRandom random, int... shape) {
        boolean wild = random.nextInt(4) == 0;
        var sizes = shape.clone();
        boolean byColumns = random.nextInt(4) == 0;
        if (byColumns) {
            sizes[sizes.length - 1] = shape[shape.length - 2];
            sizes[sizes.length - 2] = shape[shape.length - 1];
        }
        var data = new float[Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < data.length; i++)
            data[i] = wild && random.nextInt(300) == 0 ? WILD[random.nextInt(WILD.length)] : (float) random.nextDouble(-2, 2);
        var x = Tensor.wrap(data, sizes);
        return (byColumns ? x.transpose(-1, -2) : x).requiresGrad(true);
    }
}
