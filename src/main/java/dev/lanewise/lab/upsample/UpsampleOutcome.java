package dev.lanewise.lab.upsample;

import dev.lanewise.nn.Layer;
import dev.lanewise.report.Json;
import java.util.List;

/// What came out of [Upsample].
///
/// @param leastSquaresError  at the least-squares kernel: no training can do better
/// @param leastSquaresKernel computed, not trained
record UpsampleOutcome(double leastSquaresError, float[] leastSquaresKernel, List<Run> runs) {

    /// @param errors on the training images, before each epoch and at the end
    /// @param kernel in the end
    /// @param before the kernel as it started
    /// @param model  as it was trained
    record Run(String start, double[] errors, float[] kernel, @Json.Omit float[] before, @Json.Omit Layer model) {

        double last() { return errors[errors.length - 1]; }
    }

    /// The epochs that it takes to come within a tenth of the best possible error; -1 if never.
    int arrival(Run run) {
        for (int epoch = 0; epoch < run.errors().length;
            epoch++) if (run.errors()[epoch] <= 1.1 * leastSquaresError) return epoch;
        return -1;
    }
}
