package dev.lanewise.lab.gain;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.report.Json;
import java.util.List;

/// What came out of [Gains].
///
/// @param normals how many numbers went through each activation
record GainsOutcome(int normals, List<Activation> activations) {

    /// A measurement may stray by so many of its standard errors.
    static final double BAND = 4;

    /// One activation on the same numbers.
    ///
    /// @param stdRatio before over after: the recipe of the articles
    /// @param measured one over the root of the second moment that is left: what a next layer must make up for
    /// @param error    the standard error of that, by theory
    /// @param forward  the gain that keeps the signal, by theory
    /// @param backward the gain that keeps the gradient, by theory
    /// @param torch    PyTorch's constant; null if it has none
    /// @param values   what came out
    record Activation(String activation, double stdRatio, double measured, double error, double forward, double backward,
        Double torch,
                      @Json.Omit Nonlinearity function, @Json.Omit float[] values) {

        boolean agrees() { return Math.abs(measured - forward) <= BAND * error; }
    }
}
