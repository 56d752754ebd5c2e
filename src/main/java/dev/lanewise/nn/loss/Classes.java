package dev.lanewise.nn.loss;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;

/// Negative log-probabilities of labels.
///
/// @param scores    [rows, classes]
/// @param logits    whether the scores are logits, and no log-probabilities yet
/// @param labels    of each row, in range where they count
/// @param kept      whether a row isn't ignored; null if none is
/// @param rowWeight the weight of the label's class, 0 where a row doesn't count; null if all are 1
/// @param shape     of what the scores were given for, without the classes; null if that is the rows
record Classes(String operation, Tensor scores, boolean logits, int[] labels, boolean[] kept, float[] rowWeight, Shape shape) {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private static final Tensor ZERO = Tensor.scalar(0f);

    /// @param scores [batch, classes, …]
    /// @param logits whether these are logits, and no log-probabilities yet
    /// @param labels of [batch, …], row by row
    static Tensor loss(String operation, Tensor scores, boolean logits, int[] labels, ClassOptions options) {
        var given = of(operation, scores, logits, labels, options);
        if (logits && options.labelSmoothing() == 0 && options.reduction() == Reduction.MEAN) return given.fused(given.divisor());
        return given.reduce(given.losses(options), options.reduction());
    }

    static ClassOptions given(String operation, ClassOptions options) {
        return Objects.requireNonNull(options, () -> operation + ": no options; ClassOptions.DEFAULT are the usual ones");
    }

    /// As [#loss], before the division.
    static Loss sum(String operation, Tensor scores, boolean logits, int[] labels, ClassOptions options) {
        requireMean(operation, options);
        var given = of(operation, scores, logits, labels, options);
        var sum = logits && options.labelSmoothing() == 0 ? given.fused(1) : given.losses(options).sum();
        return new Loss(sum, given.totalWeight());
    }

    /// @throws IllegalArgumentException if what is to be added up is to be reduced otherwise
    static void requireMean(String operation, ClassOptions options) {
        if (given(operation, options).reduction() != Reduction.MEAN) throw new IllegalArgumentException(operation + ": reduction "
            + options.reduction() + ", but a Loss is for the mean: leave that, or take the tensor that Losses." + operation
            + " gives");
    }

    /// The sum over a divisor, in one operation.
    private Tensor fused(float divisor) { return TENSORS.crossEntropy(scores, labels, counting(), rowWeight, divisor); }

    /// Of each row.
    private Tensor losses(ClassOptions options) {
        double smoothing = options.labelSmoothing();
        if (smoothing == 0) return negativeLogProbabilities();
        // smoothing wants all classes' log-probabilities, not the label's alone
        var classes = logits ? normalized() : this;
        var smooth = classes.smooth(options.weight()).mul((float) (smoothing / scores.size(1)));
        // a share of 0 takes nothing, infinite as it may be
        return smoothing == 1 ? smooth : classes.negativeLogProbabilities().mul((float) (1 - smoothing)).add(smooth);
    }

    static Classes of(String operation, Tensor scores, boolean logits, int[] labels, ClassOptions options) {
        given(operation, options);
        int rank = scores.shape().rank();
        if (rank < 2 || rows(scores.shape()) != labels.length || scores.size(1) == 0 && labels.length > 0)
            throw new IllegalArgumentException(operation + ": logits of shape " + scores.shape() + " and " + labels.length
                + " labels; logits must be [batch, classes] or [batch, classes, …], with a label for each row");
        int classes = scores.size(1);
        var weight = options.weight() == null ? null : weight(operation, options.weight(), classes);
        int ignored = 0;
        for (int row = 0; row < labels.length; row++)
            if (labels[row] == options.ignoreIndex()) ignored++;
            else checkLabel(operation, labels[row], row, classes);
        // the caller may change theirs before backward; the fused loss copies them itself
        var inRange = ignored == 0 && logits && options.labelSmoothing() == 0 ? labels : labels.clone();
        var kept = ignored == 0 ? null : new boolean[labels.length];
        var rowWeight = ignored == 0 && weight == null ? null : new float[labels.length];
        for (int row = 0; rowWeight != null && row < labels.length; row++) {
            boolean counts = labels[row] != options.ignoreIndex();
            if (!counts) inRange[row] = 0;
            if (kept != null) kept[row] = counts;
            rowWeight[row] = !counts ? 0 : weight == null ? 1 : weight[labels[row]];
        }
        if (rank == 2) return new Classes(operation, scores, logits, inRange, kept, rowWeight, null);
        var last = scores.permute(classesLast(rank));
        var shape = Shape.of(Arrays.copyOf(last.shape().toArray(), rank - 1));
        return new Classes(operation, last.reshape(labels.length, classes), logits, inRange, kept, rowWeight, shape);
    }

    private static int[] classesLast(int rank) {
        var order = new int[rank];
        Arrays.setAll(order, dim -> dim == 0 ? 0 : dim == rank - 1 ? 1 : dim + 1);
        return order;
    }

    private static long rows(Shape shape) {
        long rows = 1;
        for (int dim = 0; dim < shape.rank(); dim++) if (dim != 1) rows *= shape.size(dim);
        return rows;
    }

    static float[] weight(String operation, Tensor weight, int classes) {
        if (weight.shape().rank() != 1 || weight.size(0) != classes) throw new IllegalArgumentException(operation
            + ": weights of shape " + weight.shape() + " for " + classes + " classes; one for each class is needed");
        var weights = weight.toArray();
        for (int label = 0; label < classes; label++) if (!Float.isFinite(weights[label])) throw new IllegalArgumentException(
            operation + ": weight " + weights[label] + " of class " + label + "; it must be finite");
        return weights;
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
        if (logits) return TENSORS.crossEntropies(scores, labels, counting(), rowWeight);
        var losses = scores.pick(labels).neg();
        return rowWeight == null ? losses : Tensor.where(Tensor.of(rowWeight), losses, ZERO).mul(Tensor.of(rowWeight));
    }

    /// Of each row, from logits, whatever its class weighs; 0 where it doesn't count.
    Tensor unweighted() { return TENSORS.crossEntropies(scores, labels, counting(), null); }

    /// What [#unweighted] gave, or a function of it, times the weights of the classes.
    Tensor weighted(Tensor losses) { return rowWeight == null ? losses : losses.mul(Tensor.of(rowWeight)); }

    /// Whether a row's own label counts, which one of weight 0 doesn't, infinite as its loss may be; null if all do.
    private boolean[] counting() {
        boolean[] counting = null;
        for (int row = 0; rowWeight != null && row < rowWeight.length; row++) {
            if (rowWeight[row] != 0) continue;
            if (counting == null) Arrays.fill(counting = new boolean[rowWeight.length], true);
            counting[row] = false;
        }
        return counting;
    }

    /// Of each row, the weighted sum over all classes.
    private Tensor smooth(Tensor weight) {
        var weighted = weight == null ? scores : Products.select(weight.detach(), scores);
        var losses = weighted.sum(1).neg();
        if (kept == null) return losses;
        var mask = new float[kept.length];
        for (int row = 0; row < mask.length; row++) mask[row] = kept[row] ? 1 : 0;
        return Tensor.where(Tensor.wrap(mask, mask.length), losses, ZERO);
    }

    Tensor reduce(Tensor losses, Reduction reduction) {
        if (reduction == Reduction.MEAN) return losses.sum().div(divisor());
        return reduction.of(operation, shape == null ? losses : losses.reshape(shape.toArray()));
    }

    double totalWeight() {
        if (rowWeight == null) return labels.length;
        double total = 0;
        for (float weight : rowWeight) total += weight;
        return total;
    }

    /// What the mean is the sum over.
    private float divisor() {
        double total = totalWeight();
        if (labels.length == 0) throw new IllegalArgumentException(
            operation + ": the batch is empty, so it has no mean; skip it, or take the sum");
        if (total == 0) throw new IllegalArgumentException(operation + ": all " + labels.length
            + " labels are ignored or of classes with weight 0, so there is no mean; skip the batch, or take the sum");
        return (float) total;
    }
}
