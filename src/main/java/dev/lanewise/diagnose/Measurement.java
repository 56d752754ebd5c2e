package dev.lanewise.diagnose;

import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What a call shows on its way through a network's modules and back.
///
/// @param input     the mean square of what enters the network
/// @param inputs    of each module; null where it is another one's output
/// @param outputs   of each module
/// @param gradients the second moment of the gradient at each module's output, relative to that at the network's
/// @param count     of numbers that the network gives
record Measurement(double input, List<Numbers> inputs, List<Numbers> outputs, double[] gradients, long count) {

    /// What passes between modules.
    ///
    /// @param square      the mean square; infinite if a number isn't finite
    /// @param correlation the mean over all pairs of rows; NaN of one row alone
    /// @param level       the mean over the rows of their mean's square
    /// @param off         the share of places where no row is above 0
    /// @param beyondTanh  the share of numbers that saturate a tanh; likewise a sigmoid
    record Numbers(double square, double correlation, double level, double off, double beyondTanh,
                   double beyondSigmoid, int places, long count) {

        static Numbers of(Tensor tensor) {
            var values = tensor.toArray();
            int rows = tensor.shape().rank() < 2 ? 1 : tensor.size(0);
            int places = rows == 0 ? 0 : values.length / rows;
            double squares = 0;
            double squaredSums = 0;
            int off = 0;
            for (int place = 0; place < places; place++) {
                double sum = 0;
                boolean on = false;
                for (int at = place; at < values.length; at += places) {
                    squares += (double) values[at] * values[at];
                    sum += values[at];
                    on |= !(values[at] <= 0);
                }
                squaredSums += sum * sum;
                if (!on) off++;
            }
            double correlation = rows < 2 ? Double.NaN : squares == 0 ? 1 : (squaredSums - squares) / ((rows - 1) * squares);
            return new Numbers(Double.isFinite(squares) ? squares / values.length : Double.POSITIVE_INFINITY,
                Double.isFinite(correlation) || rows < 2 ? correlation : Double.NaN, level(values, rows, places),
                (double) off / places,
                share(values, Units.tanhEdge(Units.TANH)), share(values, Units.sigmoidEdge(Units.SIGMOID)), places, values.length);
        }

        private static double level(float[] values, int rows, int places) {
            double squares = 0;
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int i = row * places; i < (row + 1) * places; i++) sum += values[i];
                squares += sum / places * (sum / places);
            }
            return squares / rows;
        }

        FiniteSignal signal(int width) { return FiniteSignal.measured(square, correlation, level, width); }

        private static Numbers mean(List<Numbers> all) {
            return new Numbers(geometric(all, Numbers::square), arithmetic(all, Numbers::correlation),
                arithmetic(all, Numbers::level),
                arithmetic(all, Numbers::off),
                arithmetic(all, Numbers::beyondTanh), arithmetic(all, Numbers::beyondSigmoid), all.getFirst().places,
                all.getFirst().count);
        }

        private static double arithmetic(List<Numbers> all, ToDoubleFunction<Numbers> number) {
            return all.stream().mapToDouble(number).average().orElseThrow();
        }

        private static double share(float[] values, double edge) {
            int beyond = 0;
            for (float value : values) if (!(Math.abs(value) <= edge)) beyond++;
            return (double) beyond / values.length;
        }
    }

    static Measurement of(Run run) {
        double squares = 0;
        long numbers = 0;
        for (var tensor : run.entering()) {
            squares += Numbers.of(tensor).square() * tensor.numel();
            numbers += tensor.numel();
        }
        var inputs = new ArrayList<Numbers>();
        for (int i = 0; i < run.wiring().size(); i++)
            inputs.add(run.wiring().sources().get(i) == Wiring.OUTSIDE && run.hasInput(i) ? Numbers.of(run.input(i)) : null);
        return new Measurement(squares / numbers, inputs, run.moduleOutputs().stream().map(Numbers::of).toList(), run.gradients(), run.count());
    }

    /// The mean of several from one model and one batch: of second moments and gradients the geometric one.
    static Measurement mean(List<Measurement> all) {
        var first = all.getFirst();
        int size = first.outputs.size();
        var inputs = new ArrayList<Numbers>();
        for (int i = 0; i < size; i++) {
            int at = i;
            inputs.add(first.inputs.get(i) == null ? null : Numbers.mean(all.stream().map(each -> each.inputs.get(at)).toList()));
        }
        var outputs = IntStream.range(0, size).mapToObj(i -> Numbers.mean(all.stream().map(each -> each.outputs.get(i)).toList())).toList();
        var gradients = IntStream.range(0, size).mapToDouble(i -> geometric(all, each -> each.gradients[i])).toArray();
        return new Measurement(geometric(all, Measurement::input), inputs, outputs, gradients, first.count);
    }

    private static <T> double geometric(List<T> all, ToDoubleFunction<T> number) {
        return all.size() == 1 ? number.applyAsDouble(all.getFirst())
            : Math.exp(all.stream().mapToDouble(each -> Math.log(number.applyAsDouble(each))).average().orElseThrow());
    }
}
