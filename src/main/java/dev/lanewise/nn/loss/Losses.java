package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Tensor;

/// What training makes small: from a model's output and its targets to a single number.
public final class Losses {

    private Losses() {}

    /// The mean negative log-probability of the right classes, from logits of shape [batch, classes].
    ///
    /// @param labels the class of each row, 0 to classes - 1
    /// @throws IllegalArgumentException if the shape or a label doesn't fit
    public static Tensor crossEntropy(Tensor logits, int[] labels) {
        if (logits.shape().rank() != 2 || logits.size(0) != labels.length) throw new IllegalArgumentException(
            "crossEntropy: logits of shape " + logits.shape() + " and " + labels.length
                + " labels; logits must be [batch, classes], with a label for each row");
        if (labels.length == 0) throw new IllegalArgumentException("crossEntropy: the batch is empty, so it has no mean");
        for (int row = 0; row < labels.length; row++)
            if (labels[row] < 0 || labels[row] >= logits.size(1)) throw new IllegalArgumentException("crossEntropy: label "
                + labels[row] + " of row " + row + " is out of range; there are " + logits.size(1) + " classes, 0 to "
                + (logits.size(1) - 1));
        return logits.logSoftmax(1).pick(labels).mean().neg();
    }
}
