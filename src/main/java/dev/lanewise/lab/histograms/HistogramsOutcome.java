package dev.lanewise.lab.histograms;

import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.report.Json;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What came out of [Histograms].
///
/// @param rows how many of the data went through the layers
record HistogramsOutcome(String data, @Json.Omit int rows, List<Net> tanh, List<Net> relu) {

    /// One weighting, layer by layer.
    ///
    /// @param rms       the root mean square of what the layer hands its activation
    /// @param saturated the share of numbers that tanh saturates; NaN where there is no tanh
    /// @param dead      the share of units that are off on every row; NaN where there is no ReLU
    /// @param handed    what each layer hands its activation
    record Net(String weights, double[] rms, double[] predictedRms, double[] saturated, double[] dead, @Json.Omit Scheme scheme,
               @Json.Omit List<float[]> handed, @Json.Omit List<LayerExplanation> layers) {

        static Net of(Scheme scheme, List<float[]> handed, List<LayerExplanation> layers) {
            return new Net(scheme.name(), values(layers, layer -> Math.sqrt(layer.square().measured())),
                values(layers, layer -> Math.sqrt(layer.square().predicted())),
                values(layers, layer -> layer.saturated().measured()), values(layers, layer -> layer.dead().measured()), scheme,
                handed, layers);
        }

        private static double[] values(List<LayerExplanation> layers, ToDoubleFunction<LayerExplanation> value) {
            return layers.stream().mapToDouble(value).toArray();
        }
    }
}
