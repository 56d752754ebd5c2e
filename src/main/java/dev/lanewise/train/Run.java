package dev.lanewise.train;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.io.Safetensors;
import dev.lanewise.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One trainer's part in a call of fit: what changes from step to step.
final class Run<B> {

    private static final String BEST = "best";
    private static final String BEST_EPOCH = "best.epoch";
    private static final String WAITED = "best.waited";
    private static final int LONGEST_NUMBER = 25;

    private final Trainer<B> trainer;
    private final Callback.Plan plan;
    private final List<Evaluation> validation = new ArrayList<>();
    private final long start = System.nanoTime();
    private float[] stepLosses;
    private double[] epochLosses = {};
    /// Memory of the intermediates of a step.
    private final Scope scope = new Scope();
    private int steps;
    private int stepInEpoch;
    private int firstEpoch;
    private double best = Double.NaN;
    private int bestEpoch = -1;
    /// Epochs since the best one.
    private int waited;
    private double sum;
    private long examples;

    Run(Trainer<B> trainer, Callback.Plan plan) {
        this.trainer = trainer;
        this.plan = plan;
        this.stepLosses = new float[plan.batches()];
        if (trainer.validation != null) best = trainer.validation.worst();
    }

    /// Where the run is to go on: from the trainer's checkpoint, if there is one.
    void resume() {
        // a checkpoint that can't be looked at may be a good one, which a new run would overwrite
        if (!RegularFile.exists("resume", trainer.checkpointFile)) return;
        var notes = new Notes[1];
        firstEpoch = trainer.checkpoint().load(trainer.checkpointFile, progress -> notes[0] = Notes.of(progress)).epoch();
        if (trainer.validation == null || notes[0] == null) return;
        best = notes[0].best;
        bestEpoch = notes[0].epoch;
        waited = notes[0].waited;
    }

    /// What a checkpoint keeps of the validations.
    ///
    /// @param epoch of the best; -1 if there is none
    private record Notes(double best, int epoch, int waited) {

        /// Null if that run had no validation.
        static Notes of(Checkpoint.Progress progress) {
            var notes = progress.notes();
            if (!notes.containsKey(BEST)) return null;
            return new Notes(best(notes.get(BEST)), whole(notes, BEST_EPOCH, -1, progress.epoch() - 1),
                whole(notes, WAITED, 0, progress.epoch()));
        }

        private static double best(String text) {
            try {
                double best = text.length() > LONGEST_NUMBER ? Double.NaN : Double.parseDouble(text);
                if (!Double.isNaN(best)) return best;
            } catch (NumberFormatException e) {
                // said below
            }
            throw damaged(BEST, text, "it must be a number");
        }

        private static int whole(Map<String, String> notes, String name, int least, int most) {
            var text = notes.get(name);
            try {
                int value = text == null ? least - 1 : Integer.parseInt(text);
                if (value >= least && value <= most) return value;
            } catch (NumberFormatException e) {
                // said below
            }
            throw damaged(name, text, "it must be a whole number from " + least + " to " + most);
        }

        private static MalformedFileException damaged(String name, String text, String remedy) {
            return new MalformedFileException("resume", null, "\"note." + name + "\" is "
                + (text == null ? "missing" : Quote.of(text) + "; " + remedy) + "; the checkpoint is damaged");
        }
    }

    int firstEpoch() { return firstEpoch; }

    void start() { trainer.callbacks.forEach(callback -> callback.onStart(plan)); }

    /// Whether this run takes part in an epoch.
    boolean takes(int epoch) { return epoch >= firstEpoch && waited < trainer.patience; }

    void step(int epoch, B batch, int examples) {
        var step = stepped(epoch, batch, examples);
        for (var schedule : trainer.stepSchedules) schedule.step();
        if (steps == stepLosses.length) stepLosses = Arrays.copyOf(stepLosses, Math.clamp(2L * steps, 1, Integer.MAX_VALUE - 8));
        stepLosses[steps++] = step.loss();
        sum += (double) step.loss() * step.size();
        this.examples += examples;
        callBack(callback -> callback.onStep(step));
    }

    private Callback.Step stepped(int epoch, B batch, int examples) {
        try (var _ = scope.open()) {
            trainer.optimizer.zeroGrad();
            var value = trainer.loss.apply(trainer.outputs.apply(batch), batch);
            value.backward();
            var step = new Callback.Step(epoch, stepInEpoch++, examples, value.item());
            callBack(callback -> callback.afterBackward(step));
            trainer.optimizer.step();
            return step;
        }
    }

    /// What a callback computes is its own: it may keep it.
    private void callBack(Consumer<Callback> call) {
        if (trainer.callbacks.isEmpty()) return;
        try (var _ = Scope.outside()) {
            trainer.callbacks.forEach(call);
        }
    }

    void endEpoch(int number) {
        double mean = sum / examples;
        sum = examples = stepInEpoch = 0;
        epochLosses = Arrays.copyOf(epochLosses, epochLosses.length + 1);
        epochLosses[epochLosses.length - 1] = mean;
        var evaluation = trainer.validation == null ? null : trainer.measure(trainer.validation.data(), trainer.validation.metric());
        boolean better = evaluation != null && compare(number, evaluation);
        double monitored = evaluation == null ? mean : trainer.validation.monitored(evaluation);
        trainer.epochSchedules.forEach(schedule -> schedule.step(monitored));
        var epoch = new Callback.Epoch(number, mean, evaluation, better);
        trainer.callbacks.forEach(callback -> callback.onEpochEnd(epoch));
        if (trainer.checkpointFile != null) trainer.checkpoint().save(trainer.checkpointFile,
            new Checkpoint.Progress(number + 1, trainer.optimizer.steps(), notes()));
    }

    /// Whether this epoch is the best so far; then its weights are kept.
    private boolean compare(int number, Evaluation evaluation) {
        validation.add(evaluation);
        double value = trainer.validation.monitored(evaluation);
        waited++;
        if (!trainer.validation.isBetter(value, best)) return false;
        best = value;
        bestEpoch = number;
        waited = 0;
        if (trainer.bestFile != null) Safetensors.write(trainer.bestFile, trainer.model.stateDict(), new TreeMap<>(Map.of(
            "epoch", Integer.toString(number), "loss", Double.toString(evaluation.loss()),
            "metric", Double.toString(evaluation.metric()))));
        return true;
    }

    private Map<String, String> notes() {
        return trainer.validation == null ? Map.of() : Map.of(BEST, Double.toString(best), BEST_EPOCH, Integer.toString(bestEpoch),
            WAITED, Integer.toString(waited));
    }

    History end() {
        var history = new History(Arrays.copyOf(stepLosses, steps), epochLosses, validation, firstEpoch, bestEpoch,
            (System.nanoTime() - start) * 1e-9);
        trainer.callbacks.forEach(callback -> callback.onEnd(history));
        return history;
    }
}
