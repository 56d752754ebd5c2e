package dev.lanewise.optim;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.select;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.file.Quote;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.nn.Buffer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An average of a model's weights over the steps of its training, which often does better than the last of them: exponential
/// (Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; Tarvainen and Valpola, "Mean teachers are
/// better role models", 2017), or of all alike (Izmailov et al., "Averaging weights leads to wider optima and better
/// generalization", 2018).
///
/// ```java
/// var average = new WeightAverage(model, WeightAverage.exponential(0.999));
/// …
/// optimizer.step();
/// average.update();
/// …
/// try (var _ = average.applied()) {
///     // here, on this thread, the model has the average's weights
/// }
/// ```
///
/// As with PyTorch's `AveragedModel`, the first update takes the weights as they are, and each later one moves the average by a
/// share of what is between it and them: 1 - decay, or one of the number of updates. Training doesn't know of it.
public final class WeightAverage {

    private static final TensorBridge TENSORS = TensorBridge.get();

    /// Slot 0 is the average, slot 1 the model's: avg + share (x - avg). Where that would be subnormal, which takes processors
    /// several times as long, it is x.
    private static final Elementwise MOVE = move();

    private final Module model;
    private final Options options;
    private final Map<String, Parameter> parameters;
    private final Map<String, Buffer> buffers;
    /// Of parameters, and then of buffers.
    private final Tensor[] averages;
    /// What an update takes: used again in each.
    private final Tensor[] current;
    private final float[] share = new float[1];
    private long updates;

    /// How weights are averaged.
    ///
    /// @param decay         share of the old average, of [0, 1); NaN for all alike
    /// @param warmUp        whether the share is at most (1 + n) / (10 + n) after n updates, so that the first weights are soon
    ///     forgotten
    /// @param averageBuffers whether buffers, as a batch norm's running mean, are averaged, too, or else copied
    public record Options(double decay, boolean warmUp, boolean averageBuffers) {

        /// Refuses a share beyond [0, 1).
        public Options {
            if (!Double.isNaN(decay)) Checks.decay("WeightAverage", "decay", decay);
        }

        /// Lets the share of the old average rise to the decay: it is at most (1 + n) / (10 + n) after n updates.
        public Options warmUp(boolean warmUp) { return new Options(decay, warmUp, averageBuffers); }

        /// Whether buffers are averaged, too, or else copied.
        public Options averageBuffers(boolean average) { return new Options(decay, warmUp, average); }

        /// Of what is new.
        ///
        /// @param updates how many there were before, at least 1
        private double share(long updates) {
            if (Double.isNaN(decay)) return 1.0 / (updates + 1);
            return 1 - (warmUp ? Math.min(decay, (1.0 + updates) / (10.0 + updates)) : decay);
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// Where an average stands, for checkpoints.
    ///
    /// @param updates how many there were
    /// @param weights what [WeightAverage#weights()] gives; nothing before the first update
    public record State(long updates, Map<String, Tensor> weights) {

        /// Refuses a negative count and null; keeps a copy.
        public State {
            Checks.count("WeightAverage", "updates", updates);
            var copy = new LinkedHashMap<String, Tensor>();
            Checks.given("WeightAverage", "weights", weights).forEach((path, tensor) -> copy.put(
                Checks.given("WeightAverage", "path of a tensor", path),
                Checks.given("WeightAverage", "tensor of " + Quote.of(path), tensor)));
            weights = Collections.unmodifiableMap(copy);
        }
    }

    /// Of a model as it is now: a parameter that it gets later isn't averaged. It need not have values yet.
    public WeightAverage(Module model, Options options) {
        this.model = Checks.given("WeightAverage", "model", model);
        this.options = Checks.given("WeightAverage", "options", options);
        this.parameters = model.namedParameters();
        this.buffers = model.namedBuffers();
        this.averages = new Tensor[parameters.size() + buffers.size()];
        this.current = new Tensor[averages.length];
        int i = 0;
        for (var parameter : parameters.values()) averages[i++] = parameter.full(0);
        for (var buffer : buffers.values()) averages[i++] = Tensor.zeros(buffer.shape().toArray());
    }

    /// An average in which older weights count less and less.
    ///
    /// @param decay share of the old average, of [0, 1): 0.999, or closer to 1 the more steps there are
    public static Options exponential(double decay) {
        return new Options(Checks.decay("WeightAverage", "decay", decay), false, false);
    }

    /// Of the weights at all updates alike, as for an average over the last epochs of a run.
    public static Options equal() { return new Options(Double.NaN, false, false); }

    private static Elementwise move() {
        var moved = slot(1).sub(slot(0)).fma(scalar(0), slot(0));
        return new Elementwise(new Formula("weight_average", List.of(new Formula.Output(0,
            select(Comparison.LT, moved.abs(), constant(Float.MIN_NORMAL), slot(1), moved)))));
    }

    /// Takes the model's weights of now into the average: to be called after [Optimizer#step()].
    ///
    /// @throws IllegalStateException before the model is initialized; nothing is changed then
    public void update() {
        try {
            collect();
            if (updates > 0) share[0] = (float) options.share(updates);
            for (int i = 0; i < averages.length; i++)
                if (updates == 0 || i >= parameters.size() && !options.averageBuffers) InPlace.copy(current[i], averages[i]);
                else TENSORS.update(MOVE, share, averages[i], current[i]);
            updates++;
        } finally {
            Arrays.fill(current, null);
        }
    }

    private void collect() {
        int i = 0;
        for (var parameter : parameters.values()) {
            current[i] = TENSORS.arrangedAs(averages[i], parameter.tensor());
            i++;
        }
        for (var buffer : buffers.values()) current[i++] = buffer.tensor();
    }

    /// How many updates were made.
    public long updates() { return updates; }

    /// Until the mode is closed, the model has the average's weights and buffers on this thread, and on no other: for evaluation
    /// and prediction. It is a rehearsal (see [Module#rehearsing()]): afterwards all is as it was, gradients included, whatever
    /// was done within. It takes memory for the weights once more.
    ///
    /// @throws IllegalStateException before the first update
    public Autograd.Mode applied() {
        checkUpdated();
        var mode = model.rehearsing();
        try {
            model.loadStateDict(named());
            return mode;
        } catch (Throwable e) {
            mode.close();
            throw e;
        }
    }

    /// Copies of the averages, under the paths of [Module#stateDict()]: to be saved, or loaded by a model of the same layers.
    ///
    /// @throws IllegalStateException before the first update
    public Map<String, Tensor> weights() {
        try (var _ = applied()) {
            return model.stateDict();
        }
    }

    private void checkUpdated() {
        if (updates == 0) throw new IllegalStateException("WeightAverage: there was no update, so there is no average; call"
            + " update() after" + " each step of the optimizer");
    }

    private Map<String, Tensor> named() {
        var named = new LinkedHashMap<String, Tensor>();
        int i = 0;
        for (var path : parameters.keySet()) named.put(path, averages[i++]);
        for (var path : buffers.keySet()) named.put(path, averages[i++]);
        return named;
    }

    /// All that the next averages depend on, but the options, copied.
    public State stateDict() {
        var copies = new LinkedHashMap<String, Tensor>();
        if (updates > 0) named().forEach((path, tensor) -> copies.put(path,
            Tensor.wrap(tensor.toArray(), tensor.shape().toArray())));
        return new State(updates, copies);
    }

    /// Goes on where the average stood that gave this state: one of a model of the same layers.
    ///
    /// @throws IllegalArgumentException if a path or a shape is not this model's; nothing is changed then
    public void loadStateDict(State state) {
        var named = named();
        if (state.updates() > 0) {
            if (!named.keySet().equals(state.weights()
                .keySet())) throw new IllegalArgumentException("WeightAverage: the state is of "
                + Quote.set(state.weights().keySet()) + ", but this model has " + Quote.set(named.keySet())
                + "; load the state of a model of the same layers");
            named.forEach((path, average) -> {
                var shape = state.weights().get(path).shape();
                if (!shape.equals(average.shape())) throw new IllegalArgumentException("WeightAverage: the state's "
                    + Quote.of(path) + " has shape " + shape + ", the model's " + average.shape()
                    + "; load the state of a model of the same layers");
            });
            named.forEach((path, average) -> InPlace.copy(state.weights().get(path), average));
        }
        updates = state.updates();
    }
}
