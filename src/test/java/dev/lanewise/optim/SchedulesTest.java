package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.optim.OneCycleLR.Annealing;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.ReduceLROnPlateau.ThresholdMode;
import dev.lanewise.tensor.Rejected;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/// Schedules against their closed forms over 30 steps, and against numbers that PyTorch 2.13 gave.
class SchedulesTest {

    private static final double BASE = 0.4;

    private static Optimizer optimizer() { return new SGD(List.of(Weights.parameter(1, 1)), BASE); }

    private static void assertFollows(LongToDoubleFunction factor, Function<Optimizer, LRScheduler> make) {
        var optimizer = optimizer();
        var schedule = make.apply(optimizer);
        for (long t = 0; t <= 30; t++) {
            assertEquals(BASE * factor.applyAsDouble(t), optimizer.learningRate(), 1e-14, "step " + t);
            assertEquals(optimizer.learningRate(), schedule.learningRate());
            assertEquals(t, schedule.epoch());
            if (t < 30) schedule.step();
        }
    }

    @Example
    void stepLR() {
        assertFollows(t -> Math.pow(0.3, Math.floorDiv(t, 7)), o -> new StepLR(o, 7, 0.3));
        assertFollows(t -> Math.pow(0.1, Math.floorDiv(t, 10)), o -> new StepLR(o, 10));
    }

    @Example
    void multiStepLR() {
        assertFollows(t -> Math.pow(0.5, LongStream.of(20, 5, 5, 11).filter(m -> m <= t).count()),
            o -> new MultiStepLR(o, 0.5, 20, 5, 5, 11));
    }

    @Example
    void exponentialLR() {
        assertFollows(t -> Math.pow(0.9, t), o -> new ExponentialLR(o, 0.9));
    }

    @Example
    void cosineAnnealingLR() {
        for (long epochs : new long[] {1, 2, 8, 30, 100}) {
            double share = 0.01 / BASE;
            assertFollows(t -> share + (1 - share) * (1 + Math.cos(Math.PI * t / epochs)) / 2,
                o -> new CosineAnnealingLR(o, epochs, 0.01));
        }
        assertFollows(t -> (1 + Math.cos(Math.PI * t / 30)) / 2, o -> new CosineAnnealingLR(o, 30));
    }

    @Example
    void linearLR() {
        assertFollows(t -> 1 / 3.0 + 2 / 3.0 * Math.min(t, 5) / 5, o -> new LinearLR(o, 5));
        assertFollows(t -> 0.2 + 0.5 * Math.min(t, 12) / 12, o -> new LinearLR(o, 0.2, 0.7, 12));
        assertFollows(t -> 1 - Math.min(t, 9) / 9.0, o -> new LinearLR(o, 1, 0, 9));
    }

    @Example
    void twoSchedulesMultiply() {
        var optimizer = optimizer();
        var warmUp = new LinearLR(optimizer, 0.1, 1, 6);
        var decay = new ExponentialLR(optimizer, 0.9);
        for (int t = 0; t <= 30; t++) {
            double expected = BASE * (0.1 + 0.9 * Math.min(t, 6) / 6) * Math.pow(0.9, t);
            assertEquals(expected, optimizer.learningRate(), 1e-14, "step " + t);
            warmUp.step();
            decay.step();
        }
    }

    @Example
    void oneCycleLR() {
        assertFollows(t -> cosine(t, 8, 0.04, 1) / BASE, o -> new OneCycleLR(o, 1, 30));
        var line = OneCycleLR.options().annealing(Annealing.LINEAR).warmUp(0.45).divFactor(10).finalDivFactor(50);
        assertFollows(t -> (t <= 17 ? 0.1 + 0.9 * t / 17 : 1 - 0.998 * (t - 17) / 22) / BASE,
            o -> new OneCycleLR(o, 1, 40, line));
    }

    /// Up to `top`, then down to the last step, 29.
    private static double cosine(long t, double top, double first, double max) {
        double last = first / 1e4;
        return t <= top ? max + (first - max) / 2 * (1 + Math.cos(Math.PI * t / top))
            : last + (max - last) / 2 * (1 + Math.cos(Math.PI * (t - top) / (29 - top)));
    }

    @Example
    void oneCycleInThreePhases() {
        var optimizer = optimizer();
        var cycle = new OneCycleLR(optimizer, 1, 20, OneCycleLR.options().threePhase(true).annealing(Annealing.LINEAR));
        // up in 5 steps, down to step 10, and to the end at 19
        assertEquals(0.04, optimizer.learningRate(), 1e-15);
        var torch = new double[] {0.232, 0.424, 0.616, 0.808, 1, 0.808, 0.616, 0.424, 0.232, 0.04, 0.035556};
        for (int t = 1; t <= 19; t++) {
            cycle.step();
            if (t <= torch.length) assertEquals(torch[t - 1], optimizer.learningRate(), 1e-6, "step " + t);
        }
        assertEquals(0.04 / 1e4, optimizer.learningRate(), 1e-15);
    }

    @Example
    void aCycleEnds() {
        var cycle = new OneCycleLR(optimizer(), 1, 3, OneCycleLR.options().annealing(Annealing.LINEAR));
        for (int t = 1; t <= 3; t++) cycle.step(); // one more than it needs, as PyTorch allows
        Rejected.state(cycle::step, "step 4", "cycle of 3");
        var single = optimizer();
        new OneCycleLR(single, 1, 1, OneCycleLR.options().warmUp(1));
        assertEquals(1, single.learningRate());
    }

    /// Measures as after epochs of a loss that falls six times and then stays: 3 / (1 + t), and noise below the threshold.
    ///
    /// @param reductions the steps at which PyTorch reduces the rate
    private static void assertPlateau(ReduceLROnPlateau.Options options, double factor, Integer... reductions) {
        var optimizer = optimizer();
        var schedule = new ReduceLROnPlateau(optimizer, options);
        double expected = BASE;
        for (int t = 0; t < 30; t++) {
            schedule.step(3.0 / (1 + Math.min(t, 6)) + 0.001 * (t * 7 % 5));
            if (List.of(reductions).contains(t)) expected = Math.max(expected * factor, 0.02);
            assertEquals(expected, schedule.learningRate(), 1e-15, "step " + t);
        }
        assertEquals(schedule.learningRate(), optimizer.learningRate());
    }

    @Example
    void reduceLROnPlateau() {
        var options = ReduceLROnPlateau.options().minLr(0.02);
        assertPlateau(options.factor(0.5).patience(2).cooldown(3), 0.5, 13, 19, 25);
        assertPlateau(options.factor(0.7).patience(3).threshold(0.0015, ThresholdMode.ABSOLUTE), 0.7, 14, 18, 22, 26);
        assertPlateau(options.factor(0.5).patience(1).threshold(0.0015, ThresholdMode.ABSOLUTE).mode(Mode.MAX), 0.5,
            2, 4, 6, 8, 10); // the last to the least rate
    }

    /// A measure and its negative, each looked at the other way round, are the same measure, whatever its sign.
    @Property(tries = 200)
    void aPlateauIsOneWhateverTheSignOfTheMeasure(@ForAll @DoubleRange(min = -3, max = 3) double level, @ForAll ThresholdMode of,
                                                  @ForAll @DoubleRange(max = 1.5) double threshold, @ForAll long seed) {
        var options = ReduceLROnPlateau.options().threshold(threshold, of).patience(2).factor(0.5);
        var down = new ReduceLROnPlateau(optimizer(), options);
        var up = new ReduceLROnPlateau(optimizer(), options.mode(Mode.MAX));
        var random = new SplittableRandom(seed);
        for (int t = 0; t < 40; t++) {
            double measure = level + random.nextDouble(-1, 1);
            down.step(measure);
            up.step(-measure);
            assertEquals(down.learningRate(), up.learningRate(), "step " + t);
        }
    }

    /// As a log-likelihood is.
    @Example
    void aMeasureThatStaysBelowZeroIsAPlateau() {
        for (double measure : new double[] {-1, -1e-30, -1e300, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
            for (double threshold : new double[] {1e-4, 0, 1, 2}) {
                for (var mode : Mode.values()) {
                    var schedule = new ReduceLROnPlateau(optimizer(), ReduceLROnPlateau.options().mode(mode).patience(3)
                        .threshold(threshold, ThresholdMode.RELATIVE));
                    for (int t = 0; t < 5; t++) schedule.step(measure);
                    assertEquals(BASE * 0.1, schedule.learningRate(), 1e-15,
                        mode + " of " + measure + ", threshold " + threshold);
                }
            }
        }
        var better = new ReduceLROnPlateau(optimizer(), ReduceLROnPlateau.options().patience(0));
        for (int t = 1; t < 9; t++) better.step(-t);
        assertEquals(BASE, better.learningRate());
        better.step(-8.0007); // less than a ten-thousandth
        assertEquals(BASE * 0.1, better.learningRate());
    }

    @Example
    void nanIsNoBetter() {
        var optimizer = optimizer();
        var schedule = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().patience(1));
        schedule.step(Double.NaN);
        assertEquals(BASE, optimizer.learningRate());
        schedule.step(Double.NaN);
        assertEquals(BASE * 0.1, optimizer.learningRate());
    }

    @Example
    void aTinyReductionIsNotMade() {
        var optimizer = optimizer();
        var schedule = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().patience(0).factor(0.9).epsilon(0.05));
        for (int t = 0; t < 5; t++) schedule.step(1);
        assertEquals(BASE, optimizer.learningRate());
    }

    /// A lambda says what a class would.
    @Example
    void ownSchedules() {
        assertFollows(t -> 1 / Math.sqrt(1 + t), o -> new LambdaLR(o, t -> 1 / Math.sqrt(1 + t)));
        assertFollows(t -> Math.pow(0.95, t), o -> new MultiplicativeLR(o, _ -> 0.95));
        assertFollows(t -> 1 / Math.sqrt(1 + t), o -> new LRScheduler(o) {
            @Override
            protected double rate(long epoch, double rate, double base) { return base / Math.sqrt(1 + epoch); }
        });
    }

    /// What isn't a rate is refused by name, and no group has moved.
    @Example
    void aRateThatCannotBeChangesNothing() {
        var optimizer = new SGD(ParameterGroups.of(ParameterGroup.of(List.of(Weights.parameter(1, 1))).name("body"),
            ParameterGroup.of(List.of(Weights.parameter(1, 1))).name("head")), BASE, SGD.options());
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            var schedule = new LambdaLR(optimizer, List.of(_ -> 1, t -> t == 0 ? 1 : bad));
            Rejected.argument(schedule::step, "LambdaLR: the rate of group head after step 1 is ", "must give 0 or more");
            assertEquals(0, schedule.epoch());
            Rejected.argument(() -> new LambdaLR(optimizer, List.of(_ -> 0.5, _ -> bad)),
                "LambdaLR: the rate of group head after step 0");
            assertEquals(List.of(BASE, BASE), optimizer.groups().stream().map(Optimizer.Group::learningRate).toList());
        }
    }

    @Example
    void oneForAllGroupsOrOneForEach() {
        var optimizer = optimizer();
        Rejected.argument(() -> new LambdaLR(optimizer, List.of(_ -> 1, _ -> 1)),
            "LambdaLR: factors for 2 groups, but the optimizer has 1");
        Rejected.argument(() -> new MultiplicativeLR(optimizer, List.of()), "MultiplicativeLR: factors for 0 groups");
        Rejected.argument(() -> new LambdaLR(optimizer, (LongToDoubleFunction) null), "LambdaLR: factor 0 is null");
        Rejected.argument(() -> new OneCycleLR(optimizer, new double[] {1, 2}, 9, OneCycleLR.options()),
            "OneCycleLR: highest rate for 2 groups");
        Rejected.argument(() -> new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options(), 1, 2),
            "ReduceLROnPlateau: least rate for 2 groups");
        Rejected.argument(() -> new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options(), -1.0), "least rate -1.0");
        assertEquals(BASE, optimizer.learningRate());
        optimizer.addGroup(ParameterGroup.of(List.of(Weights.parameter(1, 1))));
        var plateau = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().patience(0), 0.2, 0.001);
        for (int t = 0; t < 6; t++) plateau.step(1);
        assertEquals(List.of(0.2, 0.001), optimizer.groups().stream().map(Optimizer.Group::learningRate).toList());
    }

    @Example
    void oneAfterAnother() {
        var optimizer = optimizer();
        var sequence = new SequentialLR(List.of(new LinearLR(optimizer, 0.1, 1, 5), new CosineAnnealingLR(optimizer, 10)), 5);
        for (int t = 0; t <= 15; t++) {
            assertEquals(BASE * (t < 5 ? 0.1 + 0.9 * t / 5 : (1 + Math.cos(Math.PI * (t - 5) / 10)) / 2),
                optimizer.learningRate(), 1e-14);
            sequence.step();
        }
        assertEquals(Optional.empty(), sequence.mode());
        var first = new StepLR(optimizer, 3);
        Rejected.argument(() -> new SequentialLR(List.of(first), 3), "SequentialLR: 1 schedules and 1 milestones");
        Rejected.argument(() -> new SequentialLR(null), "SequentialLR: no schedules");
        Rejected.argument(() -> new SequentialLR(Arrays.asList(first, null), 3), "SequentialLR: schedule 1 is null");
        Rejected.argument(() -> new SequentialLR(List.of()), "SequentialLR: 0 schedules and 0 milestones");
        Rejected.argument(() -> new SequentialLR(List.of(first, first, first), 3, 3),
            "SequentialLR: milestone 3; it must be at least 4");
        Rejected.argument(() -> new SequentialLR(List.of(first, new StepLR(optimizer(), 3)), 3),
            "StepLR is of another optimizer");
        first.step();
        Rejected.argument(() -> new SequentialLR(List.of(first)), "StepLR has made 1 steps");
    }

    /// As if its schedules stood in the outer one's list: from the first of them, when its turn comes.
    @Example
    void aSequenceWithinASequence() {
        var nested = optimizer();
        var inner = new SequentialLR(List.of(new LinearLR(nested, 0.1, 1, 5), new ExponentialLR(nested, 0.9)), 7);
        var sequence = new SequentialLR(List.of(new ConstantLR(nested, 0.5, 100), inner), 4);
        var flat = optimizer();
        var expected = new SequentialLR(List.of(new ConstantLR(flat, 0.5, 100), new LinearLR(flat, 0.1, 1, 5),
            new ExponentialLR(flat, 0.9)), 4, 11);
        for (int step = 1; step <= 20; step++) {
            sequence.step();
            expected.step();
            assertEquals(flat.learningRate(), nested.learningRate(), "after step " + step);
        }
        assertEquals(16, inner.epoch());
    }

    /// Whoever runs schedules need not tell them apart.
    @Example
    void cyclesGoUpAndDown() {
        for (var mode : CyclicLR.Mode.values()) assertFollows(t -> {
            double share = t % 7 <= 4 ? t % 7 / 4.0 : (7 - t % 7) / 3.0;
            double height = switch (mode) {
                case TRIANGULAR -> 1;
                case TRIANGULAR2 -> Math.pow(0.5, t / 7);
                case EXP_RANGE -> Math.pow(0.9, t);
            };
            return (0.1 + 0.7 * share * height) / BASE;
        }, o -> new CyclicLR(o, 0.1, 0.8, CyclicLR.options().steps(4, 3).mode(mode).gamma(0.9)));
    }

    /// In a chain one acts behind the other, and a chain in a sequence begins anew: each on what the one before it leaves.
    @Example
    void aChainIsItsSchedules() {
        assertFollows(t -> Math.min(1, 0.25 + t * 0.25) * Math.pow(0.9, t),
            o -> new ChainedScheduler(List.of(new LinearLR(o, 0.25, 1, 3), new ExponentialLR(o, 0.9))));
        assertFollows(t -> t < 5 ? 0.5 : Math.min(1, 0.25 + (t - 5) * 0.25) * Math.pow(0.9, t - 5) * 0.5,
            o -> new SequentialLR(List.of(new ConstantLR(o, 0.5, 9), new ChainedScheduler(
                List.of(new LinearLR(o, 0.25, 1, 3), new ExponentialLR(o, 0.9), new ConstantLR(o, 0.5, 100)))), 5));
        var one = optimizer();
        Rejected.argument(() -> new ChainedScheduler(List.of()), "ChainedScheduler: no schedules");
        Rejected.argument(() -> new ChainedScheduler(List.of(new StepLR(one, 2), new StepLR(optimizer(), 2))),
            "ChainedScheduler: StepLR is of another");
        var stepped = new StepLR(one, 2);
        stepped.step();
        Rejected.argument(() -> new ChainedScheduler(List.of(stepped)), "ChainedScheduler: StepLR has made 1 steps");
        Rejected.argument(() -> new CyclicLR(one, 0.1, -1), "CyclicLR: high rate -1.0");
        Rejected.argument(() -> CyclicLR.options().steps(0), "CyclicLR: steps up 0");
    }

    @Example
    void aMeasureIsForThoseThatGoByOne() {
        var optimizer = optimizer();
        var plateau = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().mode(Mode.MAX).patience(0));
        Rejected.state(plateau::step, "ReduceLROnPlateau: step() without what was measured", "step(measure)");
        assertEquals(0, plateau.epoch());
        assertEquals(Optional.of(Mode.MAX), plateau.mode());
        var decay = new ExponentialLR(optimizer, 0.5);
        assertEquals(Optional.empty(), decay.mode());
        for (var each : List.of(plateau, decay)) each.step(1);
        for (var each : List.of(plateau, decay)) each.step(1);
        assertEquals(BASE * 0.5 * 0.1 * 0.5, optimizer.learningRate(), 1e-15);
        var sequence = new SequentialLR(List.of(new ConstantLR(optimizer, 2), new ReduceLROnPlateau(optimizer)), 2);
        assertEquals(Optional.of(Mode.MIN), sequence.mode());
        Rejected.state(sequence::step, "SequentialLR: step() without");
    }

    /// Waves that grow beyond any count.
    @Example
    void theLongestRestarts() {
        var optimizer = optimizer();
        var restarts = new CosineAnnealingWarmRestarts(optimizer, 1, Long.MAX_VALUE, 0);
        for (int t = 0; t < 5; t++) restarts.step();
        assertEquals(BASE, optimizer.learningRate());
        new CosineAnnealingWarmRestarts(optimizer, Long.MAX_VALUE, 3, 0).step();
        assertEquals(BASE, optimizer.learningRate());
    }

    @Example
    void refusesWhatIsOutOfRange() {
        var optimizer = optimizer();
        Rejected.argument(() -> new StepLR(optimizer, 0), "StepLR: step size 0", "must be");
        Rejected.argument(() -> new StepLR(optimizer, 1, -0.5), "StepLR: gamma -0.5", "must be");
        Rejected.argument(() -> new MultiStepLR(optimizer, Double.NaN), "MultiStepLR: gamma NaN", "must be");
        Rejected.argument(() -> new MultiStepLR(optimizer, 0.1, 3, 0), "MultiStepLR: milestone 0", "must be");
        Rejected.argument(() -> new ExponentialLR(optimizer, -1), "ExponentialLR: gamma -1.0", "must be");
        Rejected.argument(() -> new CosineAnnealingLR(optimizer, 0), "CosineAnnealingLR: epochs 0", "must be");
        Rejected.argument(() -> new CosineAnnealingLR(optimizer, 5, -1), "CosineAnnealingLR: least rate -1.0", "must be");
        Rejected.argument(() -> new LinearLR(optimizer, 0, 1, 5), "LinearLR: start factor 0.0", "must be");
        Rejected.argument(() -> new LinearLR(optimizer, 1.5, 1, 5), "LinearLR: start factor 1.5", "must be");
        Rejected.argument(() -> new LinearLR(optimizer, 0.5, -0.1, 5), "LinearLR: end factor -0.1", "must be");
        Rejected.argument(() -> new LinearLR(optimizer, 0.5, 1, 0), "LinearLR: epochs 0", "must be");
        Rejected.argument(() -> new ConstantLR(optimizer, 0, 5), "ConstantLR: factor 0.0", "must be");
        Rejected.argument(() -> new ConstantLR(optimizer, 0.5, 0), "ConstantLR: epochs 0", "must be");
        Rejected.argument(() -> new PolynomialLR(optimizer, 0), "PolynomialLR: epochs 0", "must be");
        Rejected.argument(() -> new PolynomialLR(optimizer, 5, -1), "PolynomialLR: power -1.0", "must be");
        Rejected.argument(() -> new CosineAnnealingWarmRestarts(optimizer, 0),
            "CosineAnnealingWarmRestarts: epochs 0", "must be");
        Rejected.argument(() -> new CosineAnnealingWarmRestarts(optimizer, 1, 0, 0), "multiplier 0", "must be");
        Rejected.argument(() -> new CosineAnnealingWarmRestarts(optimizer, 1, 1, -1), "least rate -1.0", "must be");
        Rejected.argument(() -> new OneCycleLR(optimizer, 0, 5), "OneCycleLR: highest rate 0.0", "must be");
        Rejected.argument(() -> new OneCycleLR(optimizer, 1, 0), "OneCycleLR: total steps 0", "must be");
        Rejected.argument(() -> OneCycleLR.options().warmUp(1.1), "OneCycleLR: warm-up 1.1", "must be");
        Rejected.argument(() -> OneCycleLR.options().divFactor(0), "OneCycleLR: divFactor 0.0", "must be");
        Rejected.argument(() -> OneCycleLR.options().finalDivFactor(Double.NaN), "OneCycleLR: finalDivFactor NaN", "must be");
        Rejected.argument(() -> ReduceLROnPlateau.options().factor(1), "ReduceLROnPlateau: factor 1.0", "must be");
        Rejected.argument(() -> ReduceLROnPlateau.options().patience(-1), "ReduceLROnPlateau: patience -1", "must be");
        Rejected.argument(() -> ReduceLROnPlateau.options().threshold(-1, ThresholdMode.ABSOLUTE), "threshold -1.0", "must be");
        Rejected.argument(() -> ReduceLROnPlateau.options().cooldown(-1), "cooldown -1", "must be");
        Rejected.argument(() -> ReduceLROnPlateau.options().minLr(-1), "least rate -1.0", "must be");
        Rejected.argument(() -> ReduceLROnPlateau.options().epsilon(-1), "epsilon -1.0", "must be");
        assertEquals(BASE, optimizer.learningRate());
    }
}
