package dev.lanewise.tensor;

import dev.lanewise.kernel.expr.Epilogue;

/// What a linear layer computes, y = x Wᵀ + b, and the same with a ReLU behind it, in one operation: with the bits of the
/// product, the sum and the maximum one after the other.
final class Affine {

    private Affine() {}

    /// `[…, in] -> […, out]`
    ///
    /// @param weight `[out, in]`
    /// @param bias   `[out]`; null for none
    /// @throws IllegalArgumentException if the shapes don't fit
    static Tensor linear(Tensor x, Tensor weight, Tensor bias) { return linear(x, weight, bias, false); }

    /// As [#linear(Tensor, Tensor, Tensor)], and of each element the larger of it and 0.
    static Tensor linearRelu(Tensor x, Tensor weight, Tensor bias) { return linear(x, weight, bias, true); }

    private static Tensor linear(Tensor x, Tensor weight, Tensor bias, boolean relu) {
        check(x, weight, bias);
        if (x.shape().rank() > 2) {
            // its rows are as many rows of one product
            var sizes = x.shape().toArray();
            sizes[sizes.length - 1] = weight.size(0);
            return linear(View.flatten(x, 0, -2), weight, bias, relu).reshape(sizes);
        }
        if (x.shape().rank() == 1) {
            var product = x.matmul(weight.t());
            var sum = bias == null ? product : product.add(bias);
            return relu ? sum.relu() : sum;
        }
        var epilogue = relu ? Epilogue.RELU : Epilogue.IDENTITY;
        var packed = records(x, weight, bias) ? null : PackedWeight.of(weight, x.size(0));
        if (packed != null) return MatMul.product(x, packed, weight.size(0), epilogue, bias);
        var y = MatMul.product(x, false, weight, true, epilogue, bias);
        return relu ? recordedRelu(x, weight, bias, y) : recorded(x, weight, bias, y);
    }

    private static Tensor recorded(Tensor x, Tensor weight, Tensor bias, Tensor y) {
        if (!records(x, weight, bias)) return y;
        var input = new SavedTensor("linear", x);
        var factor = new SavedTensor("linear", weight);
        var layout = weight.layout;
        var toInput = Edge.to(x, g -> g.matmul(factor.get()));
        var toWeight = Edge.to(weight, g -> weightGradient(g, input.get(), layout));
        return bias == null ? Autograd.record(y, "linear", toInput, toWeight)
            : Autograd.record(y, "linear", toInput, toWeight, Edge.free(bias, g -> g));
    }

    private static boolean records(Tensor x, Tensor weight, Tensor bias) {
        return Autograd.records(x, weight) || bias != null && Autograd.records(bias);
    }

    /// It lies as the weight does, so that no optimizer has to transpose it. Where the walk is recorded, it is made of operations
    /// that have derivatives.
    static Tensor weightGradient(Tensor g, Tensor x, Layout layout) {
        if (Autograd.records(x, g)) return MatMul.lying(layout.isTransposed(), g.t(), x);
        return layout.isDense() ? MatMul.product(g, true, x, false, layout) : MatMul.product(g, true, x, false);
    }

    /// Two operations for the walk, the first of which has no result of its own: the maximum's slope needs `y` alone.
    private static Tensor recordedRelu(Tensor x, Tensor weight, Tensor bias, Tensor y) {
        recorded(x, weight, bias, y);
        if (y.node == null) return y;
        var output = new SavedTensor("relu", y);
        var sum = Edge.to(y, g -> Elementary.RELU_BACKWARD.apply(g, output.get()));
        return Autograd.record(y, "relu", sum);
    }

    private static void check(Tensor x, Tensor weight, Tensor bias) {
        if (weight.shape().rank() != 2 || bias != null && (bias.shape().rank() != 1 || bias.size(0) != weight.size(0)))
            throw new IllegalArgumentException("linear: a weight of shape " + weight.shape() + " and "
                + (bias == null ? "no bias" : "a bias of shape " + bias.shape()) + "; they must be [out, in] and [out]");
        if (x.shape().rank() == 0 || x.size(-1) != weight.size(1)) throw new IllegalArgumentException(
            "linear: the input has shape " + x.shape() + ", but [batch, " + weight.size(1) + "] is expected: " + weight.size(1)
            + " in the last dimension, whatever is before it");
    }
}
