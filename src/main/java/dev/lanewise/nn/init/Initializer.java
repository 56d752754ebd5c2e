package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// Fills a parameter before training, and says which law it draws from for a given fan and shape.
@FunctionalInterface
public interface Initializer {

    /// What a parameter's elements are drawn from, independently of each other. Most laws take no notice of the shape.
    Distribution distribution(Fan fan, Shape shape);

    /// Fills the tensor. Empty tensors are left as they are.
    default void fill(Tensor tensor, Fan fan, RandomSource source) {
        if (tensor.numel() == 0) return;
        var law = distribution(fan, tensor.shape());
        InPlace.fill(tensor, (data, offset, length) -> law.sample(data, offset, length, source));
    }
}
