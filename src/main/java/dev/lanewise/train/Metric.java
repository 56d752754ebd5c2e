package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Module;

/// A number that says how good a model is on some data: `Metrics::accuracy`, or one of your own, which decides itself whether
/// the model is in evaluation.
///
/// @param <T> the type of the targets
@FunctionalInterface
public interface Metric<T> {
    double of(Module model, DataLoader<T> data);
}
