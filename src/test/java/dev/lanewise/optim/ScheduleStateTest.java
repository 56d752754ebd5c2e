package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.catalogue.ScheduleKind;
import dev.lanewise.tensor.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What a checkpoint keeps of a schedule: a run that was interrupted goes on to the bit.
class ScheduleStateTest {

    private static final double RATE = 0.3;
    private static final int STEPS = 40;

    private static Optimizer optimizer(double rate) {
        return new SGD(ParameterGroups.of(ParameterGroup.of(List.of(Weights.parameter(1, 1))),
            ParameterGroup.of(List.of(Weights.parameter(2, 1))).learningRate(rate / 3)), rate, SGD.options());
    }

    private static Optimizer single() { return new SGD(List.of(Weights.parameter(1, 1)), RATE); }

    private static double[] measures(long seed) { return new SplittableRandom(seed).doubles(STEPS, 0.9, 1.1).toArray(); }

    /// The rate after each step from `from` on.
    private static List<Double> rates(LRScheduler schedule, Optimizer optimizer, long seed, int from) {
        var rates = new ArrayList<Double>();
        for (int t = from; t < STEPS; t++) {
            schedule.step(measures(seed)[t]);
            for (var group : optimizer.groups()) rates.add(group.learningRate());
        }
        return rates;
    }

    /// Whether the optimizer's own state is loaded before the schedule is made, afterwards or not at all.
    private enum Order { BEFORE, AFTERWARDS, NEVER }

    @Property(tries = 700)
    void aResumedScheduleGoesOnToTheBit(@ForAll ScheduleKind kind, @ForAll Order order, @ForAll @IntRange(max = STEPS) int stop,
                                        @ForAll long seed) {
        var optimizer = optimizer(RATE);
        var schedule = kind.make(optimizer);
        for (int t = 0; t < stop; t++) schedule.step(measures(seed)[t]);
        var state = schedule.stateDict();
        var optimizerState = optimizer.stateDict();
        var expected = rates(schedule, optimizer, seed, stop); // must not reach into the state

        var other = optimizer(order == Order.NEVER ? 0.01 : RATE);
        if (order == Order.BEFORE) other.loadStateDict(optimizerState);
        var resumed = kind.make(other);
        resumed.loadStateDict(state);
        if (order == Order.AFTERWARDS) other.loadStateDict(optimizerState);
        assertEquals(state, resumed.stateDict());
        assertEquals(optimizerState.groups().getFirst().learningRate(), other.learningRate());
        assertEquals(expected, rates(resumed, other, seed, stop));
    }

    /// As a checkpoint keeps both.
    @Example
    void twoSchedulesOfOneOptimizerGoOnTogether() {
        var optimizer = optimizer(RATE);
        var warmUp = new LinearLR(optimizer, 0.1, 1, 6);
        var decay = new CosineAnnealingLR(optimizer, 9);
        for (int t = 0; t < 4; t++) {
            warmUp.step();
            decay.step();
        }
        var first = warmUp.stateDict();
        var second = decay.stateDict();
        var other = optimizer(RATE);
        var otherWarmUp = new LinearLR(other, 0.1, 1, 6);
        var otherDecay = new CosineAnnealingLR(other, 9);
        otherWarmUp.loadStateDict(first);
        otherDecay.loadStateDict(second);
        for (int t = 0; t < 20; t++) {
            warmUp.step();
            decay.step();
            otherWarmUp.step();
            otherDecay.step();
            assertEquals(optimizer.learningRate(), other.learningRate());
        }
    }

    @Example
    void namesArePyTorchs() {
        assertEquals(Map.of(), new StepLR(single(), 3).stateDict().values());
        assertEquals(state("CosineAnnealingLR", 0, RATE, Map.of()),
            new CosineAnnealingLR(single(), 5).stateDict());
        var plateau = new ReduceLROnPlateau(single());
        for (double measure : new double[] {3, 2, 2, 2}) plateau.step(measure);
        assertEquals(4, plateau.epoch());
        assertEquals(state("ReduceLROnPlateau", 4, RATE,
            Map.of("best", 2.0, "num_bad_epochs", 2.0, "cooldown_counter", 0.0)), plateau.stateDict());
    }

    @Example
    void refusesTheStateOfAnotherAndChangesNothing() {
        var optimizer = single();
        var step = new StepLR(optimizer, 3);
        var cosine = new CosineAnnealingLR(optimizer, 5);
        var plateau = new ReduceLROnPlateau(optimizer);
        var before = List.of(step.stateDict(), cosine.stateDict(), plateau.stateDict());
        Rejected.argument(() -> step.loadStateDict(new ExponentialLR(optimizer, 0.9).stateDict()),
            "StepLR:", "ExponentialLR", "of the same kind");
        Rejected.argument(() -> plateau.loadStateDict(cosine.stateDict()), "ReduceLROnPlateau:", "CosineAnnealingLR",
            "same kind");
        Rejected.argument(() -> cosine.loadStateDict(state("CosineAnnealingLR", 2, 0.1, Map.of("x", 1.0))),
            "CosineAnnealingLR:", "[x]", "[]", "same kind");
        Rejected.argument(() -> cosine.loadStateDict(new ScheduleState("CosineAnnealingLR", 2, List.of(0.1, 0.2),
            List.of(1.0, 1.0), Map.of())), "CosineAnnealingLR:", "of 2 groups", "has 1", "the same groups");
        Rejected.argument(() -> new ScheduleState("CosineAnnealingLR", 2, List.of(0.1), List.of(-1.0), Map.of()),
            "schedule state:", "base rate -1.0", "must be 0 or more");
        Rejected.argument(() -> new ScheduleState("StepLR", 2, List.of(-0.1), List.of(1.0), Map.of()), "schedule state:",
            "learning rate -0.1");
        Rejected.argument(() -> new ScheduleState("StepLR", 2, List.of(0.1), List.of(), Map.of()),
            "1 learning rates and 0 base rates");
        Rejected.argument(() -> new ScheduleState("StepLR", 2, List.of(0.1), null, Map.of()), "schedule state: no base rates");
        Rejected.argument(() -> new ScheduleState("StepLR", 2, Arrays.asList(0.1, null), List.of(1.0, 1.0), Map.of()),
            "no learning rate");
        Rejected.argument(() -> new ScheduleState("StepLR", 2, List.of(0.1), List.of(1.0), null), "schedule state: no values");
        Rejected.argument(() -> new ScheduleState("StepLR", 2, List.of(0.1), List.of(1.0), Collections.singletonMap("x", null)),
            "schedule state: no value of \"x\"");
        Rejected.argument(() -> plateau.loadStateDict(plateau(Double.NaN, 1, 1)), "ReduceLROnPlateau:", "best NaN",
            "must be a number");
        Rejected.argument(() -> plateau.loadStateDict(plateau(1, -1, 1)), "ReduceLROnPlateau:", "num_bad_epochs -1.0", "whole");
        Rejected.argument(() -> plateau.loadStateDict(plateau(1, 1, 0.5)), "ReduceLROnPlateau:", "cooldown_counter 0.5", "whole");
        Rejected.argument(() -> state("StepLR", -1, 0.1, Map.of()), "schedule state:", "epoch -1", "at least 0");
        Rejected.argument(() -> state("StepLR", 1, Double.NaN, Map.of()), "schedule state:", "learning rate NaN", "finite");
        assertEquals(before, List.of(step.stateDict(), cosine.stateDict(), plateau.stateDict()));
    }

    private static ScheduleState plateau(double best, double bad, double cooling) {
        return state("ReduceLROnPlateau", 1, 0.1,
            Map.of("best", best, "num_bad_epochs", bad, "cooldown_counter", cooling));
    }

    private static ScheduleState state(String kind, long epoch, double rate, Map<String, Double> values) {
        return new ScheduleState(kind, epoch, List.of(rate), List.of(RATE), values);
    }
}
