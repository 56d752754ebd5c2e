package dev.lanewise.lab.depth;

import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.lab.depth.Depth.Kind;
import dev.lanewise.report.Json;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What came out of [Depth].
record DepthOutcome(int depth, int units, int batch, List<Run> runs) {

    /// One start, layer by layer.
    ///
    /// @param std                 of what each layer hands on, activation included; NaN once one of its numbers is beyond float32
    /// @param gradient            the root mean square at each layer, before its activation, relative to that at the output
    /// @param firstNaN            the number, from 1, of the first layer with such a standard deviation; 0 if there is none
    /// @param layersOutsideTheory how much of what is measured lies outside theory's band
    /// @param layers              theory and measurement before the activation
    record Run(@Json.Omit Kind kind, String activation, String start, double[] std, double[] predictedStd, double[] gradient,
               double[] predictedGradient, int firstNaN, int layersOutsideTheory, @Json.Omit List<LayerExplanation> layers) {

        static Run of(Depth.Start start, double[] std, List<LayerExplanation> layers) {
            var kind = start.kind();
            int end = IntStream.range(0, std.length).filter(i -> !Double.isFinite(std[i])).map(i -> i + 1).findFirst().orElse(0);
            int astray = (int) layers.stream().filter(layer -> finite(layer) && !layer.asPredicted()).count();
            return new Run(kind, kind.words, start.name(), std, values(layers, layer -> layer.square().predicted(), kind::behind),
                values(layers, layer -> layer.gradient().measured(), Math::sqrt),
                values(layers, layer -> layer.gradient().predicted(), Math::sqrt), end, astray, layers);
        }

        int measured() { return (int) layers.stream().filter(Run::finite).count(); }

        private static boolean finite(LayerExplanation layer) { return Double.isFinite(layer.square().measured()); }

        double[] values(ToDoubleFunction<LayerExplanation> value, DoubleUnaryOperator shown) {
            return values(layers, value, shown);
        }

        private static double[] values(List<LayerExplanation> layers, ToDoubleFunction<LayerExplanation> value,
            DoubleUnaryOperator shown) {
            return layers.stream().mapToDouble(layer -> shown.applyAsDouble(value.applyAsDouble(layer))).toArray();
        }
    }

    List<Run> of(Kind kind) { return runs.stream().filter(run -> run.kind() == kind).toList(); }
}
