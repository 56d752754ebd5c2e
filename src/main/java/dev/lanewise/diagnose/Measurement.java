package dev.lanewise.diagnose;

import dev.lanewise.nn.Layer;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What a batch shows on its way through a chain of modules and back. Nothing of it is left in the model, nor do other threads see it.
///
/// @param input     of the batch
/// @param outputs   of each module
/// @param gradients the second moment of the gradient at each module's output, relative to the last one's
record Measurement(Numbers input, List<Numbers> outputs, double[] gradients) {

    /// A module's output.
    ///
    /// @param square      the mean square; infinite if a number isn't finite
    /// @param correlation the mean over all pairs of rows; NaN of one row alone
    /// @param level       the mean over the rows of their mean's square
    /// @param off         the share of places where no row is above 0
    /// @param beyondTanh  the share of numbers that saturate a tanh; likewise a sigmoid
    record Numbers(double square, double correlation, double level, double off, double beyondTanh,
                   double beyondSigmoid, int places) {

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
                share(values, Units.tanhEdge(Units.TANH)), share(values, Units.sigmoidEdge(Units.SIGMOID)), places);
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
                arithmetic(all, Numbers::beyondTanh), arithmetic(all, Numbers::beyondSigmoid), all.getFirst().places);
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

    /// Runs the batch in the mode in which the model is, and a standard normal gradient back. Where a module passes no gradient on, as
    /// one that rounds, those before it get 0.
    static Measurement of(Layer model, List<Stage> stages, Tensor batch, long seed) {
        var outputs = new ArrayList<Numbers>();
        var gradients = new double[stages.size()];
        try (var _ = Autograd.enableGrad(); var _ = model.rehearsing()) {
            var reached = batch.detach().requiresGrad(true);
            var x = reached;
            // not by hooks: a module may run within another one, too
            for (int i = 0; i < gradients.length; i++) {
                int place = i;
                var y = ((Layer) stages.get(i).module()).call(x);
                outputs.add(Numbers.of(y));
                if (!y.requiresGrad()) y = reached = y.detach().requiresGrad(true);
                // a view where it is another module's tensor, which has a gradient of its own to show
                x = y == x || y.isLeaf() ? y.expand(y.shape().toArray()) : y;
                x.registerHook(gradient -> {
                    gradients[place] = Numbers.of(gradient).square();
                    return null;
                });
            }
            var random = new Threefry(seed).stream("output gradient");
            // not accumulated in the parameters
            if (gradients.length > 0)
                Autograd.grad(x, List.of(reached), Tensor.randn(random, x.shape().toArray()), false, false);
        }
        double last = gradients.length == 0 ? 1 : gradients[gradients.length - 1];
        return new Measurement(Numbers.of(batch), outputs, Arrays.stream(gradients).map(gradient -> gradient / last).toArray());
    }

    /// The mean of several from one model and one batch: of second moments and gradients the geometric one.
    static Measurement mean(List<Measurement> all) {
        var first = all.getFirst();
        var outputs = IntStream.range(0, first.outputs.size())
            .mapToObj(i -> Numbers.mean(all.stream().map(each -> each.outputs.get(i)).toList())).toList();
        var gradients = IntStream.range(0, first.gradients.length)
            .mapToDouble(i -> geometric(all, each -> each.gradients[i])).toArray();
        return new Measurement(first.input, outputs, gradients);
    }

    private static <T> double geometric(List<T> all, ToDoubleFunction<T> number) {
        return all.size() == 1 ? number.applyAsDouble(all.getFirst())
            : Math.exp(all.stream().mapToDouble(each -> Math.log(number.applyAsDouble(each))).average().orElseThrow());
    }
}
