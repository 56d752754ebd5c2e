package dev.lanewise.data;

/// A batch that has what is to be predicted: the metrics of [dev.lanewise.train.Metrics] measure any such. Records of your own
/// implement it by a component of this name.
///
/// @param <T> the type of the targets
public interface Targeted<T> {

    /// In the order of the examples: an `int[]` of class labels, or a [dev.lanewise.tensor.Tensor].
    T targets();
}
