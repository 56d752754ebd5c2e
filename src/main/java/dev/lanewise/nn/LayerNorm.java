package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Ba, Kiros and Hinton, "Layer normalization", 2016: the last dimensions of each example are brought to mean 0 and
/// variance 1 together, and then scaled and shifted element by element by what is learned. Numbers may be of any size.
public final class LayerNorm extends Layer implements Propagating {

    private final Shape normalizedShape;
    private final double eps;
    private final Parameter weight;
    private final Parameter bias;

    /// With eps 1e-5, and affine.
    public LayerNorm(int... normalizedShape) { this(Shape.of(normalizedShape), 1e-5, true); }

    /// @param affine whether there are a weight and a bias of this shape, 1 and 0 at first
    public LayerNorm(Shape normalizedShape, double eps, boolean affine) {
        this(normalizedShape, eps, affine ? Initializers.ones() : null, affine ? Initializers.zeros() : null);
    }

    /// @param normalizedShape the input's last sizes
    /// @param eps             added to the variance, so that none is 0
    /// @param weight          how the factors start, which have this shape; null for none
    /// @param bias            how what is added starts, of this shape, too; null for nothing
    public LayerNorm(Shape normalizedShape, double eps, Initializer weight, Initializer bias) {
        if (normalizedShape.numel() == 0 || normalizedShape.rank() == 0) throw new IllegalArgumentException(
            "layerNorm: shape " + normalizedShape + " has nothing to normalize over; name at least one size, none of them 0");
        if (!(eps >= 0 && eps < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("layerNorm: eps " + eps + "; it must be 0 or more, and finite");
        this.normalizedShape = normalizedShape;
        this.eps = eps;
        var fan = Fan.linear(1, 1);
        this.weight = weight == null ? null : register(new Parameter("weight", normalizedShape, fan, weight));
        this.bias = bias == null ? null : register(new Parameter("bias", normalizedShape, fan, bias));
    }

    /// Null if there are no factors.
    public Parameter weight() { return weight; }

    /// Null if nothing is added.
    public Parameter bias() { return bias; }

    @Override
    public Tensor forward(Tensor x) {
        int rank = x.shape().rank();
        int leading = rank - normalizedShape.rank();
        if (leading < 0 || !Arrays.equals(Arrays.copyOfRange(x.shape().toArray(), leading, rank), normalizedShape.toArray()))
            throw new IllegalArgumentException("layerNorm: the input has shape " + x.shape() + ", but its last sizes must be "
                + normalizedShape);
        var dims = IntStream.range(leading, rank).toArray();
        var y = Moments.standardized(x, eps, dims).values();
        var scaled = weight == null ? y : y.mul(weight.tensor());
        return bias == null ? scaled : scaled.add(bias.tensor());
    }

    /// Over the units of one input.
    @Override
    public Signal propagate(Signal in) { return normalized(in).signal(in.fourth()); }

    @Override
    public double gradientGrowth(Signal in) { return normalized(in).gradientGrowth(); }

    private Normalized normalized(Signal in) {
        return Normalized.of(in.square() - in.level(), in.product() - in.level(), eps, weight, bias);
    }

    @Override
    public String toString() { return "LayerNorm(" + normalizedShape + Channels.affine(weight, bias) + ")"; }
}
