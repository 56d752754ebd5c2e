package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Zhang and Sennrich, "Root mean square layer normalization", 2019: the last dimensions of each example are divided by the root of their mean
/// square, and then scaled element by element by what is learned. Numbers may be of any size.
public final class RMSNorm extends Layer implements Propagating {

    /// From 1 to the next float: PyTorch's, where none is given.
    private static final double EPS = 0x1p-23;

    private final Shape normalizedShape;
    private final double eps;
    private final Parameter weight;

    /// With eps 2^-23, and a weight.
    public RMSNorm(int... normalizedShape) { this(Shape.of(normalizedShape), EPS, true); }

    /// @param affine whether there is a weight of this shape, 1 at first
    public RMSNorm(Shape normalizedShape, double eps, boolean affine) { this(normalizedShape, eps, affine ? Initializers.ones() : null); }

    /// @param normalizedShape the input's last sizes
    /// @param eps             added to the mean square, so that none is 0
    /// @param weight          how the factors start, which have this shape; null for none
    public RMSNorm(Shape normalizedShape, double eps, Initializer weight) {
        if (normalizedShape.numel() == 0 || normalizedShape.rank() == 0) throw new IllegalArgumentException(
            "rmsNorm: shape " + normalizedShape + " has nothing to normalize over; name at least one size, none of them 0");
        if (!(eps >= 0 && eps < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("rmsNorm: eps " + eps + "; it must be 0 or more, and finite");
        this.normalizedShape = normalizedShape;
        this.eps = eps;
        this.weight = weight == null ? null : register(new Parameter("weight", normalizedShape, Fan.linear(1, 1), weight));
    }

    /// Null if there are no factors.
    public Parameter weight() { return weight; }

    @Override
    public Tensor forward(Tensor x) {
        int rank = x.shape().rank();
        int leading = rank - normalizedShape.rank();
        if (leading < 0 || !Arrays.equals(Arrays.copyOfRange(x.shape().toArray(), leading, rank), normalizedShape.toArray()))
            throw new IllegalArgumentException("rmsNorm: the input has shape " + x.shape() + ", but its last sizes must be " + normalizedShape);
        var y = Moments.overRootMeanSquare(x, eps, IntStream.range(leading, rank).toArray());
        return weight == null ? y : y.mul(weight.tensor());
    }

    /// Over the units of one input.
    @Override
    public Signal propagate(Signal in) { return in.times(factor(in)); }

    @Override
    public double gradientGrowth(Signal in) { return factor(in); }

    private double factor(Signal in) { return (weight == null ? 1 : Normalized.square(weight)) / (in.square() + eps); }

    @Override
    public String toString() { return "RMSNorm(" + normalizedShape + (weight == null ? ", not affine)" : ")"); }
}
