package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// Channels as pixels: `[…, channels r², height, width]` to `[…, channels, height r, width r]`, r x r channels that follow each
/// other being a square: Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel
/// convolutional neural network", 2016.
public final class PixelShuffle extends Layer implements Propagating {

    private final int factor;

    /// Squares of factor x factor pixels.
    ///
    /// @param factor r, 1 or more
    public PixelShuffle(int factor) { this.factor = Functional.checkFactor("pixelShuffle", factor); }

    /// How many times as long sides become, or as short.
    public int factor() { return factor; }

    @Override
    public Tensor forward(Tensor x) { return Functional.pixelShuffle(x, factor); }

    @Override
    public Passage propagate(Signal in) { return Passage.same(in.placed(null)); }

    @Override
    public String toString() { return "PixelShuffle(" + factor + ")"; }
}
