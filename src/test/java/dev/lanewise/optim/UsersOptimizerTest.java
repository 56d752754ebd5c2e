package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.formula.Term;
import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.OnThreads;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// Optimizers as users write them: by the public language alone, with all that ours have.
class UsersOptimizerTest {

    private static final int ELEMENTS = 37;

    /// Chen et al., "Symbolic discovery of optimization algorithms", 2023.
    private static final class Lion extends Optimizer {

        record Options(double beta1, double beta2, double weightDecay) implements OptimizerOptions {

            static final UpdateRule RULE = UpdateRule.of("lion", rule -> {
                Term m = rule.buffer("exp_avg");
                Term toward = rule.gradient().sub(m);
                Term step = sign(toward.fma(rule.number("1 - beta1"), m));
                rule.updateParameter(rule.number("-rate").fma(step, rule.number("1 - rate decay").mul(rule.parameter())));
                rule.updateBuffer("exp_avg", UpdateRule.kept(toward.fma(rule.number("1 - beta2"), m)));
            });

            @Override
            public UpdateRule rule() { return RULE; }

            @Override
            public void numbers(UpdateRule.Numbers numbers, long t, double rate) {
                numbers.set("-rate", -rate).set("1 - rate decay", 1 - rate * weightDecay).set("1 - beta1", 1 - beta1)
                    .set("1 - beta2", 1 - beta2);
            }

            @Override
            public Options weightDecay(double decay) { return new Options(beta1, beta2, decay); }
        }

        Lion(ParameterGroups groups, double rate, Options options) { super(groups, rate, options); }

        Lion(List<Parameter> parameters, double rate, Options options) { super(parameters, rate, options); }
    }

    private static Term sign(Term x) { return x.gt(0).select(1, x.lt(0).select(Term.constant(-1), 0)); }

    /// With four buffers and all functions that a loop takes, and without a weight decay.
    private record Odd(double start) implements OptimizerOptions {

        static final UpdateRule RULE = UpdateRule.of("odd", rule -> {
            Term sum = rule.parameter().mul(0);
            for (var name : List.of("a", "b", "c", "d")) {
                Term next = rule.buffer(name).add(rule.gradient().tanh()).mul(rule.number("share"));
                rule.updateBuffer(name, next);
                sum = sum.add(next);
            }
            rule.updateParameter(rule.parameter().sub(sum.mul(rule.number("rate"))));
        });

        @Override
        public UpdateRule rule() { return RULE; }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double rate) {
            numbers.set("rate", rate).set("share", 1.0 / (t + 1));
        }

        @Override
        public double initial(String buffer) { return start * buffer.charAt(0); }
    }

    @Property(tries = 100)
    void lionFollowsItsPaper(@ForAll @DoubleRange(max = 0.95) double beta1, @ForAll @DoubleRange(max = 0.99) double beta2,
                             @ForAll @DoubleRange(max = 0.3) double decay, @ForAll long seed) {
        var x = Weights.parameter(seed, ELEMENTS);
        var lion = new Lion(List.of(x), 0.05, new Lion.Options(beta1, beta2, decay));
        var expected = Weights.doubles(Weights.values(x));
        var m = new double[ELEMENTS];
        for (int t = 0; t < 25; t++) {
            var g = Tensor.randn(new Threefry(seed).stream(t), ELEMENTS);
            Weights.gradient(x, g);
            lion.step();
            var values = Weights.values(x);
            for (int i = 0; i < ELEMENTS; i++) {
                double direction = beta1 * m[i] + (1 - beta1) * g.get(i);
                double next = expected[i] - 0.05 * (Math.signum(direction) + decay * expected[i]);
                // a direction that rounding may turn
                expected[i] = Math.abs(direction) < 1e-6 ? values[i] : next;
                m[i] = beta2 * m[i] + (1 - beta2) * g.get(i);
            }
        }
        for (int i = 0; i < ELEMENTS; i++) assertEquals(expected[i], Weights.values(x)[i],
            2e-5 * Math.max(1, Math.abs(expected[i])));
    }

    @Property(tries = 60)
    void goesOnToTheBitInMidRunWithGroupsScheduleAndClipping(@ForAll @IntRange(max = 10) int stop, @ForAll long seed) {
        var ours = List.of(Weights.parameter(seed, 5), Weights.parameter(seed + 1, 4, 3));
        var theirs = List.of(Weights.parameter(seed, 5), Weights.parameter(seed + 1, 4, 3));
        var through = lion(ours);
        var throughSchedule = new CosineAnnealingLR(through, 7);
        var stopped = lion(theirs);
        var stoppedSchedule = new CosineAnnealingLR(stopped, 7);
        for (int t = 0; t < 10; t++) {
            if (t == stop) {
                var again = lion(theirs);
                var scheduleAgain = new CosineAnnealingLR(again, 7);
                again.loadStateDict(stopped.stateDict());
                scheduleAgain.loadStateDict(stoppedSchedule.stateDict());
                stopped = again;
                stoppedSchedule = scheduleAgain;
            }
            step(through, throughSchedule, seed, t);
            step(stopped, stoppedSchedule, seed, t);
            for (int i = 0; i < 2; i++) assertArrayEquals(Weights.values(ours.get(i)), Weights.values(theirs.get(i)));
        }
        assertEquals("Lion", through.kind());
        Rejected.argument(() -> new Adam(ours, 1).loadStateDict(lion(ours).stateDict()), "of 2 groups");
    }

    private static Lion lion(List<Parameter> parameters) {
        return new Lion(ParameterGroups.of(ParameterGroup.of(parameters.subList(0, 1)).weightDecay(0).learningRate(0.2),
            ParameterGroup.of(parameters.subList(1, 2)).options(new Lion.Options(0.5, 0.7, 0.1))), 0.1,
                new Lion.Options(0.9, 0.99, 0.3));
    }

    private static void step(Optimizer optimizer, LRScheduler schedule, long seed, int t) {
        for (int i = 0; i < optimizer.parameters().size(); i++) {
            var parameter = optimizer.parameters().get(i);
            Weights.gradient(parameter, Tensor.randn(new Threefry(seed).stream(t).stream(i), parameter.shape().toArray()));
        }
        GradientClipping.clipByNorm(optimizer.parameters(), 1);
        optimizer.step();
        schedule.step();
    }

    @Property(tries = 20)
    void fourBuffersStartAsTheOptionsSay(@ForAll @DoubleRange(min = -2, max = 2) double start, @ForAll long seed) {
        var x = Weights.parameter(seed, ELEMENTS);
        var optimizer = new Optimizer(List.of(x), 0.1, new Odd(start));
        var expected = Weights.doubles(Weights.values(x));
        var buffers = new double[4];
        for (int i = 0; i < 4; i++) buffers[i] = start * ('a' + i);
        Weights.gradient(x, Tensor.full(0.3f, ELEMENTS));
        for (int t = 1; t < 10; t++) {
            optimizer.step();
            double sum = 0;
            for (int i = 0; i < 4; i++) sum += buffers[i] = (buffers[i] + Math.tanh(0.3f)) / (t + 1);
            for (int i = 0; i < ELEMENTS; i++) expected[i] -= sum * 0.1;
        }
        for (int i = 0; i < ELEMENTS; i++) assertEquals(expected[i], Weights.values(x)[i], 1e-4);
        assertEquals("Odd", optimizer.kind());
        assertEquals("Odd", new Optimizer(List.of(x), 0.1, new Odd(start)) {}.kind());
        assertEquals(Formula.SLOTS, 2 + UpdateRule.MOST_BUFFERS);
        Rejected.argument(() -> new Optimizer(ParameterGroups.of(ParameterGroup.of(List.of(x)).weightDecay(0.1)), 0.1,
            new Odd(0)), "weight decay 0.1", "Odd, have none", "override OptimizerOptions.weightDecay");
    }

    @Property(tries = 3)
    void theSameBitsOnOneThreadAndTwo(@ForAll long seed) { OnThreads.assertSameBits(() -> large(seed)); }

    private static float[] large(long seed) {
        var x = Weights.parameter(seed, 300_001);
        var lion = new Lion(List.of(x), 0.05, new Lion.Options(0.9, 0.99, 0.1));
        for (int t = 0; t < 3; t++) {
            Weights.gradient(x, Tensor.randn(new Threefry(seed).stream(t), 300_001));
            lion.step();
        }
        return Weights.values(x);
    }

    @Example
    void aRuleThatCannotBeIsNamed() {
        Rejected.argument(() -> UpdateRule.of("r", _ -> { }), "update rule \"r\": never updates the parameter",
            "updateParameter");
        Rejected.argument(() -> UpdateRule.of("r", rule -> {
            rule.updateParameter(rule.gradient());
            rule.updateParameter(rule.gradient());
        }), "update rule \"r\": updates the parameter twice");
        Rejected.argument(() -> UpdateRule.of("r", rule -> rule.updateParameter(rule.buffer("m"))), "never updates \"m\"",
            "updateBuffer(\"m\"");
        Rejected.argument(() -> UpdateRule.of("r", rule -> rule.updateParameter(rule.gradient().sin())), "has a sine or cosine");
        Rejected.argument(() -> UpdateRule.of("r", rule -> {
            rule.updateParameter(rule.gradient());
            for (int i = 0; i < 5; i++) rule.updateBuffer("b" + i, rule.gradient());
        }), "has 5 buffers, [b0, b1, b2, b3, b4]; a loop takes at most 4");
        Rejected.argument(() -> UpdateRule.of("r", rule -> rule.updateParameter(IntStream.range(0, 65)
            .mapToObj(i -> rule.number("n" + i)).reduce(Term::add).orElseThrow())), "has 65 numbers; at most 64");
    }

    /// By its rule where it has no other name; and without a rule it is none.
    @Example
    void anOptimizerWithoutAClassOfItsOwn() {
        var x = List.of(Weights.parameter(1, 3));
        assertEquals("odd", new Optimizer(x, 0.1, of(Odd.RULE)).kind());
        Rejected.argument(() -> new Optimizer(x, 0.1, of(null)), "optimizer: no rule of ");
    }

    private static OptimizerOptions of(UpdateRule rule) {
        return new OptimizerOptions() {
            @Override
            public UpdateRule rule() { return rule; }

            @Override
            public void numbers(UpdateRule.Numbers numbers, long t, double rate) { numbers.set("rate", rate).set("share", 1); }
        };
    }

    /// What goes wrong in a step changes no parameter, and the next step is as if it hadn't been.
    @Example
    void aNumberThatIsMissingOrUnknownChangesNothing() {
        var x = Weights.parameter(1, 3);
        var before = Weights.values(x);
        Weights.gradient(x, Tensor.ones(3));
        record Wrong(String name) implements OptimizerOptions {
            static final UpdateRule RULE = UpdateRule.of("wrong", rule -> rule.updateParameter(
                rule.number("-rate").fma(rule.number("scale").mul(rule.gradient()), rule.parameter())));

            @Override
            public UpdateRule rule() { return RULE; }

            @Override
            public void numbers(UpdateRule.Numbers numbers, long t, double rate) {
                numbers.set("-rate", -rate).set(name, t < 3 ? 1 : 0);
                if (t == 3) numbers.clear().set("scale", 1);
            }
        }
        Rejected.state(new Optimizer(List.of(x), 0.1, new Wrong("-rate"))::step,
            "update rule \"wrong\": the number \"scale\" was not set");
        Rejected.argument(new Optimizer(List.of(x), 0.1, new Wrong("size"))::step,
            "it has no number \"size\", but [-rate, scale]");
        assertArrayEquals(before, Weights.values(x));
        // nor those of a group before it
        var later = Weights.parameter(1, 2);
        Weights.gradient(later, Tensor.ones(2));
        var groups = ParameterGroups.of(ParameterGroup.of(List.of(x)), ParameterGroup.of(List.of(later))
            .options(new Wrong("-rate")));
        Rejected.state(new Optimizer(groups, 0.1, new Wrong("scale"))::step, "was not set");
        assertArrayEquals(before, Weights.values(x));
        var right = new Optimizer(List.of(x), 0.5, new Wrong("scale"));
        right.step();
        assertEquals(before[0] - 0.5f, Weights.values(x)[0]);
        right.step();
        // what an earlier step set is forgotten
        Rejected.state(right::step, "the number \"-rate\" was not set");
        assertTrue(Double.isFinite(Weights.values(x)[1]));
    }
}
