package dev.lanewise.diagnose;

import dev.lanewise.figures.Figures;
import java.util.Locale;

/// One layer with weights, or a module that theory doesn't know, and the activation behind it. What isn't known is NaN.
///
/// @param path        its place in the model
/// @param kind        the module in short
/// @param width       outputs, or output channels
/// @param fanIn       terms in a sum
/// @param weights     σ_w²: the fan in times the weights' variance; measured, times their mean square
/// @param square      the second moment of its outputs, before the activation
/// @param low         the least that finite width explains, up to four standard deviations
/// @param high        the most
/// @param chi         by how much the gradient's second moment grows from the next layer's output back to this one's
/// @param fixedPoint  q*, to which layers like this one lead the second moment, one behind the other with the activation
///     behind this one: [MeanField#fixedPoint()]; not known without such an activation
/// @param depthScale  ξ: after so many of them a gradient has changed by a factor of e; infinite where it keeps its size
/// @param gradient    the gradient's second moment at its output, relative to that at the network's: predicted for a typical
///     network of this width and this batch where there is one, else for a wide one
/// @param correlation of the outputs for two inputs
/// @param dead        the share of rectifiers that are off on the whole batch
/// @param saturated   the share of numbers that saturate a tanh or a sigmoid
/// @param signal      its second moment, measured where it was, relative to the input's
/// @param flow        the squared length of the gradient at its outputs, measured where it was, relative to that at the
///     network's: its second moment times the number of outputs, so that spreading over more of them takes nothing away
/// @param gap         why nothing is predicted, or empty
/// @param waiting     whether its signal, or its gradient, is 0 until the first step alone: because of weights that start at 0,
///     its own or another layer's, which have a signal before them and a gradient behind them, and so learn, as Fixup's last
///     layer of a branch and ReZero's factors do
/// @param gradientBand    as `low` and `high`, of the gradient
/// @param correlationBand of the correlation
/// @param finite      what the gradient that is predicted has been multiplied by because layers aren't wide, in the mean: 1
///     without a batch
public record LayerExplanation(String path, String kind, int width, double fanIn, Figure weights, Figure square, double low,
                               double high, double chi, double fixedPoint, double depthScale, Figure gradient,
                               Figure correlation, Figure dead, Figure saturated, double signal, double flow, String gap,
                               boolean waiting, Band gradientBand, Band correlationBand, double finite) {

    /// What finite width explains, up to four standard deviations.
    public record Band(double low, double high) {

        /// Whether it is there; true if either is missing.
        boolean has(double measured) {
            return !(measured < low * (1 - ROUNDING) - ROUNDING * ROUNDING || measured > high * (1 + ROUNDING)
                + ROUNDING * ROUNDING);
        }
    }

    /// Of float32.
    private static final double ROUNDING = 1e-6;

    /// A number in theory and on the batch.
    public record Figure(double predicted, double measured) {

        static final Figure NONE = new Figure(Double.NaN, Double.NaN);

        /// What was measured; else what is predicted.
        public double best() { return Double.isNaN(measured) ? predicted : measured; }
    }

    /// What signal, gradient and units at this layer promise.
    public Verdict verdict() {
        boolean still = waiting && signal == 0;
        return Verdict.of(still ? 1 : signal, waiting && flow == 0 ? 1 : flow, still ? Double.NaN : dead.best(),
            saturated.best());
    }

    /// Whether what was measured lies where theory says; true if either is missing.
    public boolean asPredicted() { return !(square.measured() < low || square.measured() > high); }

    /// Whether the gradient that was measured does.
    public boolean isGradientAsPredicted() { return gradientBand.has(gradient.measured()); }

    /// Whether the correlation that was measured does.
    public boolean isCorrelationAsPredicted() { return correlationBand.has(correlation.measured()); }

    /// Why the verdict is what it is, in a few words.
    public String reason() {
        return switch (verdict()) {
            case HEALTHY -> waiting ? "it is still at the start, as meant, by weights that begin at 0"
                : String.format(Locale.ROOT, "its second moment is %.3g times the input's", signal);
            case VANISHING -> signal < Verdict.FAINT ? ofSignal() : ofGradient();
            case EXPLODING -> signal > Verdict.LOUD ? ofSignal() : ofGradient();
            case DYING -> Figures.percent(dead.best(), 0) + " of its units are off on all inputs";
            case SATURATED -> Figures.percent(saturated.best(), 0) + " of its activations are saturated";
            case UNKNOWN -> gap.isEmpty() ? "theory ends at a module before it" : gap;
        };
    }

    private String ofSignal() { return of("signal", signal, "second moment of its signal is %s of the input's"); }

    private String ofGradient() { return of("gradient", flow, "squared length of its gradient is %s of the output's"); }

    private static String of(String what, double share, String words) {
        if (share == 0) return "the " + what + " is 0";
        return "the " + (Double.isFinite(share) ? Figures.format(words, Figures.rough(share)) : what + " is not finite");
    }
}
