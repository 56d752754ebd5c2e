package dev.lanewise.train;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.io.Checkpoint.Progress;
import dev.lanewise.io.Stateful;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a run writes down: losses, validations, the best of them. A checkpoint keeps it whole, so that a run that goes on has the
/// history of one that never stopped.
final class Ledger implements Stateful {

    private static final int MOST_STEPS = Integer.MAX_VALUE - 8;

    /// Which way validations are better; null without any.
    private final Validation<?> compared;
    private final List<Evaluation> validation = new ArrayList<>();
    private float[] stepLosses;
    private int steps;
    private double[] epochLosses = new double[16];
    private int epochs;
    /// Of the epoch that is not over.
    private double sum;
    private double weight;
    private double best;
    private int bestEpoch = -1;
    /// Epochs since the best one.
    private int waited;
    /// How far the file says that its run had come, while it is loaded.
    private Progress loading;

    Ledger(Validation<?> compared, int stepsInEpoch) {
        this.compared = compared;
        this.stepLosses = new float[stepsInEpoch];
        this.best = compared == null ? Double.NaN : compared.worst();
    }

    int steps() { return steps; }

    int waited() { return waited; }

    /// -1 before there is one.
    int bestEpoch() { return bestEpoch; }

    float lastLoss() { return steps == 0 ? Float.NaN : stepLosses[steps - 1]; }

    void step(float loss, double sum, double weight) {
        if (steps == stepLosses.length) stepLosses = Arrays.copyOf(stepLosses, Math.clamp(2L * steps, 16, MOST_STEPS));
        stepLosses[steps++] = loss;
        this.sum += sum;
        this.weight += weight;
    }

    /// @return the epoch's mean loss
    double endEpoch() {
        double mean = sum / weight;
        sum = weight = 0;
        if (epochs == epochLosses.length) epochLosses = Arrays.copyOf(epochLosses, 2 * epochs);
        epochLosses[epochs++] = mean;
        return mean;
    }

    /// Of the epoch that ended last.
    ///
    /// @return whether it is better than all before
    boolean validated(Evaluation evaluation) {
        validation.add(evaluation);
        double value = compared.monitored(evaluation);
        waited++;
        if (!compared.isBetter(value, best)) return false;
        best = value;
        bestEpoch = epochs - 1;
        waited = 0;
        return true;
    }

    History history(double seconds) {
        return new History(Arrays.copyOf(stepLosses, steps), Arrays.copyOf(epochLosses, epochs), validation, bestEpoch, seconds);
    }

    // ---- in checkpoints

    @Override
    public State state() {
        var texts = new TreeMap<>(Map.of("epoch_losses", State.text(Arrays.copyOf(epochLosses, epochs)), "epoch.sum", "" + sum,
            "epoch.weight", "" + weight));
        if (compared != null) texts.putAll(Map.of(
            "validation_losses", State.text(validation.stream().mapToDouble(Evaluation::loss).toArray()),
            "validation_metrics", State.text(validation.stream().mapToDouble(Evaluation::metric).toArray()),
            "best", "" + best, "best.epoch", "" + bestEpoch, "best.waited", "" + waited));
        return new State(texts, Map.of("step_losses", Tensor.of(Arrays.copyOf(stepLosses, steps))));
    }

    /// Before [#load]: a file's own numbers must be those of its ledger.
    void expect(Progress progress) { loading = progress; }

    @Override
    public void load(State state) {
        var stepLosses = state.tensor("step_losses");
        int epochs = loading == null ? state.numbers("epoch_losses").length : loading.epoch();
        long steps = loading == null ? stepLosses.numel() : loading.step();
        if (stepLosses.shape().rank() != 1 || stepLosses.size(0) != steps) throw damaged(
            "\"step_losses\" has shape " + stepLosses.shape() + ", but " + steps + " steps were made");
        var epochLosses = numbers(state, "epoch_losses", epochs);
        double sum = state.number("epoch.sum");
        double weight = state.number("epoch.weight");
        if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) throw damaged(
            "\"epoch.weight\" is " + weight + "; it must be 0 or more, and finite");
        if (compared != null) loadValidation(state, epochs);
        this.stepLosses = stepLosses.toArray();
        this.steps = (int) steps;
        this.epochLosses = Arrays.copyOf(epochLosses, Math.max(16, epochs));
        this.epochs = epochs;
        this.sum = sum;
        this.weight = weight;
        loading = null;
    }

    private void loadValidation(State state, int epochs) {
        var losses = numbers(state, "validation_losses", epochs);
        var metrics = numbers(state, "validation_metrics", epochs);
        double best = state.number("best");
        if (Double.isNaN(best)) throw damaged("\"best\" is NaN; it must be a number");
        int bestEpoch = (int) state.whole("best.epoch", -1, epochs - 1);
        int waited = (int) state.whole("best.waited", 0, epochs);
        validation.clear();
        for (int i = 0; i < epochs; i++) validation.add(new Evaluation(losses[i], metrics[i]));
        this.best = best;
        this.bestEpoch = bestEpoch;
        this.waited = waited;
    }

    private static double[] numbers(State state, String name, int count) {
        var numbers = state.numbers(name);
        if (numbers.length != count) throw damaged("\"" + name + "\" has " + numbers.length + " numbers for "
            + count + " epochs");
        return numbers;
    }

    private static MalformedFileException damaged(String fault) {
        return new MalformedFileException("resume", null, fault + "; the checkpoint is damaged");
    }
}
