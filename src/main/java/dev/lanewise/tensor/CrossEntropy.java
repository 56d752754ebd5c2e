package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Expr;
import dev.lanewise.kernel.Formula;
import dev.lanewise.kernel.Functions;
import java.util.Arrays;

/// The weighted negative log-probabilities of labels from logits, as one operation: with the bits of logSoftmax, pick, mul and neg one
/// after the other.
public final class CrossEntropy {

    /// 0 - e^(log p) c, from log p and c.
    private static final Elementwise PULL = new Elementwise(Formula.binary("cross_entropy_backward",
        (logProb, scale) -> Expr.constant(0f).sub(Functions.exp(logProb).mul(scale))));

    private CrossEntropy() {}

    /// Of each row, -w log p(label).
    ///
    /// @param logits `[rows, classes]`
    /// @param labels of each row, 0 to classes - 1; the caller has checked them
    /// @param kept   whether a row counts; the others have loss and gradient 0, whatever their logits are; null if all do
    /// @param weight of each row, null for 1; none of the arrays may be changed before backward
    public static Tensor losses(Tensor logits, int[] labels, boolean[] kept, float[] weight) {
        var logProbs = Softmax.rows(logits, true);
        var losses = Tensor.empty(labels.length);
        var out = losses.data();
        var data = logProbs.data();
        int classes = logits.size(1);
        for (int row = 0; row < out.length; row++)
            out[row] = -((kept == null || kept[row] ? data[row * classes + labels[row]] : 0f) * (weight == null ? 1 : weight[row]));
        if (!Autograd.records(logits)) return losses;
        var input = new Saved("crossEntropy", logits);
        return Autograd.record(losses, "crossEntropy", Edge.to(logits, g -> Autograd.isRecording()
            ? differentiable(input.get(), labels, kept, weight, g) : gradient(logProbs, labels, kept, weight, g)));
    }

    /// (label's one-hot - p) c, c being -w times the gradient of the row's loss.
    private static Tensor gradient(Tensor logProbs, int[] labels, boolean[] kept, float[] weight, Tensor g) {
        int classes = logProbs.size(1);
        var result = Tensor.empty(logProbs.shape());
        var out = result.data();
        var slopes = g.data();
        int step = g.layout.strides()[0];
        var scale = Tensor.empty(labels.length).data();
        for (int row = 0; row < scale.length; row++) {
            float slope = -slopes[g.layout.offset() + row * step];
            // never -0, as a sum that begins at 0
            scale[row] = kept == null || kept[row] ? slope * (weight == null ? 1 : weight[row]) + 0f : 0f;
            Arrays.fill(out, row * classes, (row + 1) * classes, scale[row]);
        }
        PULL.run(logProbs.data(), 0, out, 0, out, 0, out.length);
        for (int row = 0; row < scale.length; row++) out[row * classes + labels[row]] += scale[row];
        return result;
    }

    /// The same in operations that have derivatives.
    private static Tensor differentiable(Tensor logits, int[] labels, boolean[] kept, float[] weight, Tensor g) {
        var counts = new float[labels.length];
        for (int row = 0; row < counts.length; row++) counts[row] = kept == null || kept[row] ? 1 : 0;
        var scaled = weight == null ? g.neg() : g.neg().mul(Tensor.of(weight));
        var ones = Take.spread(Tensor.where(Tensor.wrap(counts, counts.length), scaled, Tensor.scalar(0f)), labels, logits.shape());
        return ones.sub(logits.logSoftmax(1).exp().mul(ones.sum(true, 1)));
    }
}
