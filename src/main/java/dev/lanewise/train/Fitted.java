package dev.lanewise.train;

import dev.lanewise.data.Targeted;
import dev.lanewise.tensor.Tensor;
import java.util.function.ToDoubleFunction;

/// What numbers that were predicted are off by: added up element by element, so that the batches play no part.
final class Fitted implements Metric.Tally<Targeted<Tensor>> {

    private final String name;
    private final ToDoubleFunction<Fitted> value;
    /// Of each output of an example.
    private double[] squares = {};
    private double[] means = {};
    private double[] spreads = {};
    private double absolute;
    private double square;
    private long examples;
    private long elements;

    Fitted(String name, ToDoubleFunction<Fitted> value) {
        this.name = name;
        this.value = value;
    }

    @Override
    public void add(Tensor outputs, Targeted<Tensor> batch) {
        var targets = batch.targets();
        if (!outputs.shape().equals(targets.shape()) || outputs.shape().rank() == 0) throw new IllegalArgumentException(name
            + ": outputs of shape " + outputs.shape() + " for targets of shape " + targets.shape()
            + "; they must be the same, the batch first: reshape one of them");
        var y = outputs.toArray();
        var t = targets.toArray();
        if (y.length == 0) return;
        int columns = y.length / outputs.size(0);
        if (squares.length == 0) {
            squares = new double[columns];
            means = new double[columns];
            spreads = new double[columns];
        }
        if (columns != squares.length) throw new IllegalArgumentException(name + ": outputs of shape " + outputs.shape()
            + " after some with " + squares.length + " numbers an example; each example must have as many");
        for (int i = 0; i < y.length; i++) {
            double d = (double) y[i] - t[i];
            int column = i % columns;
            if (column == 0) examples++;
            absolute += Math.abs(d);
            square += d * d;
            squares[column] += d * d;
            // Welford's, which doesn't cancel
            double from = t[i] - means[column];
            means[column] += from / examples;
            spreads[column] += from * (t[i] - means[column]);
        }
        elements += y.length;
    }

    @Override
    public double value() { return elements == 0 ? Double.NaN : value.applyAsDouble(this); }

    double meanAbsolute() { return absolute / elements; }

    double rootMeanSquare() { return Math.sqrt(square / elements); }

    double r2() {
        if (examples < 2) return Double.NaN;
        double sum = 0;
        for (int column = 0; column < squares.length; column++) sum += spreads[column] != 0
            ? 1 - squares[column] / spreads[column]
            : squares[column] == 0 ? 1 : squares[column] > 0 ? 0 : Double.NaN;
        return sum / squares.length;
    }
}
