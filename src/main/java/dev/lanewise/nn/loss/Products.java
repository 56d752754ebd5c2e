package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Tensor;

/// Products in which a factor of 0 means that the other one doesn't count.
final class Products {

    private static final Tensor ZERO = Tensor.scalar(0f);
    private static final Tensor INFINITY = Tensor.scalar(Float.POSITIVE_INFINITY);

    private Products() {}

    /// The product; 0 where the factor is 0, even if the other is infinite. There, both gradients are 0.
    ///
    /// @param factor finite; it broadcasts to `x`
    static Tensor select(Tensor factor, Tensor x) {
        var values = x.detach();
        // most often there is nothing to choose
        if (isFinite(values)) return factor.mul(x);
        var ignored = values.abs().eq(INFINITY).mul(factor.detach().eq(ZERO));
        return factor.mul(Tensor.where(ignored, ZERO, x));
    }

    /// False if one is NaN, too.
    private static boolean isFinite(Tensor x) {
        return x.numel() == 0 || x.amax().item() < Float.POSITIVE_INFINITY && x.amin().item() > Float.NEGATIVE_INFINITY;
    }
}
