package dev.lanewise.train;

import dev.lanewise.nn.Module;
import dev.lanewise.optim.Optimizer;
import java.util.List;

/// A training run as callbacks see it: what it has come to, and a way to end it. What it says is for the thread that trains;
/// only [#stop] may be called from any.
public interface Run {

    /// The model that is trained; see that it isn't changed.
    Module model();

    /// In the order in which the trainer was told of them.
    List<Optimizer> optimizers();

    /// How many epochs and steps the run is to have.
    Callback.Plan plan();

    /// The number of the epoch that is run, from 0; after the last one, how many there were.
    int epoch();

    /// How many steps were made since the start, those before a [Trainer#resume] included.
    long step();

    /// Of the last step, before it; NaN before the first.
    float loss();

    /// What there is so far, as [Trainer#fit] will return it.
    History history();

    /// Whether it is known to end before its epochs are done: because of [#stop], an interrupt, or early stopping. What one
    /// process of a group wishes, all know between steps, and at [Callback#onEnd].
    boolean isStopped();

    /// Ends the run after the step, or before the first one, as an interrupt does: an epoch whose last step is made is finished;
    /// of one that breaks off the history has the steps, and the checkpoint, if there is one, is written where it stands.
    /// Callbacks hear the end. After that it does nothing.
    void stop();
}
