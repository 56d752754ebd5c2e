package dev.lanewise.train;

import java.nio.file.Path;

/// What wants to hear of training runs, or to change gradients before they are used. All methods do nothing by default. One that
/// has a state is a [StatefulCallback], so that checkpoints keep it.
///
/// What a callback throws ends the run: [Trainer#fit] throws it, after the sinks are closed.
public interface Callback {

    /// How much there is to do.
    ///
    /// @param epochs passes over the data
    /// @param steps  in each: as many as there are batches, or groups of them that are accumulated
    record Plan(int epochs, int steps) {

        /// Of all epochs.
        public long allSteps() { return (long) epochs * steps; }
    }

    /// One step of training.
    ///
    /// @param epoch        counted from 0
    /// @param index        counted from 0 in each epoch
    /// @param examples     in its batches
    /// @param loss         before the step, the mean over what counts; NaN if nothing does, in which case no parameter is changed
    /// @param weight       how much counts: see [dev.lanewise.nn.loss.Loss]
    /// @param gradientNorm before it was clipped; NaN if the trainer doesn't clip norms, or nothing counts
    record Step(int epoch, int index, int examples, float loss, double weight, double gradientNorm) {}

    /// One pass over the data.
    ///
    /// @param number     counted from 0
    /// @param meanLoss   of the epoch's steps: the sum of all that counts over its whole weight
    /// @param validation after it; null if the trainer has nothing to validate with
    /// @param best       whether the validation is better than all before; false without one
    record Epoch(int number, double meanLoss, Evaluation validation, boolean best) {}

    /// Before the first step of a run; for one that goes on from a checkpoint, after that was loaded.
    default void onStart(Run run) {}

    /// Between backward and step: every parameter has its gradient, clipped, and none is changed yet.
    default void afterBackward(Run run, Step step) {}

    /// After a step of the optimizer.
    default void onStep(Run run, Step step) {}

    /// After the run's checkpoint was written, whole: for a copy of it elsewhere. What this throws ends the run.
    ///
    /// @param file the one that [Trainer#checkpoint] names
    default void onCheckpoint(Run run, Path file) {}

    /// After an epoch, its validation included.
    default void onEpochEnd(Run run, Epoch epoch) {}

    /// After the last epoch, or when the run was ended before.
    default void onEnd(Run run, History history) {}
}
