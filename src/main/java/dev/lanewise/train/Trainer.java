package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.ReduceLROnPlateau;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Trains a model: zero the gradients, forward, loss, backward, step, batch after batch; and, where it is told to, validates
/// after each epoch, keeps the best weights, stops early, and keeps all that it takes to go on after an interruption.
///
/// ```java
/// var trainer = Trainer.<int[]>supervised(model, Losses::crossEntropy, new Adam(model.parameters(), 1e-3))
///     .validate(validation, Metrics.accuracy(), Mode.MAX).keepBest(file).earlyStopping(5);
/// var history = trainer.fit(training, 100);
/// trainer.loadBest().evaluate(test);
/// ```
///
/// An epoch ends in this order: validation, the best weights, schedules, callbacks, the checkpoint.
///
/// Each step runs in a [dev.lanewise.tensor.Scope]: tensors that the model or the loss keeps beyond it must be cloned. Hooks and callbacks
/// get copies.
///
/// @param <B> what a batch is: see [dev.lanewise.data.Dataset]
public final class Trainer<B> {

    final Layer model;
    final Function<B, Tensor> outputs;
    final BiFunction<Tensor, B, Tensor> loss;
    final Optimizer optimizer;
    final List<Callback> callbacks;
    final List<LRScheduler> stepSchedules = new ArrayList<>();
    /// Take what is monitored.
    final List<LRScheduler> epochSchedules = new ArrayList<>();
    Validation<B> validation;
    int patience = Integer.MAX_VALUE;
    Path bestFile;
    Path checkpointFile;
    private final List<UnaryOperator<Checkpoint>> kept = new ArrayList<>();
    private int bestEpoch;

    /// Of any batch and any call of a model.
    ///
    /// @param outputs calls the model with a batch
    /// @param loss    from the model's output and the batch to a single number, the mean over the batch
    public Trainer(Layer model, Function<B, Tensor> outputs, BiFunction<Tensor, B, Tensor> loss, Optimizer optimizer,
            Callback... callbacks) {
        this.model = Objects.requireNonNull(model);
        this.outputs = Objects.requireNonNull(outputs);
        this.loss = Objects.requireNonNull(loss);
        this.optimizer = Objects.requireNonNull(optimizer);
        this.callbacks = new ArrayList<>(List.of(callbacks));
    }

    /// Of batches of inputs and targets.
    ///
    /// @param loss from the model's output and the targets to a single number, the mean over the batch
    /// @param <T>  the type of the targets: `int[]` for classes, a tensor for regression
    public static <T> Trainer<Batch<T>> supervised(Layer model, BiFunction<Tensor, T, Tensor> loss, Optimizer optimizer,
            Callback... callbacks) {
        Objects.requireNonNull(loss);
        return new Trainer<>(model, outputs(model), (output, batch) -> loss.apply(output, batch.targets()), optimizer, callbacks);
    }

    static <T> Function<Batch<T>, Tensor> outputs(Layer model) { return batch -> model.call(batch.inputs()); }

    // ---- what is done besides training

    /// Validates after each epoch; the lower the loss, the better. That changes nothing about the training: see [#evaluate].
    public Trainer<B> validate(DataLoader<B> data) { return validate(data, null, Mode.MIN); }

    /// As [#validate(DataLoader)], but epochs are compared by a metric.
    ///
    /// @param mode whether a lower or a higher metric is better
    public Trainer<B> validate(DataLoader<B> data, Metric<B> metric, Mode mode) {
        validation = new Validation<>(Objects.requireNonNull(data), metric, Objects.requireNonNull(mode));
        return this;
    }

    /// Keeps the weights (and buffers) of the epoch whose validation was the best so far: a [Safetensors] file, whose names are
    /// those of [Module#stateDict()], its metadata `epoch`, `loss` and `metric`. It is replaced only as a whole.
    public Trainer<B> keepBest(Path file) {
        bestFile = Objects.requireNonNull(file);
        return this;
    }

    /// Stops after this many epochs in a row, at least 1, that are no better than the best one before them.
    public Trainer<B> earlyStopping(int patience) {
        if (patience < 1) throw new IllegalArgumentException("earlyStopping: patience " + patience + "; it must be 1 epoch or more");
        this.patience = patience;
        return this;
    }

    /// Steps a schedule after each epoch, one that goes by a measure with the number that epochs are compared by, whose mode must be
    /// the schedule's, too; without [#validate] it is the training loss.
    public Trainer<B> schedule(LRScheduler schedule) {
        epochSchedules.add(schedule);
        return kept(run -> run.schedule(schedule));
    }

    /// Steps a schedule after each step of training, as [dev.lanewise.optim.OneCycleLR] wants it.
    public Trainer<B> scheduleSteps(LRScheduler schedule) {
        stepSchedules.add(schedule);
        return kept(run -> run.schedule(schedule));
    }

    /// Keeps all that [#resume] needs in one file, written anew after each epoch: see [Checkpoint].
    ///
    /// @param seed what the model was initialized with
    public Trainer<B> checkpoint(Path file, long seed) {
        checkpointFile = Objects.requireNonNull(file);
        return kept(run -> run.seed(seed));
    }

    private Trainer<B> kept(UnaryOperator<Checkpoint> part) {
        kept.add(part);
        return this;
    }

    Checkpoint checkpoint() {
        var run = Checkpoint.of(model).optimizer(optimizer);
        for (var part : kept) run = part.apply(run);
        return run;
    }

    /// Prints losses and metric on standard output, every so many epochs and after the last one.
    public Trainer<B> printEvery(int epochs) { return printEvery(epochs, System.out); }

    public Trainer<B> printEvery(int epochs, PrintStream out) { return callback(new EpochLines(epochs, out)); }

    /// Hands copies of weights and gradients to `consumer` after the steps that are chosen.
    public Trainer<B> watchSteps(Predicate<Callback.Step> chosen, Consumer<Snapshot> consumer) {
        return callback(new Watch(model, chosen, _ -> false, consumer));
    }

    /// Hands copies of weights and gradients to `consumer` after the last step of the epochs that are chosen, counted from 0.
    public Trainer<B> watchEpochs(IntPredicate chosen, Consumer<Snapshot> consumer) {
        return callback(new Watch(model, _ -> false, chosen, consumer));
    }

    /// Lets another callback hear of the runs.
    public Trainer<B> callback(Callback callback) {
        callbacks.add(Objects.requireNonNull(callback));
        return this;
    }

    // ---- training

    /// Trains for `epochs` passes over the data, fewer if it stops early.
    ///
    /// Modules go by their own flags, also on a thread that is evaluating, and no flag is changed: what you have set to evaluation
    /// with [Module#eval()], as a batch norm whose running statistics are to stay, is run so in training, too.
    ///
    /// If the thread is interrupted, as by [java.util.concurrent.Future#cancel], training ends after the step and the thread stays
    /// interrupted. An epoch whose last step was made is finished, with its validation and its checkpoint; of one that
    /// breaks off the history has the steps, and the model what they made of it, but no checkpoint is written and nothing is
    /// validated: [#resume] begins it anew. Callbacks hear the end.
    ///
    /// @throws IllegalArgumentException if there are no epochs, or something that needs validation has none; if the whole model is in
    ///     evaluation, as `model.eval()` leaves it, which predicting doesn't need
    public History fit(DataLoader<B> data, int epochs) { return fit(List.of(this), data, epochs, false).getFirst(); }

    /// Goes on from the checkpoint, if its file is there, to `epochs` passes in all; else trains from the start. With the same
    /// program, and data that are shuffled by a keyed source, the outcome is that of a run that was never interrupted, to
    /// the bit. Callbacks keep their own state, if they have any.
    ///
    /// @throws IllegalArgumentException if the checkpoint is of another run; nothing is changed then
    /// @throws dev.lanewise.data.MalformedFileException if it is damaged; nothing is changed then
    /// @throws UncheckedIOException     if it can't be read, or whether there is one can't be told
    public History resume(DataLoader<B> data, int epochs) { return fit(List.of(this), data, epochs, true).getFirst(); }

    /// Trains several models on the same batches in the same order, each with its own optimizer and all that its trainer is told
    /// to do. Each comes out as if it had been trained alone.
    ///
    /// @return their histories, in the order of the trainers
    /// @throws IllegalArgumentException if two trainers share a parameter; or as in [#fit(DataLoader, int)]
    public static <B> List<History> sideBySide(List<Trainer<B>> trainers, DataLoader<B> data, int epochs) {
        var parameters = Collections.newSetFromMap(new IdentityHashMap<Parameter, Boolean>());
        for (var trainer : trainers) for (var parameter : trainer.model.parameters()) if (!parameters.add(parameter))
            throw new IllegalArgumentException("sideBySide: two models share " + parameter
                + ", which each would train; make a model for each trainer");
        return fit(trainers, data, epochs, false);
    }

    private static <B> List<History> fit(List<Trainer<B>> trainers, DataLoader<B> data, int epochs, boolean resumed) {
        if (epochs < 1) throw new IllegalArgumentException("fit: " + epochs + " epochs; at least one is needed");
        try (var _ = Module.training()) {
            trainers.forEach(trainer -> trainer.check(resumed));
            var runs = trainers.stream().map(trainer -> new Run<>(trainer, new Callback.Plan(epochs, data.batches()))).toList();
            return run(trainers, runs, data, epochs, resumed);
        }
    }

    private static <B> List<History> run(List<Trainer<B>> trainers, List<Run<B>> runs, DataLoader<B> data, int epochs,
            boolean resumed) {
        if (resumed) runs.forEach(Run::resume);
        runs.forEach(Run::start);
        int first = runs.stream().mapToInt(Run::firstEpoch).min().orElse(epochs);
        for (int epoch = first; epoch < epochs; epoch++) {
            int number = epoch;
            var taking = runs.stream().filter(run -> run.takes(number)).toList();
            if (taking.isEmpty()) break;
            boolean whole = data.forEachWhile(epoch, 0, (batch, examples) -> {
                for (var run : taking) run.step(number, batch, examples);
                return !Thread.currentThread().isInterrupted();
            });
            if (whole) for (var run : taking) run.endEpoch(epoch);
            if (Thread.currentThread().isInterrupted()) break;
        }
        var histories = runs.stream().map(Run::end).toList();
        for (int i = 0; i < trainers.size(); i++) trainers.get(i).bestEpoch = histories.get(i).bestEpoch();
        return histories;
    }

    private void check(boolean resumed) {
        if (model.namedModules().values().stream().noneMatch(Module::isTraining)) throw new IllegalArgumentException("fit: the whole"
            + " model is in evaluation, so that dropout would not drop and batch norm not learn; call train() on it first, and then"
            + " eval() on the parts that are to stay so. To predict and to measure, a model need not be set to evaluation");
        if (validation == null && (bestFile != null || patience < Integer.MAX_VALUE)) throw new IllegalArgumentException(
            "fit: " + (bestFile != null ? "keepBest" : "earlyStopping")
                + " has nothing to compare epochs by; say validate(…), too");
        checkPlateaus();
        if (resumed && checkpointFile == null) throw new IllegalArgumentException(
            "resume: there is no checkpoint to go on from; say checkpoint(file, seed) before both runs");
    }

    /// A schedule that looks the other way would lower the rate as the model gets better, and say nothing.
    private void checkPlateaus() {
        var mode = validation == null ? Mode.MIN : validation.mode();
        var compared = validation == null ? "the training loss" : "what validate(…) measures";
        for (var schedule : epochSchedules) if (schedule.mode().orElse(mode) != mode) throw new IllegalArgumentException("fit: of " + compared
            + ", Mode." + mode + " is better, but a ReduceLROnPlateau has Mode." + schedule.mode().get() + " and would lower the rate as it gets"
            + " better; make that with ReduceLROnPlateau.options().mode(Mode." + mode + ")");
    }

    // ---- afterwards

    /// Takes back the weights that [#keepBest] kept.
    ///
    /// @throws IllegalStateException    if none are kept, or no epoch of the last run had a validation that is a number
    /// @throws IllegalArgumentException if the file is another model's; nothing is changed then
    public Trainer<B> loadBest() {
        if (bestFile == null) throw new IllegalStateException("loadBest: no weights are kept; say keepBest(file) first");
        if (bestEpoch < 0) throw new IllegalStateException("loadBest: no epoch of the last run was better than none, so that its"
            + " validation must have been NaN or infinite; see the history");
        model.loadStateDict(Safetensors.read(bestFile).tensors());
        return this;
    }

    /// Loss, and metric if [#validate(DataLoader, Metric, Mode)] names one, on some data, in evaluation.
    ///
    /// It changes nothing in the model, and other threads see nothing of it, whatever a [Metric] of your own does: see
    /// [Module#rehearsing()].
    public Evaluation evaluate(DataLoader<B> data) { return measure(data, validation == null ? null : validation.metric()); }

    Evaluation measure(DataLoader<B> data, Metric<B> metric) {
        try (var _ = model.rehearsing()) {
            return switch (metric) {
                case null -> new Evaluation(MeanMetric.loss(outputs, loss, data), Double.NaN);
                case MeanMetric<B> mean -> mean.evaluation(outputs, loss, data);
                default -> new Evaluation(MeanMetric.loss(outputs, loss, data), metric.of(model.eval(), data));
            };
        }
    }

    /// The model's outputs in evaluation, without a record for gradients. Nothing in the model changes: other threads may do
    /// the same meanwhile.
    public Tensor predict(Tensor inputs) {
        try (var _ = Module.evaluating(); var _ = Autograd.noGrad()) {
            return model.call(inputs);
        }
    }

    /// As [#predict(Tensor)], batch by batch, in the loader's order of epoch 0: one row per example.
    public Tensor predict(DataLoader<B> data) {
        var predicted = new ArrayList<Tensor>();
        try (var _ = Module.evaluating(); var _ = Autograd.noGrad()) {
            for (var batch : data.epoch(0)) predicted.add(outputs.apply(batch));
        }
        return Tensor.cat(0, predicted.toArray(Tensor[]::new));
    }
}
