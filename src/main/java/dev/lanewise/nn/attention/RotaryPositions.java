package dev.lanewise.nn.attention;

import dev.lanewise.nn.Layer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// Turns pairs of numbers of each token by angles that grow with its position, so that products of queries and keys depend on how
/// far they are apart: Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021. `[…, tokens, width]` to
/// the same.
///
/// A pair is a number of the first half and the one at its place in the second, as most models have it; or neighbours, as in the
/// source.
public final class RotaryPositions extends Layer {

    private final int width;
    private final double base;
    private final boolean neighbours;

    /// Of halves, with a base of 10,000.
    ///
    /// @param width of a head, even
    public RotaryPositions(int width) { this(width, 10_000, false); }

    /// Turns tokens of an even width.
    ///
    /// @param base       pair i turns by base^(-2 i / width) from one token to the next
    /// @param neighbours whether numbers 2 i and 2 i + 1 are a pair, rather than i and i + width / 2
    public RotaryPositions(int width, double base, boolean neighbours) {
        if (width < 2 || width % 2 != 0) throw new IllegalArgumentException("rotary positions: width " + width
            + "; it must be even");
        if (!(base > 0 && base < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException("rotary positions: base " + base
            + "; it must be positive, and finite");
        this.width = width;
        this.base = base;
        this.neighbours = neighbours;
    }

    /// Of a token, or of a head's part of it.
    public int width() { return width; }

    @Override
    public Tensor forward(Tensor x) {
        SinusoidalPositions.check("rotary positions", x, width);
        int tokens = x.size(-2);
        var cosines = table(tokens, false);
        var sines = table(tokens, true);
        var first = neighbours ? x.slice(-1, 0, width, 2) : x.slice(-1, 0, width / 2);
        var second = neighbours ? x.slice(-1, 1, width, 2) : x.slice(-1, width / 2, width);
        var turned = first.mul(cosines).sub(second.mul(sines));
        var other = second.mul(cosines).add(first.mul(sines));
        if (!neighbours) return Tensor.cat(-1, turned, other);
        return Tensor.stack(-1, turned, other).reshape(Arrays.copyOf(x.shape().toArray(), x.shape().rank()));
    }

    private Tensor table(int tokens, boolean sine) {
        int pairs = width / 2;
        var data = new float[Shape.of(tokens, pairs).numel()];
        for (int i = 0; i < pairs; i++) {
            double frequency = StrictMath.pow(base, -2.0 * i / width);
            for (int t = 0; t < tokens; t++) data[t * pairs + i] = (float) (sine ? StrictMath.sin(t * frequency)
                : StrictMath.cos(t * frequency));
        }
        return Tensor.wrap(data, tokens, pairs);
    }

    @Override
    public String toString() { return "RotaryPositions(" + width + (neighbours ? ", neighbours)" : ")"); }
}
