package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Tensor;

/// How a loss over classes counts its rows, by steps: `ClassOptions.DEFAULT.ignoreIndex(0).reduction(SUM)`.
///
/// @param weight         of each class, one number for each; taken as constants; null for 1 each
/// @param ignoreIndex    the label of rows that don't count
/// @param labelSmoothing the share of the target that is spread evenly over all classes, of [0, 1]; for cross-entropy alone
/// @param reduction      the mean is one weighted by the labels' classes, as in PyTorch
public record ClassOptions(Tensor weight, int ignoreIndex, double labelSmoothing, Reduction reduction) {

    /// No weights, -100 ignored, no smoothing, the mean: as PyTorch's.
    public static final ClassOptions DEFAULT = new ClassOptions(null, -100, 0, Reduction.MEAN);

    /// Refuses no reduction, and a smoothing beyond [0, 1].
    public ClassOptions {
        if (reduction == null) throw new IllegalArgumentException("crossEntropy: no reduction; name one, or leave the mean");
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) throw new IllegalArgumentException(
            "crossEntropy: label smoothing " + labelSmoothing + "; it must be of [0, 1]");
    }

    /// A factor for each class, `[classes]`, by which a row of that class counts; null for 1.
    public ClassOptions weight(Tensor weight) { return new ClassOptions(weight, ignoreIndex, labelSmoothing, reduction); }

    /// Rows of this label count nothing, and get no gradient.
    public ClassOptions ignoreIndex(int label) { return new ClassOptions(weight, label, labelSmoothing, reduction); }

    /// The share of the target that is spread evenly over all classes, of [0, 1].
    public ClassOptions labelSmoothing(double share) { return new ClassOptions(weight, ignoreIndex, share, reduction); }

    /// What becomes of the rows' losses.
    public ClassOptions reduction(Reduction reduction) {
        return new ClassOptions(weight, ignoreIndex, labelSmoothing, reduction);
    }
}
