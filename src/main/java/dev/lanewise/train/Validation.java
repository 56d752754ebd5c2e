package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;

/// What a trainer validates with after each epoch.
///
/// @param metric null for the loss alone
/// @param mode   which way the metric, or the loss, is better
record Validation<B>(DataLoader<B> data, Metric<B> metric, Mode mode) {

    /// The number by which epochs are compared.
    double monitored(Evaluation evaluation) { return metric == null ? evaluation.loss() : evaluation.metric(); }

    /// NaN is never better.
    boolean isBetter(double value, double best) { return mode == Mode.MIN ? value < best : value > best; }

    double worst() { return mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY; }
}
