package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// Several schedules of one optimizer, in any order, against the recursive forms of PyTorch 2's `torch.optim.lr_scheduler`, written
/// down here once more, in double: `__init__` sets `initial_lr` where there is none, and makes a first step with `last_epoch` 0.
class ChainedSchedulesTest {

    private static final double RATE = 0.4;
    private static final int STEPS = 40;

    /// A parameter group of PyTorch's.
    private static final class Group {

        double lr = RATE;
        double initial = Double.NaN;
    }

    /// `get_lr()`.
    private interface Torch {
        double rate(Group group, long lastEpoch, double base);
    }

    /// A scheduler of PyTorch's.
    private static final class Reference {

        private final Group group;
        private final Torch form;
        private final double base;
        private long lastEpoch = -1;

        Reference(Group group, Torch form) {
            this.group = group;
            this.form = form;
            if (Double.isNaN(group.initial)) group.initial = group.lr;
            base = group.initial;
            step();
        }

        void step() {
            lastEpoch++;
            // PyTorch's may fall below 0, if another schedule leads below the cosine's least rate
            group.lr = Math.max(0, form.rate(group, lastEpoch, base));
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
        ONE_CYCLE(o -> new OneCycleLR(o, 1, STEPS), (g, t, _) -> {
            double top = 0.3 * STEPS - 1;
            double first = 1 / 25.0;
            return t <= top ? anneal(first, 1, t / top) : anneal(1, first / 1e4, (t - top) / (STEPS - 1 - top));
        });

        final Function<Optimizer, LRScheduler> ours;
        final Torch torch;

        Kind(Function<Optimizer, LRScheduler> ours, Torch torch) {
            this.ours = ours;
            this.torch = torch;
        }

        Reference reference(Group group) {
            if (this == ONE_CYCLE) group.initial = 1 / 25.0;
            return new Reference(group, torch);
        }
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

    /// @param before a rate that the user sets before the first schedule is made
    /// @param at     the step before which the user sets `between`
    @Property(tries = 2000)
    void chainedAsPyTorchChains(@ForAll @Size(min = 1, max = 4) List<Kind> kinds, @ForAll @DoubleRange(min = 0.1, max = 1) double before,
                                @ForAll @DoubleRange(min = 0.01, max = 1) double between, @ForAll @IntRange(max = 60) int at) {
        var optimizer = optimizer(RATE);
        var group = new Group();
        optimizer.learningRate(group.lr = before);
        var ours = new ArrayList<LRScheduler>();
        var torch = new ArrayList<Reference>();
        for (var kind : kinds) {
            ours.add(kind.ours.apply(optimizer));
            torch.add(kind.reference(group));
            assertEquals(group.lr, optimizer.learningRate(), 1e-12, "made " + kinds);
        }
        for (int t = 0; t < STEPS; t++) {
            if (t == at) optimizer.learningRate(group.lr = between);
            ours.forEach(LRScheduler::step);
            torch.forEach(Reference::step);
            assertEquals(group.lr, optimizer.learningRate(), 1e-9 * Math.max(1, group.lr), kinds + " after step " + t);
        }
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
    void aChainThatIsResumedGoesOnToTheBit(@ForAll @Size(min = 1, max = 4) List<Kind> kinds, @ForAll @IntRange(max = STEPS) int stop,
                                           @ForAll boolean optimizerFirst) {
        var optimizer = optimizer(RATE);
        var chain = kinds.stream().map(kind -> kind.ours.apply(optimizer)).toList();
        for (int t = 0; t < stop; t++) chain.forEach(LRScheduler::step);
        var states = chain.stream().map(LRScheduler::stateDict).toList();
        var optimizerState = optimizer.stateDict();

        var other = optimizer(RATE);
        if (optimizerFirst) other.loadStateDict(optimizerState);
        var resumed = kinds.stream().map(kind -> kind.ours.apply(other)).toList();
        for (int i = 0; i < resumed.size(); i++) resumed.get(i).loadStateDict(states.get(i));
        if (!optimizerFirst) other.loadStateDict(optimizerState);
        assertEquals(optimizer.learningRate(), other.learningRate());
        for (int t = stop; t < STEPS; t++) {
            chain.forEach(LRScheduler::step);
            resumed.forEach(LRScheduler::step);
            assertEquals(optimizer.learningRate(), other.learningRate(), kinds + " after step " + t);
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
