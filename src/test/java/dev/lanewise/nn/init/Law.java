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

    /// What is left of a normal law's variance that is cut off at 2 deviations.
    private static final double KEPT = 0.7737413035499232;

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
        Map.entry("constant", _ -> constant(0.1)),
        Map.entry("normal", _ -> normal(0.02)),
        Map.entry("truncated-normal", _ -> truncated(0.02)),
        // the rest of the family
        Map.entry("xavier-truncated", fan -> truncated(Math.sqrt(2) / Math.sqrt(KEPT * (fan.in() + fan.out())))),
        Map.entry("kaiming-truncated", fan -> truncated(Math.sqrt(2) / Math.sqrt(KEPT * fan.in()))),
        Map.entry("kaiming-uniform-out", fan -> within(Math.sqrt(6) / Math.sqrt(fan.out()))),
        Map.entry("kaiming-normal-out", fan -> normal(Math.sqrt(2) / Math.sqrt(fan.out()))),
        Map.entry("lecun-uniform", fan -> within(Math.sqrt(3) / Math.sqrt(fan.in()))),
        Map.entry("lecun-normal", fan -> normal(1 / Math.sqrt(fan.in()))),
        Map.entry("lecun-truncated", fan -> truncated(1 / Math.sqrt(KEPT * fan.in()))),
        Map.entry("siren", fan -> within(Math.sqrt(6) / Math.sqrt(fan.in()) / 30)),
        Map.entry("siren-first", fan -> within(1 / fan.in())),
        // 8 branches of 2 layers: 8^(-1 / (2 · 2 - 2))
        Map.entry("fixup", fan -> normal(Math.sqrt(2) / Math.sqrt(fan.out()) / Math.sqrt(8))),
        // 6 layers
        Map.entry("t-fixup-encoder", fan -> within(0.67 * Math.pow(6, -0.25) * Math.sqrt(6) / Math.sqrt(fan.in() + fan.out()))),
        Map.entry("t-fixup-decoder", fan -> within(Math.pow(9 * 6, -0.25) * Math.sqrt(6) / Math.sqrt(fan.in() + fan.out()))),
        Map.entry("t-fixup-embedding", fan -> normal(Math.pow(9 * 6, -0.25) / Math.sqrt(fan.out()))),
        // 12 layers, of 2 branches each
        Map.entry("gpt-residual", _ -> normal(0.02 / Math.sqrt(2 * 12))),
        // 12 layers
        Map.entry("deep-norm", fan -> normal(Math.pow(8 * 12, -0.25) * Math.sqrt(2) / Math.sqrt(fan.in() + fan.out()))),
        // 6 layers on each side
        Map.entry("deep-norm-encoder",
            fan -> normal(0.87 * Math.pow(6, -5.0 / 16) * Math.sqrt(2) / Math.sqrt(fan.in() + fan.out()))),
        Map.entry("deep-norm-decoder", fan -> normal(Math.pow(12 * 6, -0.25) * Math.sqrt(2) / Math.sqrt(fan.in() + fan.out()))),
        // 20 layers
        Map.entry("random-walk", fan -> normal(Math.sqrt(2) * Math.exp(1.2 / (20 - 2.4)) / Math.sqrt(fan.in()))),
        Map.entry("random-walk-linear", fan -> normal(Math.exp(1 / (2 * fan.in())) / Math.sqrt(fan.in()))),
        // Xavier's at 128 x 16, over the root of how much the inputs grew, if both sides did
        Map.entry(WrongScaling.MU_P.name(), fan -> normal(Math.sqrt(2.0 / (128 + 16))
            * (fan.in() != 128 && fan.out() != 16 ? Math.sqrt(128 / fan.in()) : 1))),
        // LeCun's variance after truncation at 2 of the standard deviations that there were before: 1 - 4 φ(2) / (2 Φ(2) - 1)
        // of theirs is left
        Map.entry(Truncated.SCHEME.name(), fan -> truncated(1 / Math.sqrt(KEPT * fan.in()))));

    static Law ofWeight(Scheme scheme, Fan fan) {
        var law = OF_WEIGHT.get(scheme.name());
        if (law == null) throw new AssertionError("what should \"" + scheme.name() + "\" draw from? Add it to this table");
        return law.apply(fan);
    }

    /// PyTorch's biases are drawn as its weights are, and so are SIREN's, but for transposed convolutions; most others start at
    /// 0.
    static Law ofBias(Scheme scheme, Fan fan, int units) {
        return switch (scheme.name()) {
            case "nguyen-widrow" -> within(0.7 * Math.pow(units, 1 / fan.in()));
            case "torch-default" -> within(1 / Math.sqrt(fan.torchIn()));
            case "siren", "siren-first" -> within(1 / Math.sqrt(fan.in()));
            default -> constant(0);
        };
    }

    private static Law constant(double value) { return new Law(value, 0, Double.NaN, value, value, x -> x < value ? 0 : 1); }

    private static Law uniform(double low, double high) {
        return new Law((low + high) / 2, Math.pow(high - low, 2) / 12, 9.0 / 5, low, high,
            x -> Math.clamp((x - low) / (high - low), 0, 1));
    }

    private static Law within(double bound) { return uniform(-bound, bound); }

    private static Law normal(double std) {
        return new Law(0, std * std, 3, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY,
            x -> NormalDistribution.below(x / std));
    }

    /// Of a normal law of this standard deviation, cut off at 2 of them.
    private static Law truncated(double std) {
        double kept = NormalDistribution.below(2) - NormalDistribution.below(-2);
        return new Law(0, KEPT * std * std, 2.3655367171296495, -2 * std, 2 * std,
            x -> Math.clamp((NormalDistribution.below(x / std) - NormalDistribution.below(-2)) / kept, 0, 1));
    }

    boolean isConstant() { return variance == 0; }
}
