package dev.lanewise.tensor;

import static dev.lanewise.tensor.Domain.ANY;

import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.AttentionOptions;
import dev.lanewise.random.Threefry;
import java.util.List;
import java.util.SplittableRandom;

/// Attention of any options, by queries, keys, values and what is added to scores.
final class AttentionProblem {

    private AttentionProblem() {}

    static Op.Problem draw(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 4);
        int heads = 1 + random.nextInt(2);
        var bias = ANY.draw(random.nextBoolean() ? Shape.of(size[0], size[1]) : Shape.of(heads, 1, size[1]), random);
        var options = options(size[0], size[1], random);
        return new Op.Problem(inputs -> List.of(Attention.scaledDotProduct(inputs.get(0), inputs.get(1), inputs.get(2),
            options.bias(inputs.get(3)).dropout(options.dropout(), new Threefry(1)))),
            List.of(ANY.draw(Shape.of(heads, size[0], size[2]), random), ANY.draw(Shape.of(heads, size[1], size[2]), random),
                ANY.draw(Shape.of(1, size[1], size[3]), random), bias));
    }

    private static AttentionOptions options(int queries, int keys, SplittableRandom random) {
        var options = Attention.options().causal(random.nextBoolean()).scale(0.5);
        if (random.nextBoolean()) options = options.allowed(bits(random, queries, keys));
        if (random.nextBoolean()) options = options.padding(bits(random, keys));
        return random.nextInt(3) == 0 ? options.dropout(0.4, new Threefry(1)) : options;
    }

    /// Two of three are 1.
    private static Tensor bits(SplittableRandom random, int... shape) {
        return Tensor.generate((data, offset, length) -> {
            for (int i = 0; i < length; i++) data[offset + i] = Math.min(1, random.nextInt(3));
        }, shape);
    }
}
