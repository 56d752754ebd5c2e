package dev.lanewise.diagnose;

import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.Locale;
import java.util.Optional;

/// A start under which signals and gradients keep their size in a network of some depth.
///
/// @param field variances of weights and biases, in units of 1 / fan in and of 1
/// @param words the same as a user writes it
public record Remedy(MeanField field, String words) {

    /// By how much the second moment may be off in the first layer for the forward gain to be called robust.
    private static final double DEVIATION = 0.1;
    /// The fixed point of the pair on the edge of chaos.
    private static final double EDGE = 0.5;
    private static final double SAME = 1e-6;

    /// The forward gain, where that keeps the gradient, too, and evens out a deviation of the second moment by a tenth; else
    /// a pair on the edge of chaos; none where there is none, as for a sigmoid.
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
            return Optional.of(new Remedy(forward, words(activation, variance)));
        try {
            var edge = MeanField.edgeOfChaos(activation, EDGE);
            return edge.slope(EDGE) > 1 + SAME ? Optional.empty() : Optional.of(new Remedy(edge, String.format(Locale.ROOT,
                "normal weights of variance %.4g / in and normal biases of variance %.4g", edge.weightVariance(),
                    edge.biasVariance())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String words(Nonlinearity activation, double variance) {
        if (Math.abs(variance - 2) < SAME) return "kaiming-normal (variance 2 / in)";
        if (Math.abs(variance - 1) < SAME) return "normal-rule (variance 1 / in)";
        return String.format(Locale.ROOT, "kaimingNormal(Gain.forward(%s)) (variance %.4g / in)", activation.name(), variance);
    }
}
