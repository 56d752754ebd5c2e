package dev.lanewise.tensor;

import java.util.function.UnaryOperator;

/// Softmax and what is built on it.
final class Softmax {

    private Softmax() {}

    /// exp(x) / sum exp(x) over a dimension, shifted by the maximum so that nothing overflows.
    static Tensor softmax(Tensor x, int dim) {
        int counted = x.shape().dim("softmax", dim);
        var y = Autograd.unrecorded(() -> counted == x.shape().rank() - 1 ? rows(x) : alongDimension(x, dim));
        var saved = new Saved("softmax", y);
        UnaryOperator<Tensor> rule = g -> {
            var weighted = g.mul(saved.get());
            return weighted.sub(saved.get().mul(weighted.sum(true, dim)));
        };
        return Autograd.record(y, "softmax", Edge.to(x, rule));
    }

    /// In one kernel, with the bits of [#alongDimension].
    private static Tensor rows(Tensor x) {
        var values = x.contiguous();
        var y = Tensor.empty(x.shape());
        int columns = x.size(-1);
        if (columns > 0) dev.lanewise.kernel.Softmax.rows(x.numel() / columns, columns,
            values.data(), values.layout.offset(), columns, y.data(), 0, columns);
        return y;
    }

    private static Tensor alongDimension(Tensor x, int dim) {
        var powers = Walk.apply(dev.lanewise.kernel.Softmax.POWERS, x, Reduce.shift(x, dim));
        return powers.div(powers.sum(true, dim));
    }

    /// log softmax, finite where softmax is 0 in float.
    static Tensor logSoftmax(Tensor x, int dim) {
        x.shape().dim("logSoftmax", dim);
        var y = Autograd.unrecorded(() -> {
            var shifted = x.sub(Reduce.shift(x, dim));
            return shifted.sub(shifted.exp().sum(true, dim).log());
        });
        var saved = new Saved("logSoftmax", y);
        return Autograd.record(y, "logSoftmax",
            Edge.to(x, g -> g.sub(saved.get().exp().mul(g.sum(true, dim)))));
    }
}
