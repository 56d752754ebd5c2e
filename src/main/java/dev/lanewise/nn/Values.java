package dev.lanewise.nn;

import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;

/// Takes values over into a tensor that stays the same.
final class Values {

    private static final long MOST_STEPS = 1L << 53;

    private Values() {}

    /// A number of steps must have room to go on.
    ///
    /// @param of whose it is, behind it in the message
    static void checkStep(String operation, long step, String of) {
        if (step < 0 || step > MOST_STEPS) throw new IllegalArgumentException(
            operation + "step " + step + of + "; it must be 0 or more, and at most 2^53");
    }

    static void copy(String kind, String name, Tensor from, Tensor to) {
        if (!from.shape().equals(to.shape())) throw new IllegalArgumentException(kind + " \"" + name + "\": values of shape "
            + from.shape() + " for shape " + to.shape() + "; they must be the same");
        InPlace.copy(from, to);
    }
}
