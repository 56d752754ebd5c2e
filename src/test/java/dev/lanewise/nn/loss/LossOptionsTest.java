package dev.lanewise.nn.loss;

import static dev.lanewise.nn.loss.Losses.binaryCrossEntropy;
import static dev.lanewise.nn.loss.Losses.binaryCrossEntropyWithLogits;
import static dev.lanewise.nn.loss.Losses.crossEntropy;
import static dev.lanewise.nn.loss.Losses.huberLoss;
import static dev.lanewise.nn.loss.Losses.klDiv;
import static dev.lanewise.nn.loss.Losses.l1Loss;
import static dev.lanewise.nn.loss.Losses.mseLoss;
import static dev.lanewise.nn.loss.Losses.nllLoss;
import static dev.lanewise.nn.loss.Losses.smoothL1Loss;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.ElementwiseLoss;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.Op;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class LossOptionsTest {

    /// A rounding or two of terms of the loss, which are up to eight times the loss and 1 together.
    private static final double ROUNDED = 4e-6;

    @Property(tries = 300)
    void elementwiseLossesAreReduced(@ForAll("losses") ElementwiseLoss loss, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = loss.draw(random, 3, 2);
        var t = loss.draw(random, 3, 2);
        double sum = 0;
        double size = 1;
        var each = loss.reduced().of(x, t, Reduction.NONE);
        assertEquals(x.shape(), each.shape());
        for (int i = 0; i < 6; i++) {
            double exact = loss.exact().applyAsDouble(x.toArray()[i], t.toArray()[i]);
            assertEquals(exact, each.toArray()[i], ROUNDED * (1 + Math.abs(exact)));
            sum += exact;
            size += Math.abs(exact);
        }
        assertEquals(sum, loss.reduced().of(x, t, Reduction.SUM).item(), ROUNDED * size);
        assertEquals(sum / 6, loss.reduced().of(x, t, Reduction.MEAN).item(), ROUNDED * size / 6);
        assertEquals(sum / 3, loss.reduced().of(x, t, Reduction.BATCH_MEAN).item(), ROUNDED * size / 3);
    }

    @Property(tries = 300)
    void elementwiseLossesHaveTheRightDerivatives(@ForAll("losses") ElementwiseLoss loss, @ForAll Reduction reduction,
        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = loss.draw(random, 3, 2);
        check(Op.Problem.of((a, b) -> loss.reduced().of(a, b, reduction), x, loss.smooth(x, loss.draw(random, 3, 2))), random);
    }

    private static void check(Op.Problem problem, SplittableRandom random) {
        assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random));
        assertEquals(Optional.empty(), GradientCheck.second(problem.function(), problem.inputs(), random));
    }

    @Provide
    Arbitrary<ElementwiseLoss> losses() { return Arbitraries.of(ElementwiseLoss.ALL); }

    /// Against the sum over rows and classes, written out.
    @Property(tries = 200)
    void crossEntropyFollowsItsOptions(@ForAll @IntRange(min = 1, max = 6) int batch,
        @ForAll @IntRange(min = 1, max = 5) int classes,
            @ForAll @DoubleRange(max = 1) double smoothing, @ForAll boolean weighted, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var logits = Domain.ANY.draw(Shape.of(batch, classes), random);
        var weight = Domain.POSITIVE.draw(Shape.of(classes), random);
        // the last class is ignored here and there
        var labels = random.ints(batch, 0, classes).map(label -> label == classes - 1 && random.nextBoolean() ? -7
            : label).toArray();
        labels[0] = 0;
        var options = ClassOptions.DEFAULT.weight(weighted ? weight : null).ignoreIndex(-7).labelSmoothing(smoothing);
        var logProbs = logits.logSoftmax(1);
        double sum = 0;
        double weights = 0;
        var each = crossEntropy(logits, labels, options.reduction(Reduction.NONE)).toArray();
        for (int row = 0; row < batch; row++) {
            double loss = 0;
            for (int c = 0; c < classes && labels[row] >= 0; c++) {
                double share = (c == labels[row] ? 1 - smoothing : 0) + smoothing / classes;
                loss -= share * (weighted ? weight.get(c) : 1) * logProbs.get(row, c);
            }
            assertEquals(loss, each[row], 1e-5);
            sum += loss;
            if (labels[row] >= 0) weights += weighted ? weight.get(labels[row]) : 1;
        }
        assertEquals(sum, crossEntropy(logits, labels, options.reduction(Reduction.SUM)).item(), 1e-4);
        assertEquals(sum / weights, crossEntropy(logits, labels, options).item(), 1e-4);
        if (smoothing == 0) assertEquals(sum / weights, nllLoss(logProbs, labels, options).item(), 1e-5);
        check(Op.Problem.of(x -> crossEntropy(x, labels, options.reduction(Reduction.NONE)), logits), random);
    }

    /// Dimensions behind the classes are as many rows.
    @Property(tries = 50)
    void classesMayBeFollowedByPositions(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var logits = Domain.ANY.draw(Shape.of(2, 3, 4, 5), random);
        var labels = random.ints(40, 0, 3).toArray();
        var rows = logits.permute(0, 2, 3, 1).reshape(40, 3);
        var none = ClassOptions.DEFAULT.reduction(Reduction.NONE);
        assertEquals(Shape.of(2, 4, 5), crossEntropy(logits, labels, none).shape());
        assertArrayEquals(crossEntropy(rows, labels, none).toArray(), crossEntropy(logits, labels, none).toArray());
        assertEquals(crossEntropy(rows, labels).item(), crossEntropy(logits, labels).item(), 1e-6);
    }

    @Example
    void extremesStayFinite() {
        var logits = Tensor.of(1e4f, -1e4f, 1e4f, -1e4f).requiresGrad(true);
        var loss = binaryCrossEntropyWithLogits(logits, Tensor.of(1, 0, 0, 1), null, null, Reduction.NONE);
        assertArrayEquals(new float[] {0, 0, 1e4f, 1e4f}, loss.toArray());
        loss.sum().backward();
        assertArrayEquals(new float[] {0, 0, 1, -1}, logits.grad().toArray());

        var p = Tensor.of(0, 1, 1e-13f).requiresGrad(true);
        var clamped = binaryCrossEntropy(p, Tensor.of(1, 0, 1), null, Reduction.NONE);
        assertArrayEquals(new float[] {100, 100, 29.93361f}, clamped.toArray(), 1e-4f);
        clamped.sum().backward();
        assertArrayEquals(new float[] {-1e12f, 1e12f, -1e12f}, p.grad().toArray(), 1e6f);

        var far = Tensor.of(new float[][] {{1e4f, -1e4f}}).requiresGrad(true);
        crossEntropy(far, new int[] {1}, ClassOptions.DEFAULT.labelSmoothing(0.5)).backward();
        assertArrayEquals(new float[] {0.75f, -0.75f}, far.grad().toArray());
        assertEquals(0, klDiv(Tensor.of(-3), Tensor.of(0), false, Reduction.SUM).item());
    }

    @Example
    void anIgnoredRowMayBeInfinite() {
        var logProbs = Tensor.of(new float[][] {{Float.NEGATIVE_INFINITY, 0}, {-1, -2}}).requiresGrad(true);
        var loss = nllLoss(logProbs, new int[] {-100, 0});
        assertEquals(1, loss.item());
        loss.backward();
        assertArrayEquals(new float[] {0, 0, -1, 0}, logProbs.grad().toArray());
    }

    @Example
    void refusesWhatDoesNotFit() {
        var x = Tensor.ones(2, 3);
        var t = Tensor.ones(3);
        Rejected.argument(() -> mseLoss(x, t), "mseLoss", "[2, 3]", "[3]", "reshape or expand");
        Rejected.argument(() -> l1Loss(x, t), "l1Loss", "[3]");
        Rejected.argument(() -> binaryCrossEntropy(x, t), "binaryCrossEntropy", "[3]");
        Rejected.argument(() -> binaryCrossEntropy(x.mul(1.5f), x), "binaryCrossEntropy", "1.5", "[0, 1]", "WithLogits");
        Rejected.argument(() -> binaryCrossEntropyWithLogits(x, t), "binaryCrossEntropyWithLogits", "[3]");
        Rejected.argument(() -> binaryCrossEntropy(Tensor.of(Float.NaN), Tensor.of(1f)), "binaryCrossEntropy", "NaN", "[0, 1]");
        for (var weight : List.of(Tensor.ones(2), Tensor.ones(1, 2, 3), Tensor.ones(4, 2, 3))) {
            var shape = weight.shape().toString();
            Rejected.argument(() -> binaryCrossEntropy(x, x, weight, Reduction.SUM),
                "binaryCrossEntropy: weight of shape " + shape, "[2, 3]", "the same, or 1");
            Rejected.argument(() -> binaryCrossEntropyWithLogits(x, x, weight, null, Reduction.SUM),
                "binaryCrossEntropyWithLogits: weight of shape " + shape, "[2, 3]", "the same, or 1");
            Rejected.argument(() -> binaryCrossEntropyWithLogits(x, x, null, weight, Reduction.SUM),
                "binaryCrossEntropyWithLogits: posWeight of shape " + shape, "[2, 3]", "the same, or 1");
        }
        assertEquals(Shape.of(2, 3), binaryCrossEntropy(x, x, Tensor.ones(2, 1), Reduction.NONE).shape());
        Rejected.argument(() -> klDiv(x, t, true, Reduction.SUM), "klDiv", "[3]");
        Rejected.argument(() -> huberLoss(x, x, 0, Reduction.SUM), "huberLoss", "delta 0.0");
        Rejected.argument(() -> smoothL1Loss(x, x, -1, Reduction.SUM), "smoothL1Loss", "beta -1.0");
        assertTrue(smoothL1Loss(x, x.neg(), 0, Reduction.SUM).item() == 12);
        Rejected.argument(() -> mseLoss(Tensor.ones(0, 3), Tensor.ones(0, 3)), "mseLoss", "empty", "no mean");
        Rejected.argument(() -> ClassOptions.DEFAULT.labelSmoothing(1.5), "label smoothing 1.5", "[0, 1]");
        Rejected.argument(() -> crossEntropy(x, new int[2], ClassOptions.DEFAULT.weight(Tensor.ones(2))),
            "crossEntropy", "[2]", "3 classes");
        Rejected.argument(() -> crossEntropy(x, new int[] {-100, -100}), "crossEntropy", "all 2 labels are ignored", "no mean");
        Rejected.argument(() -> nllLoss(x, new int[] {0, 3}), "nllLoss", "label 3 of row 1", "0 to 2");
        Rejected.argument(() -> crossEntropy(Tensor.ones(2, 3, 4), new int[7]), "crossEntropy", "[2, 3, 4]", "7 labels");
    }
}
