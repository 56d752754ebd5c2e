package dev.lanewise.diagnose;

import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.Locale;
import java.util.Optional;

/// A start under which signals and gradients keep their size in a network of some depth.
///
/// @param field variances of weights and biases, in units of 1 / fan in and of 1
/// @param init  the name of the [dev.lanewise.nn.init.Scheme] that has them, up to the digits it says
/// @param words the name, and what a user writes in code
public record Remedy(MeanField field, String init, String words) {

    /// By how much the second moment may be off in the first layer for the forward gain to be called robust.
    private static final double DEVIATION = 0.1;
    /// The fixed point of the pair on the edge of chaos.
    private static final double EDGE = 0.5;
    private static final double SAME = 1e-6;

    /// The forward gain, where that keeps the gradient, too, and evens out a deviation of the second moment by a tenth; else
    /// a pair on the edge of chaos, where inputs of second moment 1 stay; none where there is none, as for a sigmoid.
    ///
    /// @param depth how many layers with weights
    public static Optional<Remedy> of(Nonlinearity activation, int depth) {
        // no gain brings back what an activation leaves nothing of
        if (!(activation.square(1) > 0)) return Optional.empty();
        var gain = Gain.forward(activation);
        double variance = gain.value() * gain.value();
        var forward = new MeanField(activation, variance, 0);
        double gradient = Math.pow(forward.chi(1), depth);
        if (gradient > Verdict.FAINT && gradient < Verdict.LOUD && DEVIATION * Math.pow(forward.slope(1), depth) < 1)
            return Optional.of(ofGain(activation, gain, forward));
        try {
            var edge = MeanField.edgeOfChaos(activation, EDGE);
            return edge.slope(EDGE) > 1 + SAME || !keeps(edge, depth) ? Optional.empty() : Optional.of(ofPair(edge));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whether a signal of second moment 1 keeps its size, and its gradient. The fixed point alone doesn't tell: from above, an
    /// activation that is nearly linear far out leads away from it.
    private static boolean keeps(MeanField field, int depth) {
        double first = field.first(1);
        return Verdict.of(field.trajectory(first, depth)[depth - 1], field.gradientFactor(first, depth), 0, 0) == Verdict.HEALTHY;
    }

    private static Remedy ofGain(Nonlinearity activation, Gain gain, MeanField field) {
        double variance = field.weightVariance();
        if (Math.abs(variance - 2) < SAME) return new Remedy(field, "kaiming-normal", "kaimingNormal()", "variance 2 / in");
        if (Math.abs(variance - 1) < SAME) return new Remedy(field, "normal-rule", "normalRule()", "variance 1 / in");
        boolean named = Nonlinearity.ALL.stream().anyMatch(each -> each.name().equals(activation.name())
            && Math.abs(each.square(1) - activation.square(1)) < SAME * activation.square(1));
        var value = number("%.6g", gain.value());
        return new Remedy(field, "kaiming-normal:" + (named ? "forward(" + activation.name() + ")" : value),
            named ? "kaimingNormal(Gain.forward(Nonlinearity.named(\"" + activation.name() + "\")))"
                : "kaimingNormal(new Gain(" + value + ", EMPIRICAL))",
            number("variance %.4g / in", variance));
    }

    private static Remedy ofPair(MeanField field) {
        var weight = number("%.6g", field.weightVariance());
        var bias = number("%.6g", field.biasVariance());
        boolean zero = field.biasVariance() == 0;
        return new Remedy(field, "normal-rule:" + weight + ":" + (zero ? "0" : bias),
            "varianceScaling(" + weight + ", FAN_IN, NORMAL), biases " + (zero ? "zeros()" : "normal(0, √" + bias + ")"),
            "on the edge of chaos");
    }

    private Remedy(MeanField field, String init, String code, String note) {
        this(field, init, init + " (in code " + code + "; " + note + ")");
    }

    private static String number(String format, double value) { return String.format(Locale.ROOT, format, value); }
}
