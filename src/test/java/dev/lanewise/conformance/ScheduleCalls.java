package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;

import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.optim.ChainedScheduler;
import dev.lanewise.optim.ConstantLR;
import dev.lanewise.optim.CosineAnnealingLR;
import dev.lanewise.optim.CosineAnnealingWarmRestarts;
import dev.lanewise.optim.CyclicLR;
import dev.lanewise.optim.ExponentialLR;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.LambdaLR;
import dev.lanewise.optim.LinearLR;
import dev.lanewise.optim.MultiStepLR;
import dev.lanewise.optim.MultiplicativeLR;
import dev.lanewise.optim.OneCycleLR;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.PolynomialLR;
import dev.lanewise.optim.ReduceLROnPlateau;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.SequentialLR;
import dev.lanewise.optim.StepLR;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;

/// The schedules, a line each: the output is the rate at first and after each step.
final class ScheduleCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        op("StepLR", c -> rates(c, o -> new StepLR(o, c.integer("stepSize"), c.number("gamma")))),
        op("MultiStepLR", c -> rates(c,
            o -> new MultiStepLR(o, c.number("gamma"), Arrays.stream(c.ints("milestones")).asLongStream().toArray()))),
        op("ExponentialLR", c -> rates(c, o -> new ExponentialLR(o, c.number("gamma")))),
        op("CosineAnnealingLR", c -> rates(c, o -> new CosineAnnealingLR(o, c.integer("epochs"), c.number("minLr")))),
        op("OneCycleLR", c -> rates(c, o -> new OneCycleLR(o, c.number("maxLr"), c.integer("totalSteps"), oneCycle(c)))),
        op("LinearLR", c -> rates(c, o -> new LinearLR(o, c.number("startFactor"), c.number("endFactor"), c.integer("epochs")))),
        op("ConstantLR", c -> rates(c, o -> new ConstantLR(o, c.number("factor"), c.integer("epochs")))),
        op("PolynomialLR", c -> rates(c, o -> new PolynomialLR(o, c.integer("epochs"), c.number("power")))),
        op("CosineAnnealingWarmRestarts",
            c -> rates(c, o -> new CosineAnnealingWarmRestarts(o, c.integer("epochs"), c.integer("multiplier"),
                c.number("minLr")))),
        op("LambdaLR", c -> rates(c, o -> new LambdaLR(o, t -> 1 / (1 + c.number("decay") * t)))),
        op("MultiplicativeLR", c -> rates(c,
            o -> new MultiplicativeLR(o, t -> t % c.integer("every") == 0 ? c.number("gamma") : 1))),
        op("SequentialLR", c -> rates(c, o -> new SequentialLR(
            List.of(new LinearLR(o, 0.1, 1, c.integer("warmUp")), new CosineAnnealingLR(o, c.integer("epochs"))),
            c.integer("warmUp")))),
        op("CyclicLR", c -> rates(c, o -> new CyclicLR(o, c.number("baseLr"), c.number("maxLr"), CyclicLR.options()
            .steps(c.integer("up"), c.integer("down")).mode(CyclicLR.Mode.valueOf(c.word("mode").toUpperCase(Locale.ROOT)))
            .gamma(c.number("gamma"))))),
        op("ChainedScheduler", c -> rates(c, o -> new ChainedScheduler(
            List.of(brief(c.word("first"), o), brief(c.word("second"), o), brief(c.word("third"), o))))),
        op("ReduceLROnPlateau", ScheduleCalls::plateau));

    private ScheduleCalls() {}

    /// As the script has it under the same name.
    private static LRScheduler brief(String name, Optimizer o) {
        return switch (name) {
            case "StepLR" -> new StepLR(o, 5, 0.6);
            case "MultiStepLR" -> new MultiStepLR(o, 0.5, 4, 11);
            case "ExponentialLR" -> new ExponentialLR(o, 0.95);
            case "ConstantLR" -> new ConstantLR(o, 0.5, 7);
            case "LinearLR" -> new LinearLR(o, 0.25, 1, 8);
            case "PolynomialLR" -> new PolynomialLR(o, 50, 2);
            case "CosineAnnealingLR" -> new CosineAnnealingLR(o, 60, 0);
            case "MultiplicativeLR" -> new MultiplicativeLR(o, t -> t % 3 == 0 ? 0.8 : 1);
            case "LambdaLR" -> new LambdaLR(o, t -> 1 / (1 + 0.1 * t));
            case "CosineAnnealingWarmRestarts" -> new CosineAnnealingWarmRestarts(o, 6, 2, 0.01);
            default -> throw new AssertionError(name);
        };
    }

    private static Optimizer optimizer(Case c) {
        return new SGD(List.of(new Parameter("x", Shape.of(1), Fan.linear(1, 1), Initializers.constant(0))), c.number("lr"));
    }

    private static Tensor rates(Case c, Function<Optimizer, LRScheduler> make) {
        var optimizer = optimizer(c);
        var schedule = make.apply(optimizer);
        return rates(c, optimizer, _ -> schedule.step());
    }

    private static Tensor rates(Case c, Optimizer optimizer, IntConsumer step) {
        var rates = new float[c.outputs().getFirst().shape().size(0)];
        rates[0] = (float) optimizer.learningRate();
        for (int i = 1; i < rates.length; i++) {
            step.accept(i - 1);
            rates[i] = (float) optimizer.learningRate();
        }
        return Tensor.wrap(rates, rates.length);
    }

    private static OneCycleLR.Options oneCycle(Case c) {
        var annealing = c.word("annealing").equals("cos") ? OneCycleLR.Annealing.COSINE : OneCycleLR.Annealing.LINEAR;
        return new OneCycleLR.Options(c.number("warmUp"), annealing, c.number("divFactor"), c.number("finalDivFactor"),
            c.flag("threePhase"));
    }

    private static Tensor plateau(Case c) {
        var mode = c.word("mode").equals("min") ? ReduceLROnPlateau.Mode.MIN : ReduceLROnPlateau.Mode.MAX;
        var of = c.word("thresholdMode").equals("rel") ? ReduceLROnPlateau.ThresholdMode.RELATIVE
            : ReduceLROnPlateau.ThresholdMode.ABSOLUTE;
        var optimizer = optimizer(c);
        var schedule = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().mode(mode).factor(c.number("factor"))
            .patience(c.integer("patience")).threshold(c.number("threshold"), of).cooldown(c.integer("cooldown"))
            .minLr(c.number("minLr")));
        var measures = c.x().toArray();
        return rates(c, optimizer, i -> schedule.step(measures[i]));
    }
}
