package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/// The optimizers against their formulas, in double and one number at a time, over many steps.
class UpdateRuleTest {

    private static final int STEPS = 25;
    private static final int ELEMENTS = 37;
    private static final double ROUNDING = 0x1p-24;

    /// How the formula changes one number, which remembers of it what it likes.
    private interface Rule {
        double step(int t, double p, double gradient, double[] memory);
    }

    @Property(tries = 100)
    void gradientDescent(@ForAll @DoubleRange(max = 0.5) double rate, @ForAll long seed) {
        assertFollows(parameters -> new SGD(parameters, rate), (_, p, g, _) -> p - rate * g, rate, seed);
    }

    /// The sum of all past gradients makes steps up to 1 / (1 - momentum) times as long.
    @Property(tries = 100)
    void gradientDescentWithMomentum(@ForAll @DoubleRange(max = 0.5) double rate,
                                     @ForAll @DoubleRange(max = 0.95) double momentum, @ForAll long seed) {
        assertFollows(parameters -> new SGD(parameters, rate, momentum), (_, p, g, memory) -> {
            memory[0] = momentum * memory[0] + g;
            return p - rate * memory[0];
        }, rate / (1 - momentum), seed);
    }

    /// A step is a few rates long at the most.
    @Property(tries = 200)
    void adam(@ForAll @DoubleRange(max = 0.5) double rate, @ForAll @DoubleRange(max = 0.99) double beta1,
              @ForAll @DoubleRange(min = 0.9, max = 0.9999) @Scale(4) double beta2,
              @ForAll @DoubleRange(max = 0.1) @Scale(8) double epsilon, @ForAll long seed) {
        assertFollows(parameters -> new Adam(parameters, rate, beta1, beta2, epsilon), (t, p, g, memory) -> {
            memory[0] = beta1 * memory[0] + (1 - beta1) * g;
            memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
            double mean = memory[0] / (1 - Math.pow(beta1, t));
            double square = memory[1] / (1 - Math.pow(beta2, t));
            return p - rate * mean / (Math.sqrt(square) + epsilon);
        }, 4 * rate, seed);
    }

    /// The paper's remark: the first step is as long as the rate, whatever the gradient's size.
    @Property(tries = 100)
    void adamsFirstStepIsTheRateAgainstTheSign(@ForAll @DoubleRange(min = 1e-3, max = 1) @Scale(3) double rate,
                                               @ForAll long seed) {
        var x = Weights.parameter(seed, ELEMENTS);
        var before = Weights.values(x);
        var gradient = Tensor.randn(new Threefry(seed).stream("gradient"), ELEMENTS).mul(1e3f);
        Weights.gradient(x, gradient);
        new Adam(List.of(x), rate).step();
        for (int i = 0; i < ELEMENTS; i++)
            // but for epsilon, where a gradient happens to be as small
            assertEquals(before[i] - rate * gradient.get(i) / (Math.abs(gradient.get(i)) + 1e-8), Weights.values(x)[i], 1e-5);
    }

    /// Each step may round its result, and be wrong by some units of 2^-24 of a long step: of `length` times the
    /// largest gradient, in units of the gradients' size.
    private static void assertFollows(Function<List<Parameter>, Optimizer> make, Rule rule, double length, long seed) {
        var random = new SplittableRandom(seed);
        var source = new Threefry(seed);
        var x = Weights.parameter(seed, ELEMENTS);
        var optimizer = make.apply(List.of(x));
        var expected = Weights.doubles(Weights.values(x));
        var memory = new double[ELEMENTS][2];
        double largest = 1;
        for (int t = 1; t <= STEPS; t++) {
            var gradient = Tensor.randn(source, ELEMENTS).mul((float) Math.exp(random.nextDouble(-2, 2)));
            Weights.gradient(x, gradient);
            optimizer.step();
            for (int i = 0; i < ELEMENTS; i++) {
                expected[i] = rule.step(t, expected[i], gradient.get(i), memory[i]);
                largest = Math.max(largest, Math.max(Math.abs(expected[i]), 32 * length));
            }
        }
        for (int i = 0; i < ELEMENTS; i++)
            assertEquals(expected[i], Weights.values(x)[i], 2 * STEPS * ROUNDING * largest);
    }
}
