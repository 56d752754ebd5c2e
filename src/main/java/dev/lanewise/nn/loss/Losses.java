package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// What training makes small: from a model's output and its targets to a single number, or one for each element.
///
/// Where nothing else is said, the mean is taken; [Loss] keeps sum and weight apart, for what is done in parts. Inputs and
/// targets of the elementwise losses have the same shape: PyTorch broadcasts them with a warning, which hides mistakes. Weights
/// broadcast.
public final class Losses {

    private static final Tensor ZERO = Tensor.scalar(0f);
    private static final Tensor ONE = Tensor.scalar(1f);
    /// Below it the logarithm's slope stays as it is, as in PyTorch.
    private static final float STEEPEST = 1e-12f;
    /// What PyTorch cuts logarithms of probabilities at.
    private static final float LEAST_LOG = -100f;

    private Losses() {}

    // ---- classes

    /// The mean negative log-probability of the right classes, from logits of shape [batch, classes].
    ///
    /// @param labels the class of each row, 0 to classes - 1
    /// @throws IllegalArgumentException if the shape or a label doesn't fit
    public static Tensor crossEntropy(Tensor logits, int[] labels) {
        return crossEntropy(logits, labels, ClassOptions.DEFAULT);
    }

    /// From logits of shape [batch, classes, …] to losses of [batch, …], reduced.
    ///
    /// @param labels the class of each element of [batch, …], row by row
    public static Tensor crossEntropy(Tensor logits, int[] labels, ClassOptions options) {
        return Classes.loss("crossEntropy", logits, true, labels, options);
    }

    /// The mean of -sum p log q over classes, from logits, whose softmax is q, and target probabilities p, both [batch, classes]
    /// or [batch, classes, …]: labels that are soft, mixed or another model's.
    public static Tensor crossEntropy(Tensor logits, Tensor probabilities) {
        return crossEntropy(logits, probabilities, ClassOptions.DEFAULT);
    }

    /// As [#crossEntropy(Tensor, Tensor)], by options: weights are factors of each class's part, but each row counts 1 in the
    /// mean, as in PyTorch; smoothing mixes the targets with even ones.
    ///
    /// A class of target 0 has no part in it, be its logit minus infinity.
    ///
    /// @param probabilities 0 or more; they needn't add up to 1
    /// @throws IllegalArgumentException if shapes differ, a target is negative, infinite or NaN, or rows are to be ignored by a
    ///     label
    public static Tensor crossEntropy(Tensor logits, Tensor probabilities, ClassOptions options) {
        return SoftClasses.loss(logits, probabilities, options);
    }

    /// As [#focalLoss(Tensor, int\[\], double, ClassOptions)], the mean, with gamma 2.
    public static Tensor focalLoss(Tensor logits, int[] labels) { return focalLoss(logits, labels, 2, ClassOptions.DEFAULT); }

    /// Cross-entropy times (1 - p)^gamma, p being the right class's probability, so that rows that are right already count
    /// little: Lin et al., "Focal loss for dense object detection", 2017. Reduced as [#crossEntropy(Tensor, int\[\],
    /// ClassOptions)], which it is for gamma 0.
    ///
    /// @param gamma 0 or more
    /// @throws IllegalArgumentException as cross-entropy; or if labels are to be smoothed
    public static Tensor focalLoss(Tensor logits, int[] labels, double gamma, ClassOptions options) {
        return Focal.loss(logits, labels, gamma, options);
    }

    /// As [#multiMarginLoss(Tensor, int\[\], int, double, Tensor, Reduction)], with differences, margin 1 and no weights; the
    /// mean.
    public static Tensor multiMarginLoss(Tensor scores, int[] labels) {
        return multiMarginLoss(scores, labels, 1, 1, null, Reduction.MEAN);
    }

    /// The hinge loss of several classes: the sum of max(0, margin - x + y)^p over the number of classes, x being the right
    /// class's score and y each other one's. Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based
    /// vector machines", 2001.
    ///
    /// @param scores [batch, classes]
    /// @param p      1 or 2
    /// @param weight of each right class's row, one number for each class; null for 1. Each row counts 1 in the mean, as in
    ///     PyTorch
    /// @throws IllegalArgumentException if the shape or a label doesn't fit
    public static Tensor multiMarginLoss(Tensor scores, int[] labels, int p, double margin, Tensor weight, Reduction reduction) {
        return reduction.of("multiMarginLoss", Margins.multi(scores, labels, p, margin, weight));
    }

    /// As [#crossEntropy(Tensor, int\[\])], from log-probabilities.
    public static Tensor nllLoss(Tensor logProbs, int[] labels) { return nllLoss(logProbs, labels, ClassOptions.DEFAULT); }

    /// As [#crossEntropy(Tensor, int\[\], ClassOptions)], from log-probabilities; labels are not smoothed.
    public static Tensor nllLoss(Tensor logProbs, int[] labels, ClassOptions options) {
        return Classes.loss("nllLoss", logProbs, false, labels, Classes.given("nllLoss", options).labelSmoothing(0));
    }

    // ---- probabilities

    /// The mean of -(t log p + (1 - t) log(1 - p)).
    public static Tensor binaryCrossEntropy(Tensor probabilities, Tensor targets) {
        return binaryCrossEntropy(probabilities, targets, null, Reduction.MEAN);
    }

    /// Logarithms are cut at -100, and their slope at 1e12, so that a probability of 0 or 1 gives finite numbers.
    ///
    /// @param probabilities of [0, 1]
    /// @param weight        of each element; null for 1
    public static Tensor binaryCrossEntropy(Tensor probabilities, Tensor targets, Tensor weight, Reduction reduction) {
        checkShapes("binaryCrossEntropy", probabilities, targets);
        for (float p : probabilities.toArray()) if (!(p >= 0 && p <= 1)) throw new IllegalArgumentException(
            "binaryCrossEntropy: probability " + p + "; it must be of [0, 1]; for logits, use binaryCrossEntropyWithLogits");
        var hit = targets.mul(logProbability(probabilities, p -> p, Tensor::log));
        var miss = ONE.sub(targets).mul(logProbability(probabilities, ONE::sub, p -> p.neg().log1p()));
        return reduction.of("binaryCrossEntropy", weighted("binaryCrossEntropy", "weight", hit.neg().sub(miss), weight));
    }

    /// The logarithm of `event`, a function of p, which `log` is more precise in; near 0 a steep line at its value.
    private static Tensor logProbability(Tensor p, UnaryOperator<Tensor> event, UnaryOperator<Tensor> log) {
        var q = event.apply(p);
        var steep = q.detach().lt(Tensor.scalar(STEEPEST));
        var line = log.apply(p.detach()).clamp(LEAST_LOG, 0f).add(q.sub(q.detach()).mul(1 / STEEPEST));
        // 1/2 stands in where the logarithm isn't chosen: an infinite slope times 0 would be NaN
        return Tensor.where(steep, line, log.apply(Tensor.where(steep, Tensor.scalar(0.5f), p)));
    }

    /// The mean of -(t log s + (1 - t) log(1 - s)), s being the sigmoid of the logit.
    public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor targets) {
        return binaryCrossEntropyWithLogits(logits, targets, null, null, Reduction.MEAN);
    }

    /// An infinite logit that is right has loss 0; so has what is of weight 0.
    ///
    /// @param weight    of each element; null for 1
    /// @param posWeight of the part with t: more than 1 for more recall; null for 1
    public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor targets, Tensor weight, Tensor posWeight,
                                                      Reduction reduction) {
        checkShapes("binaryCrossEntropyWithLogits", logits, targets);
        // both logarithms by themselves: neither cancels, and neither overflows
        var hit = weighted("binaryCrossEntropyWithLogits", "posWeight", Products.select(targets, Activation.logSigmoid(logits)),
            posWeight);
        var miss = Products.select(ONE.sub(targets), Activation.logSigmoid(logits.neg()));
        return reduction.of("binaryCrossEntropyWithLogits",
            weighted("binaryCrossEntropyWithLogits", "weight", hit.neg().sub(miss), weight));
    }

    /// Kullback and Leibler's divergence of the input from the target, t (log t - input) for each element; where t is 0 in float,
    /// it and its gradients are 0, whatever the input is.
    ///
    /// @param input     log-probabilities
    /// @param target    probabilities, or their logarithms
    /// @param logTarget whether they are logarithms
    public static Tensor klDiv(Tensor input, Tensor target, boolean logTarget, Reduction reduction) {
        checkShapes("klDiv", input, target);
        var none = (logTarget ? target.detach().exp() : target.detach()).eq(ZERO);
        // a finite difference stands in where it isn't chosen: an infinite one times 0 would be NaN
        var t = Tensor.where(none, logTarget ? ZERO : ONE, target);
        var x = Tensor.where(none, ZERO, input);
        var divergence = logTarget ? t.exp().mul(t.sub(x)) : t.mul(t.log().sub(x));
        return reduction.of("klDiv", Tensor.where(none, ZERO, divergence));
    }

    /// As [#sigmoidFocalLoss(Tensor, Tensor, double, double, Reduction)], the mean, with alpha 0.25 and gamma 2.
    public static Tensor sigmoidFocalLoss(Tensor logits, Tensor targets) {
        return sigmoidFocalLoss(logits, targets, 0.25, 2, Reduction.MEAN);
    }

    /// [#binaryCrossEntropyWithLogits(Tensor, Tensor)] times (1 - p)^gamma, p being what the model gives to the target, and times
    /// alpha for a target of 1, 1 - alpha for one of 0; torchvision's. Targets between are mixtures; those of exactly 0 and 1 are
    /// constants.
    ///
    /// @param targets of [0, 1]
    /// @param alpha   of [0, 1]; below 0 for no such factor
    /// @param gamma   0 or more
    public static Tensor sigmoidFocalLoss(Tensor logits, Tensor targets, double alpha, double gamma, Reduction reduction) {
        return reduction.of("sigmoidFocalLoss", Focal.sigmoid(logits, targets, alpha, gamma));
    }

    // ---- likelihoods

    /// As [#gaussianNllLoss(Tensor, Tensor, Tensor, boolean, double, Reduction)], the mean, without the constant, and with a
    /// least variance of 1e-6.
    public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor variance) {
        return gaussianNllLoss(input, target, variance, false, 1e-6, Reduction.MEAN);
    }

    /// (log v + d^2 / v) / 2, d being the difference and v the variance, each a model's output: Nix and Weigend, "Estimating the
    /// mean and variance of the target probability distribution", 1994.
    ///
    /// @param variance 0 or more: of the input's shape, one for each of its rows (the last dimension left out, or of size 1), or
    ///     a single number
    /// @param full     whether log(2 pi) / 2 is added
    /// @param eps      smaller variances count as this one, but get its gradient, as in PyTorch
    /// @throws IllegalArgumentException if shapes don't fit, or a variance is negative
    public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor variance, boolean full, double eps,
        Reduction reduction) {
        return reduction.of("gaussianNllLoss", Likelihoods.gaussian(input, target, variance, full, eps));
    }

    /// As [#poissonNllLoss(Tensor, Tensor, boolean, boolean, double, Reduction)], the mean, of logarithms of rates, without the
    /// constant.
    public static Tensor poissonNllLoss(Tensor input, Tensor target) {
        return poissonNllLoss(input, target, true, false, 1e-8, Reduction.MEAN);
    }

    /// e^x - t x for the logarithm x of a rate, x - t log(x + eps) for a rate x, and a count t.
    ///
    /// @param target   0 or more
    /// @param logInput whether the input is the logarithm of the rate
    /// @param full     whether log t! is added, by Stirling's approximation, for counts above 1
    /// @param eps      for rates, 0 or more
    /// @throws IllegalArgumentException if shapes differ, or a count is negative or NaN
    public static Tensor poissonNllLoss(Tensor input, Tensor target, boolean logInput, boolean full, double eps,
        Reduction reduction) {
        return reduction.of("poissonNllLoss", Likelihoods.poisson(input, target, logInput, full, eps));
    }

    // ---- margins

    /// As [#hingeEmbeddingLoss(Tensor, Tensor, double, Reduction)], the mean, with margin 1.
    public static Tensor hingeEmbeddingLoss(Tensor input, Tensor target) {
        return hingeEmbeddingLoss(input, target, 1, Reduction.MEAN);
    }

    /// Of distances: x for a target of 1, max(0, margin - x) for one of -1.
    ///
    /// @param target 1 or -1
    public static Tensor hingeEmbeddingLoss(Tensor input, Tensor target, double margin, Reduction reduction) {
        return reduction.of("hingeEmbeddingLoss", Margins.hingeEmbedding(input, target, margin));
    }

    /// As [#marginRankingLoss(Tensor, Tensor, Tensor, double, Reduction)], the mean, with margin 0.
    public static Tensor marginRankingLoss(Tensor first, Tensor second, Tensor target) {
        return marginRankingLoss(first, second, target, 0, Reduction.MEAN);
    }

    /// max(0, margin - t (x - y)): 0 where the first, x, is larger by the margin for a target t of 1, smaller for one of -1.
    ///
    /// @param target 1 or -1, of the same shape
    public static Tensor marginRankingLoss(Tensor first, Tensor second, Tensor target, double margin, Reduction reduction) {
        return reduction.of("marginRankingLoss", Margins.ranking(first, second, target, margin));
    }

    /// As [#cosineEmbeddingLoss(Tensor, Tensor, Tensor, double, Reduction)], the mean, with margin 0.
    public static Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Tensor target) {
        return cosineEmbeddingLoss(first, second, target, 0, Reduction.MEAN);
    }

    /// Of vectors along the last dimension and the cosine of the angle between them: 1 - cos for a target of 1, max(0, cos -
    /// margin) for one of -1. To squared lengths 1e-12 is added, as in PyTorch, so that vectors of 0 have a slope.
    ///
    /// @param target 1 or -1 for each vector: the inputs' shape without its last size
    public static Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Tensor target, double margin, Reduction reduction) {
        return reduction.of("cosineEmbeddingLoss", Margins.cosine(first, second, target, margin));
    }

    /// As [#tripletMarginLoss(Tensor, Tensor, Tensor, TripletOptions)], with [TripletOptions#DEFAULT].
    public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative) {
        return tripletMarginLoss(anchor, positive, negative, TripletOptions.DEFAULT);
    }

    /// max(0, margin + d(anchor, positive) - d(anchor, negative)), of vectors along the last dimension, all of one shape:
    /// Schroff, Kalenichenko and Philbin, "FaceNet: a unified embedding for face recognition and clustering", 2015.
    public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative, TripletOptions options) {
        return TripletOptions.given(options).reduction().of("tripletMarginLoss",
            Margins.triplet(anchor, positive, negative, options));
    }

    // ---- distances

    /// The mean squared difference.
    public static Tensor mseLoss(Tensor input, Tensor target) { return mseLoss(input, target, Reduction.MEAN); }

    /// The squared difference.
    public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
        return reduction.of("mseLoss", difference("mseLoss", input, target).square());
    }

    /// The mean magnitude of the difference.
    public static Tensor l1Loss(Tensor input, Tensor target) { return l1Loss(input, target, Reduction.MEAN); }

    /// The magnitude of the difference.
    public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
        return reduction.of("l1Loss", difference("l1Loss", input, target).abs());
    }

    /// With beta 1.
    public static Tensor smoothL1Loss(Tensor input, Tensor target) { return smoothL1Loss(input, target, 1, Reduction.MEAN); }

    /// d^2 / (2 beta) where the difference d is less than beta, |d| - beta / 2 beyond. With beta 0, or below 1.2e-38, [#l1Loss].
    public static Tensor smoothL1Loss(Tensor input, Tensor target, double beta, Reduction reduction) {
        if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("smoothL1Loss: beta " + beta + "; it must be 0 or more, and finite");
        var d = difference("smoothL1Loss", input, target);
        return reduction.of("smoothL1Loss", beta < Float.MIN_NORMAL ? d.abs() : bent(d, bound(beta), (float) beta));
    }

    /// With delta 1.
    public static Tensor huberLoss(Tensor input, Tensor target) { return huberLoss(input, target, 1, Reduction.MEAN); }

    /// d^2 / 2 where the difference d is less than delta, delta (|d| - delta / 2) beyond: Huber, "Robust estimation of a
    /// location parameter", 1964.
    public static Tensor huberLoss(Tensor input, Tensor target, double delta, Reduction reduction) {
        if (!(delta > 0 && delta < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("huberLoss: delta " + delta + "; it must be positive and finite");
        return reduction.of("huberLoss", bent(difference("huberLoss", input, target), bound(delta), 1));
    }

    /// The nearest float that is neither 0 nor infinite: by those, infinite differences would become NaN.
    private static float bound(double bound) { return (float) Math.clamp(bound, Float.MIN_VALUE, Float.MAX_VALUE); }

    /// A parabola that becomes two lines at ±bound, over a divisor.
    private static Tensor bent(Tensor d, float bound, float divisor) {
        // a formula without |d|, whose second derivative at 0 would be lost; divided before anything can overflow
        var inner = d.clamp(-bound, bound);
        var slope = divisor == 1 ? inner : inner.div(divisor);
        return slope.mul(d.sub(inner.mul(0.5f)));
    }

    // ---- what they share

    private static Tensor difference(String operation, Tensor input, Tensor target) {
        checkShapes(operation, input, target);
        return input.sub(target);
    }

    static void checkShapes(String operation, Tensor input, Tensor target) {
        if (!input.shape().equals(target.shape())) throw new IllegalArgumentException(operation + ": the input has shape "
            + input.shape() + ", the target " + target.shape() + "; they must be the same: reshape or expand one of them");
    }

    /// @param weight null for 1; it broadcasts, but not to more elements than there are losses
    static Tensor weighted(String operation, String name, Tensor losses, Tensor weight) {
        if (weight == null) return losses;
        if (!fits(weight.shape(), losses.shape())) throw new IllegalArgumentException(operation + ": " + name + " of shape "
            + weight.shape() + " for losses of shape " + losses.shape()
            + "; counted from the right, its sizes must be the same, or 1");
        return Products.select(weight, losses);
    }

    private static boolean fits(Shape weight, Shape losses) {
        int missing = losses.rank() - weight.rank();
        return missing >= 0 && IntStream.range(0, weight.rank())
            .allMatch(dim -> weight.size(dim) == 1 || weight.size(dim) == losses.size(dim + missing));
    }
}
