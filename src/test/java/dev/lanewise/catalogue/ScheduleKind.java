package dev.lanewise.catalogue;

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
import dev.lanewise.optim.SequentialLR;
import dev.lanewise.optim.StepLR;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;

/// Every schedule of rates, so short that 40 steps show all of it, for any number of groups; and one of a user's.
public enum ScheduleKind {
    STEP(o -> new StepLR(o, 3, 0.7)),
    MULTI_STEP(o -> new MultiStepLR(o, 0.3, 5, 5, 17)),
    EXPONENTIAL(o -> new ExponentialLR(o, 0.97)),
    CONSTANT(o -> new ConstantLR(o, 0.5, 7)),
    LINEAR(o -> new LinearLR(o, 0.1, 0.9, 20)),
    POLYNOMIAL(o -> new PolynomialLR(o, 31, 1.7)),
    COSINE(o -> new CosineAnnealingLR(o, 7, 0.001)),
    WARM_RESTARTS(o -> new CosineAnnealingWarmRestarts(o, 5, 2, 0.001)),
    LAMBDA(o -> new LambdaLR(o, IntStream.range(0, o.groups().size()).<LongToDoubleFunction>mapToObj(i -> t -> 1.0 / (1 + i + t))
        .toList())),
    MULTIPLICATIVE(o -> new MultiplicativeLR(o, t -> 1 - 0.5 / (1 + t))),
    WARM_UP_AND_COSINE(o -> new SequentialLR(List.of(new LinearLR(o, 0.1, 1, 6), new CosineAnnealingLR(o, 20), new StepLR(o, 2)),
        6, 30)),
    WARM_UP_AND_PLATEAU(o -> new SequentialLR(List.of(new LinearLR(o, 0.1, 1, 6),
        new ReduceLROnPlateau(o, ReduceLROnPlateau.options().patience(1))), 6)),
    ONE_CYCLE(o -> new OneCycleLR(o, 1, 40)),
    ONE_CYCLE_LINE(o -> new OneCycleLR(o, 1, 40, OneCycleLR.options().annealing(OneCycleLR.Annealing.LINEAR).threePhase(true))),
    CYCLIC(o -> new CyclicLR(o, 0.01, 0.3, CyclicLR.options().steps(5, 3).mode(CyclicLR.Mode.TRIANGULAR2))),
    CYCLIC_RANGE(o -> new CyclicLR(o, 0.01, 0.3, CyclicLR.options().steps(4).mode(CyclicLR.Mode.EXP_RANGE).gamma(0.98))),
    CHAINED(o -> new ChainedScheduler(List.of(new LinearLR(o, 0.1, 1, 6), new ExponentialLR(o, 0.9), new StepLR(o, 4)))),
    CHAINED_IN_A_SEQUENCE(o -> new SequentialLR(List.of(new ConstantLR(o, 0.5, 9),
        new ChainedScheduler(List.of(new LinearLR(o, 0.1, 1, 6), new ExponentialLR(o, 0.9)))), 5)),
    PLATEAU(o -> new ReduceLROnPlateau(o, ReduceLROnPlateau.options().patience(2).cooldown(3).factor(0.5))),
    /// With a least rate for each group.
    PLATEAUS(o -> new ReduceLROnPlateau(o, ReduceLROnPlateau.options().patience(1).factor(0.5),
        IntStream.range(0, o.groups().size()).mapToDouble(i -> 0.1 / (1 + 99 * i)).toArray())),
    OWN(MeanMeasure::new),
    PLATEAU_MAX(o -> new ReduceLROnPlateau(o, ReduceLROnPlateau.options().patience(1).mode(ReduceLROnPlateau.Mode.MAX)));

    private final Function<Optimizer, LRScheduler> constructor;

    ScheduleKind(Function<Optimizer, LRScheduler> constructor) { this.constructor = constructor; }

    public LRScheduler make(Optimizer optimizer) { return constructor.apply(optimizer); }

    /// A user's: a rate that falls with the mean of what was measured.
    private static final class MeanMeasure extends LRScheduler {

        private double sum;

        MeanMeasure(Optimizer optimizer) { super(optimizer); }

        @Override
        public Optional<ReduceLROnPlateau.Mode> mode() { return Optional.of(ReduceLROnPlateau.Mode.MIN); }

        @Override
        protected void observe(double measure) { sum += measure; }

        @Override
        protected double rate(long epoch, double rate, double base) { return (rate + base / (1 + sum)) / 2; }

        @Override
        protected Map<String, Double> values() { return Map.of("sum", sum); }

        @Override
        protected void load(Map<String, Double> values) { sum = values.get("sum"); }
    }
}
