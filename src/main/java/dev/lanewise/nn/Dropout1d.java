package dev.lanewise.nn;

import dev.lanewise.tensor.Shape;

/// Sets whole channels of [batch, channels, length] or [channels, length] to 0 with probability p while training, and scales the
/// others by 1 / (1 - p): Tompson et al., "Efficient object localization using convolutional networks", 2015. Neighbours in a
/// channel are so alike that one would stand in for the other. The stream of masks is as [Dropout]'s.
public final class Dropout1d extends Dropping {

    /// Dropout of channels.
    ///
    /// @param p the probability of 0, of [0, 1)
    public Dropout1d(double p) { super("dropout1d", p); }

    @Override
    Shape dropped(Shape x) {
        int rank = x.rank();
        if (rank == 3) return Shape.of(x.size(0), x.size(1), 1);
        if (rank == 2) return Shape.of(x.size(0), 1);
        throw new IllegalArgumentException("dropout1d: the input has shape " + x
            + ", but [batch, channels, length] or [channels, length] is expected");
    }
}
