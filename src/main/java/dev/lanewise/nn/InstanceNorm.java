package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Tensor;

/// Ulyanov, Vedaldi and Lempitsky, "Instance normalization: the missing ingredient for fast stylization", 2016: each channel of
/// each example is brought to mean 0 and variance 1 over its places, and then, if it is affine, scaled and shifted by what is
/// learned.
///
/// Where running statistics are kept, they follow the means over a batch as a [BatchNorm]'s do, and evaluation goes by them.
/// Numbers may be of any size.
public abstract sealed class InstanceNorm extends TrackedNorm permits InstanceNorm1d, InstanceNorm2d {

    private final int placeDims;

    /// @param placeDims dimensions behind the channels
    InstanceNorm(String operation, int features, NormOptions options, int placeDims) {
        this.placeDims = placeDims;
        super(operation, features, options);
    }

    /// With eps 1e-5, momentum 0.1, not affine, and without running statistics.
    public static NormOptions options() { return NormOptions.instance(); }

    /// What the input should be, in words.
    abstract String expected(int features);

    @Override
    public final Tensor forward(Tensor x) {
        int rank = x.shape().rank();
        boolean single = rank == placeDims + 1;
        if (!single && rank != placeDims + 2 || x.size(-placeDims - 1) != features) throw new IllegalArgumentException(operation
            + ": the input has shape " + x.shape() + ", but " + expected(features) + " is expected");
        return single ? normalized(x.unsqueeze(0)).squeeze(0) : normalized(x);
    }

    private Tensor normalized(Tensor x) {
        if (!goesByInput()) return affine(byRunning(x));
        if (x.numel() == 0) return affine(x);
        int count = x.numel() / x.size(0) / features;
        if (count < 2) throw new IllegalArgumentException(operation + ": shape " + x.shape() + " has " + count
            + " place per channel, and a variance needs at least 2; use larger inputs"
            + (tracks() ? ", or eval() to go by the running ones" : ""));
        return byInput(x, count);
    }

    @Override
    final Moments.Standardized normalized(Tensor x, Tensor weight, Tensor bias) {
        return TensorBridge.get().normalizeParts(operation, x, features, weight, bias, eps);
    }

    @Override
    final Normalized together(Signal.Extent extent) {
        return new Normalized(1, extent.positions(), 1, true, eps, weight(), bias());
    }
}
