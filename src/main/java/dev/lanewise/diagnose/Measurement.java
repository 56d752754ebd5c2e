package dev.lanewise.diagnose;

import dev.lanewise.nn.Places;
import dev.lanewise.nn.Signal;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What a call shows on its way through a network's parts and back.
///
/// @param input     the mean square of what enters the network
/// @param outputs   of each part; null where nothing could be looked at
/// @param gradients the second moment of the gradient at each part's output, relative to that at the network's
/// @param count     of numbers that the network gives
record Measurement(double input, List<Numbers> outputs, double[] gradients, long count) {

    /// What passes between modules.
    ///
    /// @param square      the mean square; infinite if a number isn't finite
    /// @param correlation the mean over all pairs of inputs; NaN of one alone. Likewise of positions within an input, and across
    ///     inputs
    /// @param mean        of all numbers
    /// @param off         the share of places where no input is above 0
    /// @param beyondTanh  the share of numbers that saturate a tanh; likewise a sigmoid
    /// @param places      position by position; null if that isn't asked for
    /// @param uneven      the variance of the mean squares of inputs' positions, relative to the square of all; 0 if it isn't
    ///     asked for
    record Numbers(double square, double correlation, double within, double across, double mean, double off, double beyondTanh,
                   double beyondSigmoid, Signal.Extent extent, long count, Places places, double uneven) {

        static Numbers of(Tensor tensor) { return of(tensor, -1, false); }

        /// @param begins whether theory begins here: then images are looked at position by position
        static Numbers of(Tensor tensor, int unitDim, boolean begins) {
            var values = tensor.toArray();
            var axes = Axes.of(tensor.shape(), unitDim);
            int rows = values.length == 0 ? 0 : axes.inputs();
            int places = rows == 0 ? 0 : values.length / rows;
            var byInput = new double[rows * axes.units()];
            var byPlace = new double[places];
            var on = new boolean[places];
            double squares = 0;
            for (int row = 0, at = 0; row < rows; row++) for (int place = 0; place < places; place++, at++) {
                double value = values[at];
                squares += value * value;
                byPlace[place] += value;
                byInput[row * axes.units() + place / axes.behind() % axes.units()] += value;
                on[place] |= !(value <= 0);
            }
            double likePlaces = sumOfSquares(byPlace) - squares;
            double likeInputs = sumOfSquares(byInput) - squares;
            int positions = axes.positions();
            double correlation = share(likePlaces, rows - 1, squares);
            double all = 0;
            for (int unit = 0; unit < axes.units(); unit++) {
                double sum = 0;
                for (int row = 0; row < rows; row++) sum += byInput[row * axes.units() + unit];
                all += sum * sum;
            }
            return new Numbers(Double.isFinite(squares) ? squares / values.length : Double.POSITIVE_INFINITY, correlation,
                positions == 1 ? 1 : share(likeInputs, positions - 1, squares),
                positions == 1 ? correlation : share(all - likePlaces - likeInputs - squares,
                    (rows - 1.0) * (positions - 1), squares),
                mean(byInput, values.length), off(on), share(values, Units.tanhEdge(Units.TANH)),
                share(values, Units.sigmoidEdge(Units.SIGMOID)), axes.extent(), values.length,
                begins && axes.before() == 1 && Double.isFinite(squares)
                    ? Places.of(values, axes.inputs(), axes.units(), Axes.sides(tensor.shape(), unitDim)) : null,
                begins && Double.isFinite(squares) && squares > 0 ? uneven(values, axes, squares / values.length) : 0);
        }

        private static double uneven(float[] values, Axes axes, double square) {
            var sizes = new double[axes.inputs() * axes.positions()];
            for (int at = 0; at < values.length; at++)
                sizes[at / (axes.units() * axes.behind()) * axes.behind() + at % axes.behind()] += (double) values[at]
                * values[at] / axes.units();
            double sum = 0;
            for (double size : sizes) sum += Math.pow(size / square - 1, 2);
            return sum / sizes.length;
        }

        private static double sumOfSquares(double[] values) {
            double sum = 0;
            for (double value : values) sum += value * value;
            return sum;
        }

        /// Of pairs, of which each number has so many; NaN if there are none, or it isn't finite.
        private static double share(double products, double others, double squares) {
            double share = squares == 0 ? 1 : products / (others * squares);
            return others > 0 && Double.isFinite(share) ? share : Double.NaN;
        }

        private static double off(boolean[] on) {
            int off = 0;
            for (boolean each : on) if (!each) off++;
            return (double) off / on.length;
        }

        private static double mean(double[] byInput, int count) {
            double sum = 0;
            for (double each : byInput) sum += each;
            return sum / count;
        }

        /// What is measured is known: it doesn't stray.
        Signal signal() {
            return !Double.isFinite(square) ? Signal.UNKNOWN
                : new Signal(square, square * correlation, square * within, square * across, mean, 1, extent).placed(places);
        }

        private static Numbers mean(List<Numbers> all) {
            var first = all.getFirst();
            return new Numbers(geometric(all, Numbers::square), arithmetic(all, Numbers::correlation),
                arithmetic(all, Numbers::within), arithmetic(all, Numbers::across), arithmetic(all, Numbers::mean),
                arithmetic(all, Numbers::off), arithmetic(all, Numbers::beyondTanh), arithmetic(all, Numbers::beyondSigmoid),
                first.extent, first.count, first.places == null ? null : places(all), arithmetic(all, Numbers::uneven));
        }

        private static Places places(List<Numbers> all) {
            var sum = all.getFirst().places;
            for (var each : all.subList(1, all.size())) sum = sum.plus(1, each.places, 1);
            return sum.times(1.0 / all.size());
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
        var outputs = new ArrayList<Numbers>();
        for (int i = 0; i < run.wiring().size(); i++) outputs.add(run.output(i) == null ? null
            : Numbers.of(run.output(i), run.unitDim(i),
            run.wiring().stages().get(i) instanceof Stage.Entry || run.wiring().stages().get(i) instanceof Stage.Gap));
        return new Measurement(squares / numbers, outputs, run.gradients(), run.count());
    }

    /// The mean of several from one model and one batch: of second moments and gradients the geometric one.
    static Measurement mean(List<Measurement> all) {
        var first = all.getFirst();
        if (all.size() == 1) return first;
        int size = first.outputs.size();
        var outputs = new ArrayList<Numbers>();
        for (int i = 0; i < size; i++) {
            int at = i;
            outputs.add(first.outputs.get(i) == null ? null
                : Numbers.mean(all.stream().map(each -> each.outputs.get(at)).toList()));
        }
        var gradients = IntStream.range(0, size).mapToDouble(i -> geometric(all, each -> each.gradients[i])).toArray();
        return new Measurement(geometric(all, Measurement::input), outputs, gradients, first.count);
    }

    private static <T> double geometric(List<T> all, ToDoubleFunction<T> number) {
        return all.size() == 1 ? number.applyAsDouble(all.getFirst())
            : Math.exp(all.stream().mapToDouble(each -> Math.log(number.applyAsDouble(each))).average().orElseThrow());
    }
}
