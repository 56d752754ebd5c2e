package dev.lanewise.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.NormalMean;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What attention makes of moments, beside what networks show that are drawn anew from each seed: within [#ERRORS] standard
/// errors of their mean, and a share for the finite width.
class AttentionTheoryTest {

    private static final int WIDTH = 128;
    private static final int HEADS = 2;
    private static final int INPUTS = 3;
    private static final int TOKENS = 12;
    private static final int KEYS = 9;
    private static final int SEEDS = 32;
    private static final double ERRORS = 5;
    private static final double FINITE = 0.04;

    /// Of one seed and what was measured there.
    private static final class Means {

        private final List<double[]> seeds = new ArrayList<>();

        /// A product, which strays as the second moment does.
        void check(String what, int at, double theory) { check(what, at, theory, FINITE, mean(0)); }

        void check(String what, int at, double theory, double finite) { check(what, at, theory, finite, mean(at)); }

        private void check(String what, int at, double theory, double finite, double size) {
            double error = error(at, mean(at));
            assertTrue(ERRORS * error < 0.25 * size, what + ": too few seeds: " + mean(at) + " ± " + error);
            assertEquals(mean(at), theory, ERRORS * error + finite * size, what + " ± " + error);
        }

        private double mean(int at) { return seeds.stream().mapToDouble(each -> each[at]).average().orElseThrow(); }

        private double error(int at, double mean) {
            double squares = seeds.stream().mapToDouble(each -> Math.pow(each[at] - mean, 2)).sum();
            return Math.sqrt(squares / seeds.size() / (seeds.size() - 1));
        }
    }

    /// Of square 1, and of 0.3 between tokens, of 0.3 between inputs, of 0.1 between both.
    private static Tensor tokens(Threefry seed, String name, int tokens) {
        return normal(seed, name + "all", 1, 1, WIDTH).mul((float) Math.sqrt(0.1))
            .add(normal(seed, name + "input", INPUTS, 1, WIDTH).mul((float) Math.sqrt(0.2)))
            .add(normal(seed, name + "token", 1, tokens, WIDTH).mul((float) Math.sqrt(0.2)))
            .add(normal(seed, name, INPUTS, tokens, WIDTH).mul((float) Math.sqrt(0.5)));
    }

    private static Signal signal(double square, int tokens) {
        return new Signal(square, 0.3 * square, 0.3 * square, 0.1 * square, 0, 3, new Signal.Extent(WIDTH, tokens, INPUTS));
    }

    private static Tensor normal(Threefry seed, String name, int... shape) { return Tensor.randn(seed.stream(name), shape); }

    private static double square(Tensor x) { return x.square().mean().item(); }

    private static MultiheadAttention attention() {
        return new MultiheadAttention(WIDTH, HEADS, MultiheadAttention.options().batchFirst(true).bias(false));
    }

    /// Square, and products of two tokens, of two inputs, of both.
    private static double[] moments(Tensor y) {
        int tokens = y.size(1);
        double square = square(y);
        double byInput = square(y.mean(false, 1)) * tokens;
        double byToken = square(y.mean(false, 0)) * INPUTS;
        double all = square(y.mean(false, 0, 1)) * tokens * INPUTS;
        return new double[] {square, (byInput - square) / (tokens - 1), (byToken - square) / (INPUTS - 1),
            (all - byInput - byToken + square) / (tokens - 1.0) / (INPUTS - 1.0)};
    }

    /// From nearly uniform weights to nearly all of it on one key: logits have variance 0.25 · 0.7 q².
    @ParameterizedTest
    @CsvSource({"1, false", "4, false", "16, false", "1, true", "16, true"})
    void weightsAreUniformOrConcentrated(double q, boolean causal) {
        var attention = attention();
        var masks = causal ? Attention.options().causal() : Attention.options();
        var shown = new Means();
        var positions = new Means();
        for (int s = 0; s < SEEDS; s++) {
            var seed = new Threefry(s);
            attention.initialize(s);
            var x = tokens(seed, "x", TOKENS).mul((float) Math.sqrt(q)).detach().requiresGrad(true);
            var y = attention.call(x, x, x, masks);
            var back = Autograd.grad(y.mul(normal(seed, "gradient", INPUTS, TOKENS, WIDTH)).sum(), List.of(x)).getFirst();
            var all = Arrays.copyOf(moments(y.detach()), 5);
            all[4] = square(back);
            shown.seeds.add(all);
            var each = new double[TOKENS];
            for (int t = 0; t < TOKENS; t++) each[t] = square(y.detach().slice(1, t, t + 1));
            positions.seeds.add(each);
        }
        var in = signal(q, TOKENS);
        var passage = attention.propagate(List.of(in, in, in), List.of(Tensor.ones(1, 1, 1), in, in, masks));
        var out = passage.out();
        shown.check("second moment", 0, out.square());
        shown.check("two tokens", 1, out.within());
        shown.check("two inputs", 2, out.product());
        shown.check("both", 3, out.across());
        shown.check("gradient", 4, gradient(passage), causal ? 0.1 : 2 * FINITE);
        double values = 0.5 * outWeight(attention) * q;
        double variance = 0.25 * 0.7 * q * q;
        for (int t = 0; t < TOKENS; t++)
            positions.check("position " + t, t, values * (0.3 + 0.7 * squares(causal ? t + 1 : TOKENS, variance)), 2 * FINITE);
        // the ends: all keys alike, and one alone
        double size = squares(TOKENS, variance);
        assertTrue(q == 1 ? size < 1.3 / TOKENS : q == 4 ? size > 1.5 / TOKENS && size < 0.5 : size > 0.75, "" + size);
    }

    private static double squares(int keys, double variance) {
        return AttentionMoments.powers(keys, keys, variance).squares()[keys];
    }

    private static double outWeight(MultiheadAttention attention) {
        var weight = attention.namedParameters().get("out_proj.weight");
        return WIDTH * weight.initializer().distribution(weight.fan(), weight.shape()).variance();
    }

    /// By queries, keys and values, which have nothing in common.
    private static double gradient(Passage passage) { return passage.ways().stream().mapToDouble(Passage.Way::gradient).sum(); }

    /// Keys and values of other tokens, of other sizes: each way back by itself.
    @ParameterizedTest
    @CsvSource({"1", "4"})
    void otherTokensAreLookedAt(double q) {
        var attention = attention();
        var shown = new Means();
        for (int s = 0; s < SEEDS; s++) {
            var seed = new Threefry(s);
            attention.initialize(s);
            var inputs = List.of(tokens(seed, "q", TOKENS).mul((float) Math.sqrt(q)).detach().requiresGrad(true),
                tokens(seed, "k", KEYS).mul((float) Math.sqrt(2 * q)).detach().requiresGrad(true),
                tokens(seed, "v", KEYS).mul(3f).detach().requiresGrad(true));
            var y = attention.call(inputs.get(0), inputs.get(1), inputs.get(2));
            var back = Autograd.grad(y.mul(normal(seed, "gradient", INPUTS, TOKENS, WIDTH)).sum(), inputs);
            var all = Arrays.copyOf(moments(y.detach()), 7);
            for (int i = 0; i < 3; i++) all[4 + i] = square(back.get(i));
            shown.seeds.add(all);
        }
        var passage = attention.propagate(List.of(signal(q, TOKENS), signal(2 * q, KEYS), signal(9, KEYS)), List.of());
        shown.check("second moment", 0, passage.out().square());
        shown.check("two tokens", 1, passage.out().within());
        shown.check("two inputs", 2, passage.out().product());
        shown.check("both", 3, passage.out().across());
        // as many queries as there are share a key
        double each = TOKENS / (double) KEYS;
        shown.check("gradient of queries", 4, passage.way(0).gradient(), 2 * FINITE);
        shown.check("gradient of keys", 5, each * passage.way(1).gradient(), 2 * FINITE);
        shown.check("gradient of values", 6, each * passage.way(2).gradient(), 2 * FINITE);
    }

    @Test
    void theSumOfSquaredWeightsInClosedForm() {
        assertEquals(0.1, squares(10, 0), 1e-12);
        assertEquals(1, squares(1, 3), 0);
        // of two keys the weights are logistic of a normal number of variance 2 σ²
        DoubleUnaryOperator weight = x -> 1 / (1 + Math.exp(-x));
        assertEquals(2 * NormalMean.of(x -> Math.pow(weight.applyAsDouble(x), 2), 0, Math.sqrt(6)), squares(2, 3), 1e-5);
        // the values' difference, of variance 2, comes by α (1 - α) to both
        assertEquals(4 * NormalMean.of(x -> Math.pow(weight.applyAsDouble(x) * weight.applyAsDouble(-x), 2), 0, Math.sqrt(6)),
            AttentionMoments.powers(2, 2, 3).slopes()[2], 1e-5);
        assertEquals(0.09, AttentionMoments.powers(10, 10, 0).slopes()[10], 1e-12);
    }
}
