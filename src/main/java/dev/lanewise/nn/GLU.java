package dev.lanewise.nn;

import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// The first half along a dimension, times the sigmoid of the second half; see [Activation#glu].
public final class GLU extends Layer {

    private final int dim;

    /// Along the last dimension.
    public GLU() { this(-1); }

    /// @param dim the dimension that is halved, which may be counted from the end
    public GLU(int dim) { this.dim = dim; }

    @Override
    public Tensor forward(Tensor x) { return Activation.glu(x, dim); }

    @Override
    public String toString() { return "GLU(" + dim + ")"; }
}
