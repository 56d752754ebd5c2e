package dev.lanewise.tensor;

import java.util.function.UnaryOperator;

/// Softmax and what is built on it.
final class Softmax {

    private Softmax() {}

    /// exp(x) / sum exp(x) over a dimension, shifted by the maximum so that nothing overflows.
    static Tensor softmax(Tensor x, int dim) {
        x.shape().dim("softmax", dim);
        var y = Autograd.unrecorded(() -> {
            var powers = x.sub(Reduce.shift(x, dim)).exp();
            return powers.div(powers.sum(true, dim));
        });
        var saved = new Saved("softmax", y);
        UnaryOperator<Tensor> rule = g -> {
            var weighted = g.mul(saved.get());
            return weighted.sub(saved.get().mul(weighted.sum(true, dim)));
        };
        return Autograd.record(y, "softmax", Edge.to(x, rule));
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
