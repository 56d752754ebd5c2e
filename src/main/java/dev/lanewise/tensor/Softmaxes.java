package dev.lanewise.tensor;

import dev.lanewise.kernel.RowSoftmax;
import java.util.function.UnaryOperator;

/// Softmax and what is built on it.
final class Softmaxes {

    private Softmaxes() {}

    /// exp(x) / sum exp(x) over a dimension, shifted by the maximum so that nothing overflows.
    static Tensor softmax(Tensor x, int dim) {
        boolean last = x.shape().dim("softmax", dim) == x.shape().rank() - 1;
        var y = Autograd.unrecorded(() -> last ? rows(x, false) : alongDimension(x, dim));
        var saved = new SavedTensor("softmax", y);
        UnaryOperator<Tensor> rule = g -> {
            var weighted = g.mul(saved.get());
            return weighted.sub(saved.get().mul(weighted.sum(true, dim)));
        };
        return Autograd.record(y, "softmax", Edge.to(x, rule));
    }

    /// Along the last dimension, in one kernel: with the bits of the operations that they are along another one.
    ///
    /// @param log whether the logarithm is wanted
    static Tensor rows(Tensor x, boolean log) {
        var values = View.gathered(x);
        var y = Tensor.empty(x.shape());
        int columns = x.size(-1);
        if (columns == 0) return y;
        int rows = x.numel() / columns;
        if (log) RowSoftmax.logRows(rows, columns, values.data(), values.layout.offset(), columns, y.data(), 0, columns);
        else RowSoftmax.rows(rows, columns, values.data(), values.layout.offset(), columns, y.data(), 0, columns);
        return y;
    }

    private static Tensor alongDimension(Tensor x, int dim) {
        var powers = StridedLoop.apply(RowSoftmax.POWERS, "softmax", null, x, Reduce.shift(x, dim), null, null, null);
        return powers.div(powers.sum(true, dim));
    }

    /// log softmax, finite where softmax is 0 in float.
    static Tensor logSoftmax(Tensor x, int dim) {
        boolean last = x.shape().dim("logSoftmax", dim) == x.shape().rank() - 1;
        var y = Autograd.unrecorded(() -> {
            if (last) return rows(x, true);
            var shifted = x.sub(Reduce.shift(x, dim));
            return shifted.sub(shifted.exp().sum(true, dim).log());
        });
        var saved = new SavedTensor("logSoftmax", y);
        return Autograd.record(y, "logSoftmax",
            Edge.to(x, g -> g.sub(saved.get().exp().mul(g.sum(true, dim)))));
    }
}
