package dev.lanewise.nn.init;

import dev.lanewise.testing.NormalDistribution;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/// What weights should be drawn from, written down from the papers and not from the code.
///
/// @param kurtosis the fourth central moment over the squared variance; NaN for a constant
/// @param cdf      the probability of a value at most as large
record Law(double mean, double variance, double kurtosis, double lower, double upper, DoubleUnaryOperator cdf) {

    /// The weight of every scheme, by its name, for n inputs and m outputs.
    private static final Map<String, Function<Fan, Law>> OF_WEIGHT = Map.ofEntries(
        Map.entry("zeros", _ -> constant(0)),
        Map.entry("ones", _ -> constant(1)),
        Map.entry("uniform", _ -> uniform(0, 1)),
        Map.entry("uniform-centered", _ -> uniform(-0.5, 0.5)),
        Map.entry("uniform-rule", fan -> within(1 / Math.sqrt(fan.in()))),
        Map.entry("normal-rule", fan -> normal(1 / Math.sqrt(fan.in()))),
        Map.entry("xavier-uniform", fan -> within(Math.sqrt(6) / Math.sqrt(fan.in() + fan.out()))),
        Map.entry("xavier-normal", fan -> normal(Math.sqrt(2) / Math.sqrt(fan.in() + fan.out()))),
        Map.entry("kaiming-uniform", fan -> within(Math.sqrt(6) / Math.sqrt(fan.in()))),
        Map.entry("kaiming-normal", fan -> normal(Math.sqrt(2) / Math.sqrt(fan.in()))),
        Map.entry("torch-default", fan -> within(1 / Math.sqrt(fan.torchIn()))),
        // LeCun's variance after truncation at 2 of the standard deviations that there were before: 1 - 4 φ(2) / (2 Φ(2) - 1)
        // of theirs is left
        Map.entry(Truncated.SCHEME.name(), fan -> truncated(1 / Math.sqrt(0.7737413035499232 * fan.in()))));

    static Law ofWeight(Scheme scheme, Fan fan) {
        var law = OF_WEIGHT.get(scheme.name());
        if (law == null) throw new AssertionError("what should \"" + scheme.name() + "\" draw from? Add it to this table");
        return law.apply(fan);
    }

    /// PyTorch's biases are drawn as its weights are; all others start at 0.
    static Law ofBias(Scheme scheme, Fan fan) {
        return scheme.name().equals("torch-default") ? within(1 / Math.sqrt(fan.torchIn())) : constant(0);
    }

    private static Law constant(double value) { return new Law(value, 0, Double.NaN, value, value, x -> x < value ? 0 : 1); }

    private static Law uniform(double low, double high) {
        return new Law((low + high) / 2, Math.pow(high - low, 2) / 12, 9.0 / 5, low, high,
            x -> Math.clamp((x - low) / (high - low), 0, 1));
    }

    private static Law within(double bound) { return uniform(-bound, bound); }

    private static Law normal(double std) {
        return new Law(0, std * std, 3, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, x -> NormalDistribution.below(x / std));
    }

    /// Of a normal law of this standard deviation, cut off at 2 of them.
    private static Law truncated(double std) {
        double kept = NormalDistribution.below(2) - NormalDistribution.below(-2);
        return new Law(0, 0.7737413035499232 * std * std, 2.3655367171296495, -2 * std, 2 * std,
            x -> Math.clamp((NormalDistribution.below(x / std) - NormalDistribution.below(-2)) / kept, 0, 1));
    }

    boolean isConstant() { return variance == 0; }
}
