package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/// What layer and root-mean-square norms share: the last dimensions of each example are brought to one size together.
abstract sealed class LastNorm extends Norm implements Propagating permits LayerNorm, RMSNorm {

    final Shape normalizedShape;

    LastNorm(String operation, Shape normalizedShape, double eps, Initializer weight, Initializer bias) {
        if (normalizedShape.numel() == 0 || normalizedShape.rank() == 0) throw new IllegalArgumentException(operation + ": shape "
            + normalizedShape + " has nothing to normalize over; name at least one size, none of them 0");
        super(operation, eps, normalizedShape, weight, bias);
        this.normalizedShape = normalizedShape;
    }

    /// @param dims the last ones
    abstract Tensor normalized(Tensor x, int[] dims);

    @Override
    public final Tensor forward(Tensor x) {
        int rank = x.shape().rank();
        int leading = rank - normalizedShape.rank();
        if (leading < 0 || !Arrays.equals(Arrays.copyOfRange(x.shape().toArray(), leading, rank), normalizedShape.toArray()))
            throw new IllegalArgumentException(operation + ": the input has shape " + x.shape() + ", but its last sizes must be "
                + normalizedShape);
        return affine(normalized(x, IntStream.range(leading, rank).toArray()));
    }

    @Override
    final Tensor aligned(Tensor parameter, int rank) { return parameter; }
}
