package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// Groups of one optimizer are as many optimizers, to the bit, each with its own rate and options.
class ParameterGroupsTest {

    private static final double RATE = 0.03;
    private static final int STEPS = 12;

    /// An optimizer with some of its options, and with others for a group.
    private enum Kind {
        PLAIN(SGD.options(), SGD.options().momentum(0.5)),
        MOMENTUM(SGD.options().momentum(0.9).dampening(0.3).weightDecay(0.1),
            SGD.options().momentum(0.8).nesterov(true).maximize(true)),
        ADAM(Adam.options().weightDecay(0.1), Adam.options().betas(0.8, 0.95).amsgrad(true)),
        ADAMW(AdamW.options().amsgrad(true), AdamW.options().betas(0.5, 0.9).weightDecay(0.2).epsilon(1e-3).maximize(true)),
        RMSPROP(RMSprop.options().weightDecay(0.1), RMSprop.options().centered(true).momentum(0.5).alpha(0.9)),
        ADAGRAD(Adagrad.options().lrDecay(0.1), Adagrad.options().initialAccumulator(0.5).weightDecay(0.1).epsilon(1e-3));

        final OptimizerOptions options;
        final OptimizerOptions others;

        Kind(OptimizerOptions options, OptimizerOptions others) {
            this.options = options;
            this.others = others;
        }

        Optimizer make(ParameterGroups groups, double rate, OptimizerOptions with) {
            return switch (with) {
                case SGD.Options sgd -> new SGD(groups, rate, sgd);
                case Adam.Options adam -> new Adam(groups, rate, adam);
                case AdamW.Options adamW -> new AdamW(groups, rate, adamW);
                case RMSprop.Options rmsprop -> new RMSprop(groups, rate, rmsprop);
                case Adagrad.Options adagrad -> new Adagrad(groups, rate, adagrad);
                default -> throw new AssertionError(with);
            };
        }
    }

    private static List<Parameter> weights(long seed) {
        return List.of(Weights.parameter(seed, 7), Weights.parameter(seed + 1, 3, 5), Weights.parameter(seed + 2, 70),
            Weights.parameter(seed + 3, 2));
    }

    /// The same gradients for the parameters of two lists: none for the first in every third step, none at all for the last,
    /// which is frozen.
    private static void gradients(List<Parameter> ours, List<Parameter> others, long seed, int step) {
        for (int i = 0; i < ours.size(); i++) for (var parameter : List.of(ours.get(i), others.get(i))) {
            if (i == 3) parameter.requiresGrad(false);
            else if (i == 0 && step % 3 == 0) parameter.zeroGrad();
            else Weights.gradient(parameter,
                Tensor.randn(new Threefry(seed).stream(step).stream(i), parameter.shape().toArray()));
        }
    }

    private static void assertSame(List<Parameter> ours, List<Parameter> others) {
        for (int i = 0; i < ours.size(); i++) assertArrayEquals(Weights.values(others.get(i)), Weights.values(ours.get(i)));
    }

    @Property(tries = 150)
    void groupsAreAsManyOptimizers(@ForAll Kind kind, @ForAll @DoubleRange(max = 0.3) double rate,
        @ForAll @DoubleRange(max = 0.3) double decay,
                                   @ForAll @IntRange(max = STEPS) int stop, @ForAll long seed) {
        var grouped = weights(seed);
        var alone = weights(seed);
        var groups = ParameterGroups.of(ParameterGroup.of(grouped.subList(0, 1)).name("own rate").learningRate(rate),
            ParameterGroup.of(List.of()), ParameterGroup.of(grouped.subList(1, 2)).weightDecay(decay),
            ParameterGroup.of(grouped.subList(2, 4)).name("own options").options(kind.others));
        var optimizer = kind.make(groups, RATE, kind.options);
        var optimizers = List.of(one(kind, alone.subList(0, 1), rate, kind.options),
            one(kind, alone.subList(1, 2), RATE, kind.options.weightDecay(decay)),
            one(kind, alone.subList(2, 4), RATE, kind.others));
        var schedule = new ExponentialLR(optimizer, 0.9);
        var schedules = optimizers.stream().map(each -> new ExponentialLR(each, 0.9)).toList();
        for (int step = 0; step < STEPS; step++) {
            if (step == stop) {
                var state = optimizer.stateDict();
                var scheduleState = schedule.stateDict();
                optimizer = kind.make(groups, 1, kind.options);
                schedule = new ExponentialLR(optimizer, 0.9);
                optimizer.loadStateDict(state);
                schedule.loadStateDict(scheduleState);
            }
            gradients(grouped, alone, seed, step);
            GradientClipping.clipByNorm(optimizer.parameters(), 3);
            GradientClipping.clipByNorm(alone, 3);
            for (var group : optimizer.groups()) GradientClipping.clipByNorm(group.parameters(), 2);
            for (var each : optimizers) GradientClipping.clipByNorm(each.parameters(), 2);
            optimizer.step();
            optimizers.forEach(Optimizer::step);
            assertSame(grouped, alone);
            schedule.step();
            schedules.forEach(LRScheduler::step);
        }
        assertEquals(optimizers.get(0).learningRate(), optimizer.group("own rate").learningRate());
        assertEquals(optimizers.get(1).learningRate(), optimizer.group("2").learningRate());
        assertArrayEquals(Weights.values(weights(seed).get(3)), Weights.values(grouped.get(3)), "frozen");
    }

    private static Optimizer one(Kind kind, List<Parameter> parameters, double rate, OptimizerOptions options) {
        return kind.make(ParameterGroups.of(ParameterGroup.of(parameters)), rate, options);
    }

    /// A head is trained first, then the body is thawed, and joins the schedule with a rate of its own.
    @Property(tries = 50)
    void aGroupThatIsAddedIsTrainedFromThereOn(@ForAll Kind kind, @ForAll @IntRange(max = 5) int when, @ForAll boolean resumed,
        @ForAll long seed) {
        var grouped = weights(seed);
        var alone = weights(seed);
        var optimizer = kind.make(ParameterGroups.of(ParameterGroup.of(grouped.subList(0, 2)).name("head")), RATE, kind.options);
        var schedule = new StepLR(optimizer, 2, 0.5);
        var head = one(kind, alone.subList(0, 2), RATE, kind.options);
        var headSchedule = new StepLR(head, 2, 0.5);
        Optimizer body = null;
        for (int step = 0; step < 8; step++) {
            if (step == when) {
                var added = ParameterGroup.of(grouped.subList(2, 4)).name("body").learningRate(0.01);
                assertEquals("body", optimizer.addGroup(added).name());
                body = one(kind, alone.subList(2, 4), 0.01, kind.options);
                if (resumed) {
                    var again = kind.make(ParameterGroups.of(ParameterGroup.of(grouped.subList(0, 2)).name("head"), added), 1,
                        kind.options);
                    again.loadStateDict(optimizer.stateDict());
                    var scheduleAgain = new StepLR(again, 2, 0.5);
                    scheduleAgain.loadStateDict(schedule.stateDict());
                    optimizer = again;
                    schedule = scheduleAgain;
                }
            }
            gradients(grouped, alone, seed, step);
            optimizer.step();
            head.step();
            if (body != null) body.step();
            assertSame(grouped, alone);
            schedule.step();
            headSchedule.step();
            if (body != null && (step + 1) % 2 == 0) body.learningRate(body.learningRate() * 0.5);
        }
        assertEquals(List.of(head.learningRate(), body.learningRate()), schedule.stateDict().learningRates());
        assertEquals(4, optimizer.parameters().size());
    }

    /// Schedules that go by the first rate take that of the group.
    @Example
    void aGroupThatIsAddedHasABaseOfItsOwn() {
        var weights = weights(1);
        var optimizer = new SGD(weights.subList(0, 1), RATE);
        var schedule = new LambdaLR(optimizer, epoch -> 1.0 / (1 + epoch));
        schedule.step();
        optimizer.addGroup(ParameterGroup.of(weights.subList(1, 2)).learningRate(0.7));
        schedule.step();
        assertEquals(List.of(RATE, 0.7), schedule.stateDict().baseRates());
        assertEquals(List.of(RATE * (1.0 / 3), 0.7 * (1.0 / 3)), schedule.stateDict().learningRates());
    }

    /// As `add_param_group` in PyTorch 2.13, of a rate of 0.2 before the fourth step: it goes on from its own rate by the others'
    /// factors.
    @Example
    void aGroupThatIsAddedInAWarmUpGoesOnFromItsRate() {
        added(new double[] {0.64, 0.2, 0.82, 0.25625, 1, 0.3125, 1, 0.3125}, optimizer -> new LinearLR(optimizer, 0.1, 1, 5));
        added(new double[] {0.5, 0.2, 0.5, 0.2, 1, 0.4, 1, 0.4}, optimizer -> new ConstantLR(optimizer, 0.5, 5));
        added(new double[] {0.6913417161825449, 0.2, 0.5, 0.14464626921716894, 0.30865828381745514, 0.08929253843433792,
            0.14644660940672627, 0.04236591138037383}, optimizer -> new CosineAnnealingLR(optimizer, 8));
    }

    private static void added(double[] expected, Function<Optimizer, LRScheduler> made) {
        var weights = weights(1);
        var optimizer = new SGD(weights.subList(0, 1), 1);
        var schedule = made.apply(optimizer);
        for (int t = 0; t < 3 + expected.length / 2; t++) {
            if (t == 3) optimizer.addGroup(ParameterGroup.of(weights.subList(1, 2)).learningRate(0.2));
            for (int group = 0; t >= 3 && group < 2; group++)
                assertEquals(expected[2 * (t - 3) + group], optimizer.groups().get(group).learningRate(), 1e-9);
            schedule.step();
        }
    }

    @Example
    void whatIsRefusedAddsNothing() {
        var weights = weights(1);
        var optimizer = new AdamW(weights.subList(0, 2), RATE);
        Rejected.argument(() -> optimizer.addGroup(ParameterGroup.of(weights.subList(1, 3))), "optimizer:",
            "of group 1 is listed twice");
        Rejected.argument(() -> optimizer.addGroup(ParameterGroup.of(weights.subList(2, 3)).name("0")),
            "two groups are named \"0\"");
        Rejected.argument(() -> optimizer.addGroup(ParameterGroup.of(weights.subList(2, 3)).options(Adam.options())),
            "group 1 has Adam.Options[", "but the optimizer AdamW.Options[", "of the same kind");
        assertEquals(1, optimizer.groups().size());
        assertEquals(2, optimizer.parameters().size());
        optimizer.addGroup(ParameterGroup.of(weights.subList(2, 3)));
        assertEquals(RATE, optimizer.group("1").learningRate());
        Rejected.argument(() -> optimizer.group("head"), "there is no group \"head\", but 0, 1");
    }

    @Example
    void refusesWhatCannotBe() {
        var weights = weights(1);
        Rejected.argument(() -> ParameterGroups.of(), "there are no parameters to train");
        Rejected.argument(() -> ParameterGroups.of(ParameterGroup.of(List.of())), "there are no parameters to train");
        Rejected.argument(() -> ParameterGroups.of(ParameterGroup.of(weights),
            ParameterGroup.of(weights.subList(3, 4)).name("head")), "parameter \"weight\" [2] of group head is listed twice");
        Rejected.argument(() -> ParameterGroups.of(ParameterGroup.of(weights).name("1"), ParameterGroup.of(List.of())),
            "two groups are named \"1\"");
        Rejected.argument(() -> ParameterGroup.of(weights).learningRate(-1), "parameter group: learning rate -1.0");
        Rejected.argument(() -> ParameterGroup.of(weights).weightDecay(Double.NaN), "parameter group: weight decay NaN");
        Rejected.argument(() -> ParameterGroup.of(null), "parameter group: no parameters");
        Rejected.argument(() -> ParameterGroup.of(Arrays.asList(weights.getFirst(), null)),
            "parameter group: parameter 1 is null", "bias");
        Rejected.argument(() -> ParameterGroup.of(weights).options(null), "parameter group: no options");
        Rejected.argument(() -> ParameterGroups.of((ParameterGroup) null), "optimizer: group 0 is null");
        Rejected.argument(() -> ParameterGroups.of((ParameterGroup[]) null), "optimizer: no groups");
        Rejected.argument(() -> new SGD(weights, 1).addGroup(null), "optimizer: group 1 is null");
        Rejected.argument(() -> new SGD(weights, 1).loadStateDict(null), "optimizer: no state");
        var groups = ParameterGroups.of(ParameterGroup.of(weights));
        Rejected.argument(() -> new SGD(groups, -1, SGD.options()), "optimizer: learning rate -1.0");
        Rejected.argument(() -> new SGD(groups, 1, null), "optimizer: no options");
        Rejected.argument(() -> new SGD(groups, 1, SGD.options()).group("0").learningRate(Double.NaN), "learning rate NaN");
        Rejected.argument(() -> Optimizer.requireDisjoint(List.of(new SGD(weights.subList(0, 2), 1),
            new Adam(weights.subList(1, 4), 1))), "two of them have parameter \"weight\" [3, 5]", "leave it to one");
        Optimizer.requireDisjoint(List.of(new SGD(weights.subList(0, 2), 1), new Adam(weights.subList(2, 4), 1)));
    }

    @Example
    void weightsDecayAndBiasesAndNormsDoNot() {
        var model = new Sequential(new Embedding(10, 4), new LayerNorm(Shape.of(2, 4), 1e-5, true), new Linear(4, 3),
            new BatchNorm1d(3));
        ToIntFunction<String> count = name -> (int) ParameterGroups.byDecay(model).groups().stream()
            .filter(group -> group.name().equals(name)).flatMap(group -> group.parameters().stream()).count();
        assertEquals(2, count.applyAsInt("decayed"));
        assertEquals(5, count.applyAsInt("undecayed"));
        var optimizer = new AdamW(ParameterGroups.byDecay(model, (path, _) -> path.equals("2.bias")), RATE,
            AdamW.options().weightDecay(0.3));
        assertEquals("bias", optimizer.group("decayed").parameters().getFirst().name());
        assertEquals(0.3, ((AdamW.Options) optimizer.group("decayed").options()).weightDecay());
        assertEquals(0, ((AdamW.Options) optimizer.group("undecayed").options()).weightDecay());
        // without any that don't decay
        assertEquals(List.of(), ParameterGroups.byDecay(new Sequential(new Embedding(3, 2))).groups().getLast().parameters());
    }

    @Example
    void allGroupsTakeARateThatIsSet() {
        var weights = weights(1);
        var optimizer = new SGD(ParameterGroups.of(ParameterGroup.of(weights.subList(0, 1)).learningRate(1),
            ParameterGroup.of(weights.subList(1, 2))), RATE, SGD.options());
        assertEquals(1, optimizer.learningRate());
        optimizer.learningRate(0.5);
        assertEquals(List.of(0.5, 0.5), optimizer.groups().stream().map(Optimizer.Group::learningRate).toList());
    }

    /// Where parameters made as many steps, nothing is allocated, however many groups there are.
    @Example
    void aStepMakesNoGarbage() {
        var groups = new ArrayList<ParameterGroup>();
        for (int i = 0; i < 5; i++) groups.add(ParameterGroup.of(weights(4 * i).subList(0, 3)).weightDecay(i % 2));
        var optimizer = new Adam(new ParameterGroups(groups), 1e-3, Adam.options());
        var schedule = new ExponentialLR(optimizer, 0.999);
        for (var parameter : optimizer.parameters()) parameter.tensor().grad(parameter.full(1));
        assertEquals(0, Allocated.least(20_000, 0, () -> {
            optimizer.step();
            schedule.step();
        }));
    }
}
