package dev.lanewise.train;

import java.util.Arrays;
import java.util.List;

/// What a training run left behind. That of one that was resumed has all from the first start on.
///
/// @param stepLosses  the loss of every step, before it; NaN for one of which nothing counts
/// @param epochLosses the mean of each epoch's
/// @param validation  after each epoch; empty if the trainer has nothing to validate with
/// @param bestEpoch   the number of the epoch whose validation was the best of all, from 0, as code counts them: the index of its
///                    numbers here; -1 if there was none. What is printed, drawn or written for people counts epochs from 1
/// @param seconds     how long the run took since it was started or resumed, callbacks included
public record History(float[] stepLosses, double[] epochLosses, List<Evaluation> validation, int bestEpoch, double seconds) {

    /// Keeps a copy of the validation's numbers.
    public History {
        validation = List.copyOf(validation);
    }

    /// Without validation.
    public History(float[] stepLosses, double[] epochLosses, double seconds) {
        this(stepLosses, epochLosses, List.of(), -1, seconds);
    }

    /// The mean loss of the last `steps` steps, or of all if there were fewer; NaN if there was none.
    public double lastLoss(int steps) {
        double sum = 0;
        int from = Math.max(0, stepLosses.length - steps);
        for (int i = from; i < stepLosses.length; i++) sum += stepLosses[i];
        return sum / (stepLosses.length - from);
    }

    /// The losses of the first `steps` steps, or of all if there were fewer.
    public float[] firstLosses(int steps) {
        if (steps < 0) throw new IllegalArgumentException("firstLosses: " + steps + " steps; ask for 0 or more");
        return Arrays.copyOf(stepLosses, Math.min(steps, stepLosses.length));
    }

    /// The validation of the best epoch.
    ///
    /// @throws IllegalStateException if there was none
    public Evaluation best() {
        if (bestEpoch < 0) throw new IllegalStateException("history: no epoch has a best validation; train with validate(…)");
        return validation.get(bestEpoch);
    }
}
