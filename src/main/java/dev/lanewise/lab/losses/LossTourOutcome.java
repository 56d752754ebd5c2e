package dev.lanewise.lab.losses;

import dev.lanewise.lab.losses.LossExamples.Extreme;
import dev.lanewise.lab.losses.LossExamples.Pair;
import dev.lanewise.report.Json;
import java.util.List;

/// What came out of [LossTour].
record LossTourOutcome(List<Pair> means, List<Written> extremes, @Json.Omit List<Extreme> cases) {

    /// An extreme logit: in four forms, the value and the slope.
    record Written(double logit, int target, double[] exact, double[] naive, double[] cut, double[] fromLogits) {}

    static LossTourOutcome of(List<Pair> means, List<Extreme> cases) {
        return new LossTourOutcome(means,
            cases.stream().map(each -> new Written(each.logit(), each.target(), each.exact().array(), each.naive().array(),
                each.cut().array(), each.safe().array())).toList(), cases);
    }
}
