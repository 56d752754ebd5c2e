package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.report.Json;
import java.util.List;

/// What came out of [Explain].
///
/// @param layers numbers of units, the input's first
/// @param seed   of the first network; those of others follow it
/// @param seeds  how many networks were averaged
/// @param loss   what rates are of
record ExplainOutcome(int[] layers, String activation, int batch, long seed, int seeds, String loss, List<Run> runs) {

    /// One initialization.
    ///
    /// @param words    the verdict and what it is about
    /// @param spectrum of the Jacobian
    /// @param rates    null if they weren't measured
    record Run(String init, String verdict, String words, List<Layer> layers, SpectrumOutcome spectrum, RatesOutcome rates,
               @Json.Omit Scheme scheme, @Json.Omit List<LayerExplanation> theory) {

        static Run of(Scheme scheme, Explanation explanation, SpectrumOutcome spectrum, RatesOutcome rates) {
            return new Run(scheme.name(), explanation.verdict().word(), explanation.words(), explanation.layers().stream().map(Layer::of).toList(),
                spectrum, rates, scheme, explanation.layers());
        }
    }

    /// A layer as JSON has it.
    ///
    /// @param range      of the second moment, that finite width explains
    /// @param fixedPoint where many layers like this one would lead the second moment; "infinite" or a number
    /// @param depthScale in how many of them a gradient changes by a factor of e; "infinite" or a number
    /// @param gap        what theory can't say, and why; empty if there is no such thing
    record Layer(String layer, int units, Figure weightVariance, Figure secondMoment, double[] range, double chi, Object fixedPoint,
                 Object depthScale, Figure gradient, Figure correlation, Figure dead, Figure saturated, String verdict, String gap) {

        static Layer of(LayerExplanation layer) {
            return new Layer(layer.path(), layer.width(), layer.weights(), layer.square(), new double[] {layer.low(), layer.high()}, layer.chi(),
                limit(layer.fixedPoint()), limit(layer.depthScale()), layer.gradient(), layer.correlation(), layer.dead(), layer.saturated(),
                layer.verdict().word(), layer.gap());
        }

        /// JSON has no infinity, and a null would say that nothing is known.
        private static Object limit(double value) { return Double.isInfinite(value) ? "infinite" : (Object) value; }
    }
}
