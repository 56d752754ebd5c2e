package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;

/// Ba, Kiros and Hinton, "Layer normalization", 2016: the last dimensions of each example are brought to mean 0 and
/// variance 1 together, and then scaled and shifted element by element by what is learned. Numbers may be of any size.
public final class LayerNorm extends LastNorm {

    /// With eps 1e-5, and affine.
    public LayerNorm(int... normalizedShape) { this(Shape.of(normalizedShape), 1e-5, true); }

    /// With factors of 1 and summands of 0 to learn, or without.
    ///
    /// @param affine whether there are a weight and a bias of this shape, 1 and 0 at first
    public LayerNorm(Shape normalizedShape, double eps, boolean affine) {
        this(normalizedShape, eps, affine ? Initializers.ones() : null, affine ? Initializers.zeros() : null);
    }

    /// With factors and summands that start as told.
    ///
    /// @param normalizedShape the input's last sizes
    /// @param eps             added to the variance, so that none is 0
    /// @param weight          how the factors start, which have this shape; null for none
    /// @param bias            how what is added starts, of this shape, too; null for nothing
    public LayerNorm(Shape normalizedShape, double eps, Initializer weight, Initializer bias) {
        super("layerNorm", normalizedShape, eps, weight, bias);
    }

    @Override
    public Parameter bias() { return super.bias(); }

    @Override
    boolean isCentred() { return true; }

    @Override
    public String toString() { return "LayerNorm(" + normalizedShape + affineText() + ")"; }
}
