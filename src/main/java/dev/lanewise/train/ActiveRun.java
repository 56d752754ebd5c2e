package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Sharding;
import dev.lanewise.file.RegularFile;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.io.ReceiptEntry;
import dev.lanewise.io.ReceiptWriter;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.GradientClipping;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.tensor.Scope;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One trainer's part in a call of fit: what changes from step to step.
final class ActiveRun<B> implements Run, AutoCloseable {

    private final Trainer<B> trainer;
    private final Settings settings;
    private final Callback.Plan plan;
    private final Ledger ledger;
    private final Logs logs;
    private final List<Parameter> parameters;
    private final Accumulation accumulation;
    private final RunFiles files;
    /// What this run is compared with; null for one of its own.
    private final Replay replay;
    /// Null without a receipt to write.
    private ReceiptWriter receiptFile;
    /// Whether that is of this run from its first step on.
    private boolean begins;
    /// Of the receipt, not yet with its file.
    private final ArrayDeque<ReceiptEntry> held = new ArrayDeque<>();
    /// Null without one to write or to compare with.
    private RunReceipt receipt;
    private final long start = System.nanoTime();
    /// Memory of the intermediates of a step.
    private final Scope scope = new Scope();
    private int epoch;
    /// Null if steps aren't cut into shards.
    private final Shards shards;
    /// Of the loader, done in the epoch.
    private int batches;
    private int stepInEpoch;
    /// In the batches of the step.
    private int examples;
    /// Whether a step has some of its batches.
    private boolean begun;
    /// Of the first optimizer, in the last step.
    private double rate;
    private boolean over;
    private volatile boolean stopped;

    /// @param replay what it is compared with, in place of being kept; null for none
    ActiveRun(Trainer<B> trainer, DataLoader<B> data, int epochs, Replay replay) {
        this.trainer = trainer;
        this.settings = Settings.of(trainer, data);
        this.plan = new Callback.Plan(epochs, settings.steps(settings.batches()));
        this.ledger = new Ledger(trainer.validation, plan.steps());
        this.logs = new Logs(replay == null && trainer.group.rank() == 0 ? trainer.sinks : List.of());
        this.parameters = trainer.parameters();
        this.accumulation = new Accumulation(parameters);
        this.files = new RunFiles(trainer, replay == null && trainer.group.rank() == 0);
        this.shards = trainer.shards == 0 ? null : new Shards(trainer, parameters);
        this.replay = replay;
    }

    // ---- what callbacks see

    @Override
    public Module model() { return trainer.model; }

    @Override
    public List<Optimizer> optimizers() { return List.copyOf(trainer.optimizers); }

    @Override
    public Callback.Plan plan() { return plan; }

    @Override
    public int epoch() { return epoch; }

    @Override
    public long step() { return ledger.steps(); }

    @Override
    public float loss() { return ledger.lastLoss(); }

    @Override
    public History history() { return ledger.history((System.nanoTime() - start) * 1e-9); }

    @Override
    public boolean isStopped() { return isEnding() || ledger.waited() >= trainer.patience; }

    @Override
    public void stop() { stopped = true; }

    // ---- beginning and going on

    /// As [#open], but goes on from the trainer's checkpoint, if there is one. What is refused is refused before anything is
    /// loaded.
    void resume() {
        // a checkpoint that can't be looked at may be a good one, which a new run would overwrite
        if (!RegularFile.exists("resume", trainer.checkpointFile)) {
            open();
            return;
        }
        var position = new Settings.Position[1];
        var progress = checkpoint().load(trainer.checkpointFile, loading -> {
            position[0] = settings.check(loading);
            if (trainer.receiptFile != null
                && position[0].receipt() < 0) throw new IllegalArgumentException("it is of a run without a"
                + " receipt, which can't begin in the middle; leave out receipt(…), or start anew");
            ledger.expect(loading);
            if (trainer.group.rank() == 0) logs.resume(position[0].logs());
            if (trainer.receiptFile != null && trainer.group.rank() == 0) receiptFile =
                ReceiptWriter.resume(trainer.receiptFile, position[0].receipt());
            open();
        });
        epoch = progress.epoch();
        files.resume(progress.step(), bestStep(), position[0].older());
        batches = position[0].batches();
        stepInEpoch = settings.steps(batches);
    }

    /// Opens all that it writes to, which changes nothing that is there.
    void open() {
        if (files.keepsCheckpoints()) checkpoint(); // what can't be kept is said before the first step
        files.start();
        logs.open();
        if (replay == null && trainer.receiptFile != null && receiptFile == null && trainer.group.rank() == 0) {
            receiptFile = ReceiptWriter.begin(trainer.receiptFile);
            begins = true;
        }
    }

    /// After all runs beside it were opened.
    void start() {
        if (shards != null) shards.agree(settings, epoch, ledger.steps());
        trainer.callbacks.forEach(callback -> callback.onStart(this));
        if (replay != null) {
            var facts = RunFacts.of(trainer, settings, replay.options());
            receipt = new RunReceipt(trainer, replay.options(), replay);
            replay.facts(facts);
            receipt.begin(Map.of());
            stopped |= replay.isOver(0);
        } else if (trainer.receiptFile != null) {
            // rank 0 writes it, of what all have seen
            receipt = new RunReceipt(trainer, trainer.receiptOptions, receiptFile == null ? _ -> {} : this::write);
            if (begins) receipt.begin(RunFacts.of(trainer, settings, trainer.receiptOptions));
        }
        agreeOnEnd();
    }

    /// What comes before the first step is written with it: until then an older receipt stays whole.
    private void write(ReceiptEntry entry) {
        held.add(entry);
        if (ledger.steps() == 0 && !(entry instanceof ReceiptEntry.End)) return;
        files.attempt("the receipt could not be written; ", () -> {
            while (!held.isEmpty()) receiptFile.add(held.pollFirst());
        });
    }

    /// Whether this run takes part in an epoch.
    boolean takes(int epoch) {
        // who is interrupted before makes a step
        return epoch == this.epoch && !over && (isShared() || !stopped) && ledger.waited() < trainer.patience;
    }

    private boolean isShared() { return trainer.group.size() > 1; }

    /// Whether no epoch follows: because somebody wishes so, or, in a group, because all know of that.
    boolean isEnding() { return over || !isShared() && isToEnd(); }

    private boolean isToEnd() { return stopped || Thread.currentThread().isInterrupted(); }

    /// Where it stands in the epoch.
    int batches() { return batches; }

    /// Whether it takes no more batches: after a step it was to end.
    boolean isOver() { return over; }

    // ---- a step

    void take(B batch, int examples) {
        batches++;
        this.examples += examples;
        boolean last = settings.completesStep(batches);
        if (receipt != null) receipt.batch(batch, ledger.steps() + 1L);
        var step = trainer.cut == null ? part(batch, last) : parts(batch, last);
        if (step == null) return;
        finish(step);
        over = isToEnd();
    }

    private Iterable<? extends B> cut(B batch) {
        var parts = trainer.cut.apply(batch);
        if (!parts.iterator().hasNext()) throw new IllegalArgumentException("cut: a batch was cut into no parts; give at"
            + " least one");
        return parts;
    }

    private Callback.Step parts(B batch, boolean last) {
        var parts = cut(batch).iterator();
        Callback.Step step = null;
        while (parts.hasNext()) {
            var part = parts.next();
            step = part(part, last && !parts.hasNext());
        }
        return step;
    }

    /// @param last whether the step is made after it
    /// @return null if it isn't
    private Callback.Step part(B part, boolean last) {
        try (var _ = scope.open()) {
            if (!begun) {
                accumulation.begin();
                begun = true;
            }
            learn(part);
            return last ? makeStep() : null;
        }
    }

    private void learn(B part) {
        if (receipt == null) add(trainer.loss(part));
        else try (var _ = receipt.watch()) {
            add(trainer.loss(part));
        }
    }

    private void add(Loss part) {
        if (shards == null) accumulation.add(part);
        else shards.learn(part);
    }

    // ---- a step over shards

    boolean isSharded() { return shards != null; }

    Sharding sharding() { return shards.sharding(); }

    void shard(int index, Runnable pieces) {
        shards.run(index, pieces);
        if (receipt != null) shards.data(receipt.shard());
    }

    void take(Sharding.Piece piece, B batch) {
        if (receipt != null) receipt.batch(batch, ledger.steps() + 1L);
        try (var _ = Module.part(piece.first())) {
            for (var part : trainer.cut == null ? List.of(batch) : cut(batch)) try (var _ = scope.open()) {
                shards.clear();
                learn(part);
            }
        }
    }

    /// @param batches of the epoch that are done
    void makeStep(int batches, int examples) {
        ShardExchange.Sum sum;
        // one opening for all: what two don't use is let go
        try (var _ = scope.open()) {
            sum = shards.finish(ledger.steps(), isToEnd(), replay != null);
            if (sum.root() == null) {
                over = true;
                return;
            }
            this.batches = batches;
            this.examples = examples;
            if (receipt != null) receipt.shards(sum.data());
            accumulation.set(sum.root().sum, sum.root().weight);
            finish(makeStep());
        }
        over = sum.stop() || (sum.asks() ? shards.end(isToEnd()) : endsHere());
    }

    /// Who wishes to end within an epoch says so in place of the next step, which the others may have begun; behind the last one
    /// all ask each other.
    private boolean endsHere() {
        if (!isToEnd() || isShared() && batches == settings.batches()) return false;
        shards.leave(ledger.steps());
        return true;
    }

    // ---- a step of whole batches

    private Callback.Step makeStep() {
        accumulation.divide();
        boolean counts = accumulation.weight() > 0;
        double norm = counts ? clip() : Double.NaN;
        var step = new Callback.Step(epoch, stepInEpoch++, examples, accumulation.mean(), accumulation.weight(), norm);
        if (counts) {
            callBack(callback -> callback.afterBackward(this, step));
            for (int i = 0; i < trainer.optimizers.size(); i++) trainer.optimizers.get(i).step();
            if (trainer.average != null) trainer.average.update();
        }
        examples = 0;
        begun = false;
        return step;
    }

    /// @return the norm before, NaN if that isn't clipped
    private double clip() {
        double norm = Double.isNaN(trainer.largestNorm) ? Double.NaN
            : GradientClipping.clipByNorm(parameters, trainer.largestNorm, trainer.normType);
        if (!Double.isNaN(trainer.largestValue)) GradientClipping.clipByValue(parameters, trainer.largestValue);
        return norm;
    }

    private void finish(Callback.Step step) {
        rate = trainer.optimizers.getFirst().learningRate();
        for (var schedule : trainer.stepSchedules) schedule.step();
        ledger.step(step.loss(), accumulation.sum(), accumulation.weight());
        callBack(callback -> callback.onStep(this, step));
        logs.step(this, step, rate);
        if (receipt != null) receipt.step(ledger.steps(), epoch, step.loss());
        if (replay != null && replay.isOver(ledger.steps())) stopped = true;
        // the end of an epoch has its own
        if (batches < settings.batches() && files.isDue(ledger.steps())) save();
    }

    /// What a callback computes is its own: it may keep it.
    private void callBack(Consumer<Callback> call) {
        if (trainer.callbacks.isEmpty()) return;
        try (var _ = Scope.outside()) {
            trainer.callbacks.forEach(call);
        }
    }

    // ---- ends

    /// After the batches that it took: finishes the epoch, or, where it broke off, keeps what there is.
    void endBatches() {
        if (batches == settings.batches()) endEpoch();
        else if (files.keepsCheckpoints() && batches > 0) save();
        agreeOnEnd();
    }

    /// Between steps, where callbacks may have asked for it: within a group, all do the same.
    private void agreeOnEnd() {
        if (shards != null && !over) over = shards.end(isToEnd());
    }

    /// Between epochs: whether it is so in any process of the group.
    boolean agree(boolean here) { return shards == null ? here : shards.end(here); }

    private void endEpoch() {
        double mean = ledger.endEpoch();
        var evaluation = trainer.validation == null ? null : validate();
        boolean better = evaluation != null && ledger.validated(evaluation);
        if (better && files.keepsBest()) keepBest(evaluation);
        double monitored = evaluation == null ? mean : trainer.validation.monitored(evaluation);
        trainer.epochSchedules.forEach(schedule -> schedule.step(monitored));
        var ended = new Callback.Epoch(epoch, mean, evaluation, better);
        trainer.callbacks.forEach(callback -> callback.onEpochEnd(this, ended));
        files.attempt("the epoch's rows could not be written; ", () -> logs.epoch(this, ended, rate));
        if (receipt != null) receipt.epoch(epoch, mean, evaluation);
        epoch++;
        batches = stepInEpoch = 0;
        if (files.keepsCheckpoints()) save();
    }

    private Evaluation validate() {
        try (var _ = judgesAverage() ? trainer.average.applied() : null) {
            return trainer.measure(trainer.validation.data(), trainer.validation.metric());
        }
    }

    /// Before the first step that counts there is none.
    private boolean judgesAverage() { return trainer.validatesAverage && trainer.average.updates() > 0; }

    private void keepBest(Evaluation evaluation) {
        var weights = judgesAverage() ? trainer.average.weights() : trainer.model.stateDict();
        files.keepBest(new Safetensors(weights, new TreeMap<>(Map.of(Trainer.BEST_EPOCH, Integer.toString(epoch),
            "loss", Double.toString(evaluation.loss()), "metric", Double.toString(evaluation.metric())))));
    }

    History end() {
        var history = history();
        if (receipt != null) receipt.end(ledger.steps(), epoch);
        trainer.callbacks.forEach(callback -> callback.onEnd(this, history));
        return history;
    }

    /// Lets the trainer know of its best weights.
    void handOver() {
        trainer.bestEpoch = ledger.bestEpoch();
        trainer.unwrittenBest = files.waiting();
    }

    @Override
    public void close() {
        try {
            files.attempt("the last rows could not be written; ", logs::close);
        } finally {
            if (receiptFile != null) files.attempt("the receipt could not be written; ", receiptFile::close);
        }
    }

    // ---- checkpoints

    private Checkpoint checkpoint() {
        var checkpoint = trainer.checkpoint().part("history", ledger);
        if (trainer.average != null) checkpoint = checkpoint.part("average", new KeptAverage(trainer.average));
        for (var callback : trainer.callbacks)
            if (callback instanceof StatefulCallback kept) checkpoint = checkpoint.part("callback-" + kept.name(), kept);
        return checkpoint;
    }

    private void save() {
        long step = ledger.steps();
        var log = new UncheckedIOException[1];
        boolean written = files.save(step, bestStep(), older -> {
            // a log that can't be written is no reason to write no checkpoint
            log[0] = logs.flush();
            var notes = settings.notes(new Settings.Position(batches, logs.positions(), older, receiptFile == null ? -1
                : receiptFile.flush()));
            checkpoint().save(trainer.checkpointFile, new Checkpoint.Progress(epoch, step, notes));
        });
        if (log[0] != null) files.attempt("the log's rows could not be written; ", () -> { throw log[0]; });
        if (written) callBack(callback -> callback.onCheckpoint(this, trainer.checkpointFile));
    }

    /// At which the best epoch ended; -1 without one.
    private long bestStep() { return ledger.bestEpoch() < 0 ? -1 : (ledger.bestEpoch() + 1L) * plan.steps(); }
}
