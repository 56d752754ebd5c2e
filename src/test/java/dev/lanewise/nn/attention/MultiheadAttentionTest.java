package dev.lanewise.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.AttentionModules;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Attention of several heads, and what is built of it. Values are PyTorch's: the conformance suite has them.
class MultiheadAttentionTest {

    private final Tensor x = Tensor.randn(new Threefry(1), 2, 5, 6);

    private static MultiheadAttention attention(MultiheadOptions options) {
        var attention = new MultiheadAttention(6, 3, options);
        attention.initialize(1);
        return attention;
    }

    @Property(tries = 60)
    void gradientsAgreeWithDifferences(@ForAll("modules") AttentionModules.Case kind,
        @ForAll @IntRange(min = 1, max = 2) int batch,
                                       @ForAll @IntRange(min = 1, max = 4) int tokens,
                                           @ForAll @IntRange(min = 1, max = 3) int memory, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var source = new Threefry(seed);
        var module = kind.make();
        var inputs = AttentionModules.Case.inputs(batch, tokens, memory).stream()
            .map(shape -> Tensor.randn(source, shape.toArray())).toList();
        // the dimensions in another order in memory, half of the time
        boolean turned = random.nextBoolean();
        var given = turned ? inputs.stream().map(each -> each.permute(2, 0, 1).contiguous()).toList() : inputs;
        dev.lanewise.check.GradCheck.Function function = values -> kind.call().apply(module,
            turned ? values.stream().map(each -> each.permute(1, 2, 0)).toList() : values);
        assertEquals(Optional.empty(), GradientCheck.first(function, given, random));
        assertEquals(Optional.empty(), GradientCheck.second(function, given, random));
    }

    @Provide
    Arbitrary<AttentionModules.Case> modules() { return Arbitraries.of(AttentionModules.ALL); }

    @Test
    void namesArePyTorchs() {
        assertEquals(List.of("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"),
            List.copyOf(new MultiheadAttention(4, 2).namedParameters().keySet()));
        assertEquals(List.of("q_proj_weight", "k_proj_weight", "v_proj_weight", "in_proj_bias", "out_proj.weight",
            "out_proj.bias"), List.copyOf(new MultiheadAttention(4, 2, MultiheadAttention.options().keyWidth(3)).namedParameters()
            .keySet()));
        assertEquals(List.of("self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight",
            "self_attn.out_proj.bias", "linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias", "norm1.weight",
            "norm1.bias", "norm2.weight", "norm2.bias"),
                List.copyOf(new TransformerEncoderLayer(4, 2).namedParameters().keySet()));
        assertTrue(new TransformerDecoder(2, () -> new TransformerDecoderLayer(4, 2), new dev.lanewise.nn.LayerNorm(4))
            .namedParameters().keySet()
            .containsAll(List.of("layers.1.multihead_attn.in_proj_weight", "layers.0.norm3.bias", "norm.weight")));
    }

    @Test
    void everyLayoutGivesTheSameBits() {
        var first = attention(MultiheadAttention.options().batchFirst(true));
        var last = attention(MultiheadAttention.options());
        var expected = first.call(x, x, x, Attention.options().causal());
        assertArrayEquals(expected.toArray(),
            last.call(x.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1), Attention.options().causal())
            .transpose(0, 1).toArray());
        assertArrayEquals(expected.select(0, 1).toArray(),
            first.call(x.select(0, 1), x.select(0, 1), x.select(0, 1), Attention.options().causal()).toArray(),
            "without a batch");
        var apart = first.call(x, x.clone(), x.clone(), Attention.options().causal());
        assertArrayEquals(expected.toArray(), apart.toArray(), "projected apart");
    }

    @Test
    void weightsSumToOneAndChangeNoBit() {
        var attention = attention(MultiheadAttention.options().batchFirst(true));
        var padded = Attention.options().padding(Attention.padding(new int[] {5, 2}, 5));
        var all = attention.callWithWeights(x, x, x, padded, false);
        assertArrayEquals(attention.call(x, x, x, padded).toArray(), all.output().toArray());
        assertEquals(List.of(2, 3, 5, 5), Arrays.stream(all.weights().shape().toArray()).boxed().toList());
        for (float sum : all.weights().sum(-1).toArray()) assertEquals(1, sum, 1e-6);
        assertEquals(0, all.weights().select(0, 1).slice(-1, 2, 5).abs().amax().item());
        assertArrayEquals(all.weights().mean(1).toArray(), attention.callWithWeights(x, x, x, padded, true).weights().toArray());
    }

    @Test
    void dropoutIsCountedAndOfTrainingAlone() {
        var attention = attention(MultiheadAttention.options().batchFirst(true).dropout(0.5));
        var once = attention.call(x, x, x).toArray();
        assertEquals(1, attention.step());
        assertFalse(Arrays.equals(once, attention.call(x, x, x).toArray()));
        attention.step(0);
        assertArrayEquals(once, attention.call(x, x, x).toArray());
        assertEquals(1L, attention.stepDict().get(""));
        try (var _ = Module.evaluating()) {
            assertArrayEquals(attention(MultiheadAttention.options().batchFirst(true)).call(x, x, x).toArray(),
                attention.call(x, x, x).toArray());
        }
        assertEquals(1, attention.step());
        var loaded = new MultiheadAttention(6, 3, MultiheadAttention.options().batchFirst(true).dropout(0.5));
        loaded.loadStateDict(attention.stateDict());
        Rejected.state(() -> loaded.call(x, x, x), "initialize(seed)");
        Rejected.argument(() -> attention.step(-1), "step -1");
    }

    /// A NaN in one example's padding, or in the future, changes no bit of a transformer's outputs that don't see it.
    @Test
    void aTransformerTakesNothingFromTheFuture() {
        var encoder = new TransformerEncoder(2,
            () -> new TransformerEncoderLayer(6, 2, TransformerOptions.feedForward(4).dropout(0).batchFirst(true)));
        encoder.initialize(1);
        var spoilt = Tensor.cat(1, x.slice(1, 0, 3), Tensor.full(Float.NaN, 2, 2, 6));
        var options = Attention.options().causal();
        assertArrayEquals(encoder.call(x, options).slice(1, 0, 3).toArray(),
            encoder.call(spoilt, options).slice(1, 0, 3).toArray());
        assertArrayEquals(encoder.call(x.slice(1, 0, 3), options).toArray(), encoder.call(x, options).slice(1, 0, 3).toArray(),
            "nor their number");
        assertArrayEquals(encoder.call(x.slice(0, 1, 2), options).toArray(), encoder.call(x, options).slice(0, 1, 2).toArray(),
            "nor the batch");
    }

    /// Products of turned queries and keys depend on how far they are apart.
    @Test
    void rotaryProductsDependOnDistancesAlone() {
        for (boolean neighbours : new boolean[] {false, true}) {
            var rotary = new RotaryPositions(8, 100, neighbours);
            var one = Tensor.randn(new Threefry(2), 1, 8).expand(9, 8);
            var other = Tensor.randn(new Threefry(3), 1, 8).expand(9, 8);
            var products = rotary.call(one).matmul(rotary.call(other).t());
            for (int i = 1; i < 9; i++) assertEquals(products.get(i - 1, i / 2), products.get(i, i / 2 + 1), 1e-5);
            assertArrayEquals(one.norm(-1).toArray(), rotary.call(one).norm(-1).toArray(), 1e-5f);
        }
    }

    @Test
    void worksAsALayerAndIsSummarized() {
        var net = new Sequential(new LearnedPositions(7, 6),
            new TransformerEncoderLayer(6, 2, TransformerOptions.feedForward(4).batchFirst(true)), new Linear(6, 2));
        var summary = net.summary(x);
        assertEquals(net.parameterCount(), summary.parameters());
        assertTrue(summary.toString().contains("self_attn: MultiheadAttention"), summary.toString());
        assertTrue(summary.toString().lines().allMatch(line -> line.length() <= 80));
    }

    @Test
    void badInputIsRefused() {
        var attention = attention(MultiheadAttention.options());
        Rejected.argument(() -> attention.call(x, x, x.slice(0, 0, 1)), "multihead attention", "[1, 5, 6]", "[tokens, batch, 6]");
        Rejected.argument(() -> attention.call(x.slice(-1, 0, 3), x, x), "[2, 5, 3]");
        Rejected.argument(() -> attention.call(x, x.select(0, 0), x), "[5, 6]");
        Rejected.argument(() -> new MultiheadAttention(5, 2), "2 heads of width 5");
        Rejected.argument(() -> new MultiheadAttention(6, 2, MultiheadAttention.options().rotary(new RotaryPositions(4))),
            "width 4", "width 3");
        Rejected.argument(() -> new RotaryPositions(3), "width 3", "even");
        Rejected.argument(() -> new LearnedPositions(3, 6).initialize(1).call(x), "5 tokens", "3 positions");
        Rejected.argument(() -> new SinusoidalPositions(5).call(x), "[2, 5, 6]", "[…, tokens, 5]");
        Rejected.argument(() -> TransformerOptions.feedForward(0), "0 hidden units");
        Rejected.argument(() -> new TransformerEncoder(0, () -> new TransformerEncoderLayer(4, 2)), "0 layers");
        Rejected.argument(() -> MultiheadAttention.options().dropout(1), "dropout 1.0");
    }
}
