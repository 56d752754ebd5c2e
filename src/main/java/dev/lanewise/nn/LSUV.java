package dev.lanewise.nn;

import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Layer-sequential unit variance: scales the weights of all that is [Weighted], linear and convolutional layers and yours, so
/// that each layer's output on a batch of the user's data has standard deviation 1. Source: Mishkin and Matas, "All you need is a
/// good init", 2016.
///
/// ```java
/// model.initialize(42);
/// LSUV.ofDefaults().run(model, batch, 42).orThrow();
/// ```
///
/// The layers' weights start from `start`, by streams of (seed, path) as [Module#initialize(long)] has them, and their biases
/// from 0. Then, in the order in which the layers run, each one's weight is divided by the standard deviation of its output,
/// over all elements, until that is near enough to 1. A layer that runs more than once is measured the first time.
///
/// While it measures, the model is in evaluation mode, so that dropout makes no step and batch norms' buffers stay, and
/// nothing is recorded for backward. Whatever happens, each module is put back into its mode and no hook remains. If the
/// model itself throws, its weights are as they were.
///
/// @param start       what the weights are drawn from first; the authors take orthonormal ones
/// @param tolerance   how far from 1 the standard deviation may be; theirs is 0.1
/// @param maxAttempts how often a layer's weight may be scaled; theirs is 10
public record LSUV(Initializer start, double tolerance, int maxAttempts) {

    /// The authors' tolerance and attempts.
    public static final double TOLERANCE = 0.1;

    /// How often a layer's weight is scaled, at most.
    public static final int MAX_ATTEMPTS = 10;

    /// Refuses null, a tolerance beyond (0, 1), and less than one attempt.
    public LSUV {
        Objects.requireNonNull(start, "LSUV: no initializer to start from");
        if (!(tolerance > 0 && tolerance < 1 && maxAttempts >= 1)) throw new IllegalArgumentException("LSUV: tolerance "
            + tolerance + ", " + maxAttempts + " attempts; the first must be between 0 and 1, and the second 1 or more");
    }

    /// As the paper has it: from orthogonal weights.
    public static LSUV ofDefaults() { return new LSUV(Initializers.orthogonal(), TOLERANCE, MAX_ATTEMPTS); }

    /// What became of a layer.
    ///
    /// @param path     its name in the model
    /// @param attempts how often its weight was scaled
    /// @param before   the standard deviation of its output with the weight it started from; NaN if it wasn't measured
    /// @param after    that with its last weight
    /// @param failure  why it was left as it started; empty unless it was
    public record Outcome(String path, int attempts, double before, double after, String failure) {}

    /// What became of the layers, in the order in which they run.
    public record Report(double tolerance, List<Outcome> layers) {

        /// Keeps a copy of the layers.
        public Report { layers = List.copyOf(layers); }

        /// Whether a layer's output has unit variance now.
        public boolean converged(Outcome layer) { return layer.failure.isEmpty() && near(layer.after, tolerance); }

        /// Whether all have it.
        public boolean converged() { return layers.stream().allMatch(this::converged); }

        /// This report, if every layer has the variance: for a program that goes on only then.
        ///
        /// @throws IllegalStateException if one hasn't; its message is the whole report
        public Report orThrow() {
            if (!converged()) throw new IllegalStateException(toString());
            return this;
        }

        /// A table for a log.
        @Override
        public String toString() {
            return String.format(Locale.ROOT,
                "LSUV: %d of %d layers have outputs of standard deviation 1 ± %s\n%-24s %8s %12s %12s\n",
                layers.stream().filter(this::converged).count(), layers.size(), tolerance,
                "layer", "attempts", "std before", "std after")
                + layers.stream().map(this::line).collect(Collectors.joining("\n"));
        }

        private String line(Outcome layer) {
            return String.format(Locale.ROOT, "%-24s %8d %12.5g %12.5g   %s", layer.path, layer.attempts, layer.before,
                layer.after, converged(layer) ? "ok" : layer.failure.isEmpty() ? "not there yet"
                : "FAILED, left as it started: " + layer.failure);
        }
    }

    private static boolean near(double std, double tolerance) { return Math.abs(std - 1) <= tolerance; }

    /// Starts the layers of a model anew, as [LSUV] says. All others' parameters stay.
    ///
    /// A layer whose output is constant or not finite, or that doesn't run, fails in the report: its weight is the one it
    /// started from. The model can be used then, too, all its weights being finite.
    ///
    /// @param batch what the model takes; some dozens of rows or more
    /// @throws IllegalStateException if a parameter has no values yet: call initialize(seed) first
    /// @throws IllegalArgumentException if the model has no such layers, or `start` gives weights that aren't finite
    public Report run(Layer model, Tensor batch, long seed) {
        Objects.requireNonNull(batch, "LSUV: no batch");
        return run(model, () -> model.call(batch), seed);
    }

    /// As [#run(Layer, Tensor, long)], for models of any call: `lsuv.run(model, () -> model.call(a, b), 42)`.
    ///
    /// @param call runs the model on some dozens of rows or more, always the same
    public Report run(Module model, Runnable call, long seed) {
        var layers = layers(model);
        if (layers.isEmpty()) throw new IllegalArgumentException(
            "LSUV: the model has no linear or convolutional layer to scale, nor another that is Weighted; give one that has");
        // an uninitialized parameter is an error before anything is changed
        var before = model.stateDict();
        try (var _ = Autograd.noGrad(); var _ = Module.evaluating()) {
            layers.forEach((path, layer) -> begin(path, layer, new Threefry(seed)));
            var report = new ArrayList<Outcome>();
            var order = order(model, call, layers);
            for (var path : order) report.add(scale(path, layers.get(path), model, call));
            layers.keySet().stream().filter(path -> !order.contains(path)).forEach(path ->
                report.add(new Outcome(path, 0, Double.NaN, Double.NaN, "the batch doesn't come by")));
            return new Report(tolerance, report);
        } catch (RuntimeException | Error e) {
            before.keySet().removeIf(path ->
                layers.keySet().stream().noneMatch(layer -> layer.isEmpty() || path.startsWith(layer + ".")));
            model.loadStateDict(before, false);
            throw e;
        }
    }

    private static Map<String, Module> layers(Module model) {
        var layers = new LinkedHashMap<>(model.namedModules());
        layers.values().removeIf(module -> !(module instanceof Weighted));
        return layers;
    }

    private void begin(String path, Module layer, RandomSource source) {
        var weight = ((Weighted) layer).weight();
        var bias = ((Weighted) layer).bias();
        var values = Tensor.zeros(weight.shape().toArray());
        try {
            start.fill(values, ((Weighted) layer).fan(),
                source.stream(path.isEmpty() ? weight.name() : path + "." + weight.name()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("LSUV: the weight of layer \"" + path + "\", " + weight.shape()
                + ", can't start so: " + e.getMessage() + "; take another initializer to start from", e);
        }
        if (!isFinite(values.toArray())) throw new IllegalArgumentException("LSUV: the weight of layer \"" + path + "\", "
            + weight.shape() + ", doesn't start with finite numbers; take another initializer to start from");
        weight.load(values);
        if (bias != null) bias.load(Tensor.zeros(bias.shape().toArray()));
    }

    /// The paths of those that run, first ones first.
    private static Set<String> order(Module model, Runnable call, Map<String, Module> layers) {
        var order = new LinkedHashSet<String>();
        Trace.watch(model, call, step -> {
            if (layers.containsKey(step.path())) order.add(step.path());
        });
        return order;
    }

    private Outcome scale(String path, Module layer, Module model, Runnable call) {
        var weight = ((Weighted) layer).weight();
        var started = weight.tensor().toArray();
        double before = outputStd(layer, model, call);
        double after = before;
        double factor = 1;
        int attempts = 0;
        var failure = failure(after, started);
        while (failure.isEmpty() && !near(after, tolerance) && attempts < maxAttempts) {
            factor /= after;
            attempts++;
            var scaled = times(factor, started);
            weight.load(Tensor.wrap(scaled, weight.shape().toArray()));
            after = outputStd(layer, model, call);
            failure = failure(after, scaled);
        }
        if (!failure.isEmpty()) weight.load(Tensor.wrap(started, weight.shape().toArray()));
        return new Outcome(path, attempts, before, after, failure);
    }

    private static String failure(double std, float[] weight) {
        if (std == 0) return "its output is the same everywhere, so no scale gives it unit variance";
        if (!Double.isFinite(std)) return "its output isn't finite";
        return isFinite(weight) ? "" : "its weight would overflow";
    }

    private static float[] times(double factor, float[] values) {
        var scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) scaled[i] = (float) (factor * values[i]);
        return scaled;
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) if (!Float.isFinite(value)) return false;
        return true;
    }

    /// Over all elements of the layer's first output.
    private static double outputStd(Module layer, Module model, Runnable call) {
        var seen = new ArrayList<float[]>();
        try (var _ = model.rehearsing()) {
            layer.registerForwardHook((_, shown) -> {
                if (seen.isEmpty()) seen.add(shown.output().toArray());
            });
            call.run();
        }
        return Statistics.deviation(seen.getFirst());
    }
}
