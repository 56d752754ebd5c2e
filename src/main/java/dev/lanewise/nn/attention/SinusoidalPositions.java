package dev.lanewise.nn.attention;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Signal;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Adds to each token sines and cosines of its position, of wavelengths from 2π to 10,000 times that: Vaswani et al., "Attention
/// is all you need", 2017. `[…, tokens, width]` to the same.
public final class SinusoidalPositions extends Layer implements Propagating {

    private static final double BASE = 10_000;

    /// Of larger tables no means are taken.
    private static final long MOST = 1 << 22;

    private final int width;

    /// For tokens of an even width.
    public SinusoidalPositions(int width) {
        if (width < 1) throw new IllegalArgumentException("sinusoidal positions: width " + width + "; it must be at least 1");
        this.width = width;
    }

    /// `[tokens, width]`: element 2 i of position t is sin(t / 10000^(2 i / width)), element 2 i + 1 the cosine of the same;
    /// computed in double.
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
        if (x.shape().rank() < 2 || x.size(-1) != width) throw new IllegalArgumentException(name
            + ": the input has shape " + x.shape() + ", but […, tokens, " + width + "] is expected");
    }

    /// Of tokens that lie along the second dimension; see [#propagate(List, List)].
    @Override
    public Passage propagate(Signal in) { return propagate(List.of(in), List.of()); }

    /// The same numbers are added to all inputs: two positions have as much of them in common as the table says. Unknown where
    /// signals have a mean, without a batch, and of more than 4,194,304 numbers.
    @Override
    public Passage propagate(List<Signal> in, List<?> arguments) {
        var given = in.getFirst();
        int tokens = given.extent().positions();
        boolean alone = !arguments.isEmpty() && arguments.getFirst() instanceof Tensor x && x.shape().rank() == 2;
        if (!given.isKnown() || given.mean() != 0 || alone || (long) tokens * width > MOST) return Passage.UNKNOWN;
        var table = table(tokens, width).toArray();
        double sum = 0, squares = 0, fourths = 0, together = 0;
        for (int i = 0; i < width; i++) {
            double column = 0;
            for (int t = 0; t < tokens; t++) {
                double value = table[t * width + i];
                column += value;
                squares += value * value;
                fourths += value * value * value * value;
            }
            sum += column;
            together += column * column;
        }
        double added = squares / table.length;
        double two = tokens == 1 ? added : (together - squares) / table.length / (tokens - 1);
        double q = given.square();
        double both = q + added;
        var out = new Signal(both, given.product() + added, given.within() + two, given.across() + two, sum / table.length,
            (given.fourth() * q * q + 6 * q * added + fourths / table.length) / (both * both), given.extent());
        return Passage.of(out, new Passage.Way(1, 1, q / both)).straying(4 * q * added / (both * both));
    }

    @Override
    public String toString() { return "SinusoidalPositions(" + width + ")"; }
}
