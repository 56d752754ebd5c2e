package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// Several schedules of one optimizer, in any order, against the recursive forms of PyTorch 2's `torch.optim.lr_scheduler`,
/// written down here once more, in double: `__init__` sets `initial_lr` where there is none, and makes a first step with
/// `last_epoch` 0.
class ChainedSchedulesTest {

    private static final double RATE = 0.4;
    private static final int STEPS = 40;

    /// A parameter group of PyTorch's.
    private static final class Group {

        final int number;
        double lr;
        double initial = Double.NaN;

        Group(int number, double lr) {
            this.number = number;
            this.lr = lr;
        }
    }

    /// `get_lr()`.
    private interface Torch {
        double rate(Group group, long lastEpoch, double base);
    }

    /// A scheduler of PyTorch's.
    private static final class Reference {

        private final List<Group> groups;
        private final Torch form;
        private final List<Double> bases = new ArrayList<>();
        private long lastEpoch = -1;

        Reference(List<Group> groups, Torch form) {
            this.groups = groups;
            this.form = form;
            for (var group : groups) {
                if (Double.isNaN(group.initial)) group.initial = group.lr;
                bases.add(group.initial);
            }
            step();
        }

        void step() {
            lastEpoch++;
            // PyTorch's may fall below 0, if another schedule leads below the cosine's least rate
            for (var group : groups) group.lr = Math.max(0, form.rate(group, lastEpoch, bases.get(group.number)));
        }

        /// What SequentialLR does when a scheduler's turn comes: `step(0)`, from the closed form.
        void restart() {
            for (var group : groups) group.lr = bases.get(group.number);
            lastEpoch = -1;
            step();
        }
    }

    private enum Kind {
        STEP(o -> new StepLR(o, 7, 0.5), (g, t, _) -> t == 0 || t % 7 != 0 ? g.lr : g.lr * 0.5),
        MULTI_STEP(o -> new MultiStepLR(o, 0.3, 5, 5, 17), (g, t, _) -> g.lr * Math.pow(0.3, t == 5 ? 2 : t == 17 ? 1 : 0)),
        EXPONENTIAL(o -> new ExponentialLR(o, 0.93), (g, t, _) -> t == 0 ? g.lr : g.lr * 0.93),
        WARM_UP(o -> new LinearLR(o, 0.1, 1, 6), linear(0.1, 1, 6)),
        COOL_DOWN(o -> new LinearLR(o, 1, 0.25, 31), linear(1, 0.25, 31)),
        COSINE(o -> new CosineAnnealingLR(o, 30), cosine(30, 0)),
        COSINE_TO(o -> new CosineAnnealingLR(o, 8, 0.01), cosine(8, 0.01)),
        WAVE(o -> new CosineAnnealingLR(o, 1), cosine(1, 0)),
        CONSTANT(o -> new ConstantLR(o, 0.25, 9), (g, t, _) -> t == 0 ? g.lr * 0.25 : t == 9 ? g.lr / 0.25 : g.lr),
        LINE(o -> new PolynomialLR(o, 33), polynomial(33, 1)),
        POLYNOMIAL(o -> new PolynomialLR(o, 25, 2.5), polynomial(25, 2.5)),
        RESTARTS(o -> new CosineAnnealingWarmRestarts(o, 7), restarts(7, 1, 0)),
        LONGER_RESTARTS(o -> new CosineAnnealingWarmRestarts(o, 3, 2, 0.01), restarts(3, 2, 0.01)),
        LAMBDA(o -> new LambdaLR(o, t -> 1 / Math.sqrt(1 + t)), (_, t, base) -> base / Math.sqrt(1 + t)),
        LAMBDAS(o -> new LambdaLR(o, List.of(t -> 1 - t / 50.0, t -> 1.0 / (2 + t))),
            (g, t, base) -> base * (g.number == 0 ? 1 - t / 50.0 : 1.0 / (2 + t))),
        MULTIPLICATIVE(o -> new MultiplicativeLR(o, t -> t % 3 == 0 ? 0.7 : 1.05), (g, t, _) -> t == 0 ? g.lr
            : g.lr * (t % 3 == 0 ? 0.7 : 1.05)),
        ONE_CYCLE(o -> new OneCycleLR(o, 1, STEPS), oneCycle(1, 1)),
        ONE_CYCLE_EACH(o -> new OneCycleLR(o, new double[] {1, 0.5}, STEPS, OneCycleLR.options()), oneCycle(1, 0.5));

        final Function<Optimizer, LRScheduler> ours;
        final Torch torch;

        Kind(Function<Optimizer, LRScheduler> ours, Torch torch) {
            this.ours = ours;
            this.torch = torch;
        }

        Reference reference(List<Group> groups) {
            if (this == ONE_CYCLE || this == ONE_CYCLE_EACH)
                for (var group : groups) group.initial = (this == ONE_CYCLE_EACH && group.number == 1 ? 0.5 : 1) / 25;
            return new Reference(groups, torch);
        }
    }

    private static Torch oneCycle(double first, double second) {
        return (g, t, _) -> {
            double top = 0.3 * STEPS - 1;
            double max = g.number == 0 ? first : second;
            double start = max / 25;
            return t <= top ? anneal(start, max, t / top) : anneal(max, start / 1e4, (t - top) / (STEPS - 1 - top));
        };
    }

    private static Torch polynomial(long iters, double power) {
        return (g, t, _) -> t == 0 || t > iters ? g.lr
            : g.lr * Math.pow((1.0 - (double) t / iters) / (1.0 - (double) (t - 1) / iters), power);
    }

    /// By `T_cur` and `T_i` alone, counted on from step to step.
    private static Torch restarts(int first, int multiplier, double etaMin) {
        return (_, t, base) -> {
            int cur = 0;
            int length = first;
            for (int i = 0; i < t; i++) if (++cur == length) {
                cur = 0;
                length *= multiplier;
            }
            return etaMin + (base - etaMin) * (1 + Math.cos(Math.PI * cur / length)) / 2;
        };
    }

    private static Torch linear(double start, double end, long iters) {
        return (g, t, _) -> t == 0 ? g.lr * start
            : t > iters ? g.lr : g.lr * (1 + (end - start) / (iters * start + (t - 1) * (end - start)));
    }

    private static Torch cosine(long tMax, double etaMin) {
        return (g, t, base) -> t == 0 ? g.lr
            : (t - 1 - tMax) % (2 * tMax) == 0 ? g.lr + (base - etaMin) * (1 - Math.cos(Math.PI / tMax)) / 2
            : (1 + Math.cos(Math.PI * t / tMax)) / (1 + Math.cos(Math.PI * (t - 1) / tMax)) * (g.lr - etaMin) + etaMin;
    }

    private static double anneal(double from, double to, double share) {
        return to + (from - to) / 2 * (Math.cos(Math.PI * share) + 1);
    }

    private static Optimizer optimizer(double rate) { return new SGD(List.of(Weights.parameter(1, 1)), rate); }

    /// With two groups.
    private static Optimizer optimizer(double first, double second) {
        return new SGD(ParameterGroups.of(ParameterGroup.of(List.of(Weights.parameter(1, 1))),
            ParameterGroup.of(List.of(Weights.parameter(2, 1))).learningRate(second)), first, SGD.options());
    }

    private static List<Group> groups(double first, double second) { return List.of(new Group(0, first), new Group(1, second)); }

    private static void assertRates(List<Group> expected, Optimizer optimizer, String when) {
        for (var group : expected) assertEquals(group.lr, optimizer.groups().get(group.number).learningRate(),
            1e-9 * Math.max(1, group.lr), when);
    }

    /// @param before a rate that the user sets before the first schedule is made
    /// @param at     the step before which the user sets `between`
    @Property(tries = 2000)
    void chainedAsPyTorchChains(@ForAll @Size(min = 1, max = 4) List<Kind> kinds,
        @ForAll @DoubleRange(min = 0.1, max = 1) double before,
                                @ForAll @DoubleRange(min = 0.01, max = 1) double between, @ForAll @IntRange(max = 60) int at) {
        var optimizer = optimizer(before, before / 3);
        var groups = groups(before, before / 3);
        var ours = new ArrayList<LRScheduler>();
        var torch = new ArrayList<Reference>();
        for (var kind : kinds) {
            ours.add(kind.ours.apply(optimizer));
            torch.add(kind.reference(groups));
            assertRates(groups, optimizer, "made " + kinds);
        }
        for (int t = 0; t < STEPS; t++) {
            if (t == at) for (var group : groups) optimizer.groups().get(group.number)
                .learningRate(group.lr = between * (1 + group.number));
            ours.forEach(LRScheduler::step);
            torch.forEach(Reference::step);
            assertRates(groups, optimizer, kinds + " after step " + t);
        }
    }

    @Property(tries = 500)
    void oneAfterAnotherAsPyTorchHasThem(@ForAll @Size(min = 1, max = 4) List<Kind> kinds,
        @ForAll @IntRange(min = 1, max = 15) int length,
                                         @ForAll @DoubleRange(min = 0.1, max = 1) double rate) {
        var optimizer = optimizer(rate, rate / 3);
        var groups = groups(rate, rate / 3);
        var schedules = new ArrayList<LRScheduler>();
        var torch = new ArrayList<Reference>();
        for (var kind : kinds) {
            schedules.add(kind.ours.apply(optimizer));
            torch.add(kind.reference(groups));
        }
        var milestones = LongStream.range(1, kinds.size()).map(i -> i * length).toArray();
        var sequence = new SequentialLR(schedules, milestones);
        torch.getFirst().restart();
        assertRates(groups, optimizer, "made " + kinds);
        for (int t = 1; t <= STEPS; t++) {
            int turn = Math.min(t / length, kinds.size() - 1);
            if (t % length == 0 && t / length == turn && turn > 0) torch.get(turn).restart();
            else torch.get(turn).step();
            sequence.step();
            assertRates(groups, optimizer, kinds + " after step " + t);
        }
        assertEquals(STEPS, sequence.epoch());
    }

    /// The common warm-up: the wave's height is that of the optimizer's own rate, not of what the warm-up makes of it first.
    @Example
    void aWarmUpBeforeACosineLeavesItsHeight() {
        BiFunction<Boolean, Integer, Double> reached = (warmUpFirst, steps) -> {
            var optimizer = optimizer(RATE);
            var made = new ArrayList<LRScheduler>();
            if (warmUpFirst) made.add(new LinearLR(optimizer, 0.1, 1, 5));
            made.add(new CosineAnnealingLR(optimizer, 8, 0.01));
            if (!warmUpFirst) made.add(new LinearLR(optimizer, 0.1, 1, 5));
            for (int t = 0; t < steps; t++) made.forEach(LRScheduler::step);
            return optimizer.learningRate();
        };
        // from the trough on, only the base says how high the wave rises
        assertEquals(RATE, reached.apply(true, 16), 1e-9);
        assertEquals(RATE, reached.apply(false, 16), 1e-9);
    }

    @Property(tries = 500)
    void aChainThatIsResumedGoesOnToTheBit(@ForAll @Size(min = 1, max = 4) List<Kind> kinds,
        @ForAll @IntRange(max = STEPS) int stop,
                                           @ForAll boolean optimizerFirst) {
        var optimizer = optimizer(RATE, 0.1);
        var chain = kinds.stream().map(kind -> kind.ours.apply(optimizer)).toList();
        for (int t = 0; t < stop; t++) chain.forEach(LRScheduler::step);
        var states = chain.stream().map(LRScheduler::stateDict).toList();
        var optimizerState = optimizer.stateDict();

        var other = optimizer(RATE, 0.1);
        if (optimizerFirst) other.loadStateDict(optimizerState);
        var resumed = kinds.stream().map(kind -> kind.ours.apply(other)).toList();
        for (int i = 0; i < resumed.size(); i++) resumed.get(i).loadStateDict(states.get(i));
        if (!optimizerFirst) other.loadStateDict(optimizerState);
        for (int t = stop; t < STEPS; t++) {
            for (int i = 0; i < 2; i++)
                assertEquals(optimizer.groups().get(i).learningRate(), other.groups().get(i).learningRate(),
                    kinds + " before step " + t);
            chain.forEach(LRScheduler::step);
            resumed.forEach(LRScheduler::step);
        }
    }

    /// A schedule that is made when the run goes on starts from where the first one did, too.
    @Example
    void aScheduleMadeAfterResumingStartsFromTheFirstRate() {
        var optimizer = optimizer(RATE);
        var warmUp = new LinearLR(optimizer, 0.1, 1, 5);
        warmUp.step();
        var other = optimizer(0.9);
        other.loadStateDict(optimizer.stateDict());
        var cosine = new CosineAnnealingLR(other, 8);
        assertEquals(List.of(RATE), cosine.stateDict().baseRates());
        // a state from before any schedule says nothing
        other.loadStateDict(optimizer(0.7).stateDict());
        assertEquals(List.of(0.7), new CosineAnnealingLR(other, 8).stateDict().baseRates());
    }

    /// A length beyond any training leaves the rate as it is, and turns at no step.
    @Example
    void theLongestCosine() {
        var optimizer = optimizer(RATE);
        var cosine = new CosineAnnealingLR(optimizer, Long.MAX_VALUE);
        for (int t = 0; t < 10; t++) cosine.step();
        assertEquals(RATE, optimizer.learningRate());
    }
}
