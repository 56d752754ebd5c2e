package dev.lanewise.diagnose;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.NormalMean;
import java.util.Arrays;

/// How many units do nothing before training: rectifiers that are off, and squashing activations that are saturated.
public final class Units {

    /// A tanh beyond it is called saturated.
    public static final double TANH = 0.97;
    /// A sigmoid closer to 0 or 1 is called saturated.
    public static final double SIGMOID = 0.03;
    private static final Distribution NORMAL = new Distribution.Normal(0, 1);

    private Units() {}

    /// The probability that all units of a ReLU layer are off at a given input, where weights and biases are symmetric about
    /// 0 and independent: 2^-width.
    public static double layerDead(int width) { return Math.scalb(1, -checked(width)); }

    /// The probability that a ReLU network passes nothing at a given input, because some hidden layer is off as a whole.
    /// Exact, biases being 0; and at least the probability that it passes nothing at any input.
    public static double networkDead(int... widths) {
        return -Math.expm1(Arrays.stream(widths).mapToDouble(width -> Math.log1p(-layerDead(width))).sum());
    }

    /// At least this is the probability that a ReLU network of constant width passes nothing at any input, biases being 0: Lu,
    /// Shin, Su and Karniadakis, "Dying ReLU and initialization", 2019.
    ///
    /// @param layers hidden ones
    public static double bornDeadAtLeast(int width, int layers) {
        double off = layerDead(width);
        double first = 1 - off;
        double second = 1 - 2 * off - (width - 1) * off * off;
        int k = layers - 1;
        return 1 - Math.pow(first, k)
            + (1 - 2 * off) * (1 - off) / (1 + (width - 1) * off) * (Math.pow(second, k) - Math.pow(first, k));
    }

    /// The probability that a rectifier is off on all inputs of a batch, for any two of which its inputs have this correlation:
    /// ∫ φ(t) Φ(-t √(ρ/(1-ρ)))^M dt. Where inputs have nothing in common, 2^-M; a negative correlation is taken for 0.
    public static double deadOnBatch(int inputs, double correlation) {
        if (checked(inputs) == 1 || correlation >= 1) return 0.5;
        double spread = Math.sqrt(Math.max(0, correlation) / (1 - correlation));
        return NormalMean.of(t -> Math.pow(NORMAL.cdf(-t), inputs), 0, spread);
    }

    /// The share of tanh units beyond ±level, their inputs being normal with second moment q.
    public static double tanhSaturated(double level, double q) { return outside(tanhEdge(level), q); }

    /// The share of sigmoid units below `level` or above 1 - level.
    public static double sigmoidSaturated(double level, double q) { return outside(sigmoidEdge(level), q); }

    static double tanhEdge(double level) { return Math.log((1 + level) / (1 - level)) / 2; }

    static double sigmoidEdge(double level) { return Math.log((1 - level) / level); }

    private static double outside(double edge, double q) { return q == 0 ? 0 : 2 * NORMAL.cdf(-edge / Math.sqrt(q)); }

    private static int checked(int count) {
        if (count < 1) throw new IllegalArgumentException("units: " + count + " of them; at least one is needed");
        return count;
    }
}
