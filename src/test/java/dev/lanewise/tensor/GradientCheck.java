package dev.lanewise.tensor;

import dev.lanewise.check.GradCheck;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// [GradCheck] as the properties use it: the complaint, if there is one.
public final class GradientCheck {

    private GradientCheck() {}

    /// What is wrong with the gradients of `function` at `inputs`, if anything is.
    public static Optional<String> first(GradCheck.Function function, List<Tensor> inputs, SplittableRandom random) {
        return complaint(GradCheck.first(function, inputs, random.nextLong()));
    }

    /// As [#first], for the gradients of the gradients.
    public static Optional<String> second(GradCheck.Function function, List<Tensor> inputs, SplittableRandom random) {
        return complaint(GradCheck.second(function, inputs, random.nextLong()));
    }

    private static Optional<String> complaint(GradCheck.Report report) {
        return report.passed() ? Optional.empty() : Optional.of(report.toString());
    }
}
