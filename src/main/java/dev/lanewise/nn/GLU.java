package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// The first half along a dimension, times the sigmoid of the second half; see [Activation#glu].
public final class GLU extends Layer implements Propagating {

    private final int dim;

    /// Along the last dimension.
    public GLU() { this(-1); }

    /// Halves one dimension.
    ///
    /// @param dim the dimension that is halved, which may be counted from the end
    public GLU(int dim) { this.dim = dim; }

    /// Which it goes along; it may be counted from the end.
    public int dim() { return dim; }

    @Override
    public Tensor forward(Tensor x) { return Activation.glu(x, dim); }

    /// Of normal numbers of mean 0, as weights give them, the halves of which have nothing in common: a product of two means. On
    /// the way back each half has the mean square of what it is multiplied by. Unknown of others.
    @Override
    public Passage propagate(Signal in) {
        double q = in.square();
        if (!in.isNormal() || !Double.isFinite(q)) return Passage.UNKNOWN;
        var gate = Nonlinearity.SIGMOID;
        var out = in.placed(null).mapped(product -> Double.isNaN(product) ? Double.NaN
            : product * gate.product(q, in.correlation(product)), 0,
            in.fourth() * (1 + gate.fluctuation(q)));
        var extent = in.extent();
        double growth = 1 + q * gate.growth(q) / gate.square(q);
        return Passage.of(out.with(new Signal.Extent(Math.max(1, extent.units() / 2), extent.positions(), extent.inputs())),
            (gate.square(q) + q * gate.squaredSlope(q)) / 2)
            // what both halves' sizes say of it; the rest is chance
            .straying(Math.max(0, out.fourth() - 1 - growth * growth * (in.fourth() - 1) / 2));
    }

    @Override
    public String toString() { return "GLU(" + dim + ")"; }
}
