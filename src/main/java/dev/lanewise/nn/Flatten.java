package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The dimensions from `startDim` to `endDim`, included, as one.
public final class Flatten extends Layer implements Propagating {

    private final int startDim;
    private final int endDim;

    /// All but the first, which is the batch.
    public Flatten() { this(1, -1); }

    /// Both may be counted from the end.
    public Flatten(int startDim, int endDim) {
        this.startDim = startDim;
        this.endDim = endDim;
    }

    /// The first of the dimensions that become one; it may be counted from the end.
    public int startDim() { return startDim; }

    /// The last of them.
    public int endDim() { return endDim; }

    @Override
    public Tensor forward(Tensor x) { return x.flatten(startDim, endDim); }

    @Override
    public Passage propagate(Signal in) { return Passage.same(in); }

    @Override
    public String toString() { return "Flatten(" + startDim + ", " + endDim + ")"; }
}
