package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// What layer and root-mean-square norms share: the last dimensions of each example are brought to one size together.
abstract sealed class LastNorm extends Norm implements Propagating permits LayerNorm, RMSNorm {

    final Shape normalizedShape;

    LastNorm(String operation, Shape normalizedShape, double eps, Initializer weight, Initializer bias) {
        if (normalizedShape.numel() == 0 || normalizedShape.rank() == 0) throw new IllegalArgumentException(operation + ": shape "
            + normalizedShape + " has nothing to normalize over; name at least one size, none of them 0");
        super(operation, eps, normalizedShape, weight, bias);
        this.normalizedShape = normalizedShape;
    }

    /// Whether the mean is taken off.
    abstract boolean isCentred();

    /// The sizes of the dimensions that are brought to one size together.
    public final Shape normalizedShape() { return normalizedShape; }

    @Override
    public final Tensor forward(Tensor x) {
        int rank = x.shape().rank();
        int leading = rank - normalizedShape.rank();
        if (leading < 0 || !Arrays.equals(Arrays.copyOfRange(x.shape().toArray(), leading, rank), normalizedShape.toArray()))
            throw new IllegalArgumentException(operation + ": the input has shape " + x.shape() + ", but its last sizes must be "
                + normalizedShape);
        return TensorBridge.get().normalizeLast(operation, x, rank - leading, isCentred(), tensor(weight()), tensor(bias()), eps);
    }

    /// Each input by itself: over its units, and over its positions, too, if these are among the last dimensions.
    @Override
    public final Passage propagate(Signal in) {
        int positions = normalizedShape.rank() == 1 ? 1 : in.extent().positions();
        return new Normalized(Math.max(1, normalizedShape.numel() / positions), positions, 1, isCentred(), eps, weight(),
            bias()).of(in);
    }

    @Override
    final Tensor aligned(Tensor parameter, int rank) { return parameter; }
}
