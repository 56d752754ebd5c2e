package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// Takes what goes over images, `[batch, channels, height, width]`, to single images, `[channels, height, width]`, and to lines, `[batch,
/// channels, length]` or `[channels, length]`, which are images of one row.
final class Planar {

    private Planar() {}

    /// @param function from images to images
    static Tensor images(String operation, Tensor x, UnaryOperator<Tensor> function) {
        int rank = x.shape().rank();
        if (rank == 4) return function.apply(x);
        if (rank == 3) return function.apply(x.unsqueeze(0)).squeeze(0);
        throw new IllegalArgumentException(operation + ": the input has shape " + x.shape()
            + ", but [batch, channels, height, width] or [channels, height, width] is expected");
    }

    /// @param function from images to images, of one row if the input is
    static Tensor lines(String operation, Tensor x, UnaryOperator<Tensor> function) {
        int rank = x.shape().rank();
        if (rank == 3) return function.apply(x.unsqueeze(2)).squeeze(2);
        if (rank == 2) return function.apply(x.unsqueeze(0).unsqueeze(2)).squeeze(0, 2);
        throw new IllegalArgumentException(operation + ": the input has shape " + x.shape()
            + ", but [batch, channels, length] or [channels, length] is expected");
    }

    /// That it fits into an array.
    static void checkResult(String operation, Tensor x, int rows, int columns) {
        double numel = (double) x.size(0) * x.size(1) * rows * columns;
        if (numel > Integer.MAX_VALUE) throw new IllegalArgumentException(operation + ": an input of " + x.shape() + " makes "
            + rows + " x " + columns + " of each of its planes, more than 2^31 - 1 elements in all, the most that a Java array holds;"
            + " use a smaller batch or output");
    }
}
