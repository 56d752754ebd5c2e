package dev.lanewise.lab.glorot;

import dev.lanewise.lab.train.Polynomial.Run;
import dev.lanewise.lab.train.Stack;
import dev.lanewise.report.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What came out of [Glorot].
///
/// @param errorOfTheMean on the test rows, of a network that says the mean whatever it sees
record GlorotOutcome(double errorOfTheMean, List<Network> networks) {

    /// One network from all starts.
    ///
    /// @param starts by name
    /// @param runs   in the order of [Glorot#SCHEMES]; of sigmoids then one from [Glorot#FOURFOLD]
    record Network(String network, @Json.Inline Map<String, Start> starts, @Json.Omit Stack stack, @Json.Omit List<Run> runs) {

        static Network of(Stack stack, List<Run> runs) {
            var starts = new LinkedHashMap<String, Start>();
            for (var run : runs) starts.put(run.name(), new Start(run.trainErrors(), run.testErrors(), gradientRatio(run)));
            return new Network(stack.name(), starts, stack, runs);
        }
    }

    /// @param train         mean squared error in each epoch
    /// @param test          after it, on the rows held out
    /// @param gradientRatio the root mean square of the gradients of the first layer's weights over that of the last hidden
    ///     layer's
    record Start(double[] train, double[] test, double gradientRatio) {}

    static double gradientRatio(Run run) { return run.gradients()[0] / run.gradients()[run.gradients().length - 2]; }
}
