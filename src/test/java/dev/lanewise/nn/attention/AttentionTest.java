package dev.lanewise.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Scaled dot-product attention. Gradients of all options are held to differences by the tests of all operations.
class AttentionTest {

    /// More than two blocks of keys, the last of them cut.
    private static final int TOKENS = 150;
    private static final int WIDTH = 5;

    private final Threefry random = new Threefry(7);
    private final Tensor q = Tensor.randn(random, 2, 3, TOKENS, WIDTH);
    private final Tensor k = Tensor.randn(random, 2, 3, TOKENS, WIDTH);
    private final Tensor v = Tensor.randn(random, 2, 3, TOKENS, 4);

    /// The result, and the gradients by queries, keys and values; those of the first `queries` rows of the result.
    private static List<float[]> run(Tensor q, Tensor k, Tensor v, AttentionOptions options, int queries) {
        var inputs = List.of(q.clone().requiresGrad(true), k.clone().requiresGrad(true), v.clone().requiresGrad(true));
        var y = Attention.scaledDotProduct(inputs.get(0), inputs.get(1), inputs.get(2), options);
        var direction = Tensor.randn(new Threefry(3), 2, 3, TOKENS, 4).slice(-2, 0, queries);
        y.slice(-2, 0, queries).backward(direction, false, false);
        var results = new ArrayList<>(List.of(y.slice(-2, 0, queries).toArray()));
        inputs.forEach(each -> results.add(each.grad().toArray()));
        return results;
    }

    private static void assertSame(List<float[]> expected, List<float[]> actual) {
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), actual.get(i), i + "");
    }

    private static Tensor with(float value, Tensor x, int dim, int from, int to) {
        var index = Tensor.arange(x.size(dim)).reshape(dim == -2 ? new int[] {x.size(-2), 1} : new int[] {x.size(-1)});
        var inside = index.ge(Tensor.scalar(from)).mul(index.lt(Tensor.scalar(to)));
        return Tensor.where(inside, Tensor.scalar(value), x);
    }

    @Test
    void isSoftmaxOfProductsTimesValues() {
        var scores = q.mul((float) (1 / Math.sqrt(WIDTH))).matmul(k.transpose(-1, -2));
        assertArrayEquals(scores.softmax(-1).matmul(v).toArray(), Attention.scaledDotProduct(q, k, v).toArray(), 1e-6f);
        var index = Tensor.arange(TOKENS);
        var past = index.reshape(TOKENS, 1).ge(index);
        var causal = Tensor.where(past, scores, Tensor.scalar(Float.NEGATIVE_INFINITY)).softmax(-1).matmul(v);
        for (var options : List.of(Attention.options().causal(), Attention.options().allowed(past),
                Attention.options().bias(Tensor.where(past, Tensor.scalar(0), Tensor.scalar(Float.NEGATIVE_INFINITY)))))
            assertArrayEquals(causal.toArray(), Attention.scaledDotProduct(q, k, v, options).toArray(), 1e-6f);
    }

    /// Whatever the future holds: not a bit of results, nor of gradients.
    @Test
    void causalAttentionTakesNothingFromTheFuture() {
        int now = 70;
        var past = q.slice(-2, 0, now);
        var expected = run(past, k, v, Attention.options().causal(), now);
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, 0})
            assertSame(expected, run(past, with(value, k, -2, now, TOKENS), with(value, v, -2, now, TOKENS),
                Attention.options().causal(), now));
        assertArrayEquals(expected.getFirst(), Attention.scaledDotProduct(q, k, v, Attention.options().causal()).slice(-2, 0, now)
            .toArray());
        // a query that is NaN spoils its own row, and keys before it
        var keys = run(with(Float.NaN, q, -2, 3, 4), k, v, Attention.options().causal(), TOKENS).get(2);
        for (int i = 0; i < TOKENS * WIDTH; i++) assertEquals(i / WIDTH <= 3, Float.isNaN(keys[i]), i + "");
    }

    @Test
    void masksTakeNothingFromWhatTheyHide() {
        var lengths = new int[] {TOKENS - 1, 66};
        for (var options : List.of(Attention.options().padding(Attention.padding(lengths, TOKENS)),
                Attention.options().allowed(Attention.padding(lengths, TOKENS).eq(Tensor.scalar(0)).reshape(2, 1, 1, TOKENS)))) {
            var expected = run(q, k, v, options, TOKENS);
            for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
                var keys = with(value, k, -2, TOKENS - 1, TOKENS);
                var values = Tensor.cat(0, with(value, v.slice(0, 0, 1), -2, TOKENS - 1, TOKENS),
                    with(value, v.slice(0, 1, 2), -2, 66, TOKENS));
                assertSame(expected, run(q, keys, values, options, TOKENS));
            }
        }
    }

    /// Nothing but its own row counts: not how many others there are, nor the padding that is hidden.
    @Test
    void aQueryIsAloneWithItsKeys() {
        var all = Attention.scaledDotProduct(q, k, v);
        assertArrayEquals(all.slice(-2, 60, 67).toArray(), Attention.scaledDotProduct(q.slice(-2, 60, 67), k, v).toArray());
        assertArrayEquals(all.select(0, 1).select(0, 2).toArray(),
            Attention.scaledDotProduct(q.select(0, 1).select(0, 2), k.select(0, 1).select(0, 2), v.select(0, 1).select(0, 2))
            .toArray());
        var padding = Attention.padding(new int[] {70, 70}, TOKENS);
        assertArrayEquals(Attention.scaledDotProduct(q, k.slice(-2, 0, 70), v.slice(-2, 0, 70)).toArray(),
            Attention.scaledDotProduct(q, k, v, Attention.options().padding(padding)).toArray());
        assertArrayEquals(all.toArray(), Attention.scaledDotProduct(q.transpose(-1, -2).contiguous().transpose(-1, -2),
            k.permute(1, 0, 3, 2).contiguous().permute(1, 0, 3, 2), v.permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0))
                .toArray(),
            "however operands lie in memory");
    }

    @Test
    void permutedKeysGiveTheSameToRounding() {
        var order = new Threefry(5).permutation(TOKENS);
        assertArrayEquals(Attention.scaledDotProduct(q, k, v).toArray(),
            Attention.scaledDotProduct(q, k.indexSelect(-2, order), v.indexSelect(-2, order)).toArray(), 1e-6f);
    }

    /// The gradient is one recurrence, whether it is to be differentiated or not.
    @Test
    void aRecordedGradientHasTheSameBits() {
        for (var options : List.of(Attention.options(), Attention.options().causal(),
            Attention.options().dropout(0.2, new Threefry(1)))) {
            var inputs = List.of(q.clone().requiresGrad(true), k.clone().requiresGrad(true), v.clone().requiresGrad(true));
            var y = Attention.scaledDotProduct(inputs.get(0), inputs.get(1), inputs.get(2), options).square().sum();
            var plain = Autograd.grad(y, inputs, null, true, false);
            var recorded = Autograd.grad(y, inputs, null, true, true);
            for (int i = 0; i < 3; i++) assertArrayEquals(plain.get(i).toArray(), recorded.get(i).toArray());
        }
    }

    @Test
    void whatMaySeeNothingIsZeroAndHasNoGradient() {
        var nothing = Attention.options().allowed(with(0, Tensor.ones(TOKENS, TOKENS), -2, 3, 4));
        var results = run(q, k, v, nothing, TOKENS);
        assertArrayEquals(new float[4], Arrays.copyOfRange(results.getFirst(), 3 * 4, 4 * 4));
        assertArrayEquals(new float[WIDTH], Arrays.copyOfRange(results.get(1), 3 * WIDTH, 4 * WIDTH));
        for (var result : results) for (float each : result) assertTrue(Float.isFinite(each));
        var lowest = Attention.options().bias(Tensor.full(Float.NEGATIVE_INFINITY, TOKENS, TOKENS));
        for (var result : run(q, k, v, lowest, TOKENS)) assertArrayEquals(new float[result.length], result, 0);
        assertArrayEquals(new float[2 * 3 * TOKENS * 4], Attention.scaledDotProduct(q, k.slice(-2, 0, 0), v.slice(-2, 0, 0))
            .toArray());
        assertEquals(0, Attention.scaledDotProduct(q.slice(-2, 0, 0), k, v).numel());
        assertEquals(0, Attention.scaledDotProduct(q.slice(0, 0, 0), k.slice(0, 0, 0), v.slice(0, 0, 0)).numel());
    }

    @Test
    void extremeScoresDoNotOverflow() {
        var large = Attention.scaledDotProduct(q.mul(1e18f), k.mul(1e18f), v);
        var best = q.matmul(k.transpose(-1, -2)).argmax(-1);
        for (int row = 0; row < 2 * 3 * TOKENS; row++) {
            var values = v.reshape(6, TOKENS, 4).select(0, row / TOKENS).select(0, best[row]);
            assertArrayEquals(values.toArray(), Arrays.copyOfRange(large.toArray(), row * 4, row * 4 + 4), 1e-6f);
        }
    }

    @Test
    void aScopeChangesNoBit() {
        var expected = run(q, k, v, Attention.options().causal().dropout(0.1, new Threefry(2)), TOKENS);
        var scope = new Scope();
        for (int i = 0; i < 2; i++) try (var _ = scope.open()) {
            assertSame(expected, run(q, k, v, Attention.options().causal().dropout(0.1, new Threefry(2)), TOKENS));
        }
    }

    @Test
    void threadsDoNotMeet() {
        var expected = run(q, k, v, Attention.options().causal(), TOKENS);
        IntStream.range(0, 4).parallel().forEach(_ -> assertSame(expected, run(q, k, v, Attention.options().causal(), TOKENS)));
    }

    /// Values that are ones give the sum of the weights that are left.
    @Test
    void droppedWeightsAreAFunctionOfTheKeyAndTheirPlace() {
        var ones = Tensor.ones(2, 3, TOKENS, 1);
        var sums = Attention.scaledDotProduct(q, k, ones, Attention.options().dropout(0.25, new Threefry(4)));
        assertArrayEquals(sums.toArray(),
            Attention.scaledDotProduct(q, k, ones, Attention.options().dropout(0.25, new Threefry(4))).toArray());
        assertEquals(1, sums.mean().item(), 0.02);
        assertTrue(sums.std().item() > 0.01);
        var some = Attention.scaledDotProduct(q.slice(-2, 0, 64), k, ones, Attention.options().dropout(0.25, new Threefry(4)));
        assertArrayEquals(sums.slice(-2, 0, 64).toArray(), some.toArray());
        assertArrayEquals(Attention.scaledDotProduct(q, k, ones, Attention.options().dropout(0.25, new TorchRandom(1))).toArray(),
            Attention.scaledDotProduct(q, k, ones, Attention.options().dropout(0.25, new TorchRandom(1))).toArray());
    }

    @Test
    void badInputIsRefused() {
        Rejected.argument(() -> Attention.scaledDotProduct(q, k.slice(-1, 0, 3), v), "attention", "[2, 3, 150, 3]", "width");
        Rejected.argument(() -> Attention.scaledDotProduct(q, k, v.slice(-2, 0, 3)), "attention", "[2, 3, 3, 4]");
        Rejected.argument(() -> Attention.scaledDotProduct(Tensor.ones(3), k, v), "attention", "[3]");
        Rejected.argument(() -> Attention.scaledDotProduct(q, k.slice(1, 0, 2), v), "leading sizes", "broadcast");
        Rejected.argument(() -> Attention.scaledDotProduct(q, k, v, Attention.options().bias(Tensor.ones(3, 3))),
            "bias", "[3, 3]");
        Rejected.argument(() -> Attention.scaledDotProduct(q, k, v, Attention.options().allowed(Tensor.ones(5, 1, 1, 1, 1))),
            "allowed");
        Rejected.argument(() -> Attention.scaledDotProduct(q, k, v, Attention.options().padding(Tensor.ones(2, 3))),
            "padding", "[2, 3]");
        Rejected.argument(() -> Attention.options().dropout(1, new Threefry(1)), "dropout 1.0");
        Rejected.argument(() -> Attention.options().dropout(0.5, null), "source");
        Rejected.argument(() -> Attention.options().scale(Double.NaN), "scale NaN");
        Rejected.argument(() -> Attention.padding(new int[] {4}, 3), "length 4", "3");
    }
}
