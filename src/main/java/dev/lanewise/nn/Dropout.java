package dev.lanewise.nn;

import dev.lanewise.tensor.Shape;

/// Sets each element to 0 with probability p while training, and scales the others by 1 / (1 - p) so that the mean stays:
/// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
///
/// The mask is a function of (seed, path of the module, step, index of the element): the module counts its steps from
/// its initialization on. A checkpoint keeps the step beside the state, whose names are PyTorch's: see [Module#stepDict()].
public final class Dropout extends Dropping {

    /// Dropout of elements.
    ///
    /// @param p the probability of 0, of [0, 1)
    public Dropout(double p) { super("dropout", p); }

    @Override
    Shape dropped(Shape x) { return x; }
}
