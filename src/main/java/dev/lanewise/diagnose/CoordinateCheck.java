package dev.lanewise.diagnose;

import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import dev.lanewise.file.Quote;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Trace;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Whether what a few steps of training do to each layer's outputs is of the same size at every width, which is what the maximal
/// update parametrization promises, and what lets a learning rate hold at every width: the coordinate check of Yang and others,
/// "Tensor programs V", 2022, appendix D.1.
///
/// ```java
/// var check = CoordinateCheck.run(width -> net(width), (model, seed) -> {
///     var groups = Parametrization.muP(net(64)).apply(model, Parametrization.Steps.ADAM, 1e-3);
///     model.initialize(seed);
///     return new Adam(groups, 1e-3, Adam.options());
/// }, inputs, output -> Losses.crossEntropy(output, labels), CoordinateCheck.Setting.usual());
/// check.orThrow();
/// ```
///
/// Of each layer, the root mean square of its outputs on the inputs that it is trained on, and of how far they are from those at
/// the start, is taken after each step. Over widths, logarithms of both lie on a line; its slope is that of each seed by least
/// squares, and then the mean over seeds. A layer is as promised if the slope of the change is within the tolerance of 0, and its
/// outputs don't grow: at the start the last layer's may shrink, like one over the root of the width.
///
/// @param setting with what it was run
/// @param layers  in the order in which they run
public record CoordinateCheck(Setting setting, List<Curve> layers) {

    /// Keeps a copy of the layers.
    public CoordinateCheck { layers = List.copyOf(layers); }

    /// How a model is made ready.
    @FunctionalInterface
    public interface Start {
        /// Declares how the model starts, initializes it, and gives the optimizer that trains it.
        Optimizer of(Layer model, long seed);
    }

    /// How much is run.
    ///
    /// @param widths    at least 2, rising
    /// @param steps     of training, at least 1
    /// @param seeds     from which each width is trained: 1, 2, …; at least 2
    /// @param tolerance of slopes
    public record Setting(List<Integer> widths, int steps, int seeds, double tolerance) {

        /// Keeps a copy of the widths; refuses fewer than two, and such as don't rise.
        public Setting {
            widths = List.copyOf(widths);
            var all = widths;
            boolean rising = IntStream.range(1, all.size()).allMatch(i -> all.get(i) > all.get(i - 1));
            if (widths.size() < 2 || !rising || widths.getFirst() < 1) throw new IllegalArgumentException(
                "coordinate check: widths " + widths + "; give 2 or more, each above the one before");
            if (steps < 1 || seeds < 2) throw new IllegalArgumentException("coordinate check: " + steps + " steps, " + seeds
                + " seeds; there must be 1 step or more, and 2 seeds or more");
            if (!(tolerance > 0 && tolerance < 0.5)) throw new IllegalArgumentException("coordinate check: tolerance " + tolerance
                + "; it must be between 0 and 0.5, by which the slopes of wrong parametrizations differ from 0");
        }

        /// Widths of 64 to 1,024, 4 steps, 5 seeds, slopes within 0.2 of 0.
        public static Setting usual() { return new Setting(List.of(64, 128, 256, 512, 1024), 4, 5, 0.2); }
    }

    /// One layer.
    ///
    /// @param path    its place
    /// @param size    for each step, 0 being before the first, and each width: the root mean square of its outputs, averaged over
    ///     seeds in logarithms; NaN if one isn't finite
    /// @param change  likewise, of how far they are from those at the start; 0 in step 0
    /// @param slope   of the change after the last step, by the width, both in logarithms
    /// @param error   the slope's standard error
    /// @param growth  the slope of the size after the last step
    public record Curve(String path, double[][] size, double[][] change, double slope, double error, double growth) {

        /// Whether it keeps its size, as far as slopes tell that are within the tolerance of 0.
        public boolean isFlat(double tolerance) { return Math.abs(slope) <= tolerance && growth <= tolerance; }
    }

    /// Whether all layers are as promised.
    public boolean passed() { return layers.stream().allMatch(layer -> layer.isFlat(setting.tolerance)); }

    /// This check, if every layer is as promised: for a test, in one line.
    ///
    /// @throws IllegalStateException if a layer isn't as promised; its message is the whole table
    public CoordinateCheck orThrow() {
        if (!passed()) throw new IllegalStateException(toString());
        return this;
    }

    /// A table for a log.
    @Override
    public String toString() {
        var text = new StringBuilder(Figures.format("coordinate check: widths %d to %d, %d steps, %d seeds: %s\n%-24s %9s"
            + " %9s %9s\n",
            setting.widths.getFirst(), setting.widths.getLast(), setting.steps, setting.seeds,
            passed() ? "each layer changes by as much at every width" : "what layers learn depends on the width", "layer",
            "slope", "± error", "growth"));
        for (var layer : layers) text.append(Figures.format("%-24s %9.3f %9.3f %9.3f   %s\n", layer.path, layer.slope,
            layer.error, layer.growth, layer.isFlat(setting.tolerance) ? "ok" : "NOT FLAT"));
        return text.toString();
    }

    /// Trains models of each width for some steps, each seed on its own, on the same inputs.
    ///
    /// @param models of a width
    /// @param start  makes one of them ready
    /// @param inputs all that it is trained on, in each step
    /// @param loss   of what the model gives, one number
    /// @throws IllegalArgumentException if no layer's outputs change
    public static CoordinateCheck run(IntFunction<? extends Layer> models, Start start, Tensor inputs,
                                      Function<Tensor, Tensor> loss, Setting setting) {
        Objects.requireNonNull(models, "coordinate check: no models");
        Objects.requireNonNull(start, "coordinate check: no start");
        Objects.requireNonNull(inputs, "coordinate check: no inputs");
        Objects.requireNonNull(loss, "coordinate check: no loss");
        Objects.requireNonNull(setting, "coordinate check: no setting; Setting.usual() has widths of 64 to 1,024");
        var sizes = new LinkedHashMap<String, double[][][]>();
        var changes = new LinkedHashMap<String, double[][][]>();
        for (int seed = 0; seed < setting.seeds; seed++) for (int width = 0; width < setting.widths.size(); width++) {
            Layer model = Objects.requireNonNull(models.apply(setting.widths.get(width)), "coordinate check: no model was made");
            var optimizer = Objects.requireNonNull(start.of(model, seed + 1L), "coordinate check: the start gave no optimizer");
            Map<String, Tensor> first = null;
            for (int step = 0; step <= setting.steps; step++) {
                if (step > 0) train(model, optimizer, inputs, loss);
                var outputs = outputs(model, inputs);
                if (first == null) first = outputs;
                for (var path : outputs.keySet()) {
                    at(sizes, path, setting)[step][width][seed] = root(outputs.get(path));
                    at(changes, path, setting)[step][width][seed] = root(outputs.get(path).sub(first.get(path)));
                }
            }
        }
        return of(setting, sizes, changes);
    }

    /// As [#run], of what was measured elsewhere: in another framework, say.
    ///
    /// @param sizes   by layer, in their order: for each step, 0 being before the first, each width and each seed, the root mean
    ///     square of its outputs
    /// @param changes likewise, of how far they are from those at the start
    /// @throws IllegalArgumentException if they aren't of the same layers, or not of as many steps, widths and seeds as the
    ///     setting says, or no layer's outputs change
    public static CoordinateCheck of(Setting setting, Map<String, double[][][]> sizes, Map<String, double[][][]> changes) {
        Objects.requireNonNull(setting, "coordinate check: no setting");
        Objects.requireNonNull(sizes, "coordinate check: no sizes");
        Objects.requireNonNull(changes, "coordinate check: no changes");
        if (!sizes.keySet().equals(changes.keySet())) throw new IllegalArgumentException("coordinate check: sizes of layers "
            + Quote.list(sizes.keySet()) + ", changes of layers " + Quote.list(changes.keySet()) + "; give both of each");
        sizes.forEach((path, values) -> requireAll(setting, path, values));
        changes.forEach((path, values) -> requireAll(setting, path, values));
        var layers = new ArrayList<Curve>();
        // what has no weights in front of it, as a layer that flattens inputs, never changes
        for (var path : sizes.keySet())
            if (Arrays.stream(changes.get(path)[setting.steps]).flatMapToDouble(Arrays::stream).anyMatch(change -> change != 0))
                layers.add(curve(path, sizes.get(path), changes.get(path), setting));
        if (layers.isEmpty()) throw new IllegalArgumentException("coordinate check: no layer's outputs change in " + setting.steps
            + " steps; give an optimizer that has the model's parameters, and a rate above 0");
        return new CoordinateCheck(setting, layers);
    }

    private static void requireAll(Setting setting, String path, double[][][] values) {
        boolean all = values != null && values.length == setting.steps + 1 && Arrays.stream(values).allMatch(step -> step != null
            && step.length == setting.widths.size()
            && Arrays.stream(step).allMatch(seeds -> seeds != null && seeds.length == setting.seeds));
        if (!all) throw new IllegalArgumentException("coordinate check: layer " + Quote.of(path) + " isn't measured at each of "
            + (setting.steps + 1) + " steps, " + setting.widths.size() + " widths and " + setting.seeds + " seeds");
    }

    private static double[][][] at(Map<String, double[][][]> all, String path, Setting setting) {
        return all.computeIfAbsent(path, _ -> new double[setting.steps + 1][setting.widths.size()][setting.seeds]);
    }

    private static void train(Layer model, Optimizer optimizer, Tensor inputs, Function<Tensor, Tensor> loss) {
        optimizer.zeroGrad();
        loss.apply(model.call(inputs)).backward();
        optimizer.step();
    }

    /// Of the modules that have none below them, and of the model, in evaluation.
    private static Map<String, Tensor> outputs(Layer model, Tensor inputs) {
        var outputs = new LinkedHashMap<String, Tensor>();
        try (var _ = Autograd.noGrad(); var _ = Module.evaluating()) {
            Trace.watch(model, () -> model.call(inputs), step -> {
                if (step.module().children().isEmpty() && !step.call().outputs().isEmpty())
                    outputs.putIfAbsent(step.path(), step.call().outputs().getFirst());
            });
        }
        return outputs;
    }

    private static double root(Tensor values) { return Math.sqrt(Statistics.meanSquare(values.toArray())); }

    private static Curve curve(String path, double[][][] sizes, double[][][] changes, Setting setting) {
        var slopes = slopes(changes[setting.steps], setting);
        return new Curve(path, geometric(sizes), geometric(changes), Statistics.mean(slopes),
            Statistics.sampleDeviation(slopes) / Math.sqrt(setting.seeds),
            Statistics.mean(slopes(sizes[setting.steps], setting)));
    }

    private static double[][] geometric(double[][][] values) {
        return Arrays.stream(values).map(step -> Arrays.stream(step).mapToDouble(seeds ->
            Math.exp(Arrays.stream(seeds).map(Math::log).average().orElseThrow())).toArray()).toArray(double[][]::new);
    }

    /// By least squares, of each seed.
    private static double[] slopes(double[][] values, Setting setting) {
        var x = setting.widths.stream().mapToDouble(Math::log).toArray();
        double middle = Statistics.mean(x);
        var slopes = new double[setting.seeds];
        for (int seed = 0; seed < slopes.length; seed++) {
            double above = 0;
            double below = 0;
            for (int i = 0; i < x.length; i++) {
                above += (x[i] - middle) * Math.log(values[i][seed]);
                below += (x[i] - middle) * (x[i] - middle);
            }
            slopes[seed] = above / below;
        }
        return slopes;
    }
}
