package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// What layers share that treat channels alike: dimension 1 of [batch, channels, …].
final class Channels {

    private Channels() {}

    /// One number per channel as [channels, 1, …], which broadcasts to an input of this rank.
    static Tensor shaped(Tensor perChannel, int rank) {
        var sizes = new int[rank - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = perChannel.numel();
        return perChannel.reshape(sizes);
    }
}
