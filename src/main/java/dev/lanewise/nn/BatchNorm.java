package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Tensor;

/// Ioffe and Szegedy, "Batch normalization", 2015: each channel, dimension 1, is brought to mean 0 and variance 1, and
/// then scaled and shifted by what is learned.
///
/// While training, by the batch's own mean and variance (over all n elements of the channel), and the running ones follow:
/// `running = (1 - momentum) running + momentum batch`, the variance there being the estimate over n - 1, as in PyTorch; without
/// a momentum they are the averages over all batches so far. In evaluation, by the running ones, or, where none are kept, by the
/// batch's.
///
/// In training, numbers may be of any size. A variance beyond the largest float is followed as that float.
public abstract sealed class BatchNorm extends TrackedNorm permits BatchNorm1d, BatchNorm2d {

    private static final String LEFT_OVER = "A row that is left over at the end of an epoch is left out by dropLast(true) of the"
        + " DataLoader; to predict, run the model in evaluation: try (var _ = Module.evaluating()) { … }";

    BatchNorm(String operation, int features, NormOptions options) { super(operation, features, options); }

    /// With eps 1e-5, momentum 0.1, affine, and with running statistics.
    public static NormOptions options() { return NormOptions.batch(); }

    /// Whether the layer takes inputs of this rank.
    abstract boolean takes(int rank);

    /// What the input should be, in words.
    abstract String expected(int features);

    @Override
    public final Tensor forward(Tensor x) {
        int rank = x.shape().rank();
        if (!takes(rank) || x.size(1) != features) throw new IllegalArgumentException(operation + ": the input has shape "
            + x.shape() + ", but " + expected(features) + " is expected");
        // an empty batch has nothing to follow, and leaves the running ones as they are, as PyTorch's does
        return x.numel() > 0 && goesByInput() ? byBatch(x) : affine(tracks() ? byRunning(x) : x);
    }

    private Tensor byBatch(Tensor x) {
        int count = x.numel() / features;
        if (count < 2) throw new IllegalArgumentException(operation + ": shape " + x.shape() + " has " + count
            + " values per channel, and " + (tracks()
                ? "training needs at least 2 for a variance; use a larger batch, or eval() to go by"
            + " the running ones. " + LEFT_OVER
            : "without running statistics at least 2 are needed for a variance; use a larger batch"));
        return byInput(x, count);
    }

    @Override
    final Moments.Standardized normalized(Tensor x, Tensor weight, Tensor bias) {
        return TensorBridge.get().normalizeChannels(operation, x, weight, bias, eps);
    }

    @Override
    final Normalized together(Signal.Extent extent) {
        return new Normalized(1, extent.positions(), extent.inputs(), true, eps, weight(), bias());
    }
}
