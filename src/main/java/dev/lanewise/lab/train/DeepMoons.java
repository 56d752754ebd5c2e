package dev.lanewise.lab.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Synthetic;
import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.RandomSource;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Table;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A deep network of few units that tells two moons apart, and how long each layer's gradient is.
public final class DeepMoons {

    /// Hidden.
    public static final int LAYERS = 5;
    public static final int UNITS = 3;
    public static final double LEARNING_RATE = 0.1;
    private static final double NOISE = 0.15;

    /// @param module of each hidden layer
    public record Kind(String name, Supplier<Layer> module) {}

    /// @param first the L2 norm of each layer's gradient, weights and biases, at the first step; the output's layer is the last
    /// @param last  at the last step
    public record Norms(double[] first, double[] last) {}

    private DeepMoons() {}

    /// @param scheme of the hidden layers; the output's is PyTorch's
    public static Sequential network(Supplier<Layer> module, Scheme scheme) {
        return new Stack("", module, 2, LAYERS, UNITS).model(scheme, Scheme.torchDefault());
    }

    /// What it learns.
    public static Dataset<Batch<int[]>> points(int count, RandomSource source) {
        return Synthetic.twoMoons(count, NOISE, source.stream("points"));
    }

    /// Trains on all points at once.
    public static Norms train(Sequential model, Dataset<Batch<int[]>> data, int steps) {
        var batch = data.batch(IntStream.range(0, data.size()).toArray());
        var targets = new float[batch.size()];
        for (int i = 0; i < targets.length; i++) targets[i] = batch.targets()[i];
        var wanted = Tensor.wrap(targets, targets.length, 1);
        var optimizer = new SGD(model.parameters(), LEARNING_RATE);
        double[] first = null;
        for (int step = 0; ; step++) {
            optimizer.zeroGrad();
            Losses.binaryCrossEntropyWithLogits(model.call(batch.inputs()), wanted).backward();
            if (step == 0) first = norms(model);
            if (step == steps) return new Norms(first, norms(model));
            optimizer.step();
        }
    }

    private static double[] norms(Sequential model) {
        return model.children().values().stream().filter(Linear.class::isInstance).map(Linear.class::cast)
            .mapToDouble(layer -> Math.hypot(Statistics.norm(layer.weight().grad().toArray()),
                Statistics.norm(layer.bias().grad().toArray())))
            .toArray();
    }

    // ---- how it is shown

    /// For rows of [#row].
    ///
    /// @param more columns behind those of the layers
    public static Table table(String what, Column... more) {
        var columns = new ArrayList<>(List.of(Column.text(what), Column.text("step")));
        for (int layer = 1; layer <= LAYERS; layer++) columns.add(Column.number("layer " + layer));
        columns.add(Column.number("output"));
        columns.addAll(List.of(more));
        return new Table(columns.toArray(Column[]::new));
    }

    /// @param steps that were made before the look
    /// @param norms one a layer
    public static void row(Table table, String what, int steps, double[] norms, String... more) {
        var cells = new ArrayList<>(List.of(what, "" + (steps + 1)));
        Arrays.stream(norms).mapToObj(Figures::number).forEach(cells::add);
        cells.addAll(List.of(more));
        table.row(cells.toArray(String[]::new));
    }

    /// For series of a layer's norm each, from 1.
    public static LineChart chart(String title) {
        return LineChart.titled(title).xLabel("layer (" + (LAYERS + 1) + ": output)").yLabel("L2 norm of the gradient")
            .logY().wholeX().beside(LineChart.Beside.FIRST);
    }
}
