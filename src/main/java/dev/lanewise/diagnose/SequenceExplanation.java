package dev.lanewise.diagnose;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.figures.Figures;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentTheory;
import dev.lanewise.nn.recurrent.SequenceMoments;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/// A recurrent layer before training, step by step: what theory predicts of its states and of the gradient that reaches its
/// inputs, beside what a batch shows, averaged over starts.
///
/// ```java
/// var steps = SequenceExplanation.of(new LSTM(256, 256), Tensor.randn(source, 200, 8, 256), 1, 2, 3).steps();
/// ```
///
/// @param input the mean square of what enters
/// @param steps in the order of the input's
public record SequenceExplanation(double input, List<Step> steps) {

    /// Keeps a copy of the steps.
    public SequenceExplanation { steps = List.copyOf(steps); }

    /// One of the sequence's.
    ///
    /// @param square      the second moment of the output
    /// @param correlation of the outputs of two inputs; NaN if there is one
    /// @param gradient    the second moment of the gradient at the input, where independent ones of second moment 1 come to all
    ///     outputs
    /// @param reach       the second moment of the gradient at the input, where one of second moment 1 comes to the last output
    ///     alone: how much of the input is remembered until then
    /// @param squares     where the measured second moment may lie
    /// @param gradients   where the measured gradient may
    /// @param reaches     where the measured reach may
    public record Step(Figure square, Figure correlation, Figure gradient, Figure reach, Range squares, Range gradients,
        Range reaches) {

        /// Whether second moment and gradient lie where theory says, as they were measured; true of one start.
        public boolean asPredicted() { return squares.has(square.measured()) && gradients.has(gradient.measured()); }
    }

    /// Over how many steps a gradient that comes to the last output goes back, in theory, before less than [Verdict#FAINT] is
    /// left of what it is at the last input; as many as there are before the last if it doesn't become less.
    public int memory() { return memory(Figure::predicted); }

    /// As [#memory()], as the batch shows it.
    public int measuredMemory() { return memory(Figure::measured); }

    private int memory(ToDoubleFunction<Figure> figure) {
        double last = figure.applyAsDouble(steps.getLast().reach);
        int back = 0;
        while (back < steps.size() - 1 && figure.applyAsDouble(steps.get(steps.size() - 2 - back)
            .reach) >= Verdict.FAINT * last) back++;
        return back;
    }

    /// Of states by their second moment relative to the input's, of gradients by how they change through time:
    /// [Verdict#VANISHING] where what the last output asks of an input is below [Verdict#FAINT] of what it asks of the last,
    /// before the first is reached; [Verdict#EXPLODING] where it is above [Verdict#LOUD].
    public Verdict verdict() {
        double signal = steps.getLast().square.measured() / input;
        double last = steps.getLast().reach.measured();
        double most = steps.stream().mapToDouble(step -> step.reach.measured()).max().orElseThrow();
        boolean finite = steps.stream().allMatch(step -> Double.isFinite(step.square.measured())
            && Double.isFinite(step.reach.measured()));
        if (!finite || most > Verdict.LOUD * last) return Verdict.EXPLODING;
        if (last == 0) return Verdict.VANISHING;
        return Verdict.of(signal, measuredMemory() < steps.size() - 1 ? 0 : 1, Double.NaN, Double.NaN);
    }

    /// The verdict, and why.
    public String words() {
        var verdict = verdict();
        var last = steps.getLast();
        int all = steps.size() - 1;
        int memory = measuredMemory();
        var back = memory == 1 ? "1 step" : memory + " steps";
        var reach = all == 0 ? "there is one step alone" : !finite(last.reach.measured())
            ? "gradients are not finite, or 0, at the last step already"
            : memory < all ? "a gradient from the last state reaches " + back
                + " back before less than a ten-thousandth of it is left, of " + all
            + " that there are (theory: " + memory() + ")"
            : "a gradient from the last state still has " + Figures.rough(steps.getFirst()
                .reach.measured() / last.reach.measured()) + " of its second moment at the"
                + " first input, " + all + " steps back (theory: " + Figures.rough(steps.getFirst()
                    .reach.predicted() / last.reach.predicted()) + ")";
        return verdict.word() + ": " + reach + "; the states' second moment is "
            + Figures.rough(steps.getFirst().square.measured()) + " after the first step and "
            + Figures.rough(last.square.measured()) + " after the last";
    }

    private static boolean finite(double value) { return value > 0 && value < Double.POSITIVE_INFINITY; }

    /// Where a mean over starts may lie if theory is right: four standard errors about what it says, as the starts differ from
    /// each other at this step, or over all steps if that is more, and 2 % for what theory itself leaves to chance. NaN of one
    /// start.
    public record Range(double low, double high) {

        private static final double ERRORS = 4;
        private static final double THEORY = 0.02;

        /// About the predictions of all steps. As few starts say little of one step's error, it is at least that of all steps.
        ///
        /// @param squares of the values at each step, summed up
        private static List<Range> of(SequenceMoments predicted, double[] means, double[] squares, int starts) {
            var errors = errors(means, squares, starts);
            double all = Math.sqrt(Arrays.stream(errors).map(error -> error * error).average().orElseThrow());
            for (int t = 0; t < errors.length; t++) errors[t] = Math.max(errors[t], all);
            return about(predicted, errors, starts);
        }

        /// Of what strays the more, the more steps there are behind: at least by as much as behind them.
        private static List<Range> growing(SequenceMoments predicted, double[] means, double[] squares, int starts) {
            var errors = errors(means, squares, starts);
            for (int t = errors.length - 2; t >= 0; t--) errors[t] = Math.max(errors[t], errors[t + 1]);
            return about(predicted, errors, starts);
        }

        private static double[] errors(double[] means, double[] squares, int starts) {
            var errors = new double[means.length];
            for (int t = 0; t < errors.length; t++)
                errors[t] = means[t] == 0 ? 0 : Math.sqrt(Math.max(0,
                    squares[t] / starts - means[t] * means[t]) / (starts - 1)) / means[t];
            return errors;
        }

        private static List<Range> about(SequenceMoments predicted, double[] errors, int starts) {
            var ranges = new ArrayList<Range>();
            for (int t = 0; t < errors.length; t++) {
                double reach = Math.exp(ERRORS * errors[t] + THEORY);
                ranges.add(starts == 1 ? new Range(Double.NaN, Double.NaN) : new Range(predicted.square(t) / reach,
                    predicted.square(t) * reach));
            }
            return ranges;
        }

        private boolean has(double value) { return !(value < low || value > high); }
    }

    /// Of an LSTM. The model's own values stay as they are.
    ///
    /// @param batch as the layer takes it, of three dimensions
    /// @param seeds of the starts, one at least
    /// @throws IllegalArgumentException if theory doesn't know such a start: see [LSTM#theory]
    public static SequenceExplanation of(LSTM model, Tensor batch, long... seeds) {
        Objects.requireNonNull(model, "explanation: no model");
        return of(model, model::theory, x -> model.call(x).output(), batch, model.options().batchFirst(), seeds);
    }

    /// Of a GRU, likewise.
    public static SequenceExplanation of(GRU model, Tensor batch, long... seeds) {
        Objects.requireNonNull(model, "explanation: no model");
        return of(model, model::theory, x -> model.call(x).output(), batch, model.options().batchFirst(), seeds);
    }

    /// Of a plain network, likewise.
    public static SequenceExplanation of(RNN model, Tensor batch, long... seeds) {
        Objects.requireNonNull(model, "explanation: no model");
        return of(model, model::theory, x -> model.call(x).output(), batch, model.options().batchFirst(), seeds);
    }

    private static SequenceExplanation of(Module model, Function<SequenceMoments, RecurrentTheory> theory,
        UnaryOperator<Tensor> call, Tensor batch,
                                          boolean batchFirst, long... seeds) {
        Objects.requireNonNull(batch, "explanation: no batch");
        Objects.requireNonNull(seeds, "explanation: no seeds");
        if (seeds.length == 0) throw new IllegalArgumentException("explanation: no seeds to average over; give at least one");
        Watched.at("theory of sequences");
        var inputs = SequenceMoments.of(batch, batchFirst);
        var predicted = theory.apply(inputs);
        int steps = inputs.steps();
        var back = predicted.gradient(SequenceMoments.independent(steps, 1, Double.NaN));
        var backFromLast = predicted.gradient(SequenceMoments.last(steps, 1));
        var square = new double[steps];
        var product = new double[steps];
        var gradient = new double[steps];
        var reach = new double[steps];
        var squared = new double[3][steps];
        try (var _ = model.rehearsing(); var _ = Autograd.enableGrad(); var _ = Scope.outside()) {
            for (int k = 0; k < seeds.length; k++) {
                long seed = seeds[k];
                Watched.at("measuring networks", k, seeds.length);
                model.initialize(seed);
                var x = batch.detach().requiresGrad(true);
                var y = call.apply(x);
                var shown = SequenceMoments.of(y.detach(), batchFirst);
                var sent = Tensor.randn(new Threefry(seed).stream("output gradient"), y.shape().toArray());
                var arrived = SequenceMoments.of(Autograd.grad(y.mul(sent).sum(), List.of(x), null, true, false).getFirst(),
                    batchFirst);
                int time = batchFirst ? 1 : 0;
                var lastSent = y.slice(time, steps - 1, steps).mul(sent.slice(time, steps - 1, steps)).sum();
                var reached = SequenceMoments.of(Autograd.grad(lastSent, List.of(x)).getFirst(), batchFirst);
                for (int t = 0; t < steps; t++) {
                    square[t] += shown.square(t) / seeds.length;
                    product[t] += shown.across(t, t) / seeds.length;
                    gradient[t] += arrived.square(t) / seeds.length;
                    reach[t] += reached.square(t) / seeds.length;
                    squared[0][t] += shown.square(t) * shown.square(t);
                    squared[1][t] += arrived.square(t) * arrived.square(t);
                    squared[2][t] += reached.square(t) * reached.square(t);
                }
            }
        }
        var explained = new ArrayList<Step>();
        var output = predicted.output();
        var squares = Range.of(output, square, squared[0], seeds.length);
        var gradients = Range.of(back, gradient, squared[1], seeds.length);
        var reaches = Range.growing(backFromLast, reach, squared[2], seeds.length);
        for (int t = 0; t < steps; t++) explained.add(new Step(new Figure(output.square(t), square[t]),
            new Figure(output.correlation(t), square[t] == 0 ? 1 : product[t] / square[t]),
                new Figure(back.square(t), gradient[t]),
            new Figure(backFromLast.square(t), reach[t]), squares.get(t), gradients.get(t), reaches.get(t)));
        return new SequenceExplanation(inputs.square(), explained);
    }
}
