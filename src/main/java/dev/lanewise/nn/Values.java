package dev.lanewise.nn;

import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;

/// Takes values over into a tensor that stays the same.
final class Values {

    private Values() {}

    static void copy(String kind, String name, Tensor from, Tensor to) {
        if (!from.shape().equals(to.shape())) throw new IllegalArgumentException(kind + " \"" + name + "\": values of shape "
            + from.shape() + " for shape " + to.shape() + "; they must be the same");
        var values = from.toArray();
        InPlace.fill(to, (data, offset, length) -> System.arraycopy(values, 0, data, offset, length));
    }
}
