package dev.lanewise.diagnose;

import dev.lanewise.diagnose.LayerExplanation.Figure;
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
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A recurrent layer before training, step by step: what theory predicts of its states and of the gradient that reaches its inputs, beside
/// what a batch shows, averaged over starts.
///
/// ```java
/// var steps = SequenceExplanation.of(new LSTM(256, 256), Tensor.randn(source, 200, 8, 256), 1, 2, 3).steps();
/// ```
///
/// @param steps in the order of the input's
public record SequenceExplanation(List<Step> steps) {

    public SequenceExplanation { steps = List.copyOf(steps); }

    /// One of the sequence's.
    ///
    /// @param square      the second moment of the output
    /// @param correlation of the outputs of two inputs; NaN if there is one
    /// @param gradient    the second moment of the gradient at the input, where independent ones of second moment 1 come to all outputs
    /// @param squares     where the measured second moment may lie
    /// @param gradients   where the measured gradient may
    public record Step(Figure square, Figure correlation, Figure gradient, Range squares, Range gradients) {

        /// Whether what was measured lies where theory says; true of one start.
        public boolean asPredicted() { return squares.has(square.measured()) && gradients.has(gradient.measured()); }
    }

    /// Where a mean over starts may lie if theory is right: four standard errors about what it says, as the starts differ from each other at
    /// this step, or over all steps if that is more, and 2 % for what theory itself leaves to chance. NaN of one start.
    public record Range(double low, double high) {

        private static final double ERRORS = 4;
        private static final double THEORY = 0.02;

        /// About the predictions of all steps. As few starts say little of one step's error, it is at least that of all steps.
        ///
        /// @param squares of the values at each step, summed up
        private static List<Range> of(SequenceMoments predicted, double[] means, double[] squares, int starts) {
            var errors = new double[means.length];
            double all = 0;
            for (int t = 0; t < errors.length; t++) {
                errors[t] = means[t] == 0 ? 0 : Math.sqrt(Math.max(0, squares[t] / starts - means[t] * means[t]) / (starts - 1)) / means[t];
                all += errors[t] * errors[t] / errors.length;
            }
            var ranges = new ArrayList<Range>();
            for (int t = 0; t < errors.length; t++) {
                double reach = Math.exp(ERRORS * Math.max(Math.sqrt(all), errors[t]) + THEORY);
                ranges.add(starts == 1 ? new Range(Double.NaN, Double.NaN) : new Range(predicted.square(t) / reach, predicted.square(t) * reach));
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

    private static SequenceExplanation of(Module model, Function<SequenceMoments, RecurrentTheory> theory, UnaryOperator<Tensor> call, Tensor batch,
                                          boolean batchFirst, long... seeds) {
        Objects.requireNonNull(batch, "explanation: no batch");
        Objects.requireNonNull(seeds, "explanation: no seeds");
        if (seeds.length == 0) throw new IllegalArgumentException("explanation: no seeds to average over; give at least one");
        var inputs = SequenceMoments.of(batch, batchFirst);
        var predicted = theory.apply(inputs);
        int steps = inputs.steps();
        var back = predicted.gradient(SequenceMoments.independent(steps, 1, Double.NaN));
        var square = new double[steps];
        var product = new double[steps];
        var gradient = new double[steps];
        var squared = new double[2][steps];
        try (var _ = model.rehearsing(); var _ = Autograd.enableGrad(); var _ = Scope.outside()) {
            for (long seed : seeds) {
                model.namedParameters().forEach((path, parameter) -> parameter.initialize(new Threefry(seed).stream(path)));
                var x = batch.detach().requiresGrad(true);
                var y = call.apply(x);
                var shown = SequenceMoments.of(y.detach(), batchFirst);
                var sent = Tensor.randn(new Threefry(seed).stream("output gradient"), y.shape().toArray());
                var arrived = SequenceMoments.of(Autograd.grad(y.mul(sent).sum(), List.of(x)).getFirst(), batchFirst);
                for (int t = 0; t < steps; t++) {
                    square[t] += shown.square(t) / seeds.length;
                    product[t] += shown.across(t, t) / seeds.length;
                    gradient[t] += arrived.square(t) / seeds.length;
                    squared[0][t] += shown.square(t) * shown.square(t);
                    squared[1][t] += arrived.square(t) * arrived.square(t);
                }
            }
        }
        var explained = new ArrayList<Step>();
        var output = predicted.output();
        var squares = Range.of(output, square, squared[0], seeds.length);
        var gradients = Range.of(back, gradient, squared[1], seeds.length);
        for (int t = 0; t < steps; t++) explained.add(new Step(new Figure(output.square(t), square[t]),
            new Figure(output.correlation(t), square[t] == 0 ? 1 : product[t] / square[t]), new Figure(back.square(t), gradient[t]),
            squares.get(t), gradients.get(t)));
        return new SequenceExplanation(explained);
    }
}
