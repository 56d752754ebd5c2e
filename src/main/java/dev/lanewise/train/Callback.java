package dev.lanewise.train;

/// What wants to hear of a training run, or to change gradients before they are used. All methods do nothing by default.
public interface Callback {

    /// How much there is to do.
    ///
    /// @param epochs  passes over the data
    /// @param batches steps in each
    record Plan(int epochs, int batches) {}

    /// One step of training.
    ///
    /// @param epoch counted from 0
    /// @param batch counted from 0 in each epoch
    /// @param size  examples in this batch
    /// @param loss  before the step, the mean over the batch
    record Step(int epoch, int batch, int size, float loss) {}

    /// One pass over the data.
    ///
    /// @param number     counted from 0
    /// @param meanLoss   of the epoch's steps, each example counting the same
    /// @param validation after it; null if the trainer has nothing to validate with
    /// @param best       whether the validation is better than all before; false without one
    record Epoch(int number, double meanLoss, Evaluation validation, boolean best) {}

    default void onStart(Plan plan) {}

    /// Between backward and step: every parameter has its gradient, and none is changed yet.
    default void afterBackward(Step step) {}

    default void onStep(Step step) {}

    default void onEpochEnd(Epoch epoch) {}

    default void onEnd(History history) {}
}
