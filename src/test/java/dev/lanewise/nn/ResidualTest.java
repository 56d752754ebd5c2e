package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Residual blocks and low-rank layers, beside what they are made of.
class ResidualTest {

    private static Map<String, float[]> gradients(Module module, UnaryOperator<Tensor> call, Tensor input) {
        module.zeroGrad();
        var x = input.detach().requiresGrad(true);
        var y = call.apply(x);
        y.mul(Tensor.randn(new Threefry(3), y.shape().toArray())).sum().backward();
        var gradients = new LinkedHashMap<String, float[]>();
        gradients.put("output", y.toArray());
        gradients.put("input", x.grad().toArray());
        module.namedParameters().forEach((name, parameter) -> gradients.put(name, parameter.grad().toArray()));
        return gradients;
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), name));
    }

    /// What skips and what the branch makes are added as a sum written out is, x + f(x) and f(x) + x alike, and so are the
    /// gradients of both, to the bit: with a factor, a scale that is learned and a shortcut, too.
    @Property(tries = 15)
    void itIsTheSumThatIsWrittenOut(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int width) {
        var body = new Sequential(new Linear(width, 7), new Tanh(), new Linear(7, width));
        var block = new Residual(body);
        block.initialize(seed);
        var x = Tensor.randn(new Threefry(seed).stream("x"), 5, width);
        var found = gradients(block, block::call, x);
        assertSame(found, gradients(block, z -> z.add(body.call(z)), x));
        assertSame(found, gradients(block, z -> body.call(z).add(z), x));
        block.sums().getFirst().skip(1.5).branch(0.25);
        assertSame(gradients(block, block::call, x), gradients(block, z -> body.call(z).mul(0.25f).add(z.mul(1.5f)), x));
        var shortcut = new Linear(width, width);
        var scaled = new Residual(body, shortcut, Initializers.constant(0.3));
        scaled.initialize(seed);
        assertSame(gradients(scaled, scaled::call, x),
            gradients(scaled, z -> body.call(z).mul(scaled.scale().tensor()).add(shortcut.call(z)), x));
    }

    // ---- beside a layer

    @Example
    void aLowRankLayerRefusesWhatIsNone() {
        var base = new Linear(3, 2);
        Rejected.nothing(() -> new LoRA(null, 2, 4), "LoRA: no layer");
        Rejected.nothing(() -> new LoRA(base, 2, 4, null, Initializers.zeros()), "LoRA: no initializer of A");
        Rejected.nothing(() -> new LoRA(base, 2, 4, Initializers.zeros(), null), "LoRA: no initializer of B");
        for (int rank : new int[] {0, -1, Integer.MIN_VALUE}) Rejected.argument(() -> new LoRA(base, rank, 4),
            "LoRA: rank " + rank);
        for (double alpha : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-60, 1e60})
            Rejected.argument(() -> new LoRA(base, 2, alpha), "LoRA: rank 2, alpha " + alpha);
        Rejected.argument(() -> new LoRA(base, Integer.MAX_VALUE, 4), "" + Integer.MAX_VALUE);
        for (var parameter : base.parameters()) assertTrue(parameter.requiresGrad(), "frozen by what was refused");
        var adapted = new LoRA(base, 2, 4);
        assertFalse(base.weight().requiresGrad());
        Rejected.state(adapted::mergedWeight, "before it has values");
    }

    @Example
    void aBlockRefusesWhatIsNone() {
        Rejected.nothing(() -> new Residual(null), "residual: no body");
        Rejected.nothing(() -> new Residual(new Identity(), null), "residual: no shortcut");
        var block = new Residual(new Linear(3, 2));
        block.initialize(1);
        Rejected.argument(() -> block.call(Tensor.ones(1, 3)), "residual", "[1, 2]", "[1, 3]");
    }
}
