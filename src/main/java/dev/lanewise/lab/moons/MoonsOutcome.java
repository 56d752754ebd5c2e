package dev.lanewise.lab.moons;

import dev.lanewise.report.Json;
import dev.lanewise.train.Evaluation;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// What came out of [Moons].
///
/// @param runs the two networks, then the one whose weights are all zero, then the Gaussian one
/// @param data what they were trained, chosen and judged on
record MoonsOutcome(int epochs, int batch, List<Run> runs, @Json.Omit Moons.Data data) {

    /// @param bestEpoch  whose weights were kept, from 1
    /// @param trainLoss  after each epoch, as those below
    /// @param unitsAlike of a 2-5-1: whether its hidden units have the same weights in the end, to the bit
    /// @param firstSteps of a 2-5-1: the weights after each of the first steps, of each hidden unit
    record Run(String network, double testAccuracy, double testLoss, int bestEpoch, double[] trainLoss, double[] devLoss,
        double[] trainAccuracy,
               double[] devAccuracy, Optional<Boolean> unitsAlike, Optional<List<List<float[]>>> firstSteps,
                   @Json.Omit Moons.Trained trained) {

        static Run of(Moons.Trained run) {
            var dev = run.history().validation();
            var weights = run.best().stateDict();
            var shallow = Optional.of(run).filter(_ -> weights.containsKey("2.weight") && weights.get("2.weight").size(0) == 1);
            return new Run(run.name(), run.test().metric(), run.test().loss(), run.history().bestEpoch() + 1,
                values(run.train(), Evaluation::loss), values(dev, Evaluation::loss), values(run.train(), Evaluation::metric),
                values(dev, Evaluation::metric), shallow.map(_ -> Moons.unitsAlike(weights)),
                shallow.map(_ -> run.firstSteps().stream().map(step -> Moons.units(step.weights())).toList()), run);
        }

        private static double[] values(List<Evaluation> epochs, ToDoubleFunction<Evaluation> value) {
            return epochs.stream().mapToDouble(value).toArray();
        }
    }
}
