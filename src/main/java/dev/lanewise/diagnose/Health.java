package dev.lanewise.diagnose;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.figures.Figures;
import java.util.List;

/// How healthy a start is, in theory or on a batch: what starts are ranked by. The less comes first: a better verdict, then the
/// one that keeps signal and gradient nearer to their size, then the one of which fewer units are idle.
///
/// @param verdict of the layer in the worst state
/// @param decades the most by which a second moment of the signal, or a gradient's squared length, strays from that of the input,
///     or of the output, in factors of ten; infinite where one is 0 or not finite, NaN where none is known
/// @param idle    the largest share of a layer's rectifiers that are off, or of its squashed numbers that are saturated
public record Health(Verdict verdict, double decades, double idle) implements Comparable<Health> {

    private static final List<Verdict> FROM_BEST = List.of(Verdict.HEALTHY, Verdict.SATURATED, Verdict.DYING, Verdict.VANISHING,
        Verdict.EXPLODING, Verdict.UNKNOWN);

    /// As theory has it; where it says nothing, the verdict is [Verdict#UNKNOWN].
    public static Health predicted(Explanation explanation) { return of(explanation, true); }

    /// As the batch shows it.
    public static Health measured(Explanation explanation) { return of(explanation, false); }

    private static Health of(Explanation explanation, boolean predicted) {
        var worst = Verdict.HEALTHY;
        double decades = Double.NaN;
        double idle = 0;
        for (var layer : explanation.layers()) {
            double signal = share(layer.signal(), layer.square(), predicted);
            double flow = share(layer.flow(), layer.gradient(), predicted);
            double dead = of(layer.dead(), predicted);
            if (layer.waiting()) {
                if (signal == 0) dead = Double.NaN;
                signal = signal == 0 ? 1 : signal;
                flow = flow == 0 ? 1 : flow;
            }
            double saturated = of(layer.saturated(), predicted);
            // what theory knows nothing of says nothing about the others
            if (Double.isNaN(signal) && Double.isNaN(flow)) continue;
            var verdict = Verdict.of(Double.isNaN(signal) ? 1 : signal, flow, dead, saturated);
            if (FROM_BEST.indexOf(verdict) > FROM_BEST.indexOf(worst)) worst = verdict;
            decades = most(most(decades, Math.abs(Math.log10(signal))), Math.abs(Math.log10(flow)));
            idle = most(most(idle, dead), saturated);
        }
        return new Health(Double.isNaN(decades) ? Verdict.UNKNOWN : worst, decades, idle);
    }

    /// Of what is said relative to the input or the output: the part that is the one figure's.
    private static double share(double best, Figure figure, boolean predicted) {
        double wanted = of(figure, predicted);
        if (Double.isNaN(wanted) || wanted == figure.best()) return Double.isNaN(wanted) ? Double.NaN : best;
        return figure.best() == 0 ? Double.POSITIVE_INFINITY : best * (wanted / figure.best());
    }

    private static double of(Figure figure, boolean predicted) { return predicted ? figure.predicted() : figure.measured(); }

    private static double most(double a, double b) { return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b); }

    @Override
    public int compareTo(Health other) {
        int order = Integer.compare(FROM_BEST.indexOf(verdict), FROM_BEST.indexOf(other.verdict));
        if (order == 0) order = Double.compare(decades, other.decades);
        return order == 0 ? Double.compare(idle, other.idle) : order;
    }

    /// In a few words.
    public String words() {
        return Double.isNaN(decades) ? "unknown" : verdict.word() + ", strays by "
            + (Double.isInfinite(decades) ? "all" : "a factor of " + Figures.number(Math.pow(10, decades)));
    }
}
