package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// Cross-entropy whose targets are probabilities of classes, in place of labels.
final class SoftClasses {

    private SoftClasses() {}

    /// @param logits  [batch, classes, …]
    /// @param targets of the same shape
    static Tensor loss(Tensor logits, Tensor targets, ClassOptions options) {
        return Classes.given("crossEntropy", options).reduction().of("crossEntropy", losses(logits, targets, options));
    }

    /// As [#loss], before the division: each row weighs 1, whatever its classes do.
    static Loss sum(Tensor logits, Tensor targets, ClassOptions options) {
        Classes.requireMean("crossEntropy", options);
        return Loss.of(losses(logits, targets, options));
    }

    private static Tensor losses(Tensor logits, Tensor targets, ClassOptions options) {
        check(logits, targets, options);
        int classes = logits.size(1);
        double smoothing = options.labelSmoothing();
        var shares = smoothing == 0 ? targets : targets.mul((float) (1 - smoothing)).add((float) (smoothing / classes));
        if (options.weight() != null) shares =
            shares.mul(alongClasses(options.weight().detach(), logits.shape().rank(), classes));
        return Products.select(shares, logits.logSoftmax(1)).sum(1).neg();
    }

    private static Tensor alongClasses(Tensor weight, int rank, int classes) {
        Classes.weight("crossEntropy", weight, classes);
        var sizes = new int[rank];
        Arrays.fill(sizes, 1);
        sizes[1] = classes;
        return weight.reshape(sizes);
    }

    private static void check(Tensor logits, Tensor targets, ClassOptions options) {
        if (logits.shape().rank() < 2 || !logits.shape().equals(targets.shape()) || logits.size(1) == 0 && logits.size(0) > 0)
            throw new IllegalArgumentException("crossEntropy: logits of shape " + logits.shape() + " and probabilities of shape "
                + targets.shape() + "; both must be [batch, classes] or [batch, classes, …], of the same sizes; labels are"
                + " an int[]");
        if (options.ignoreIndex() >= 0) throw new IllegalArgumentException("crossEntropy: ignoreIndex " + options.ignoreIndex()
            + " is the label of rows that don't count, but the targets are probabilities; give such rows probabilities of 0");
        for (float p : targets.toArray()) if (!(p >= 0 && p < Float.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "crossEntropy: target probability " + p
            + "; it must be 0 or more, and finite: of logarithms take exp(), of logits softmax(1)");
    }
}
