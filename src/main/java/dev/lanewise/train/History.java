package dev.lanewise.train;

import java.util.Arrays;

/// What a training run left behind.
///
/// @param stepLosses  the loss of every step, before it
/// @param epochLosses the mean of each epoch's
/// @param seconds     how long the run took, callbacks included
public record History(float[] stepLosses, double[] epochLosses, double seconds) {

    /// The mean loss of the last `steps` steps, or of all if there were fewer; NaN if there was none.
    public double lastLoss(int steps) {
        double sum = 0;
        int from = Math.max(0, stepLosses.length - steps);
        for (int i = from; i < stepLosses.length; i++) sum += stepLosses[i];
        return sum / (stepLosses.length - from);
    }

    /// The losses of the first `steps` steps, or of all if there were fewer.
    public float[] firstLosses(int steps) { return Arrays.copyOf(stepLosses, Math.min(steps, stepLosses.length)); }
}
