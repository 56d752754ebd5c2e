package dev.lanewise.nn.loss;

import dev.lanewise.tensor.CrossEntropy;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Negative log-probabilities of labels.
///
/// @param scores    [rows, classes]
/// @param logits    whether the scores are logits, and no log-probabilities yet
/// @param labels    of each row, in range where they count
/// @param kept      whether a row counts
/// @param rowWeight the weight of the label's class, 0 where a row doesn't count
record Classes(String operation, Tensor scores, boolean logits, int[] labels, boolean[] kept, float[] rowWeight, int[] shape) {

    /// @param scores [batch, classes, …]
    /// @param logits whether these are logits, and no log-probabilities yet
    /// @param labels of [batch, …], row by row
    static Tensor loss(String operation, Tensor scores, boolean logits, int[] labels, ClassOptions options) {
        var given = of(operation, scores, logits, labels, options);
        // smoothing wants all classes' log-probabilities, not the label's alone
        var classes = logits && options.labelSmoothing() > 0 ? given.normalized() : given;
        var losses = classes.negativeLogProbabilities();
        if (options.labelSmoothing() > 0) {
            var smooth = classes.smooth(options.weight()).mul((float) (options.labelSmoothing() / scores.size(1)));
            losses = losses.mul((float) (1 - options.labelSmoothing())).add(smooth);
        }
        return classes.reduce(losses, options.reduction());
    }

    private static Classes of(String operation, Tensor scores, boolean logits, int[] labels, ClassOptions options) {
        int rank = scores.shape().rank();
        if (rank < 2 || rows(scores.shape()) != labels.length || scores.size(1) == 0 && labels.length > 0)
            throw new IllegalArgumentException(operation + ": logits of shape " + scores.shape() + " and " + labels.length
                + " labels; logits must be [batch, classes] or [batch, classes, …], with a label for each row");
        int classes = scores.size(1);
        var weight = options.weight() == null ? null : weight(operation, options.weight(), classes);
        var kept = new boolean[labels.length];
        var rowWeight = new float[labels.length];
        var inRange = labels.clone();
        for (int row = 0; row < labels.length; row++) {
            kept[row] = labels[row] != options.ignoreIndex();
            if (kept[row]) checkLabel(operation, labels[row], row, classes);
            else inRange[row] = 0;
            if (kept[row]) rowWeight[row] = weight == null ? 1 : weight[labels[row]];
        }
        var order = IntStream.range(0, rank).map(dim -> dim == 0 ? 0 : dim == rank - 1 ? 1 : dim + 1).toArray();
        var last = rank == 2 ? scores : scores.permute(order);
        var shape = Arrays.copyOf(last.shape().toArray(), rank - 1);
        return new Classes(operation, last.reshape(labels.length, classes), logits, inRange, kept, rowWeight, shape);
    }

    private static long rows(Shape shape) {
        return IntStream.range(0, shape.rank()).filter(dim -> dim != 1).mapToLong(shape::size).reduce(1, (a, b) -> a * b);
    }

    private static float[] weight(String operation, Tensor weight, int classes) {
        if (weight.shape().rank() != 1 || weight.size(0) != classes) throw new IllegalArgumentException(operation
            + ": weights of shape " + weight.shape() + " for " + classes + " classes; one for each class is needed");
        return weight.toArray();
    }

    private static void checkLabel(String operation, int label, int row, int classes) {
        if (label < 0 || label >= classes) throw new IllegalArgumentException(operation + ": label " + label + " of row "
            + row + " is out of range; there are " + classes + " classes, 0 to " + (classes - 1)
            + "; correct it, or name it to ignoreIndex if the row is not to count");
    }

    private Classes normalized() {
        return new Classes(operation, scores.logSoftmax(1), false, labels, kept, rowWeight, shape);
    }

    private Tensor negativeLogProbabilities() {
        return logits ? CrossEntropy.losses(scores, labels, kept, rowWeight)
            : masked(scores.pick(labels)).mul(Tensor.of(rowWeight)).neg();
    }

    /// Of each row, the weighted sum over all classes.
    private Tensor smooth(Tensor weight) {
        var weighted = weight == null ? scores : scores.mul(weight.detach());
        return masked(weighted.sum(1)).neg();
    }

    /// 0 where a row doesn't count, infinite as it may be.
    private Tensor masked(Tensor rows) {
        var mask = new float[kept.length];
        boolean all = true;
        for (int row = 0; row < mask.length; row++) {
            mask[row] = kept[row] ? 1 : 0;
            all &= kept[row];
        }
        return all ? rows : Tensor.where(Tensor.wrap(mask, mask.length), rows, Tensor.scalar(0f));
    }

    private Tensor reduce(Tensor losses, Reduction reduction) {
        return reduction == Reduction.MEAN ? losses.sum().div(totalWeight()) : reduction.of(operation, losses.reshape(shape));
    }

    private float totalWeight() {
        double total = 0;
        for (float weight : rowWeight) total += weight;
        if (kept.length == 0) throw new IllegalArgumentException(
            operation + ": the batch is empty, so it has no mean; skip it, or take the sum");
        if (total == 0) throw new IllegalArgumentException(operation + ": all " + kept.length
            + " labels are ignored or of classes with weight 0, so there is no mean; skip the batch, or take the sum");
        return (float) total;
    }
}
