package dev.lanewise.diagnose;

import dev.lanewise.diagnose.LayerExplanation.Band;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.Stage.Affine;
import dev.lanewise.diagnose.Stage.Block;
import dev.lanewise.diagnose.Stage.Gap;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Theory's way through a network's modules and back, with what was measured beside it.
final class Prediction {

    /// Of the logarithm's standard deviations.
    private static final double BAND = 4;

    private final Wiring wiring;
    private final List<Stage> stages;
    /// Null if nothing was.
    private final Measurement measured;
    private final int seeds;
    private final Flows flows;
    private final List<List<Wiring.Taker>> takers;
    private final double[] gradients;
    /// Whether theory says what comes out.
    private final boolean[] predicted;
    private final boolean[] waiting;
    private Strays strays;
    /// Null if nothing was measured: what is said of wide networks holds of any.
    private FiniteWidth finite;
    /// Found once for layers that are alike: it takes some hundred integrals.
    private final Map<MeanField, Limit> limits = new HashMap<>();

    Prediction(Wiring wiring, Measurement measured, int seeds) {
        this.wiring = wiring;
        this.stages = wiring.stages();
        this.takers = wiring.takers();
        this.measured = measured;
        this.seeds = seeds;
        this.flows = new Flows(stages.size());
        this.gradients = new double[stages.size()];
        this.predicted = new boolean[stages.size()];
        this.waiting = new boolean[stages.size()];
    }

    /// @param input what enters, where nothing was measured
    /// @param square its second moment
    Explanation explain(Signal input, double square, int inputs) {
        for (int i = 0; i < stages.size(); i++) {
            Watched.at("theory of signals", i, stages.size());
            forward(i, input);
        }
        backward();
        new Stills(wiring, flows, gradients).mark(waiting);
        var layers = new ArrayList<LayerExplanation>();
        for (int i = 0; i < stages.size(); i++) {
            Watched.at("reading layers", i, stages.size());
            switch (stages.get(i)) {
                case Affine affine -> layers.add(layer(i, affine, square, inputs));
                case Gap gap -> layers.add(row(i, gap.path(), gap.module(), square, "theory doesn't cover this module"));
                case Block block -> layers.add(row(i, block.path(), block.module(), square,
                    known(i).isKnown() ? "" : "theory doesn't know what this module computes"));
                case Stage.Rule rule -> rule(i, rule, square).ifPresent(layers::add);
                default -> {}
            }
        }
        return new Explanation(layers, inputs, activation(), isChain());
    }

    /// Whether independent weights are all that keeps a signal: nothing goes round a part, nothing is multiplied.
    private boolean isChain() {
        return IntStream.range(0, stages.size()).allMatch(i -> wiring.sources().get(i).size() < 2 && switch (stages.get(i)) {
            case Affine _, Stage.Activation _, Gap _ -> true;
            case Stage.Entry _ -> i == 0;
            case Stage.Rule rule -> !rule.isLayer() && !(rule.module() instanceof GLU);
            default -> false;
        });
    }

    /// If it is a recurrent layer or attention, or isn't known.
    private Optional<LayerExplanation> rule(int i, Stage.Rule rule, double square) {
        if (predicted[i] && !rule.isLayer()) return Optional.empty();
        return Optional.of(row(i, rule.path(), rule.module(), square, predicted[i] ? ""
            : "theory doesn't cover what this module gets"));
    }

    /// What is predicted; behind what theory doesn't know, what was measured there. What comes from outside is given: nothing of
    /// it is left to chance.
    private void forward(int i, Signal input) {
        var stage = stages.get(i);
        var numbers = measured == null ? null : measured.outputs().get(i);
        if (stage instanceof Stage.Entry) {
            flows.give(measured == null ? input : numbers == null ? Signal.UNKNOWN : numbers.signal(), Passage.UNKNOWN,
                uneven(numbers));
            return;
        }
        var from = wiring.sources().get(i);
        var passage = flows.pass(stage, from);
        if (!passage.out().isKnown()) {
            flows.give(numbers == null ? Signal.UNKNOWN : numbers.signal(), passage, uneven(numbers));
            return;
        }
        predicted[i] = true;
        var out = passage.out();
        if (numbers != null) out = out.with(new Signal.Extent(stage instanceof Affine affine ? affine.width()
            : numbers.extent().units(),
            numbers.extent().positions(), numbers.extent().inputs()));
        if (numbers != null && stage instanceof Stage.Rule rule && rule.theory().starts()) out = likened(out, numbers);
        flows.put(stage, from, passage, out);
    }

    /// Of what isn't measured, inputs have one size.
    private static double uneven(Measurement.Numbers numbers) { return numbers == null ? 0 : numbers.uneven(); }

    /// How alike what starts is, as vectors of given indices are.
    private static Signal likened(Signal out, Measurement.Numbers numbers) {
        double q = out.square();
        return new Signal(q, q * numbers.correlation(), q * numbers.within(), q * numbers.across(), out.mean(), out.fourth(),
            out.extent());
    }

    /// The gradients, likewise.
    private void backward() {
        var slopes = new Slopes(IntStream.range(0, stages.size())
            .mapToDouble(i -> flows.uneven(stages.get(i), wiring.sources().get(i))).toArray());
        var passages = IntStream.range(0, stages.size()).mapToObj(flows::passage).toList();
        for (int i = stages.size() - 1; i >= 0; i--) {
            Watched.at("theory of gradients", stages.size() - 1 - i, stages.size());
            var places = flows.output(i).places();
            gradients[i] = wiring.closed().get(i)
                ? slopes.collect(i, places == null ? 0 : places.count(), wiring.ends().get(i), takers.get(i), stages, passages)
                : Double.NaN;
            if (Double.isNaN(gradients[i]) && measured != null) {
                gradients[i] = measured.gradients()[i];
                slopes.give(i, gradients[i]);
            }
            slopes.enlarge(i, together(i, slopes));
        }
        strays = new Strays(wiring, flows, gradients, slopes);
        finite = measured == null ? null : new FiniteWidth(wiring, flows, strays);
    }

    /// By how much an activation's slopes are larger where gradients come back: by a sum and the activation behind it, whose
    /// slopes are large where its own are.
    private double together(int i, Slopes slopes) {
        double more = 0;
        if (stages.get(i).plain() instanceof Stage.Activation phi && gradients[i] > 0)
            for (var taker : takers.get(i)) for (var next : takers.get(taker.stage()))
                if (stages.get(taker.stage()).plain() instanceof Stage.Sum && stages.get(next.stage())
                    .plain() instanceof Stage.Activation psi) {
                    double share = flows.passage(taker.stage()).way(taker.input()).gradient() * flows.passage(next.stage())
                        .way(0).gradient()
                        * slopes.enlarged(next.stage()) * gradients[next.stage()];
                    more += share / gradients[i] * (flows.together(i, phi.function(), wiring.sources().get(i).getFirst(),
                        taker.stage(), psi.function()) - 1);
                }
        return Double.isFinite(more) ? 1 + more : 1;
    }

    /// @param lower by which the mean of the logarithm may lie lower
    private Band band(double predicted, double variance, double lower, double higher) {
        double reach = BAND * Math.sqrt(variance / seeds);
        return new Band(predicted * Math.exp(-lower - reach), predicted * Math.exp(higher + reach));
    }

    private Band around(double predicted, double variance) {
        double reach = BAND * Math.sqrt(variance / seeds);
        return new Band(predicted - reach, predicted + reach);
    }

    /// What is predicted.
    private Signal known(int i) { return predicted[i] ? flows.output(i) : Signal.UNKNOWN; }

    /// The only one that takes what a part gives; -1 if there are more, or it is the network's.
    private int taker(int i) {
        if (wiring.ends().get(i) || !wiring.closed().get(i)) return -1;
        var all = takers.get(i).stream().mapToInt(Wiring.Taker::stage).distinct().toArray();
        return all.length == 1 ? all[0] : -1;
    }

    private Nonlinearity activation() {
        for (var stage : stages) if (stage.function() != null) return stage.function();
        return Nonlinearity.LINEAR;
    }

    private LayerExplanation layer(int i, Affine affine, double entering, int inputs) {
        double weights = affine.weight().isInitialized() ? affine.fan().in() * meanSquare(affine) : Double.NaN;
        int next = next(i);
        var limit = limit(i, affine);
        // behind a gap the way back starts from what was measured there
        double gradient = affine.gap().isEmpty() ? gradients[i] : Double.NaN;
        var row = row(i, affine.path(), affine.module(), entering, affine.gap());
        return new LayerExplanation(affine.path(), affine.module().toString(), affine.width(), affine.fan().in(),
            new Figure(affine.weights(), weights), row.square(), row.low(), row.high(), next < 0 ? Double.NaN
            : gradient / gradients[next],
            limit.fixedPoint, limit.depthScale, row.gradient(), row.correlation(),
            dead(i, known(i), inputs), saturated(i, known(i)), row.signal(),
            row.flow(), affine.gap(), waiting[i],
            row.gradientBand(), row.correlationBand(), row.finite());
    }

    /// What there is of any part.
    private LayerExplanation row(int i, String path, Module module, double entering, String gap) {
        var out = known(i);
        var numbers = measured == null ? null : measured.outputs().get(i);
        var squares = band(out.square(), flows.spread(i, false), flows.spread(i, true) / 2, 0);
        var square = new Figure(out.square(), numbers == null ? Double.NaN : numbers.square());
        double factor = finite == null ? 1 : finite.factor(i);
        double gradient = gap.isEmpty() ? factor * gradients[i] : Double.NaN;
        double doubt = (finite == null ? strays.ofGradient(i, true) : finite.doubt(i)) + 1.0 / out.extent().units();
        // of a module with children, its name alone
        var kind = module.toString().lines().findFirst().orElse("").replaceFirst("\\($", "");
        return new LayerExplanation(path, kind, numbers == null ? known(i).extent().units() : numbers.extent().units(),
            Double.NaN, Figure.NONE, square, squares.low(), squares.high(), Double.NaN, Double.NaN, Double.NaN,
            new Figure(gradient, gradient(i)),
                new Figure(out.isKnown() ? correlation(out.square(), out.correlation()) : Double.NaN, numbers == null ? Double.NaN
                    : correlation(numbers.square(), numbers.correlation())), Figure.NONE, Figure.NONE, square.best() / entering,
            spread(i) * new Figure(gradient, gradient(i)).best(), gap, waiting[i],
            band(gradient, strays.ofGradient(i, false), doubt, doubt),
            around(out.isKnown() ? out.correlation() : Double.NaN, strays.ofCorrelation(i)), factor);
    }

    /// Two inputs' numbers that are all 0 are neither alike nor unlike.
    private static double correlation(double square, double found) { return square == 0 ? Double.NaN : found; }

    /// How many outputs there are here for each of the network's: as they were counted, else as many times more as later layers
    /// have inputs than outputs.
    private double spread(int i) {
        if (measured != null && measured.outputs().get(i) != null) return (double) measured.outputs().get(i)
            .count() / measured.count();
        double spread = 1;
        for (int j = taker(i); j >= 0; j = taker(j)) if (stages.get(j) instanceof Affine affine) spread *= affine.fan()
            .in() / affine.fan().out();
        return spread;
    }

    private double gradient(int i) { return measured == null ? Double.NaN : measured.gradients()[i]; }

    private static double meanSquare(Affine affine) {
        double sum = 0;
        var values = affine.weight().tensor().toArray();
        for (float value : values) sum += (double) value * value;
        return sum / values.length;
    }

    /// The place of the next layer with weights, or -1.
    private int next(int i) {
        for (int j = taker(i); j >= 0; j = taker(j)) if (stages.get(j) instanceof Affine) return j;
        return -1;
    }

    /// The function of the activation right behind, dropout or flattening aside; null if there is none.
    private Nonlinearity behind(int i) {
        int j = taker(i);
        while (j >= 0 && stages.get(j) instanceof Stage.Rule rule && rule.keepsMeans()) j = taker(j);
        return j >= 0 ? stages.get(j).function() : null;
    }

    /// Where layers lead that are all like one.
    private record Limit(double fixedPoint, double depthScale) {

        static final Limit NONE = new Limit(Double.NaN, Double.NaN);

        static Limit of(MeanField field) {
            double fixedPoint = field.fixedPoint();
            return new Limit(fixedPoint, field.depthScale(fixedPoint));
        }
    }

    private Limit limit(int i, Affine affine) {
        var function = behind(i);
        if (function == null || !affine.gap().isEmpty() || !Double.isFinite(affine.weights() + affine.biases()))
            return Limit.NONE;
        return limits.computeIfAbsent(new MeanField(function, affine.weights(), affine.biases()), Limit::of);
    }

    private Figure dead(int i, Signal out, int inputs) {
        if (behind(i) != Nonlinearity.RELU) return Figure.NONE;
        double predicted = !out.isKnown() ? Double.NaN : out.square() == 0 ? 1
            : inputs == 1 ? 0.5 : Double.isNaN(out.product()) ? Double.NaN : Units.deadOnBatch(inputs, out.correlation());
        return new Figure(predicted, measured == null ? Double.NaN : measured.outputs().get(i).off());
    }

    private Figure saturated(int i, Signal out) {
        var function = behind(i);
        boolean tanh = function == Nonlinearity.TANH;
        if (!tanh && function != Nonlinearity.SIGMOID) return Figure.NONE;
        double predicted = !out.isKnown() ? Double.NaN
            : tanh ? Units.tanhSaturated(Units.TANH, out.square()) : Units.sigmoidSaturated(Units.SIGMOID, out.square());
        if (measured == null) return new Figure(predicted, Double.NaN);
        var numbers = measured.outputs().get(i);
        return new Figure(predicted, tanh ? numbers.beyondTanh() : numbers.beyondSigmoid());
    }
}
