package dev.lanewise.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.RowLoss;
import dev.lanewise.check.GradCheck;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Losses of rows: their values, derivatives and sums, and what they refuse.
class RowLossTest {

    private static final float INF = Float.POSITIVE_INFINITY;
    private static final int ROWS = 6;
    /// Some roundings of a row's terms, which are up to eight times the loss and 1 together: distances are of up to 7.
    private static final double ROUNDED = 8e-6;

    @Provide
    Arbitrary<RowLoss> losses() { return Arbitraries.of(RowLoss.ALL); }

    @Property(tries = 150)
    void theyAreReduced(@ForAll("losses") RowLoss loss, @ForAll long seed) {
        var rows = loss.draw(ROWS, new SplittableRandom(seed));
        var each = loss.reduced().of(rows.x(), rows.labels(), Reduction.NONE);
        assertEquals(Shape.of(ROWS), each.shape());
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            double exact = loss.exact().of(rows.row(row), rows.labels()[row]);
            assertEquals(exact, each.get(row), ROUNDED * (1 + Math.abs(exact)));
            sum += exact;
        }
        assertEquals(sum, loss.reduced().of(rows.x(), rows.labels(), Reduction.SUM).item(), ROUNDED * (ROWS + sum));
        for (var mean : List.of(Reduction.MEAN, Reduction.BATCH_MEAN))
            assertEquals(sum / ROWS, loss.reduced().of(rows.x(), rows.labels(), mean).item(), ROUNDED * (1 + sum / ROWS));
    }

    @Property(tries = 150)
    void theyHaveTheRightDerivatives(@ForAll("losses") RowLoss loss, @ForAll Reduction reduction, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var rows = loss.draw(2, random);
        GradCheck.Function function = x -> List.of(loss.reduced().of(x.toArray(Tensor[]::new), rows.labels(), reduction));
        assertEquals(Optional.empty(), GradientCheck.first(function, List.of(rows.x()), random));
        assertEquals(Optional.empty(), GradientCheck.second(function, List.of(rows.x()), random));
    }

    @Property(tries = 100)
    void partsAreDividedOnce(@ForAll("losses") RowLoss loss, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var rows = loss.draw(ROWS, random);
        var mean = loss.reduced().of(rows.x(), rows.labels(), Reduction.MEAN).item();
        var whole = loss.sum().of(rows.x(), rows.labels());
        assertEquals(List.of((double) ROWS, mean), List.of(whole.weight(), whole.mean().item()));
        int cut = random.nextInt(ROWS + 1);
        var first = rows.slice(0, cut);
        var second = rows.slice(cut, ROWS);
        var both = loss.sum().of(first.x(), first.labels()).plus(loss.sum().of(second.x(), second.labels()));
        assertEquals(mean, both.mean().item(), 2e-6 * (1 + mean));
    }

    @Property
    void ofNothingThereIsASumButNoMean(@ForAll("losses") RowLoss loss) {
        var rows = loss.draw(0, new SplittableRandom(1));
        for (var x : rows.x()) x.requiresGrad(true);
        assertEquals(Shape.of(0), loss.reduced().of(rows.x(), rows.labels(), Reduction.NONE).shape());
        var sum = loss.reduced().of(rows.x(), rows.labels(), Reduction.SUM);
        assertEquals(0f, sum.item());
        sum.backward();
        assertEquals(Shape.of(0, RowLoss.COLUMNS), rows.x()[0].grad().shape());
        Rejected.argument(() -> loss.reduced().of(rows.x(), rows.labels(), Reduction.MEAN), loss.method() + ":", "empty",
            "skip it, or take the sum");
        assertEquals(0, loss.sum().of(rows.x(), rows.labels()).weight());
    }

    /// With gamma 0 it is cross-entropy, options and all; with another one, each row's is scaled before the weights and the mean.
    @Property(tries = 50)
    void focalLossIsCrossEntropyScaled(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var logits = Domain.ANY.draw(Shape.of(5, 4, 2), random);
        var labels = random.ints(10, 0, 4).map(label -> label == 3 ? -7 : label).toArray();
        labels[0] = 0;
        var options = ClassOptions.DEFAULT.weight(Tensor.of(0.5f, 2, 1, 0)).ignoreIndex(-7);
        for (var reduction : Reduction.values()) {
            var reduced = options.reduction(reduction);
            assertArrayEquals(Losses.crossEntropy(logits, labels, reduced).toArray(),
                Losses.focalLoss(logits, labels, 0, reduced).toArray(), 1e-5f);
        }
        var none = options.reduction(Reduction.NONE);
        var plain = ClassOptions.DEFAULT.ignoreIndex(-7).reduction(Reduction.NONE);
        var p = Losses.crossEntropy(logits, labels, plain).neg().exp();
        var expected = Losses.crossEntropy(logits, labels, none).mul(p.neg().add(1f).pow(1.5f));
        assertArrayEquals(expected.toArray(), Losses.focalLoss(logits, labels, 1.5, none).toArray(), 1e-5f);
        var mean = expected.sum().item() / Loss.crossEntropy(logits, labels, options).weight();
        assertEquals(mean, Losses.focalLoss(logits, labels, 1.5, options).item(), 1e-5);
        assertEquals(mean, Loss.focalLoss(logits, labels, 1.5, options).item(), 1e-5);
    }

    /// One-hot probabilities are labels.
    @Property(tries = 50)
    void probabilitiesOfOneAreLabels(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var logits = Domain.ANY.draw(Shape.of(4, 3, 2), random);
        var labels = random.ints(8, 0, 3).toArray();
        var ones = new float[24];
        for (int i = 0; i < 8; i++) ones[i / 2 * 6 + labels[i] * 2 + i % 2] = 1;
        for (double smoothing : new double[] {0, 0.3, 1}) {
            var options = ClassOptions.DEFAULT.labelSmoothing(smoothing).weight(Tensor.of(0.5f, 2, 1)).reduction(Reduction.NONE);
            assertArrayEquals(Losses.crossEntropy(logits, labels, options).toArray(),
                Losses.crossEntropy(logits, Tensor.of(ones, 4, 3, 2), options).toArray(), 1e-5f);
        }
    }

    private static void assertGradient(Tensor loss, Tensor x, double... expected) {
        loss.backward(Tensor.ones(loss.shape().toArray()), true, true);
        var first = x.grad();
        assertArrayEquals(expected, doubles(first), 1e-6, loss.toString());
        if (!first.requiresGrad()) return;
        x.zeroGrad();
        first.sum().backward();
        if (x.grad() != null) for (float curvature : x.grad().toArray()) assertFalse(Float.isNaN(curvature),
            "curvature " + x.grad());
    }

    private static double[] doubles(Tensor x) {
        var floats = x.toArray();
        var doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }

    private static Tensor leaf(float... x) { return Tensor.of(x).requiresGrad(true); }

    /// Where a probability of 0 meets the logarithm of 0, and where the power of nothing has no slope.
    @Example
    void whatHasNoPartInItMayBeInfinite() {
        var logits = Tensor.of(new float[][] {{-INF, 0, 0}, {-INF, 0, 100}}).requiresGrad(true);
        var targets = Tensor.of(new float[][] {{0, 1, 0}, {0, 0.5f, 0.5f}});
        var soft = Losses.crossEntropy(logits, targets, ClassOptions.DEFAULT.reduction(Reduction.NONE));
        assertArrayEquals(new float[] {(float) Math.log(2), 50}, soft.toArray(), 1e-5f);
        assertGradient(soft, logits, 0, -0.5, 0.5, 0, -0.5, 0.5);
        for (double gamma : new double[] {0.25, 1, 2}) {
            var rows = Tensor.of(new float[][] {{200, 0}, {0, 200}, {1e30f, -1e30f}, {-1e30f, 1e30f}, {0, -INF}, {-INF, 0}})
                .requiresGrad(true);
            var focal = Losses.focalLoss(rows, new int[6], gamma, ClassOptions.DEFAULT.reduction(Reduction.NONE));
            assertArrayEquals(new float[] {0, 200, 0, 2e30f, 0, INF}, focal.toArray());
            assertGradient(focal, rows, 0, 0, -1, 1, 0, 0, -1, 1, 0, 0, -1, 1);
            var x = leaf(-INF, -1e30f, -200, 200, 1e30f, INF, -INF, -1e30f, -200, 200, 1e30f, INF);
            var t = Tensor.of(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0);
            var sigmoid = Losses.sigmoidFocalLoss(x, t, -1, gamma, Reduction.NONE);
            assertArrayEquals(new float[] {INF, 1e30f, 200, 0, 0, 0, 0, 0, 0, 200, 1e30f, INF}, sigmoid.toArray(),
                "gamma " + gamma);
            assertGradient(sigmoid, x, -1, -1, -1, 0, 0, 0, 0, 0, 0, 1, 1, 1);
            var balanced = Losses.sigmoidFocalLoss(x, t, 1, gamma, Reduction.NONE);
            assertArrayEquals(new float[] {INF, 1e30f, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0}, balanced.toArray());
        }
    }

    @Example
    void likelihoodsKeepTheirRange() {
        var mean = leaf(0, 1e25f, 0, 3);
        var variance = leaf(0, 1e30f, 1e-9f, INF);
        var gaussian = Losses.gaussianNllLoss(mean, Tensor.of(0, 0, 1, 1), variance, false, 1e-6, Reduction.NONE);
        assertArrayEquals(new float[] {(float) Math.log(1e-6) / 2, 5e19f, 5e5f, INF}, gaussian.toArray(), 1e14f);
        gaussian.sum().backward();
        assertArrayEquals(new float[] {0, 1e-5f, -1e6f, 0}, mean.grad().toArray(), 0.5f);
        assertEquals(5e5f, variance.grad().get(0), 1, "what lies below the least variance has its slope");
        var logRate = leaf(-INF, -INF, 0, 100, INF);
        var poisson = Losses.poissonNllLoss(logRate, Tensor.of(0, 2, 3, 5, 7), true, false, 0, Reduction.NONE);
        assertArrayEquals(new float[] {0, INF, 1, INF, INF}, poisson.toArray());
        for (float t : new float[] {0, 1e20f, Float.MAX_VALUE}) assertEquals(INF,
            Losses.poissonNllLoss(Tensor.of(1e20f), Tensor.of(t)).item());
        var finite = leaf(-INF, -INF, 0);
        Losses.poissonNllLoss(finite, Tensor.of(0, 2, 3), true, false, 0, Reduction.SUM).backward();
        assertArrayEquals(new float[] {0, -2, -2}, finite.grad().toArray());
        var rate = leaf(0, 0, 1, INF);
        var counts = Losses.poissonNllLoss(rate, Tensor.of(0, 2, 0, 5), false, false, 0, Reduction.NONE);
        assertArrayEquals(new float[] {0, INF, 1, INF}, counts.toArray());
        counts.slice(0, 2, 4).sum().backward();
        assertArrayEquals(new float[] {1, 1}, rate.grad().slice(0, 2, 4).toArray());
        var nothing = leaf(0);
        Losses.poissonNllLoss(nothing, Tensor.of(0), false, false, 0, Reduction.SUM).backward();
        assertEquals(1, nothing.grad().get(0));
    }

    /// Squares of these leave the range of floats.
    @Example
    void vectorsKeepTheirRange() {
        for (float size : new float[] {1e-30f, 1, 1e30f}) {
            var a = Tensor.of(new float[][] {{3 * size, 4 * size}}).requiresGrad(true);
            var b = Tensor.of(new float[][] {{4, 3}});
            var cosine = Losses.cosineEmbeddingLoss(a, b, Tensor.of(1), 0, Reduction.NONE);
            assertEquals(size < 1e-6f ? 1 : 1 - 0.96, cosine.get(0), 1e-6);
            cosine.backward(Tensor.ones(1), true, true);
            for (float slope : a.grad().toArray()) assertTrue(Float.isFinite(slope), "slope " + slope);
            for (double p : new double[] {0.5, 1, 2, 3, INF}) {
                var options = TripletOptions.DEFAULT.p(p).eps(0).reduction(Reduction.NONE);
                var from = Tensor.of(new float[][] {{0, 0}}).requiresGrad(true);
                var loss = Losses.tripletMarginLoss(from, Tensor.of(new float[][] {{size, size}}),
                    Tensor.of(new float[][] {{0, 0}}), options);
                assertEquals(1 + size * Math.pow(2, 1 / p), loss.get(0), 2e-6 * (1 + size));
                loss.backward(Tensor.ones(1), true, true);
                double slope = p == INF ? 0.5 : Math.pow(2, 1 / p - 1);
                assertArrayEquals(new double[] {-slope, -slope}, doubles(from.grad()), 2e-6, "p " + p);
            }
        }
    }

    @Example
    void refusesWhatDoesNotFit() {
        var x = Tensor.ones(2, 3);
        var y = Tensor.ones(2);
        Rejected.argument(() -> Losses.crossEntropy(x, y),
            "crossEntropy: logits of shape [2, 3] and probabilities of shape [2]", "int[]");
        Rejected.argument(() -> Losses.crossEntropy(x, x.neg()), "crossEntropy: target probability -1.0", "exp()");
        Rejected.argument(() -> Losses.crossEntropy(x, x, ClassOptions.DEFAULT.ignoreIndex(1)), "crossEntropy: ignoreIndex 1",
            "probabilities");
        Rejected.argument(() -> Losses.crossEntropy(x, x, ClassOptions.DEFAULT.weight(y)), "crossEntropy", "3 classes");
        Rejected.argument(() -> Loss.crossEntropy(x, x, ClassOptions.DEFAULT.reduction(Reduction.SUM)),
            "crossEntropy: reduction SUM");
        Rejected.argument(() -> Losses.focalLoss(x, new int[2], 2, ClassOptions.DEFAULT.labelSmoothing(0.1)),
            "focalLoss: label smoothing 0.1");
        Rejected.argument(() -> Losses.focalLoss(x, new int[2], -1, ClassOptions.DEFAULT), "focalLoss: gamma -1.0");
        Rejected.argument(() -> Losses.focalLoss(x, new int[] {0, 3}), "focalLoss: label 3 of row 1");
        Rejected.argument(() -> Losses.sigmoidFocalLoss(x, x.mul(2f)), "sigmoidFocalLoss: target 2.0", "[0, 1]");
        Rejected.argument(() -> Losses.sigmoidFocalLoss(x, x, 1.5, 2, Reduction.SUM), "sigmoidFocalLoss: alpha 1.5");
        Rejected.argument(() -> Losses.multiMarginLoss(x, new int[] {0, 3}), "multiMarginLoss: label 3 of row 1", "0 to 2");
        Rejected.argument(() -> Losses.multiMarginLoss(x, new int[3]), "multiMarginLoss: scores of shape [2, 3] and 3 labels");
        Rejected.argument(() -> Losses.multiMarginLoss(x, new int[2], 3, 1, null, Reduction.SUM),
            "multiMarginLoss: p 3", "1 or 2");
        Rejected.argument(() -> Losses.hingeEmbeddingLoss(x, Tensor.zeros(2, 3)), "hingeEmbeddingLoss: target 0.0",
            "1 or -1", "2 t - 1");
        Rejected.argument(() -> Losses.marginRankingLoss(x, x, x, Double.NaN, Reduction.SUM), "marginRankingLoss: margin NaN");
        Rejected.argument(() -> Losses.cosineEmbeddingLoss(x, x, x), "cosineEmbeddingLoss: targets of shape [2, 3]",
            "one for each vector");
        Rejected.argument(() -> Losses.cosineEmbeddingLoss(x, x, Tensor.of(1, 0.5f)), "cosineEmbeddingLoss: target 0.5");
        Rejected.argument(() -> Losses.cosineEmbeddingLoss(Tensor.scalar(1), Tensor.scalar(1), Tensor.scalar(1)), "shape []",
            "last dimension");
        Rejected.argument(() -> Losses.tripletMarginLoss(x, x, y), "tripletMarginLoss", "[2]");
        Rejected.argument(() -> TripletOptions.DEFAULT.margin(0), "margin 0.0");
        Rejected.argument(() -> TripletOptions.DEFAULT.p(Double.NaN), "p NaN");
        Rejected.argument(() -> Loss.tripletMarginLoss(x, x, x, TripletOptions.DEFAULT.reduction(Reduction.SUM)),
            "reduction SUM");
        Rejected.argument(() -> Losses.gaussianNllLoss(x, x, x.neg()), "gaussianNllLoss: variance -1.0", "exp()");
        Rejected.argument(() -> Losses.gaussianNllLoss(x, x, Tensor.ones(3)), "gaussianNllLoss: variances of shape [3]",
            "one for each row");
        Rejected.argument(() -> Losses.gaussianNllLoss(x, x, x, false, 1e-60, Reduction.SUM), "gaussianNllLoss: eps 1.0E-60");
        Rejected.argument(() -> Losses.poissonNllLoss(x, x.neg()), "poissonNllLoss: target -1.0", "0 or more");
    }
}
