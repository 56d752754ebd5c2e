package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.file.Quote;
import dev.lanewise.group.Group;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.tensor.Tensor;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
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
/// var trainer = Trainer.classifier(model, new Adam(model.parameters(), 1e-3))
///     .validate(validation, Metrics.accuracy(), Mode.MAX).keepBest(file).earlyStopping(5);
/// var history = trainer.fit(training, 100);
/// trainer.loadBest().evaluate(test);
/// ```
///
/// A batch is whatever record the data set makes of it:
///
/// ```java
/// var trainer = new Trainer<>(model, (Pair pair) -> model.call(pair.left(), pair.right()),
///     (scores, pair) -> Loss.crossEntropy(scores, pair.labels()), new Adam(model.parameters(), 1e-3));
/// ```
///
/// A step's loss is the sum over all its batches or parts, divided once by what counts in them: see [Loss]. A step in which
/// nothing counts, as all labels are ignored, changes no parameter; schedules go on.
///
/// A step is made in this order: gradients, clipping, [Callback#afterBackward], optimizers, the average, schedules,
/// [Callback#onStep], sinks, the checkpoint if it is due. An epoch ends in this order: validation, the best weights, schedules,
/// callbacks, sinks, the checkpoint.
///
/// Each step runs in a [dev.lanewise.tensor.Scope]: tensors that the model or the loss keeps beyond it must be cloned. Hooks and
/// callbacks get copies.
///
/// @param <B> what a batch is: see [dev.lanewise.data.Dataset]. Of lambdas alone write `new Trainer<Batch<int[]>>(…)`
public final class Trainer<B> {

    /// More than any cluster has processes; each takes time, and be it without rows.
    public static final int MOST_SHARDS = 1 << 16;

    /// In the metadata of the best weights.
    static final String BEST_EPOCH = "epoch";
    private static final int NO_RUN = -2;

    final Module model;
    /// Null if the outputs are the objective's affair.
    private final Function<B, Tensor> outputs;
    private final BiFunction<Tensor, B, Loss> loss;
    final List<Optimizer> optimizers = new ArrayList<>();
    final List<Callback> callbacks;
    final List<LRScheduler> stepSchedules = new ArrayList<>();
    /// Take what is monitored.
    final List<LRScheduler> epochSchedules = new ArrayList<>();
    final List<Logs.Sink> sinks = new ArrayList<>();
    Validation<B> validation;
    int patience = Integer.MAX_VALUE;
    int accumulate = 1;
    /// Null if batches stay whole.
    Function<? super B, ? extends Iterable<? extends B>> cut;
    /// A step's logical shards; 0 if it isn't cut into any.
    int shards;
    Group group = Group.alone();
    /// NaN for none, as the next.
    double largestNorm = Double.NaN;
    double normType = 2;
    double largestValue = Double.NaN;
    /// Null without one.
    WeightAverage average;
    boolean validatesAverage;
    Path bestFile;
    Path checkpointFile;
    /// What the model was initialized with; null if it wasn't said.
    Long seed;
    /// Null without one.
    Path receiptFile;
    ReceiptOptions receiptOptions = ReceiptOptions.DEFAULT;
    long checkpointSteps;
    long checkpointNanos;
    int lastCheckpoints = 1;
    /// Null if the run is to end where the disk fails.
    Consumer<? super UncheckedIOException> diskFailure;
    private final List<UnaryOperator<Checkpoint>> kept = new ArrayList<>();
    /// Of the last run, -1 if it had none.
    int bestEpoch = NO_RUN;
    /// The best weights of the last run, if they couldn't be written; else null.
    Safetensors unwrittenBest;

    /// Of any batch and any call of a model that gives a tensor.
    ///
    /// @param outputs calls the model with a batch
    /// @param loss    from the model's output and the batch
    public Trainer(Module model, Function<B, Tensor> outputs, BiFunction<Tensor, B, Loss> loss, Optimizer optimizer,
            Callback... callbacks) {
        this(Objects.requireNonNull(outputs, "trainer: no outputs"), model, loss, optimizer, callbacks);
    }

    /// Of any batch and any objective, which calls the model as it likes. There is nothing to predict then, and a metric must
    /// call the model itself.
    public Trainer(Module model, Function<B, Loss> objective, Optimizer optimizer, Callback... callbacks) {
        this(null, model, objective(objective), optimizer, callbacks);
    }

    private Trainer(Function<B, Tensor> outputs, Module model, BiFunction<Tensor, B, Loss> loss, Optimizer optimizer,
            Callback... callbacks) {
        this.model = Objects.requireNonNull(model, "trainer: no model");
        this.outputs = outputs;
        this.loss = Objects.requireNonNull(loss, "trainer: no loss");
        this.callbacks = new ArrayList<>(List.of(callbacks));
        optimizer(optimizer);
    }

    private static <B> BiFunction<Tensor, B, Loss> objective(Function<B, Loss> objective) {
        Objects.requireNonNull(objective, "trainer: no objective");
        return (_, batch) -> objective.apply(batch);
    }

    /// Of batches of inputs and class labels, by cross-entropy.
    public static Trainer<Batch<int[]>> classifier(Layer model, Optimizer optimizer, Callback... callbacks) {
        return classifier(model, Loss::crossEntropy, optimizer, callbacks);
    }

    /// Of batches of inputs and class labels.
    ///
    /// @param loss from the model's output and the labels: `(logits, labels) -> Loss.crossEntropy(logits, labels, options)`
    public static Trainer<Batch<int[]>> classifier(Layer model, BiFunction<Tensor, int[], Loss> loss, Optimizer optimizer,
            Callback... callbacks) {
        return plain(model, loss, optimizer, callbacks);
    }

    /// Of batches of inputs and targets of the outputs' shape, by the mean squared difference.
    public static Trainer<Batch<Tensor>> regressor(Layer model, Optimizer optimizer, Callback... callbacks) {
        return regressor(model, Loss::mseLoss, optimizer, callbacks);
    }

    /// Of batches of inputs and targets that are tensors.
    ///
    /// @param loss from the model's output and the targets: `Loss::huberLoss`
    public static Trainer<Batch<Tensor>> regressor(Layer model, BiFunction<Tensor, Tensor, Loss> loss, Optimizer optimizer,
            Callback... callbacks) {
        return plain(model, loss, optimizer, callbacks);
    }

    private static <T> Trainer<Batch<T>> plain(Layer model, BiFunction<Tensor, T, Loss> loss, Optimizer optimizer,
            Callback... callbacks) {
        Objects.requireNonNull(loss, "trainer: no loss");
        return new Trainer<>(model, batch -> model.call(batch.inputs()), (output, batch) -> loss.apply(output, batch.targets()),
            optimizer, callbacks);
    }

    // ---- how steps are made

    /// Lets another optimizer step, too, after those before it: of other parameters. For other rates or options, groups of one
    /// optimizer do.
    public Trainer<B> optimizer(Optimizer optimizer) {
        optimizers.add(Objects.requireNonNull(optimizer, "trainer: no optimizer"));
        return this;
    }

    /// Makes a step of so many batches of the loader, of which an epoch's last one may have fewer: as one batch of all of them,
    /// in the memory of one. Only what looks at a batch as a whole, such as batch norm, sees them one by one.
    ///
    /// @param batches 1 or more
    public Trainer<B> accumulate(int batches) {
        if (batches < 1) throw new IllegalArgumentException("accumulate: " + batches + " batches a step; it must be 1 or more");
        accumulate = batches;
        return this;
    }

    /// Cuts each batch into parts, which are run one after the other in the memory of one, and make one step: as [#accumulate]
    /// does, for batches that come whole.
    ///
    /// @param cut from a batch to its parts, at least one
    public Trainer<B> cut(Function<? super B, ? extends Iterable<? extends B>> cut) {
        this.cut = Objects.requireNonNull(cut, "trainer: no cut");
        return this;
    }

    /// As [#shards(int, Group)], all of them in this process.
    public Trainer<B> shards(int shards) { return shards(shards, Group.alone()); }

    /// Makes a step of so many logical shards, which the group's processes share: of n rows, shard s of S has those from n s / S
    /// on, cut before they are collated, and none where S is above n. What a shard comes to is a function of its rows, the
    /// weights, the seed and the step alone; shards are added in a fixed tree, neighbours first, and divided once. So the weights
    /// don't depend on how many processes there are, only on S. Each has all of the model, and makes the same steps: start them
    /// with the same program.
    ///
    /// Batch norm goes by its shard; buffers become the mean of those shards that changed them. Dropout draws for a shard what
    /// belongs to its first row: see [dev.lanewise.nn.Stepped#numbers]. What else a module keeps ([dev.lanewise.nn.ModuleValue])
    /// is forgotten with the shard. With [#accumulate], a shard has its rows of each of the step's batches; [#cut] cuts what it
    /// has of one.
    ///
    /// Callbacks hear of the run in every process; where one of any process ends it, all end after the same step, and what the
    /// others have begun of the next is dropped. Checkpoints, best weights and sinks are written by rank 0 alone; to go on, all
    /// ranks read them, and need to see the same files.
    ///
    /// @param shards a power of two, at most 65,536: each takes time, and be it without rows
    public Trainer<B> shards(int shards, Group group) {
        if (shards < 1 || Integer.bitCount(shards) != 1
            || shards > MOST_SHARDS) throw new IllegalArgumentException("shards: " + shards
            + "; it must be a power of two, so that they are added in a tree: 8, say, or as many as there may ever be processes,"
            + " and at most " + MOST_SHARDS);
        this.group = Objects.requireNonNull(group, "trainer: no group");
        this.shards = shards;
        return this;
    }

    /// Scales all gradients of a step down to this norm together: see [dev.lanewise.optim.GradientClipping#clipByNorm]. The norm
    /// before is in [Callback.Step].
    ///
    /// @param largest 0 or more
    public Trainer<B> clipNorm(double largest) { return clipNorm(largest, 2); }

    /// As [#clipNorm(double)], by another norm.
    ///
    /// @param p above 0: 1 for the sum of magnitudes, infinite for the largest one
    public Trainer<B> clipNorm(double largest, double p) {
        if (!(p > 0)) throw new IllegalArgumentException("clipNorm: p " + p + "; it must be above 0");
        if (!(largest >= 0)) throw new IllegalArgumentException("clipNorm: largest norm " + largest + "; it must be 0 or more");
        largestNorm = largest;
        normType = p;
        return this;
    }

    /// Puts elements of gradients beyond ±bound to ±bound; after [#clipNorm], if both are said.
    ///
    /// @param bound 0 or more
    public Trainer<B> clipValue(double bound) {
        if (!(bound >= 0)) throw new IllegalArgumentException("clipValue: bound " + bound + "; it must be 0 or more");
        largestValue = bound;
        return this;
    }

    /// Takes the weights into an average of theirs after each step; checkpoints keep it.
    public Trainer<B> average(WeightAverage average) {
        this.average = Objects.requireNonNull(average, "trainer: no average");
        return this;
    }

    // ---- what is done besides training

    /// Validates after each epoch; the lower the loss, the better. That changes nothing about the training: see [#evaluate].
    public Trainer<B> validate(DataLoader<B> data) { return validate(data, null, Mode.MIN); }

    /// As [#validate(DataLoader)], but epochs are compared by a metric.
    ///
    /// @param mode whether a lower or a higher metric is better
    public Trainer<B> validate(DataLoader<B> data, Metric<B> metric, Mode mode) {
        validation = new Validation<>(Objects.requireNonNull(data, "trainer: no data to validate with"), metric,
            Objects.requireNonNull(mode, "trainer: no mode"));
        return this;
    }

    /// Lets epochs be judged by [#average]: its weights are validated and kept as the best ones, in place of the model's own.
    public Trainer<B> validateAverage() {
        validatesAverage = true;
        return this;
    }

    /// Keeps the weights (and buffers) of the epoch whose validation was the best so far: a [Safetensors] file, whose names are
    /// those of [Module#stateDict()], its metadata `epoch`, `loss` and `metric`. It is replaced only as a whole.
    public Trainer<B> keepBest(Path file) {
        bestFile = Objects.requireNonNull(file, "trainer: no file");
        return this;
    }

    /// Stops after this many epochs in a row, at least 1, that are no better than the best one before them.
    public Trainer<B> earlyStopping(int patience) {
        if (patience < 1) throw new IllegalArgumentException("earlyStopping: patience " + patience
            + "; it must be 1 epoch or more");
        this.patience = patience;
        return this;
    }

    /// Steps a schedule after each epoch, one that goes by a measure with the number that epochs are compared by, whose mode must
    /// be the schedule's, too; without [#validate] it is the training loss.
    public Trainer<B> schedule(LRScheduler schedule) {
        epochSchedules.add(schedule);
        return kept(run -> run.schedule(schedule));
    }

    /// Steps a schedule after each step of training, as [dev.lanewise.optim.OneCycleLR] wants it.
    public Trainer<B> scheduleSteps(LRScheduler schedule) {
        stepSchedules.add(schedule);
        return kept(run -> run.schedule(schedule));
    }

    /// Keeps all that [#resume] needs in one file, written anew after each epoch, and where a run ends in the middle of one: see
    /// [Checkpoint].
    ///
    /// @param seed what the model was initialized with
    public Trainer<B> checkpoint(Path file, long seed) {
        checkpointFile = Objects.requireNonNull(file, "trainer: no file");
        this.seed = seed;
        return kept(run -> run.seed(seed));
    }

    /// Writes the checkpoint also within epochs, after each so many steps of the run.
    ///
    /// @param steps 1 or more
    public Trainer<B> checkpointEvery(long steps) {
        if (steps < 1) throw new IllegalArgumentException("checkpointEvery: " + steps + " steps; it must be 1 or more");
        checkpointSteps = steps;
        return this;
    }

    /// Writes the checkpoint also within epochs, after the first step that ends so long after it was last written.
    ///
    /// @param time positive
    public Trainer<B> checkpointEvery(Duration time) {
        if (!time.isPositive()) throw new IllegalArgumentException("checkpointEvery: " + time + "; the time must be positive");
        try {
            checkpointNanos = time.toNanos();
        } catch (ArithmeticException e) {
            checkpointNanos = Long.MAX_VALUE; // 292 years
        }
        return this;
    }

    /// Leaves the last so many checkpoints on the disk, and that of the best epoch, if [#validate] says which it is: the newest
    /// under its own name, those before it with their step in theirs, as `run-120.safetensors` beside `run.safetensors`. To go on
    /// from one of these, copy it over the newest. What another run left there stays, but for one of the same step; so does what
    /// is no checkpoint, and that step is then not kept.
    ///
    /// @param checkpoints 1 or more; 1, the newest alone, if nothing is said
    public Trainer<B> keepLast(int checkpoints) {
        if (checkpoints < 1) throw new IllegalArgumentException("keepLast: " + checkpoints
            + " checkpoints; it must be 1 or more");
        lastCheckpoints = checkpoints;
        return this;
    }

    /// Trains on where checkpoint, best weights or sinks can't be written, as on a disk that is full: `told` gets what happened,
    /// and may end the run by throwing it, or by [Run#stop]. What was whole on the disk stays so; the next checkpoint is another
    /// try, for the best weights and the sinks' rows too. Without this, such an error ends the run.
    public Trainer<B> onDiskFailure(Consumer<? super UncheckedIOException> told) {
        diskFailure = Objects.requireNonNull(told, "trainer: nobody to tell of a disk's failure");
        return this;
    }

    /// As [#receipt(Path, ReceiptOptions)], by [ReceiptOptions#DEFAULT].
    public Trainer<B> receipt(Path file) { return receipt(file, ReceiptOptions.DEFAULT); }

    /// Writes a [dev.lanewise.io.Receipt] of the run, which [#verify] compares another one with: the same file on every machine,
    /// with any number of threads or of a group's processes, of which rank 0 writes it, and of a run that was interrupted and
    /// goes on. The seed is in it that [#checkpoint] is told. [ReceiptOptions#detail] is of one process: those of a group see the
    /// operations of their own shards alone.
    public Trainer<B> receipt(Path file, ReceiptOptions options) {
        receiptFile = Objects.requireNonNull(file, "trainer: no file");
        receiptOptions = Objects.requireNonNull(options, "trainer: no options of the receipt");
        return this;
    }

    private Trainer<B> kept(UnaryOperator<Checkpoint> part) {
        kept.add(part);
        return this;
    }

    Checkpoint checkpoint() {
        var run = Checkpoint.of(model);
        for (var optimizer : optimizers) run = run.optimizer(optimizer);
        for (var part : kept) run = part.apply(run);
        return run;
    }

    /// Writes a row to a sink after each epoch.
    public Trainer<B> log(MetricSink sink) {
        sinks.add(new Logs.Sink(Objects.requireNonNull(sink, "trainer: no sink"), 0));
        return this;
    }

    /// Writes a row to a sink after each so many steps of the run, and after each epoch.
    ///
    /// @param everySteps 1 or more
    public Trainer<B> log(MetricSink sink, int everySteps) {
        if (everySteps < 1) throw new IllegalArgumentException("log: every " + everySteps + " steps; it must be 1 or more");
        sinks.add(new Logs.Sink(Objects.requireNonNull(sink, "trainer: no sink"), everySteps));
        return this;
    }

    /// Prints losses and metric on standard output, every so many epochs and after the last one.
    public Trainer<B> printEvery(int epochs) { return printEvery(epochs, System.out); }

    /// Prints a line to `out` after every so many epochs.
    public Trainer<B> printEvery(int epochs, PrintStream out) { return callback(new EpochLines(epochs, out)); }

    /// Hands copies of weights and gradients to `consumer` after the steps that are chosen.
    public Trainer<B> watchSteps(Predicate<Callback.Step> chosen, Consumer<Snapshot> consumer) {
        return callback(new Watch(chosen, _ -> false, consumer));
    }

    /// Hands copies of weights and gradients to `consumer` after the last step of the epochs that are chosen, counted from 0.
    public Trainer<B> watchEpochs(IntPredicate chosen, Consumer<Snapshot> consumer) {
        return callback(new Watch(_ -> false, chosen, consumer));
    }

    /// Lets another callback hear of the runs.
    public Trainer<B> callback(Callback callback) {
        callbacks.add(Objects.requireNonNull(callback, "trainer: no callback"));
        return this;
    }

    // ---- training

    /// Trains for `epochs` passes over the data, fewer if it stops early.
    ///
    /// Modules go by their own flags, also on a thread that is evaluating, and no flag is changed: what you have set to
    /// evaluation with [Module#eval()], as a batch norm whose running statistics are to stay, is run so in training, too.
    ///
    /// If the thread is interrupted, as by [java.util.concurrent.Future#cancel], training ends after the step and the thread
    /// stays interrupted; [Run#stop] does the same without. An epoch whose last step was made is finished, with its validation
    /// and its checkpoint; of one that breaks off the history has the steps, and the model what they made of it, nothing is
    /// validated, and the checkpoint is written where it stands: [#resume] goes on with the next step. Callbacks hear the end.
    ///
    /// What callbacks, sinks, the model or the disk throw ends the run, too, but see [#onDiskFailure]; the sinks are closed, and
    /// the checkpoint stays as it was written last.
    ///
    /// @throws IllegalArgumentException if there are no epochs, or something that needs validation has none; if the whole model
    ///     is in evaluation, as `model.eval()` leaves it, which predicting doesn't need
    /// @throws IllegalStateException    if this trainer is in a run already, or another run writes its checkpoint or its best
    ///     weights
    public History fit(DataLoader<B> data, int epochs) {
        return Fit.run(List.of(this), data, epochs, _ -> false, false).getFirst();
    }

    /// Goes on from the checkpoint, if its file is there, to `epochs` passes in all; else trains from the start. With the same
    /// program, and data that are shuffled by a keyed source, the outcome is that of a run that was never interrupted, to
    /// the bit, its history included. A [StatefulCallback] goes on, too.
    ///
    /// @throws IllegalArgumentException if the checkpoint is of another run, or of other settings or data; nothing is changed
    ///     then
    /// @throws dev.lanewise.data.MalformedFileException if it is damaged; nothing is changed then
    /// @throws UncheckedIOException     if it can't be read, or whether there is one can't be told
    /// @throws IllegalStateException    as [#fit]
    public History resume(DataLoader<B> data, int epochs) { return resume(data, epochs, _ -> false); }

    /// As [#resume(DataLoader, int)], but pauses between epochs where it is told to, for another call to go on: [Run#plan] is
    /// that of them all.
    ///
    /// @param pauses asked before each epoch, of how many are done; within a group, what any process says is so for all
    public History resume(DataLoader<B> data, int epochs, IntPredicate pauses) {
        return Fit.run(List.of(this), data, epochs, pauses, true).getFirst();
    }

    /// What decides a run's bits, as far as a trainer can tell, to compare it with another's: layers, a digest of the weights as
    /// they are now, optimizers, schedules, and how steps are made. Not what layers have besides weights, the loss, and
    /// callbacks.
    ///
    /// @return texts by name, in an order that is always the same
    public SequencedMap<String, String> facts() { return RunFacts.of(this); }

    /// Trains as the run did that wrote a receipt, and compares each step with it, until the first difference or the receipt's
    /// end. The trainer, its model and the data are those of the same program, as they are before [#fit]. Callbacks hear of the
    /// run, the model is trained; no file is written.
    ///
    /// @param receipt written by [#receipt], here or on any other machine
    /// @throws dev.lanewise.data.MalformedFileException if a line of the receipt was changed; then nothing is run
    /// @throws UncheckedIOException  if it can't be read
    /// @throws IllegalStateException as [#fit]
    public Verification verify(Path receipt, DataLoader<B> data) {
        Objects.requireNonNull(data, "verify: no data");
        try (var replay = new Replay(Objects.requireNonNull(receipt, "verify: no receipt"))) {
            Fit.replay(this, data, replay);
            return replay.result();
        }
    }

    /// Trains several models on the same batches in the same order, each with its own optimizer and all that its trainer is told
    /// to do. Each comes out as if it had been trained alone.
    ///
    /// @return their histories, in the order of the trainers
    /// @throws IllegalArgumentException if two trainers share a parameter; or as in [#fit(DataLoader, int)]
    public static <B> List<History> sideBySide(List<Trainer<B>> trainers, DataLoader<B> data, int epochs) {
        return Fit.sideBySide(trainers, data, epochs);
    }

    // ---- afterwards

    /// Takes back the weights that [#keepBest] kept.
    ///
    /// @throws IllegalStateException if none are kept, no epoch of the last run had a validation that is a number, or the file's
    ///     are of another epoch
    /// @throws IllegalArgumentException if the file is another model's; nothing is changed then
    public Trainer<B> loadBest() {
        if (bestFile == null) throw new IllegalStateException("loadBest: no weights are kept; say keepBest(file) first");
        if (bestEpoch == -1) throw new IllegalStateException("loadBest: no epoch of the last run was better than none,"
            + " so that its validation must have been NaN or infinite; see the history");
        var best = unwrittenBest != null ? unwrittenBest : Safetensors.read(bestFile);
        var epoch = best.metadata().get(BEST_EPOCH);
        if (bestEpoch != NO_RUN && !Integer.toString(bestEpoch).equals(epoch)) throw new IllegalStateException("loadBest: "
            + Quote.of(bestFile) + " has the weights of epoch " + Quote.of(epoch) + ", but the best one was epoch " + bestEpoch
            + "; another run wrote it, or those could not be written");
        model.loadStateDict(best.tensors());
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
                case null -> new Evaluation(meanLoss(data), Double.NaN);
                case StreamedMetric<B> streamed when outputs != null -> {
                    var values = StreamedMetric.values(this::outputs, data,
                        List.of(StreamedMetric.loss(loss), streamed.start().get()));
                    yield new Evaluation(values[0], values[1]);
                }
                default -> {
                    double mean = meanLoss(data);
                    model.eval();
                    yield new Evaluation(mean, metric.of(this::wantedOutputs, data));
                }
            };
        }
    }

    private double meanLoss(DataLoader<B> data) {
        return StreamedMetric.values(this::outputs, data, List.of(StreamedMetric.loss(loss)))[0];
    }

    /// Several metrics on some data, in evaluation and as [#evaluate(DataLoader)] does; those that are streamed, as all of
    /// [Metrics] are, look at the outputs of one pass.
    ///
    /// @return the value of each under its name, in the map's order
    public SequencedMap<String, Double> evaluate(DataLoader<B> data, Map<String, ? extends Metric<B>> metrics) {
        try (var _ = model.rehearsing()) {
            model.eval();
            return StreamedMetric.all(this::wantedOutputs, data, metrics);
        }
    }

    Loss loss(B batch) {
        return Objects.requireNonNull(loss.apply(outputs(batch), batch),
            "trainer: the loss function gave null, in place of a loss");
    }

    /// Null if the objective makes them.
    private Tensor outputs(B batch) { return outputs == null ? null : wantedOutputs(batch); }

    private Tensor wantedOutputs(B batch) {
        if (outputs == null) throw new IllegalStateException("trainer: it was given an objective, from a batch to a loss, and"
            + " doesn't know of outputs; make it with two functions, from a batch to outputs and from these to the loss");
        return Objects.requireNonNull(outputs.apply(batch), "trainer: the function of outputs gave null, in place of a tensor");
    }

    /// Of the model, and what the optimizers have besides.
    List<Parameter> parameters() {
        var all = new LinkedHashSet<>(model.parameters());
        optimizers.forEach(optimizer -> all.addAll(optimizer.parameters()));
        return List.copyOf(all);
    }

    /// The model's outputs for a batch in evaluation, without a record for gradients. Nothing in the model changes: other threads
    /// may do the same meanwhile.
    ///
    /// @throws IllegalStateException if the trainer was given an objective that calls the model itself
    public Tensor predict(B batch) {
        return Module.predict(() -> wantedOutputs(batch));
    }

    /// As [#predict(Object)], batch by batch, in the loader's order of epoch 0: one row per example.
    public Tensor predict(DataLoader<B> data) {
        var outputs = new ArrayList<Tensor>();
        for (var batch : data.epoch(0)) outputs.add(predict(batch));
        return Tensor.cat(0, outputs.toArray(Tensor[]::new));
    }
}
