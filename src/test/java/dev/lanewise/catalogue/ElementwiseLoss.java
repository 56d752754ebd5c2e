package dev.lanewise.catalogue;

import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.loss.Reduction;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;

/// A loss of each element, and what tests hold it to.
///
/// @param name          that of the public methods, with options in brackets
/// @param probabilities whether input and target are from 0 to 1
/// @param reduced       to one number, or not
/// @param sum           as a sum and a weight; null if the options have no such form
/// @param mean          how its mean is reduced
/// @param exact         in double
public record ElementwiseLoss(String name, boolean probabilities, Reduced reduced, Summed sum, Reduction mean,
    DoubleBinaryOperator exact) {

    /// Of inputs, targets and a reduction.
    @FunctionalInterface
    public interface Reduced {
        Tensor of(Tensor input, Tensor target, Reduction reduction);
    }

    /// Of inputs and targets.
    @FunctionalInterface
    public interface Summed {
        Loss of(Tensor input, Tensor target);
    }

    public static final List<ElementwiseLoss> ALL = List.of(
        of("mseLoss", Losses::mseLoss, Loss::mseLoss, (x, t) -> (x - t) * (x - t)),
        of("l1Loss", Losses::l1Loss, Loss::l1Loss, (x, t) -> Math.abs(x - t)),
        of("smoothL1Loss", (x, t, r) -> Losses.smoothL1Loss(x, t, 1, r), Loss::smoothL1Loss, (x, t) -> huber(x - t, 1)),
        of("smoothL1Loss(8)", (x, t, r) -> Losses.smoothL1Loss(x, t, 8, r), null, (x, t) -> (x - t) * (x - t) / 16),
        of("smoothL1Loss(2, far)", (x, t, r) -> Losses.smoothL1Loss(x.add(8f), t, 2, r), null, (x, t) -> Math.abs(x + 8 - t) - 1),
        of("huberLoss", (x, t, r) -> Losses.huberLoss(x, t, 1, r), Loss::huberLoss, (x, t) -> huber(x - t, 1)),
        of("huberLoss(8)", (x, t, r) -> Losses.huberLoss(x, t, 8, r), null, (x, t) -> (x - t) * (x - t) / 2),
        of("huberLoss(2, far)", (x, t, r) -> Losses.huberLoss(x.add(-8f), t, 2, r), null,
            (x, t) -> 2 * (Math.abs(x - 8 - t) - 1)),
        probabilities("binaryCrossEntropy", (x, t, r) -> Losses.binaryCrossEntropy(x, t, null, r), Loss::binaryCrossEntropy,
            Reduction.MEAN, (x, t) -> -(t * Math.log(x) + (1 - t) * Math.log(1 - x))),
        probabilities("binaryCrossEntropy(weight)", (x, t, r) -> Losses.binaryCrossEntropy(x, t, Tensor.scalar(3), r), null,
            Reduction.MEAN, (x, t) -> -3 * (t * Math.log(x) + (1 - t) * Math.log(1 - x))),
        of("binaryCrossEntropyWithLogits", (x, t, r) -> Losses.binaryCrossEntropyWithLogits(x, t, null, null, r),
            Loss::binaryCrossEntropyWithLogits, (x, t) -> t * Math.log1p(Math.exp(-x)) + (1 - t) * Math.log1p(Math.exp(x))),
        of("binaryCrossEntropyWithLogits(weights)",
            (x, t, r) -> Losses.binaryCrossEntropyWithLogits(x, t, Tensor.scalar(3), Tensor.scalar(0.5f), r), null,
            (x, t) -> 3 * (0.5 * t * Math.log1p(Math.exp(-x)) + (1 - t) * Math.log1p(Math.exp(x)))),
        probabilities("klDiv", (x, t, r) -> Losses.klDiv(x, t, false, r), (x, t) -> Loss.klDiv(x, t, false), Reduction.BATCH_MEAN,
            (x, t) -> t * (Math.log(t) - x)),
        probabilities("klDiv(logTarget)", (x, t, r) -> Losses.klDiv(x, t, true, r), (x, t) -> Loss.klDiv(x, t, true),
            Reduction.BATCH_MEAN, (x, t) -> Math.exp(t) * (t - x)),
        of("sigmoidFocalLoss", (x, t, r) -> Losses.sigmoidFocalLoss(x, t.sigmoid(), 0.25, 2, r),
            (x, t) -> Loss.sigmoidFocalLoss(x, t.sigmoid()), (x, t) -> focal(x, sigmoid(t), 0.25, 2)),
        of("sigmoidFocalLoss(0.5)", (x, t, r) -> Losses.sigmoidFocalLoss(x, t.sigmoid(), -1, 0.5, r),
            (x, t) -> Loss.sigmoidFocalLoss(x, t.sigmoid(), -1, 0.5), (x, t) -> focal(x, sigmoid(t), -1, 0.5)),
        of("sigmoidFocalLoss(0)", (x, t, r) -> Losses.sigmoidFocalLoss(x, t.sigmoid(), 0.3, 0, r),
            (x, t) -> Loss.sigmoidFocalLoss(x, t.sigmoid(), 0.3, 0), (x, t) -> focal(x, sigmoid(t), 0.3, 0)),
        of("gaussianNllLoss", (x, t, r) -> Losses.gaussianNllLoss(x, t, Tensor.scalar(2), false, 1e-6, r),
            (x, t) -> Loss.gaussianNllLoss(x, t, Tensor.scalar(2)), (x, t) -> (Math.log(2) + (x - t) * (x - t) / 2) / 2),
        of("gaussianNllLoss(variance, full)", (x, t, r) -> Losses.gaussianNllLoss(x, t, x.mul(t).exp(), true, 1e-6, r),
            (x, t) -> Loss.gaussianNllLoss(x, t, x.mul(t).exp(), true, 1e-6),
            (x, t) -> (x * t + (x - t) * (x - t) / Math.exp(x * t) + Math.log(2 * Math.PI)) / 2),
        of("poissonNllLoss", (x, t, r) -> Losses.poissonNllLoss(x, t.square(), true, false, 0, r),
            (x, t) -> Loss.poissonNllLoss(x, t.square()), (x, t) -> Math.exp(x) - t * t * x),
        of("poissonNllLoss(rate, full)", (x, t, r) -> Losses.poissonNllLoss(x.exp(), t.square().add(1.1f), false, true, 0.1, r),
            (x, t) -> Loss.poissonNllLoss(x.exp(), t.square().add(1.1f), false, true, 0.1),
            (x, t) -> Math.exp(x) - (t * t + 1.1) * Math.log(Math.exp(x) + 0.1) + stirling(t * t + 1.1)),
        of("hingeEmbeddingLoss", (x, t, r) -> Losses.hingeEmbeddingLoss(x.sub(t), signs(x, -1), 1, r),
            (x, t) -> Loss.hingeEmbeddingLoss(x.sub(t), signs(x, -1)), (x, t) -> Math.max(0, 1 - (x - t))),
        of("hingeEmbeddingLoss(positive)", (x, t, r) -> Losses.hingeEmbeddingLoss(x.sub(t), signs(x, 1), 1, r),
            (x, t) -> Loss.hingeEmbeddingLoss(x.sub(t), signs(x, 1), 3), (x, t) -> x - t),
        of("marginRankingLoss", (x, t, r) -> Losses.marginRankingLoss(x, t, signs(x, 1), 0, r),
            (x, t) -> Loss.marginRankingLoss(x, t, signs(x, 1)), (x, t) -> Math.max(0, t - x)),
        of("marginRankingLoss(1)", (x, t, r) -> Losses.marginRankingLoss(x, t, signs(x, -1), 1, r),
            (x, t) -> Loss.marginRankingLoss(x, t, signs(x, -1), 1), (x, t) -> Math.max(0, 1 + x - t)));

    private static Tensor signs(Tensor x, float sign) { return Tensor.full(sign, x.shape().toArray()); }

    private static double sigmoid(double x) { return 1 / (1 + Math.exp(-x)); }

    private static double stirling(double t) { return t * Math.log(t) - t + Math.log(2 * Math.PI * t) / 2; }

    private static double focal(double x, double t, double alpha, double gamma) {
        double p = sigmoid(x);
        double share = alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
        return -share * Math.pow(1 - (p * t + (1 - p) * (1 - t)), gamma) * (t * Math.log(p) + (1 - t) * Math.log(1 - p));
    }

    private static ElementwiseLoss of(String name, Reduced reduced, Summed sum, DoubleBinaryOperator exact) {
        return new ElementwiseLoss(name, false, reduced, sum, Reduction.MEAN, exact);
    }

    private static ElementwiseLoss probabilities(String name, Reduced reduced, Summed sum, Reduction mean,
        DoubleBinaryOperator exact) {
        return new ElementwiseLoss(name, true, reduced, sum, mean, exact);
    }

    private static double huber(double d, double delta) {
        return Math.abs(d) < delta ? d * d / 2 : delta * (Math.abs(d) - delta / 2);
    }

    /// Those with a form that is a sum and a weight.
    public static List<ElementwiseLoss> summed() { return ALL.stream().filter(loss -> loss.sum != null).toList(); }

    /// The public method: the name without options.
    public String method() { return name.contains("(") ? name.substring(0, name.indexOf('(')) : name; }

    /// Numbers, or probabilities around 1/2, away from the poles.
    public Tensor draw(SplittableRandom random, int... shape) {
        var x = Domain.ANY.draw(Shape.of(shape), random);
        return probabilities ? x.mul(0x1p-4f).add(0.5f) : x;
    }

    /// The same targets, but none near an input's kink: those are at distances of 0 and 1.
    public Tensor smooth(Tensor x, Tensor t) {
        if (probabilities) return t;
        var distance = x.sub(t).abs();
        var clear = Tensor.where(distance.lt(Tensor.scalar(0.25f)), x.add(0.5f), t);
        return Tensor.where(distance.sub(1f).abs().lt(Tensor.scalar(0.25f)), x.add(1.5f), clear);
    }

    @Override
    public String toString() { return name; }
}
