package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.Spectrum;
import dev.lanewise.diagnose.SpectrumPrediction;
import dev.lanewise.figures.Figures;
import dev.lanewise.report.Json;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The singular values of a start's Jacobian, at the first input.
///
/// @param meanSquare theirs
/// @param largest    the largest one
/// @param spread     the variance of their squares, relative to the mean's square
/// @param condition  the largest over the smallest, measured; "infinite" or a number
/// @param isometric  whether theory expects them to be nearly all alike
/// @param values     of the first seed, all; empty of large networks
record SpectrumOutcome(Figure meanSquare, Figure largest, Figure spread, Object condition, boolean isometric, String words,
                       @Json.Omit List<Double> values) {

    /// @param shown of each seed; empty if nothing was measured
    static SpectrumOutcome of(SpectrumPrediction theory, List<Spectrum> shown) {
        double condition = shown.stream().mapToDouble(each -> Math.log(each.condition())).average().orElse(Double.NaN);
        return new SpectrumOutcome(new Figure(theory.meanSquare(), mean(shown, Spectrum::meanSquare)),
            new Figure(theory.largest(), mean(shown, each -> each.largest().value())),
                new Figure(theory.spread(), mean(shown, Spectrum::spread)),
            Double.isInfinite(condition) ? "infinite" : (Object) Math.exp(condition), theory.isIsometric(), theory.words(),
            shown.isEmpty() ? List.of() : shown.getFirst().values());
    }

    private static double mean(List<Spectrum> shown, ToDoubleFunction<Spectrum> number) {
        return shown.stream().mapToDouble(number).average().orElse(Double.NaN);
    }

    String conditionText() { return condition instanceof Double number ? Figures.number(number) : "∞"; }
}
