package dev.lanewise.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Losses where a factor is 0 and the other one infinite, and at the ends of what floats hold: values, slopes and curvatures
/// against formulas in double, in which what is of weight 0 is left out.
class LossExtremesTest {

    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float[] LOGITS = {-INF, -3e38f, -200, -17, -1, -1e-45f, 0, 1e-30f, 1, 17, 200, 3e38f, INF};
    private static final float[] PROBABILITIES = {0, 1e-45f, 1e-20f, 0.3f, 1};

    /// Value, slope and curvature by x.
    private record Exact(DoubleBinaryOperator value, DoubleBinaryOperator slope, DoubleBinaryOperator curvature) {}

    private interface Loss {
        Tensor of(Tensor x, Tensor t, Reduction reduction);
    }

    /// `weight` times what counts, 0 if the weight is.
    private static double times(double weight, double x) { return weight == 0 ? 0 : weight * x; }

    private static void assertNear(double expected, double actual, String at) {
        assertEquals((float) expected, actual, 2e-6 * Math.min(1e38, Math.abs(expected)) + 1e-37, at);
    }

    /// Every pair by itself, all pairs at once, and their sum.
    private static void assertExact(String name, float[] xs, float[] ts, Loss loss, Exact exact) {
        var x = new ArrayList<Float>();
        var t = new ArrayList<Float>();
        for (float a : xs) for (float b : ts) {
            x.add(a);
            t.add(b);
            assertExact(name, List.of(a), List.of(b), loss, exact, Reduction.MEAN);
        }
        for (var reduction : List.of(Reduction.NONE, Reduction.SUM)) assertExact(name, x, t, loss, exact, reduction);
    }

    private static void assertExact(String name, List<Float> xs, List<Float> ts, Loss loss, Exact exact, Reduction reduction) {
        var x = vector(xs).requiresGrad(true);
        var t = vector(ts);
        var value = loss.of(x, t, reduction);
        if (reduction == Reduction.NONE || xs.size() == 1) for (int i = 0; i < xs.size(); i++)
            assertNear(exact.value.applyAsDouble(xs.get(i), ts.get(i)), value.toArray()[i],
                name + " of " + xs.get(i) + ", " + ts.get(i));
        var slope = Autograd.grad(value.sum(), List.of(x), true).getFirst();
        for (int i = 0; i < xs.size(); i++)
            assertNear(exact.slope.applyAsDouble(xs.get(i), ts.get(i)), slope.toArray()[i],
                name + "' of " + xs.get(i) + ", " + ts.get(i));
        if (!slope.requiresGrad()) return;
        var curvature = Autograd.grad(slope.sum(), List.of(x)).getFirst();
        for (int i = 0; i < xs.size(); i++) {
            double exactly = exact.curvature.applyAsDouble(xs.get(i), ts.get(i));
            assertEquals((float) exactly, curvature.toArray()[i], 1e-6 * Math.max(1, Math.abs(exactly)),
                name + "'' of " + xs.get(i) + ", " + ts.get(i));
        }
    }

    private static Tensor vector(List<Float> values) {
        var array = new float[values.size()];
        for (int i = 0; i < array.length; i++) array[i] = values.get(i);
        return Tensor.of(array);
    }

    private static double softplus(double x) { return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); }

    private static double sigmoid(double x) { return 1 / (1 + Math.exp(-x)); }

    @Test
    void binaryCrossEntropyWithLogits() {
        for (float weight : new float[] {0, 1, 2.5f})
            for (float positive : new float[] {0, 1, 3})
                assertExact("bce, weights " + weight + ", " + positive, LOGITS, new float[] {0, 0.25f, 1},
                    (x, t, r) -> Losses.binaryCrossEntropyWithLogits(x, t, Tensor.of(weight), Tensor.of(positive), r),
                    new Exact((x, t) -> times(weight, times(positive * t, softplus(-x)) + times(1 - t, softplus(x))),
                        (x, t) -> weight * ((1 - t) * sigmoid(x) - positive * t * sigmoid(-x)),
                        (x, t) -> weight * (positive * t + 1 - t) * sigmoid(x) * sigmoid(-x)));
        assertExact("bce", LOGITS, new float[] {0, 0.25f, 1},
            (x, t, r) -> Losses.binaryCrossEntropyWithLogits(x, t, null, null, r),
            new Exact((x, t) -> times(t, softplus(-x)) + times(1 - t, softplus(x)), (x, t) -> sigmoid(x) - t,
                (x, t) -> sigmoid(x) * sigmoid(-x)));
    }

    @Test
    void klDiv() {
        var inputs = new float[] {-INF, -3e38f, -200, -1, 0};
        assertExact("kl", inputs, PROBABILITIES, (x, t, r) -> Losses.klDiv(x, t, false, r),
            new Exact((x, t) -> times(t, Math.log(t) - x), (_, t) -> -t, (_, _) -> 0));
        assertExact("kl of logarithms", inputs, new float[] {-INF, -3e38f, -200, -80, -1, 0},
            (x, t, r) -> Losses.klDiv(x, t, true, r),
            new Exact((x, t) -> times((float) Math.exp(t), t - x), (_, t) -> -(float) Math.exp(t), (_, _) -> 0));
    }

    /// The target is learned, too: in distillation.
    @Test
    void klDivOfATargetThatIsLearned() {
        for (boolean log : new boolean[] {false, true}) {
            var target = Tensor.of(log ? -INF : 0, log ? 0 : 1).requiresGrad(true);
            var loss = Losses.klDiv(Tensor.of(-INF, -1), target, log, Reduction.SUM);
            assertEquals(1, loss.item());
            var slope = Autograd.grad(loss, List.of(target), true).getFirst();
            assertEquals(List.of(0f, 2f), boxed(slope));
            assertEquals(List.of(0f, log ? 3f : 1f), boxed(Autograd.grad(slope.sum(), List.of(target)).getFirst()));
        }
    }

    private static List<Float> boxed(Tensor x) {
        var list = new ArrayList<Float>();
        for (float each : x.toArray()) list.add(each + 0f);
        return list;
    }

    @Test
    void binaryCrossEntropy() {
        for (float weight : new float[] {0, 1})
            assertExact("bce of probabilities", new float[] {0, 1e-45f, 1e-13f, 0.25f, 1}, new float[] {0, 0.25f, 1},
                (x, t, r) -> Losses.binaryCrossEntropy(x, t, Tensor.of(weight), r),
                new Exact((x, t) -> -weight * (t * Math.max(-100, Math.log(x)) + (1 - t) * Math.max(-100, Math.log1p(-x))),
                    (x, t) -> weight * ((1 - t) / Math.max(1e-12, 1 - x) - t / Math.max(1e-12, x)),
                    (x, t) -> weight * (times(x < 1e-12 ? 0 : t, 1 / (x * x))
                        + times(1 - x < 1e-12 ? 0 : 1 - t, 1 / ((1 - x) * (1 - x))))));
    }

    @Test
    void distances() {
        var numbers = new float[] {-3e38f, -1e19f, -1e-30f, 0, 1e-45f, 2, 1e19f};
        assertExact("mse", numbers, new float[] {0, 1e-45f, 5},
            Losses::mseLoss, new Exact((x, t) -> Math.pow((float) (x - t), 2), (x, t) -> 2 * (x - t), (_, _) -> 2));
        assertExact("l1", numbers, new float[] {0, 5},
            Losses::l1Loss, new Exact((x, t) -> Math.abs(x - t), (x, t) -> Math.signum(x - t), (_, _) -> 0));
        for (double bound : new double[] {1e-60, 1e-3, 1, 10, 1e300}) {
            // PyTorch's, too, is NaN where beta, infinite in float, meets an infinite difference
            assertExact("smooth l1, beta " + bound, new float[] {bound > 1e38 ? -3e38f : -INF, -1e19f, 0, 2, 1e19f},
                new float[] {0, 5}, (x, t, r) -> Losses.smoothL1Loss(x, t, bound, r), new Exact(
                    (x, t) -> Math.abs(x - t) < bound ? (float) bound == INF ? 0 : (x - t) * (x - t) / 2 / bound
                    : Math.abs(x - t) - bound / 2,
                    (x, t) -> Math.abs(x - t) < bound ? (float) ((x - t) / bound) : Math.signum(x - t),
                    (x, t) -> bound >= 1e-38 && Math.abs(x - t) < bound ? 1 / bound : 0));
        }
    }

    @Test
    void ofInfiniteDifferences() {
        for (float x : new float[] {-INF, INF})
            assertExact("huber", new float[] {x}, new float[] {0, 3}, (a, t, r) -> Losses.huberLoss(a, t, 1, r),
                new Exact((_, _) -> INF, (a, _) -> Math.signum(a), (_, _) -> 0));
        var tiny = Losses.huberLoss(Tensor.of(INF, 1), Tensor.of(0, 0), 1e-60, Reduction.NONE);
        assertEquals(List.of(INF, Float.MIN_VALUE), boxed(tiny));
    }

    private static double logSumExp(float[] row) {
        double max = Double.NEGATIVE_INFINITY;
        for (float x : row) max = Math.max(max, x);
        double sum = 0;
        for (float x : row) sum += Math.exp(x - max);
        return max + Math.log(sum);
    }

    /// Rows with masked classes, classes that weigh nothing, rows that are ignored; those may hold anything, and then, as in
    /// PyTorch, have no gradient.
    @Test
    void crossEntropy() {
        var rows = new ArrayList<float[]>();
        for (float a : new float[] {-INF, -1e30f, 0, 5, 1e30f})
            for (float b : new float[] {-INF, 0, 2}) rows.add(new float[] {a, b, 1});
        var hidden = List.of(new float[] {INF, 0, 1}, new float[] {-INF, -INF, -INF}, new float[] {Float.NaN, 1, 2},
            new float[] {INF, INF, INF});
        for (double smoothing : new double[] {0, 0.3, 1})
            for (var weight : new float[][] {null, {1, 2, 3}, {0, 1, 1}, {1, 0, 2}})
                for (int label = 0; label < 3; label++) {
                    var batch = new ArrayList<>(rows);
                    var labels = new ArrayList<Integer>();
                    for (var _ : rows) labels.add(label);
                    batch.addAll(hidden);
                    for (var _ : hidden) labels.add(-100);
                    if (smoothing == 0 && weight != null) {
                        batch.addAll(hidden);
                        for (var _ : hidden) labels.add(weight[0] == 0 ? 0 : weight[1] == 0 ? 1 : -100);
                    }
                    assertRows(batch, labels, weight, smoothing, false);
                    if (smoothing == 0) assertRows(batch.subList(0, rows.size()), labels.subList(0, rows.size()),
                        weight, 0, true);
                }
    }

    private static void assertRows(List<float[]> rows, List<Integer> labels, float[] weight, double smoothing, boolean nll) {
        var at = "labels " + labels + ", weight " + Arrays.toString(weight) + ", smoothing " + smoothing + ", row ";
        var options = ClassOptions.DEFAULT.labelSmoothing(smoothing).weight(weight == null ? null : Tensor.of(weight));
        var label = labels.stream().mapToInt(Integer::intValue).toArray();
        Function<Reduction, Function<Tensor, Tensor>> loss = r -> nll ? x ->
            Losses.nllLoss(x.logSoftmax(1), label, options.reduction(r))
            : x -> Losses.crossEntropy(x, label, options.reduction(r));
        for (var reduction : List.of(Reduction.NONE, Reduction.SUM, Reduction.MEAN)) {
            double total = 0;
            for (int each : label) total += each < 0 ? 0 : weight == null ? 1 : weight[each];
            if (reduction == Reduction.MEAN && total == 0) continue;
            double scale = reduction == Reduction.MEAN ? 1 / total : 1;
            var x = Tensor.of(rows.toArray(float[][]::new)).requiresGrad(true);
            var value = loss.apply(reduction).apply(x);
            var slope = Autograd.grad(value.sum(), List.of(x), true).getFirst();
            // without a record, the fused rule
            assertEquals(boxed(slope), boxed(Autograd.grad(loss.apply(reduction).apply(x).sum(), List.of(x)).getFirst()), at);
            var curvature = Autograd.grad(slope.square().sum(), List.of(x)).getFirst().toArray();
            double sum = 0;
            for (int i = 0; i < label.length; i++) {
                var row = rows.get(i);
                double lse = logSumExp(row);
                double expected = 0;
                double weights = 0;
                var shares = new double[3];
                for (int c = 0; c < 3 && label[i] >= 0; c++) {
                    shares[c] = ((c == label[i] ? 1 - smoothing : 0) + smoothing / 3) * (weight == null ? 1 : weight[c]);
                    expected += times(shares[c], lse - row[c]);
                    weights += shares[c];
                }
                sum += expected;
                if (reduction == Reduction.NONE) assertNear(expected, value.toArray()[i], at + i);
                for (int c = 0; c < 3 && Double.isFinite(lse); c++) {
                    double p = weights == 0 ? 0 : weights * Math.exp(row[c] - lse);
                    assertEquals((p - shares[c]) * scale, slope.get(i, c), 3e-7 * Math.max(1, weights), at + i + ", class " + c);
                    assertFalse(Float.isNaN(curvature[i * 3 + c]), at + i);
                }
            }
            if (reduction != Reduction.NONE) assertEquals((float) (sum * scale), value.item(),
                1e-5 * Math.min(1e38, Math.abs(sum)), at);
        }
    }
}
