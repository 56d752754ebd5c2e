package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// Pixels as channels, the way back of [PixelShuffle]: `[…, channels, height r, width r]` to `[…, channels r², height, width]`.
public final class PixelUnshuffle extends Layer implements Propagating {

    private final int factor;

    /// Squares of factor x factor pixels.
    ///
    /// @param factor r, 1 or more
    public PixelUnshuffle(int factor) { this.factor = Functional.checkFactor("pixelUnshuffle", factor); }

    /// How many times as long sides become, or as short.
    public int factor() { return factor; }

    @Override
    public Tensor forward(Tensor x) { return Functional.pixelUnshuffle(x, factor); }

    @Override
    public Passage propagate(Signal in) { return Passage.same(in.placed(null)); }

    @Override
    public String toString() { return "PixelUnshuffle(" + factor + ")"; }
}
