package dev.lanewise.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.check.InitializerCheck;
import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/// Attention that starts as that of trained networks looks. That its products have the numbers that they should have, and not
/// some wrong ones, is told by `StartsContract`, with its mutants.
class MimeticTest {

    private static final Mimetic USUAL = Mimetic.ofDefaults();

    private static float[] weight(MultiheadAttention attention, String name) {
        return attention.namedParameters().get(name).tensor().toArray();
    }

    private static MultiheadAttention started(int width, int heads, long seed) {
        var attention = new MultiheadAttention(width, heads, MultiheadAttention.options().batchFirst(true));
        attention.initialize(seed);
        USUAL.run(attention, seed);
        return attention;
    }

    /// Of rows `[count, width]` each, the first's transposed with the second.
    private static float[] product(float[] left, float[] right, int width) {
        var product = new float[width * width];
        for (int i = 0; i < width; i++) for (int j = 0; j < width; j++) {
            double sum = 0;
            for (int row = 0; row < left.length / width; row++) sum += (double) left[row * width + i] * right[row * width + j];
            product[i * width + j] = (float) sum;
        }
        return product;
    }

    private static float[] rows(float[] weight, int from, int to, int width) {
        return Arrays.copyOfRange(weight, from * width, to * width);
    }

    /// The law of each product, element by element and with all that tells draws apart; a right one fails with a probability
    /// below 1e-11.
    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void productsAreDrawnFromTheirLaws(@ForAll long seed) {
        int width = 32;
        InitializerCheck.of((values, key) -> {
            var projections = weight(started(width, 1, key), "in_proj_weight");
            var product = product(rows(projections, 0, width, width), rows(projections, width, 2 * width, width), width);
            for (int i = 0; i < width; i++) product[i * width + i] -= 0.7f;
            System.arraycopy(product, 0, values, 0, values.length);
        }, USUAL.queryKey().law(width), width * width, width, seed).orThrow();
        InitializerCheck.of((values, key) -> {
            var attention = started(width, 4, key);
            var out = Tensor.wrap(weight(attention, "out_proj.weight"), width, width).t().toArray();
            var product = product(rows(weight(attention, "in_proj_weight"), 2 * width, 3 * width, width), out, width);
            for (int i = 0; i < width; i++) product[i * width + i] += 0.4f;
            System.arraycopy(product, 0, values, 0, values.length);
        }, USUAL.value().law(width), width * width, width, seed).orThrow();
    }

    /// A head's product is as near to what is drawn as its rank lets it be: what is missing are the least singular values (Eckart
    /// and Young).
    @Property(tries = 10)
    void headsAreAsNearAsTheirWidthLets(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int heads) {
        int each = 3;
        int width = heads * each;
        var projections = weight(started(width, heads, seed), "in_proj_weight");
        for (int head = 0; head < heads; head++) {
            var product = product(rows(projections, head * each, (head + 1) * each, width),
                rows(projections, width + head * each, width + (head + 1) * each, width), width);
            var source = new Threefry(seed).stream("mimetic").stream(head);
            var columns = new double[width][width];
            var normal = new float[width];
            for (int j = 0; j < width; j++) {
                source.normal(normal, 0, width);
                for (int i = 0; i < width; i++) columns[j][i] = 0.7 / Math.sqrt(width) * normal[i] + (i == j ? 0.7 : 0);
            }
            double missing = 0;
            for (int i = 0; i < width; i++) for (int j = 0; j < width; j++) missing += Math.pow(columns[j][i]
                - product[i * width + j], 2);
            var values = SingularValues.of(columns).values();
            double least = 0;
            for (int i = each; i < width; i++) least += values[i] * values[i];
            assertEquals(Math.sqrt(least), Math.sqrt(missing), 1e-5);
        }
    }

    /// Against what it should be made of, singular and zero matrices and large and small numbers included.
    @Property(tries = 60)
    void aMatrixIsTheProductOfItsParts(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int n,
        @ForAll @IntRange(min = 0, max = 12) int rank) {
        var random = new SplittableRandom(seed);
        double size = Math.pow(10, random.nextInt(-30, 30));
        var columns = new double[n][n];
        for (int term = 0; term < Math.min(rank, n); term++) {
            double[] left = random.doubles(n, -1, 1).toArray();
            double[] right = random.doubles(n, -1, 1).toArray();
            for (int j = 0; j < n; j++) for (int i = 0; i < n; i++) columns[j][i] += size * left[i] * right[j];
        }
        var copy = Arrays.stream(columns).map(double[]::clone).toArray(double[][]::new);
        var parts = SingularValues.of(copy);
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) {
            double sum = 0;
            double product = 0;
            for (int k = 0; k < n; k++) {
                sum += parts.left()[k][i] * parts.values()[k] * parts.right()[k][j];
                product += parts.right()[i][k] * parts.right()[j][k];
            }
            assertEquals(columns[j][i], sum, 1e-12 * size);
            assertEquals(i == j ? 1 : 0, product, 1e-12);
        }
        for (int i = 1; i < n; i++) assertTrue(parts.values()[i] <= parts.values()[i - 1] && parts.values()[i] >= 0);
    }

    /// What it is for: a token looks at itself first, and what it gets is taken from it.
    @Example
    void tokensLookAtThemselvesAndAreTakenBack() {
        int width = 48;
        int tokens = 16;
        var attention = started(width, 3, 5);
        var x = Tensor.randn(new Threefry(5), 1, tokens, width);
        var run = attention.callWithWeights(x, x, x, Attention.options(), true);
        double own = 0;
        for (int i = 0; i < tokens; i++) own += run.weights().get(0, i, i) / tokens;
        assertTrue(own > 3.0 / tokens, "the own token's weight: " + own);
        double product = run.output().mul(x).sum().item();
        double cosine = product / Statistics.norm(run.output().toArray()) / Statistics.norm(x.toArray());
        assertTrue(cosine < -0.2, "the output's cosine with the input: " + cosine);
    }

    /// Attention to a memory isn't to itself; biases and all else stay.
    @Example
    void onlySelfAttentionStartsSo() {
        var model = new TransformerDecoder(2, () -> new TransformerDecoderLayer(8, 2, TransformerOptions.feedForward(8)));
        model.initialize(1);
        var before = model.stateDict();
        assertEquals(List.of("layers.0.self_attn", "layers.1.self_attn"), USUAL.run(model, 4));
        var after = model.stateDict();
        before.forEach((name, value) -> assertEquals(!name.contains("self_attn") || name.contains("bias"),
            Arrays.equals(value.toArray(), after.get(name).toArray()), name));
        assertTrue(!Arrays.equals(after.get("layers.0.self_attn.in_proj_weight").toArray(),
            after.get("layers.1.self_attn.in_proj_weight").toArray()));
    }

    @Example
    void whatDoesNotFitIsRefused() {
        Rejected.argument(() -> USUAL.run(new Linear(3, 3).initialize(1), 1), "mimetic", "no self-attention");
        Rejected.argument(() -> USUAL.run(new MultiheadAttention(4, 2, MultiheadAttention.options().keyWidth(3)), 1), "mimetic",
            "another width");
        for (double[] wrong : new double[][] {{0, 1}, {-1, 1}, {Double.NaN, 1}, {1, Double.NaN}, {1e300, 1},
            {1, Double.POSITIVE_INFINITY}, {1e-60, 0}})
            Rejected.argument(() -> new Mimetic.Near(wrong[0], wrong[1]), "mimetic: noise " + wrong[0], "identity " + wrong[1]);
        Rejected.nothing(() -> USUAL.run(null, 1), "mimetic: no model");
        Rejected.nothing(() -> new Mimetic(null, USUAL.value()), "mimetic", "queries");
        Rejected.nothing(() -> new Mimetic(USUAL.queryKey(), null), "mimetic", "values");
        Rejected.nothing(() -> new MultiheadAttention(4, 2).initializers(null, null), "multihead attention", "no initializer");
    }

    /// From a seed and a path, whatever the threads.
    @Example
    void bitsFollowFromSeedAndPath() {
        int threads = Compute.threads();
        var one = weight(started(24, 3, 9), "in_proj_weight");
        Compute.setThreads(threads == 1 ? 2 : 1);
        assertArrayEquals(one, weight(started(24, 3, 9), "in_proj_weight"));
        Compute.setThreads(threads);
        assertTrue(!Arrays.equals(one, weight(started(24, 3, 10), "in_proj_weight")));
        assertArrayEquals(weight(started(1, 1, 3), "in_proj_weight"), weight(started(1, 1, 3), "in_proj_weight"));
    }

    @Example
    void orthogonalHeadsAreAskedForByOneCall() {
        var attention = new MultiheadAttention(12, 3).initializers(Initializers.orthogonalHeads(3), Initializers.orthogonal());
        attention.initialize(1);
        for (int head = 0; head < 9; head++) {
            var rows = Tensor.wrap(rows(weight(attention, "in_proj_weight"), 4 * head, 4 * (head + 1), 12), 4, 12);
            assertArrayEquals(Tensor.eye(4).toArray(), rows.matmul(rows.t()).toArray(), 1e-6f);
        }
        var apart = new MultiheadAttention(12, 3, MultiheadAttention.options().keyWidth(5))
            .initializers(Initializers.orthogonalHeads(3),
            Initializers.orthogonal());
        apart.initialize(1);
        Rejected.argument(() -> new MultiheadAttention(12, 3).initializers(Initializers.orthogonalHeads(5),
            Initializers.orthogonal()).initialize(1), "orthogonalHeads", "5 heads divide");
    }

    @Example
    void bothTrainAStep() {
        var model = new TransformerEncoder(2,
            () -> new TransformerEncoderLayer(12, 3, TransformerOptions.feedForward(16).dropout(0).batchFirst(true)
            .normFirst(true)));
        model.initialize(3);
        USUAL.run(model, 3);
        var x = Tensor.randn(new Threefry(1), 4, 6, 12);
        var target = Tensor.randn(new Threefry(2), 4, 6, 12);
        var optimizer = new SGD(model.parameters(), 0.02);
        double before = model.call(x).sub(target).square().mean().item();
        model.call(x).sub(target).square().mean().backward();
        optimizer.step();
        double after = model.call(x).sub(target).square().mean().item();
        assertTrue(after < before, before + " to " + after);
    }
}
