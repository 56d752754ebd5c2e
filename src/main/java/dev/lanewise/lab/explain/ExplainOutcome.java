package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.Repair;
import dev.lanewise.diagnose.StartRanking;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.report.Json;
import java.util.List;

/// What came out of [Explain].
///
/// @param network    its name
/// @param layers     of an mlp numbers of units, the input's first; of others how many there are
/// @param width      null of an mlp
/// @param activation of an mlp; null of others
/// @param seed       of the first network; those of others follow it
/// @param seeds      how many networks were averaged
/// @param loss       what rates are of
/// @param runs       of each initialization, one rewritten behind the one that it was
/// @param ranking    the healthiest first; empty if none was asked for
record ExplainOutcome(String network, Object layers, Integer width, String activation, int batch, long seed, int seeds,
    String loss, List<Run> runs,
                      List<Place> ranking) {

    static ExplainOutcome of(Subject subject, int batch, long seed, int seeds, String loss, List<Run> runs, List<Place> ranking) {
        return switch (subject) {
            case Subject.Chain chain -> new ExplainOutcome("mlp", chain.sizes(), null, chain.activation(), batch, seed, seeds,
                loss, runs, ranking);
            case Subject.Named named -> new ExplainOutcome(named.network().word(), named.size().layers(), named.size().width(),
                null, batch, seed, seeds, loss,
                runs, ranking);
        };
    }

    /// One initialization among those that are compared.
    ///
    /// @param place     by health on the batch, from 1
    /// @param predicted by health in theory
    record Place(String init, int place, int predicted, String inTheory, String onTheBatch) {

        static Place of(StartRanking.Place place) {
            return new Place(place.name(), place.place(), place.predicted(), place.inTheory().words(), place.onTheBatch()
                .words());
        }
    }

    /// A layer that was rewritten: σ_w² and σ_b².
    record Change(String layer, double weights, double rewritten, double biases, double rewrittenBiases) {

        static Change of(Repair.Change change) {
            return new Change(change.path(), change.variance(), change.scale(), change.biasVariance(), change.biasScale());
        }
    }

    /// One initialization.
    ///
    /// @param words    the verdict and what it is about
    /// @param spectrum of the Jacobian; null if it was neither predicted nor measured
    /// @param rates    null if they weren't measured
    /// @param changes  by which it was rewritten; empty of those that are as they are named
    /// @param advice   what follows for a network of blocks; empty if nothing does
    record Run(String init, String verdict, String words, List<Layer> layers, SpectrumOutcome spectrum, RatesOutcome rates,
        List<Change> changes,
               @Json.Omit Scheme scheme, @Json.Omit Explanation explanation, @Json.Omit String advice) {

        static Run of(Scheme scheme, Explanation explanation, SpectrumOutcome spectrum, RatesOutcome rates,
            List<Repair.Change> changes) {
            return new Run(scheme.name(), explanation.verdict().word(), explanation.words(), explanation.layers().stream()
                .map(Layer::of).toList(),
                spectrum, rates, changes.stream().map(Change::of).toList(), scheme, explanation, "");
        }

        Run advised(String text) {
            return new Run(init, verdict, words, layers, spectrum, rates, changes, scheme, explanation, text);
        }

        List<LayerExplanation> theory() { return explanation.layers(); }
    }

    /// A layer as JSON has it.
    ///
    /// @param range      of the second moment, that finite width explains
    /// @param fixedPoint where many layers like this one would lead the second moment; "infinite" or a number
    /// @param depthScale in how many of them a gradient changes by a factor of e; "infinite" or a number
    /// @param gap        what theory can't say, and why; empty if there is no such thing
    record Layer(String layer, int units, Figure weightVariance, Figure secondMoment, double[] range, double chi,
        Object fixedPoint,
                 Object depthScale, Figure gradient, Figure correlation, Figure dead, Figure saturated, String verdict,
                     String gap) {

        static Layer of(LayerExplanation layer) {
            return new Layer(layer.path(), layer.width(), layer.weights(), layer.square(),
                new double[] {layer.low(), layer.high()}, layer.chi(),
                limit(layer.fixedPoint()), limit(layer.depthScale()), layer.gradient(), layer.correlation(), layer.dead(),
                    layer.saturated(),
                layer.verdict().word(), layer.gap());
        }

        /// JSON has no infinity, and a null would say that nothing is known.
        private static Object limit(double value) { return Double.isInfinite(value) ? "infinite" : (Object) value; }
    }
}
