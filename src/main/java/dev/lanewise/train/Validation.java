package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import java.util.List;

/// What a trainer validates with after each epoch.
///
/// @param metric null for the loss alone
/// @param mode   which way the metric, or the loss, is better
record Validation<B>(DataLoader<B> data, Metric<B> metric, Mode mode) {

    /// The number by which epochs are compared.
    double monitored(Evaluation evaluation) { return metric == null ? evaluation.loss() : evaluation.metric(); }

    /// NaN is never better.
    boolean isBetter(double value, double best) { return mode == Mode.MIN ? value < best : value > best; }

    /// Refuses a schedule that looks the other way, which would lower the rate as the model gets better, and say nothing.
    ///
    /// @param validation null without one
    static void requireMode(Validation<?> validation, List<LRScheduler> schedules) {
        var mode = validation == null ? Mode.MIN : validation.mode;
        var compared = validation == null ? "the training loss" : "what validate(…) measures";
        for (var schedule : schedules) if (schedule.mode().orElse(mode) != mode) throw new IllegalArgumentException(
            "fit: of " + compared + ", Mode." + mode + " is better, but a ReduceLROnPlateau has Mode." + schedule.mode().get()
            + " and would lower the rate as it gets better; make that with ReduceLROnPlateau.options().mode(Mode." + mode + ")");
    }

    double worst() { return mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY; }
}
