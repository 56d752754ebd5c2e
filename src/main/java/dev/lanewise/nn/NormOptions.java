package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;

/// What a normalization that keeps running statistics can do otherwise, by steps:
/// `BatchNorm2d.options().eps(1e-3).momentum(null)`.
///
/// @param eps               added to the variance, so that none is 0
/// @param momentum          the share of the batch in the running mean and variance, of [0, 1]; null for the average of all
///     batches so far
/// @param weight            how the channels' factors start; null for none
/// @param bias              how what is added starts; null for nothing
/// @param trackRunningStats whether running statistics are kept, for evaluation
public record NormOptions(double eps, Double momentum, Initializer weight, Initializer bias, boolean trackRunningStats) {

    static NormOptions batch() { return new NormOptions(1e-5, 0.1, Initializers.ones(), Initializers.zeros(), true); }

    static NormOptions instance() { return new NormOptions(1e-5, 0.1, null, null, false); }

    /// What is added to the variance.
    public NormOptions eps(double eps) { return new NormOptions(eps, momentum, weight, bias, trackRunningStats); }

    /// With another share of the batch in the running mean and variance, of [0, 1].
    ///
    /// @param momentum null for averages over all batches
    public NormOptions momentum(Double momentum) { return new NormOptions(eps, momentum, weight, bias, trackRunningStats); }

    /// Whether each channel is scaled and shifted afterwards, by 1 and 0 at first.
    public NormOptions affine(boolean affine) {
        return initializers(affine ? Initializers.ones() : null, affine ? Initializers.zeros() : null);
    }

    /// How factors and what is added start; null for none.
    public NormOptions initializers(Initializer weight, Initializer bias) {
        return new NormOptions(eps, momentum, weight, bias, trackRunningStats);
    }

    /// Whether running statistics are kept; without them, evaluation goes by its input's own.
    public NormOptions trackRunningStats(boolean tracks) { return new NormOptions(eps, momentum, weight, bias, tracks); }

    void check(String operation) {
        if (!(momentum == null || momentum >= 0 && momentum <= 1)) throw new IllegalArgumentException(operation
            + ": momentum " + momentum + "; it must be of [0, 1], or null for averages over all batches");
    }
}
