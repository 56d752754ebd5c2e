package dev.lanewise.nn.attention;

import dev.lanewise.nn.Layer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// Adds to each token sines and cosines of its position, of wavelengths from 2π to 10,000 times that: Vaswani et al., "Attention is
/// all you need", 2017. `[…, tokens, width]` to the same.
public final class SinusoidalPositions extends Layer {

    private static final double BASE = 10_000;

    private final int width;

    public SinusoidalPositions(int width) {
        if (width < 1) throw new IllegalArgumentException("sinusoidal positions: width " + width + "; it must be at least 1");
        this.width = width;
    }

    /// `[tokens, width]`: element 2 i of position t is sin(t / 10000^(2 i / width)), element 2 i + 1 the cosine of the same; computed in
    /// double.
    public static Tensor table(int tokens, int width) {
        var data = new float[Shape.of(tokens, width).numel()];
        // of no tokens, the width may be any
        for (int i = 0; i < width && tokens > 0; i++) {
            double frequency = StrictMath.pow(BASE, -(i - i % 2) / (double) width);
            for (int t = 0; t < tokens; t++) {
                double angle = t * frequency;
                data[t * width + i] = (float) (i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
            }
        }
        return Tensor.wrap(data, tokens, width);
    }

    @Override
    public Tensor forward(Tensor x) {
        check("sinusoidal positions", x, width);
        return x.add(table(x.size(-2), width));
    }

    static void check(String name, Tensor x, int width) {
        if (x.shape().rank() < 2 || x.size(-1) != width) throw new IllegalArgumentException(name + ": the input has shape " + x.shape()
            + ", but […, tokens, " + width + "] is expected");
    }

    @Override
    public String toString() { return "SinusoidalPositions(" + width + ")"; }
}
