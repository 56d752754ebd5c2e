package dev.lanewise.nn;

import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/// How what passes over images takes positions together: each output is the sum of inputs' positions times shares, by one or
/// several taps, each of which has weights of its own, or one for all. Found by what it makes of images that are 1 at one
/// position.
public final class PlaceMap {

    private final int[] sides;
    private final int inputs;
    private final int outputs;
    private final int taps;
    private final double inward;
    private final double outward;
    /// By tap and output.
    private final int[][] places;
    private final double[][] shares;

    /// @param found [inputs, taps, outputs]
    private PlaceMap(int[] sides, int inputs, int taps, double inward, double outward, float[] found) {
        this.inward = inward;
        this.outward = outward;
        this.sides = sides;
        this.inputs = inputs;
        this.taps = taps;
        this.outputs = Places.count(sides);
        places = new int[taps * outputs][];
        shares = new double[taps * outputs][];
        for (int at = 0; at < places.length; at++) {
            var which = new int[inputs];
            int count = 0;
            for (int i = 0; i < inputs; i++) if (found[i * places.length + at] != 0) which[count++] = i;
            places[at] = Arrays.copyOf(which, count);
            shares[at] = new double[count];
            for (int k = 0; k < count; k++) shares[at][k] = found[which[k] * places.length + at];
        }
    }

    /// Of an operation that treats all channels alike, or that has one input channel and as many others as taps.
    ///
    /// @param sides of the images that go in
    /// @return null if more than [Places#MOST] positions come out
    static PlaceMap of(int[] sides, UnaryOperator<Tensor> operation) { return of(sides, 1, 1, operation); }

    /// @param inward  the channels that a sum goes over
    /// @param outward those that a channel goes to
    /// @return null if more than [Places#MOST] positions come out
    static PlaceMap of(int[] sides, int inward, int outward, UnaryOperator<Tensor> operation) {
        try (var _ = Autograd.noGrad(); var _ = Scope.outside()) {
            var unit = Places.unit(sides);
            var shape = operation.apply(unit.slice(0, 0, 1)).shape().toArray();
            var out = Arrays.copyOfRange(shape, 2, shape.length);
            if (Places.count(out) > Places.MOST) return null;
            var y = operation.apply(unit);
            return new PlaceMap(out, Places.count(sides), shape[1], inward, outward, y.toArray());
        }
    }

    /// What a channelwise operation makes of a signal whose positions are known: [Signal#places()].
    ///
    /// @param stray [Passage#stray]
    Passage channelwise(Signal in, double stray) {
        var out = in.places().through(this, 1, 0, true).signal(Double.NaN, in.extent());
        return Passage.of(out, new Passage.Way(gradient()).by(way(1))).straying(stray);
    }

    /// Of the images that come out.
    int[] sides() { return sides; }

    int outputs() { return outputs; }

    /// The sum of squared shares, for each input.
    double gradient() {
        double sum = 0;
        for (var each : shares) for (double share : each) sum += share * share;
        return sum / inputs;
    }

    double[] forward(double[] map) {
        var result = new double[outputs * outputs];
        for (int t = 0; t < taps; t++) for (int p = 0; p < outputs; p++) for (int r = 0; r < outputs; r++) {
            int a = t * outputs + p;
            int b = t * outputs + r;
            double sum = 0;
            for (int i = 0; i < places[a].length; i++) for (int j = 0; j < places[b].length; j++)
                sum += shares[a][i] * shares[b][j] * map[places[a][i] * inputs + places[b][j]];
            result[p * outputs + r] += sum;
        }
        return result;
    }

    private double[] backward(double[] map, double scale) {
        var result = new double[inputs * inputs];
        for (int t = 0; t < taps; t++) for (int p = 0; p < outputs; p++) for (int r = 0; r < outputs; r++) {
            int a = t * outputs + p;
            int b = t * outputs + r;
            double given = scale * map[p * outputs + r];
            if (given != 0) for (int i = 0; i < places[a].length; i++) for (int j = 0; j < places[b].length; j++)
                result[places[a][i] * inputs + places[b][j]] += shares[a][i] * shares[b][j] * given;
        }
        return result;
    }

    /// What each output is taken of, by any tap.
    PoolWindows windows() { return new PoolWindows(sides, inputs, places); }

    double[] means(double[] means) {
        var result = new double[outputs];
        for (int p = 0; p < places.length; p++) for (int i = 0; i < places[p].length; i++) result[p % outputs] += shares[p][i]
            * means[places[p][i]];
        return result;
    }

    /// Behind weights of mean 0, a tap's own each.
    ///
    /// @param variance of a weight
    /// @param biases   their variance
    /// @param units    that come out
    public Passage weighted(Signal in, double variance, double biases, int units) {
        double back = outward * variance;
        var out = in.places().through(this, inward * variance, biases, false)
            .signal(3, new Signal.Extent(units, outputs, in.extent().inputs()));
        double elasticity = out.square() == 0 ? 0 : (out.square() - biases) / out.square();
        return Passage.of(out, new Passage.Way(back * gradient(), 0, elasticity).by(way(back))).mixed();
    }

    private Passage.Back way(double scale) { return new Passage.Back(outputs, map -> backward(map, scale)); }
}
