package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;

/// Zhang and Sennrich, "Root mean square layer normalization", 2019: the last dimensions of each example are divided by the root
/// of their mean square, and then scaled element by element by what is learned. Numbers may be of any size.
public final class RMSNorm extends LastNorm {

    /// From 1 to the next float: PyTorch's, where none is given.
    private static final double EPS = 0x1p-23;

    /// With eps 2^-23, and a weight.
    public RMSNorm(int... normalizedShape) { this(Shape.of(normalizedShape), EPS, true); }

    /// With factors of 1 to learn, or without.
    ///
    /// @param affine whether there is a weight of this shape, 1 at first
    public RMSNorm(Shape normalizedShape, double eps, boolean affine) {
        this(normalizedShape, eps, affine ? Initializers.ones() : null);
    }

    /// With factors that start as told.
    ///
    /// @param normalizedShape the input's last sizes
    /// @param eps             added to the mean square, so that none is 0
    /// @param weight          how the factors start, which have this shape; null for none
    public RMSNorm(Shape normalizedShape, double eps, Initializer weight) {
        super("rmsNorm", normalizedShape, eps, weight, null);
    }

    @Override
    boolean isCentred() { return false; }

    @Override
    public String toString() { return "RMSNorm(" + normalizedShape + (weight() == null ? ", not affine)" : ")"); }
}
