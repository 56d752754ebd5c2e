package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// Fills a parameter before training, and says which law it draws from for a given fan and shape.
///
/// Where the elements are independent of each other, [#distribution] says all, and `(fan, shape) -> law` is an initializer.
@FunctionalInterface
public interface Initializer {

    /// The law of an element of the parameter, any one being picked at random: what all are drawn from, independently, unless
    /// [#structure] says otherwise. Most laws take no notice of the shape.
    ///
    /// @throws IllegalArgumentException if the initializer isn't for such a shape; see [#fits]
    Distribution distribution(Fan fan, Shape shape);

    /// What holds between the elements. Nothing, unless it is overridden.
    ///
    /// @throws IllegalArgumentException if the initializer isn't for such a shape
    default Structure structure(Fan fan, Shape shape) { return new Structure.Independent(); }

    /// Whether the initializer is for parameters of this shape: some are for matrices or convolutions alone.
    default boolean fits(Fan fan, Shape shape) { return true; }

    /// Fills the tensor. Empty tensors are left as they are.
    ///
    /// @throws IllegalArgumentException if the initializer isn't for such a shape
    default void fill(Tensor tensor, Fan fan, RandomSource source) {
        if (tensor.numel() == 0) return;
        var law = distribution(fan, tensor.shape());
        InPlace.fill(tensor, (data, offset, length) -> law.sample(data, offset, length, source));
    }
}
