package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.TailBounds;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LoRA;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Blocks of one parameter that start each in its own way, and what is learned beside a layer.
class BlocksTest {

    /// The attention's weight lies in memory the other way round.
    @Example
    void attentionsProjectionsStartApart() {
        var attention = new MultiheadAttention(6, 2);
        var weight = attention.namedParameters().get("in_proj_weight");
        weight.initializer(Initializers.blocks(Initializers.constant(1), Initializers.zeros(), Initializers.eye()));
        attention.initialize(3);
        var expected = new float[3 * 36];
        Arrays.fill(expected, 0, 36, 1);
        for (int i = 0; i < 6; i++) expected[72 + 7 * i] = 1;
        assertArrayEquals(expected, weight.tensor().toArray());
    }

    @Example
    void otherNumbersOfBlocksAreRefused() {
        var two = Initializers.blocks(Initializers.zeros(), Initializers.ones());
        assertTrue(two.fits(Fan.stacked(2, 4, 3), Shape.of(6, 4)));
        for (var shape : List.of(Shape.of(5, 4), Shape.of())) {
            assertTrue(!two.fits(Fan.stacked(2, 4, 3), shape));
            Rejected.argument(() -> two.distribution(Fan.stacked(2, 4, 3), shape), "blocks", shape.toString(), "2 initializers");
        }
        Rejected.argument(() -> two.distribution(Fan.linear(4, 6), Shape.of(6, 4)), "blocks", "stacked from 1");
        Rejected.argument(() -> Initializers.blocks(), "blocks", "give an initializer for each");
        two.fill(Tensor.zeros(0, 4), Fan.stacked(2, 4, 0), new Threefry(1));
    }

    /// Two laws of different means, whose figures are written out.
    @Property(tries = 20)
    void aMixturesLawIsThatOfOneOfThem(@ForAll long seed) {
        var law = new Mixture(List.of(new Distribution.Constant(3), new Distribution.Normal(1, 2)));
        assertEquals(2, law.mean());
        assertEquals(3, law.variance());
        // of the constant 1, of the normal law 3 · 16 + 6 · 4 + 1
        assertEquals((1 + 73) / 2.0 / 9, law.kurtosis(), 1e-14);
        var drawn = new float[20_000];
        law.sample(drawn, 0, drawn.length, new Threefry(seed));
        for (double x : new double[] {-1, 1, 2.999, 3, 4}) {
            int upTo = 0;
            for (float value : drawn) if (value <= x) upTo++;
            assertEquals(law.cdf(x), upTo / 20_000.0, TailBounds.USUAL.ofDistribution(20_000));
        }
    }

    @Example
    void whatWasLearnedIsMerged() {
        var adapted = new LoRA(new Linear(5, 4), 2, 3);
        adapted.initialize(7);
        adapted.b().load(Tensor.full(0.25f, 4, 2));
        var merged = new Linear(5, 4);
        merged.weight().load(adapted.mergedWeight());
        merged.bias().load(adapted.base().bias().tensor());
        var x = Tensor.of(1, -2, 3, 0.5f, -1).reshape(1, 5);
        assertArrayEquals(adapted.call(x).toArray(), merged.call(x).toArray(), 1e-5f);
        Rejected.argument(() -> new LoRA(new Linear(5, 4), 0, 1), "LoRA", "rank 0");
        Rejected.argument(() -> new LoRA(new Linear(5, 4), 1, Double.NaN), "LoRA", "NaN");
    }
}
