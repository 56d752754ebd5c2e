package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Takes what goes over images, `[batch, channels, height, width]`, to single images, `[channels, height, width]`, and to lines,
/// `[batch, channels, length]` or `[channels, length]`, which are images of one row.
final class Planar {

    /// A few less than indices go: no JVM makes longer arrays.
    private static final int MOST_WEIGHTS = Integer.MAX_VALUE - 8;

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

    /// What is computed of so many rows and columns of each plane, which fits into an array. Of no planes nothing is: tables of
    /// their lines, which may be of any length, aren't made.
    static Tensor result(String operation, Tensor x, int rows, int columns, Supplier<Tensor> computed) {
        return result(operation, x, rows, columns, computed, nothing -> nothing);
    }

    /// @param nothing takes a result without planes
    static <T> T result(String operation, Tensor x, int rows, int columns, Supplier<T> computed, Function<Tensor, T> nothing) {
        double numel = (double) x.size(0) * x.size(1) * rows * columns;
        if (numel > Integer.MAX_VALUE) throw new IllegalArgumentException(operation + ": an input of " + x.shape() + " makes "
            + rows + " x " + columns + " of each of its planes, more than 2^31 - 1 elements in all, the most that a Java"
            + " array holds; use a smaller batch or output");
        return numel == 0 ? nothing.apply(x.reshape(x.size(0), x.size(1), rows, columns)) : computed.get();
    }

    /// That a table of a line's weights fits into an array, which it may not beside a result that does.
    static void checkWeights(String operation, Tensor x, long weights) {
        if (weights > MOST_WEIGHTS) throw new IllegalArgumentException(operation + ": an input of " + x.shape()
            + " makes lines that are sums of " + weights + " elements in all, more than " + MOST_WEIGHTS
            + ", the most that there can be; use a smaller kernel or output");
    }
}
