package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// Losses that are 0 from a margin on.
final class Margins {

    private static final Tensor ZERO = Tensor.scalar(0f);
    private static final Tensor ONE = Tensor.scalar(1f);
    /// PyTorch's 1e-12, which is added to squared lengths, is this of a length.
    private static final float LEAST_LENGTH = 1e-6f;

    private Margins() {}

    /// x where it is not negative: at 0 the slope passes.
    private static Tensor hinge(Tensor x) { return x.clamp(0, Float.POSITIVE_INFINITY); }

    static double checkMargin(String operation, double margin) {
        if (!Float.isFinite((float) margin)) throw new IllegalArgumentException(
            operation + ": margin " + margin + "; it must be a finite float");
        return margin;
    }

    /// 1 for 1, 0 for -1.
    private static Tensor isPositive(String operation, Tensor target) {
        for (float t : target.toArray()) if (t != 1 && t != -1) throw new IllegalArgumentException(
            operation + ": target " + t + "; it must be 1 or -1: of labels 0 and 1, take 2 t - 1");
        return target.detach().gt(ZERO);
    }

    static Tensor hingeEmbedding(Tensor input, Tensor target, double margin) {
        Losses.checkShapes("hingeEmbeddingLoss", input, target);
        float far = (float) checkMargin("hingeEmbeddingLoss", margin);
        return Tensor.where(isPositive("hingeEmbeddingLoss", target), input, hinge(Tensor.scalar(far).sub(input)));
    }

    static Tensor ranking(Tensor first, Tensor second, Tensor target, double margin) {
        Losses.checkShapes("marginRankingLoss", first, second);
        Losses.checkShapes("marginRankingLoss", first, target);
        float far = (float) checkMargin("marginRankingLoss", margin);
        isPositive("marginRankingLoss", target);
        return hinge(first.sub(second).mul(target.detach().neg()).add(far));
    }

    static Tensor multi(Tensor scores, int[] labels, int p, double margin, Tensor weight) {
        if (scores.shape().rank() != 2 || scores.size(0) != labels.length
            || scores.size(1) == 0) throw new IllegalArgumentException(
            "multiMarginLoss: scores of shape " + scores.shape() + " and " + labels.length
                + " labels; scores must be [batch, classes], with a label for each row");
        if (p != 1 && p != 2) throw new IllegalArgumentException("multiMarginLoss: p " + p + "; it must be 1 or 2");
        float far = (float) checkMargin("multiMarginLoss", margin);
        int classes = scores.size(1);
        for (int row = 0; row < labels.length; row++) if (labels[row] < 0
            || labels[row] >= classes) throw new IllegalArgumentException(
            "multiMarginLoss: label " + labels[row] + " of row " + row + " is out of range; there are " + classes
                + " classes, 0 to " + (classes - 1));
        var own = new float[labels.length * classes];
        for (int row = 0; row < labels.length; row++) own[row * classes + labels[row]] = 1;
        var missing = scores.sub(scores.pick(labels.clone()).unsqueeze(1)).add(far);
        var others = Tensor.where(Tensor.wrap(own, labels.length, classes), ZERO, missing).relu();
        var losses = (p == 1 ? others : others.square()).sum(1).div(classes);
        if (weight == null) return losses;
        var weights = Classes.weight("multiMarginLoss", weight, classes);
        var rowWeights = new float[labels.length];
        for (int row = 0; row < rowWeights.length; row++) rowWeights[row] = weights[labels[row]];
        return Products.select(Tensor.of(rowWeights), losses);
    }

    // ---- vectors along the last dimension

    private static void checkVectors(String operation, Tensor first, Tensor second) {
        Losses.checkShapes(operation, first, second);
        if (first.shape().rank() == 0) throw new IllegalArgumentException(
            operation + ": inputs of shape []; vectors are wanted, along the last dimension");
    }

    static Tensor cosine(Tensor first, Tensor second, Tensor target, double margin) {
        checkVectors("cosineEmbeddingLoss", first, second);
        var rows = Arrays.copyOf(first.shape().toArray(), first.shape().rank() - 1);
        if (!Arrays.equals(target.shape().toArray(),
            rows)) throw new IllegalArgumentException("cosineEmbeddingLoss: targets of shape "
            + target.shape() + " for vectors of shape " + first.shape() + "; there must be one for each vector");
        float far = (float) checkMargin("cosineEmbeddingLoss", margin);
        var cosine = cosine(first, second);
        return Tensor.where(isPositive("cosineEmbeddingLoss", target), ONE.sub(cosine), hinge(cosine.sub(far)));
    }

    /// Of vectors that are scaled first: their squares stay floats. The scale cancels, and so has no slope.
    private static Tensor cosine(Tensor first, Tensor second) {
        var a = first.div(scale(first));
        var b = second.div(scale(second));
        return a.mul(b).sum(-1).div(squaredLength(a, first).mul(squaredLength(b, second)).sqrt());
    }

    private static Tensor squaredLength(Tensor scaled, Tensor x) {
        var least = Tensor.scalar(LEAST_LENGTH).div(scale(x)).square();
        return scaled.square().sum(true, -1).add(least).sum(-1);
    }

    /// The largest magnitude, without a gradient.
    private static Tensor scale(Tensor x) { return x.detach().abs().amax(true, -1).clamp(LEAST_LENGTH, Float.POSITIVE_INFINITY); }

    static Tensor triplet(Tensor anchor, Tensor positive, Tensor negative, TripletOptions options) {
        checkVectors("tripletMarginLoss", anchor, positive);
        checkVectors("tripletMarginLoss", anchor, negative);
        float far = (float) checkMargin("tripletMarginLoss", options.margin());
        var away = distance(anchor, negative, options);
        if (options.swap()) away = away.minimum(distance(positive, negative, options));
        return hinge(distance(anchor, positive, options).add(far).sub(away));
    }

    private static Tensor distance(Tensor first, Tensor second, TripletOptions options) {
        var d = first.sub(second).add((float) options.eps());
        return d.size(-1) == 0 ? d.sum(-1) : d.norm(options.p(), false, -1);
    }
}
