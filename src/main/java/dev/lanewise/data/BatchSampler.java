package dev.lanewise.data;

/// Which batches an epoch has, each as its rows: a function of the epoch alone, as a [Sampler]. For batches that belong together,
/// such as sequences of one length ([LengthBuckets]), or that differ in size.
@FunctionalInterface
public interface BatchSampler {

    /// The rows of each batch of an epoch. Neither the sampler nor its user changes the arrays afterwards.
    int[][] batches(int epoch);

    /// How many batches an epoch has, each as many: as [Sampler#size].
    default int size() {
        return batches(0).length;
    }
}
