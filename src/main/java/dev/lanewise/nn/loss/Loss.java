package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Tensor;

/// A loss before the division: the sum over what counts, and how much counts. Parts of a batch, batches of a step and batches of
/// a data set are added, sums to sums and weights to weights, and divided once; a mean of their means would count a label the
/// more the fewer there are beside it.
///
/// ```java
/// var loss = Loss.crossEntropy(model.call(first), labels).plus(Loss.crossEntropy(model.call(second), others));
/// loss.mean().backward();
/// ```
///
/// The functions here have the names of those in [Losses], which give the mean alone. A loss of one's own is `Loss.of(losses)`,
/// from the losses of single elements.
///
/// @param sum    a single number, of any shape when it is given
/// @param weight the elements or labels that count, or the sum of their weights; 0 if none does, else a normal float
public record Loss(Tensor sum, double weight) {

    /// Refuses a sum that isn't a single number, and a weight by which no float is divided.
    public Loss {
        if (sum.numel() != 1) throw new IllegalArgumentException("loss: a sum of shape " + sum.shape()
            + "; it must be a single number: take the sum of the losses, or let Loss.of(losses) do it");
        // gradients and means are divided by it in float
        if (weight != 0 && !(weight >= Float.MIN_NORMAL && weight <= Float.MAX_VALUE)) throw new IllegalArgumentException(
            "loss: weight " + weight + "; it must be 0, or from 1.2e-38 to 3.4e38: scale all weights alike");
        if (sum.shape().rank() > 0) sum = sum.reshape();
    }

    /// Of losses that count the same.
    public static Loss of(Tensor losses) { return new Loss(losses.sum(), losses.numel()); }

    /// Of losses of which each counts as much as its weight says: 0 for padding, whose loss may be infinite.
    ///
    /// @param weights taken as constants; they broadcast to the losses
    /// @throws IllegalArgumentException if they don't fit, or their sum is no weight of a loss
    public static Loss of(Tensor losses, Tensor weights) {
        var constants = weights.detach();
        var weighted = Losses.weighted("loss", "weights", losses, constants);
        double total = 0;
        for (float weight : constants.toArray()) total += weight;
        // a weight may stand for many losses
        return new Loss(weighted.sum(), constants.numel() == 0 ? 0 : total * (losses.numel() / (double) constants.numel()));
    }

    /// Of a mean, with what it is the mean of; for several losses in one, too, whose means are added:
    /// `ofMean(a.mean().add(b.mean()), batch)`. With weight 0 the mean, 0 / 0 perhaps, is left out.
    public static Loss ofMean(Tensor mean, double weight) {
        return new Loss(weight == 0 ? Tensor.scalar(0) : mean.mul((float) weight), weight);
    }

    // ---- classes

    /// Of the negative log-probabilities of the right classes: see [Losses#crossEntropy(Tensor, int\[\])]. Each label that isn't
    /// -100 weighs 1.
    public static Loss crossEntropy(Tensor logits, int[] labels) { return crossEntropy(logits, labels, ClassOptions.DEFAULT); }

    /// Each label weighs what its class does, and nothing if it is ignored.
    ///
    /// @throws IllegalArgumentException if the options name another reduction than the mean; or as
    ///     [Losses#crossEntropy(Tensor, int\[\], ClassOptions)]
    public static Loss crossEntropy(Tensor logits, int[] labels, ClassOptions options) {
        return Classes.sum("crossEntropy", logits, true, labels, options);
    }

    /// See [Losses#crossEntropy(Tensor, Tensor)]. Each row weighs 1.
    public static Loss crossEntropy(Tensor logits, Tensor probabilities) {
        return crossEntropy(logits, probabilities, ClassOptions.DEFAULT);
    }

    /// See [Losses#crossEntropy(Tensor, Tensor, ClassOptions)]. Each row weighs 1, whatever its classes do.
    ///
    /// @throws IllegalArgumentException if the options name another reduction than the mean
    public static Loss crossEntropy(Tensor logits, Tensor probabilities, ClassOptions options) {
        return SoftClasses.sum(logits, probabilities, options);
    }

    /// See [Losses#focalLoss(Tensor, int\[\])].
    public static Loss focalLoss(Tensor logits, int[] labels) { return focalLoss(logits, labels, 2, ClassOptions.DEFAULT); }

    /// See [Losses#focalLoss(Tensor, int\[\], double, ClassOptions)]. Each label weighs what its class does, and nothing if it is
    /// ignored.
    ///
    /// @throws IllegalArgumentException if the options name another reduction than the mean
    public static Loss focalLoss(Tensor logits, int[] labels, double gamma, ClassOptions options) {
        return Focal.sum(logits, labels, gamma, options);
    }

    /// See [Losses#multiMarginLoss(Tensor, int\[\])]. Each row weighs 1.
    public static Loss multiMarginLoss(Tensor scores, int[] labels) { return multiMarginLoss(scores, labels, 1, 1, null); }

    /// See [Losses#multiMarginLoss(Tensor, int\[\], int, double, Tensor, Reduction)]. Each row weighs 1, whatever its class does.
    public static Loss multiMarginLoss(Tensor scores, int[] labels, int p, double margin, Tensor weight) {
        return of(Losses.multiMarginLoss(scores, labels, p, margin, weight, Reduction.NONE));
    }

    /// As [#crossEntropy(Tensor, int\[\])], from log-probabilities.
    public static Loss nllLoss(Tensor logProbs, int[] labels) { return nllLoss(logProbs, labels, ClassOptions.DEFAULT); }

    /// As [#crossEntropy(Tensor, int\[\], ClassOptions)], from log-probabilities; labels are not smoothed.
    public static Loss nllLoss(Tensor logProbs, int[] labels, ClassOptions options) {
        return Classes.sum("nllLoss", logProbs, false, labels, Classes.given("nllLoss", options).labelSmoothing(0));
    }

    // ---- elements, each of which weighs 1

    /// See [Losses#binaryCrossEntropy(Tensor, Tensor)].
    public static Loss binaryCrossEntropy(Tensor probabilities, Tensor targets) {
        return of(Losses.binaryCrossEntropy(probabilities, targets, null, Reduction.NONE));
    }

    /// See [Losses#binaryCrossEntropyWithLogits(Tensor, Tensor)].
    public static Loss binaryCrossEntropyWithLogits(Tensor logits, Tensor targets) {
        return of(Losses.binaryCrossEntropyWithLogits(logits, targets, null, null, Reduction.NONE));
    }

    /// See [Losses#binaryCrossEntropyWithLogits(Tensor, Tensor, Tensor, Tensor, Reduction)]. Each element weighs 1, whatever its
    /// factor.
    ///
    /// @param weight    null for 1
    /// @param posWeight null for 1
    public static Loss binaryCrossEntropyWithLogits(Tensor logits, Tensor targets, Tensor weight, Tensor posWeight) {
        return of(Losses.binaryCrossEntropyWithLogits(logits, targets, weight, posWeight, Reduction.NONE));
    }

    /// See [Losses#sigmoidFocalLoss(Tensor, Tensor)].
    public static Loss sigmoidFocalLoss(Tensor logits, Tensor targets) { return sigmoidFocalLoss(logits, targets, 0.25, 2); }

    /// See [Losses#sigmoidFocalLoss(Tensor, Tensor, double, double, Reduction)].
    public static Loss sigmoidFocalLoss(Tensor logits, Tensor targets, double alpha, double gamma) {
        return of(Losses.sigmoidFocalLoss(logits, targets, alpha, gamma, Reduction.NONE));
    }

    /// See [Losses#gaussianNllLoss(Tensor, Tensor, Tensor)].
    public static Loss gaussianNllLoss(Tensor input, Tensor target, Tensor variance) {
        return gaussianNllLoss(input, target, variance, false, 1e-6);
    }

    /// See [Losses#gaussianNllLoss(Tensor, Tensor, Tensor, boolean, double, Reduction)].
    public static Loss gaussianNllLoss(Tensor input, Tensor target, Tensor variance, boolean full, double eps) {
        return of(Losses.gaussianNllLoss(input, target, variance, full, eps, Reduction.NONE));
    }

    /// See [Losses#poissonNllLoss(Tensor, Tensor)].
    public static Loss poissonNllLoss(Tensor input, Tensor target) { return poissonNllLoss(input, target, true, false, 1e-8); }

    /// See [Losses#poissonNllLoss(Tensor, Tensor, boolean, boolean, double, Reduction)].
    public static Loss poissonNllLoss(Tensor input, Tensor target, boolean logInput, boolean full, double eps) {
        return of(Losses.poissonNllLoss(input, target, logInput, full, eps, Reduction.NONE));
    }

    /// See [Losses#hingeEmbeddingLoss(Tensor, Tensor)].
    public static Loss hingeEmbeddingLoss(Tensor input, Tensor target) { return hingeEmbeddingLoss(input, target, 1); }

    /// See [Losses#hingeEmbeddingLoss(Tensor, Tensor, double, Reduction)].
    public static Loss hingeEmbeddingLoss(Tensor input, Tensor target, double margin) {
        return of(Losses.hingeEmbeddingLoss(input, target, margin, Reduction.NONE));
    }

    /// See [Losses#marginRankingLoss(Tensor, Tensor, Tensor)].
    public static Loss marginRankingLoss(Tensor first, Tensor second, Tensor target) {
        return marginRankingLoss(first, second, target, 0);
    }

    /// See [Losses#marginRankingLoss(Tensor, Tensor, Tensor, double, Reduction)].
    public static Loss marginRankingLoss(Tensor first, Tensor second, Tensor target, double margin) {
        return of(Losses.marginRankingLoss(first, second, target, margin, Reduction.NONE));
    }

    /// See [Losses#klDiv]. What weighs 1 is a row of the batch, so that the mean is the divergence, PyTorch's "batchmean".
    public static Loss klDiv(Tensor input, Tensor target, boolean logTarget) {
        var rows = input.shape().rank() == 0 ? 1 : input.size(0);
        return new Loss(Losses.klDiv(input, target, logTarget, Reduction.SUM), rows);
    }

    /// See [Losses#mseLoss(Tensor, Tensor)].
    public static Loss mseLoss(Tensor input, Tensor target) { return of(Losses.mseLoss(input, target, Reduction.NONE)); }

    /// See [Losses#l1Loss(Tensor, Tensor)].
    public static Loss l1Loss(Tensor input, Tensor target) { return of(Losses.l1Loss(input, target, Reduction.NONE)); }

    /// See [Losses#smoothL1Loss(Tensor, Tensor)].
    public static Loss smoothL1Loss(Tensor input, Tensor target) {
        return of(Losses.smoothL1Loss(input, target, 1, Reduction.NONE));
    }

    /// See [Losses#smoothL1Loss(Tensor, Tensor, double, Reduction)].
    public static Loss smoothL1Loss(Tensor input, Tensor target, double beta) {
        return of(Losses.smoothL1Loss(input, target, beta, Reduction.NONE));
    }

    /// See [Losses#huberLoss(Tensor, Tensor)].
    public static Loss huberLoss(Tensor input, Tensor target) { return of(Losses.huberLoss(input, target, 1, Reduction.NONE)); }

    /// See [Losses#huberLoss(Tensor, Tensor, double, Reduction)].
    public static Loss huberLoss(Tensor input, Tensor target, double delta) {
        return of(Losses.huberLoss(input, target, delta, Reduction.NONE));
    }

    // ---- vectors, each of which weighs 1

    /// See [Losses#cosineEmbeddingLoss(Tensor, Tensor, Tensor)].
    public static Loss cosineEmbeddingLoss(Tensor first, Tensor second, Tensor target) {
        return cosineEmbeddingLoss(first, second, target, 0);
    }

    /// See [Losses#cosineEmbeddingLoss(Tensor, Tensor, Tensor, double, Reduction)].
    public static Loss cosineEmbeddingLoss(Tensor first, Tensor second, Tensor target, double margin) {
        return of(Losses.cosineEmbeddingLoss(first, second, target, margin, Reduction.NONE));
    }

    /// See [Losses#tripletMarginLoss(Tensor, Tensor, Tensor)].
    public static Loss tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative) {
        return tripletMarginLoss(anchor, positive, negative, TripletOptions.DEFAULT);
    }

    /// See [Losses#tripletMarginLoss(Tensor, Tensor, Tensor, TripletOptions)].
    ///
    /// @throws IllegalArgumentException if the options name another reduction than the mean
    public static Loss tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative, TripletOptions options) {
        if (TripletOptions.given(options)
            .reduction() != Reduction.MEAN) throw new IllegalArgumentException("tripletMarginLoss: reduction "
            + options.reduction() + ", but a Loss is for the mean: leave that, or take the tensor that"
            + " Losses.tripletMarginLoss gives");
        return of(Losses.tripletMarginLoss(anchor, positive, negative, options.reduction(Reduction.NONE)));
    }

    // ---- what is made of it

    /// With what another part gives.
    public Loss plus(Loss other) { return new Loss(sum.add(other.sum), weight + other.weight); }

    /// What training makes small.
    ///
    /// @throws IllegalStateException if nothing counts: PyTorch's is NaN then, which makes all weights NaN in a step
    public Tensor mean() {
        if (weight == 0) throw new IllegalStateException("loss: nothing in it counts, as all labels are ignored or all weights 0,"
            + " so there is no mean; skip the batch, or add it to others with plus");
        return sum.div((float) weight);
    }

    /// The mean as a number; NaN if nothing counts.
    public float item() { return sum.item() / (float) weight; }
}
