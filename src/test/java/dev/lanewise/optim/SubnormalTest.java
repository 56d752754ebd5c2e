package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What is remembered of a weight that gets no gradient any more goes to 0, past the numbers that make processors slow.
class SubnormalTest {

    private static final int N = 50;

    private enum Kind {
        MOMENTUM(p -> new SGD(p, 0.1, 0.5)),
        ADAM(p -> new Adam(p, 0.1, 0.5, 0.6, 1e-8)),
        AMSGRAD(p -> new Adam(p, 0.1, Adam.options().betas(0.5, 0.6).amsgrad(true))),
        RMSPROP(p -> new RMSprop(p, 0.1, RMSprop.options().alpha(0.5).momentum(0.5))),
        CENTERED(p -> new RMSprop(p, 0.1, RMSprop.options().alpha(0.5).centered(true)));

        final Function<List<Parameter>, Optimizer> make;

        Kind(Function<List<Parameter>, Optimizer> make) { this.make = make; }
    }

    @Property(tries = 50)
    void nothingStaysSubnormal(@ForAll Kind kind, @ForAll long seed) {
        var parameter = Weights.parameter(seed, N);
        var optimizer = kind.make.apply(List.of(parameter));
        Weights.gradient(parameter, Tensor.randn(new Threefry(seed).stream("gradient"), N));
        optimizer.step();
        Weights.gradient(parameter, Tensor.zeros(N));
        for (int step = 0; step < 400; step++) {
            optimizer.step();
            optimizer.stateDict().parameters().get(0).buffers().forEach((name, buffer) -> {
                for (float each : buffer.toArray())
                    assertTrue(each == 0 || Math.abs(each) >= Float.MIN_NORMAL, () -> name + " has " + each);
            });
        }
    }

    /// Small gradients, whose squares vanish at different times.
    @Property(tries = 50)
    void adamsStepsAreThoseThatTheyWouldBe(@ForAll long seed) {
        var parameter = Weights.parameter(seed, N);
        var adam = new Adam(List.of(parameter), 0.1, 0.9, 0.999, 1e-8);
        float[] p = Weights.values(parameter);
        float[] m = new float[N];
        float[] v = new float[N];
        float[] g = Tensor.randn(new Threefry(seed).stream("gradient"), N).mul(1e-17f).toArray();
        for (int t = 1; t <= 300; t++) {
            Weights.gradient(parameter, Tensor.of(g));
            adam.step();
            float share = (float) (1 - 0.9);
            float squareShare = (float) (1 - 0.999);
            float scale = (float) (1 / Math.sqrt(1 - UpdateRule.power(0.999, t)));
            float rate = (float) (-0.1 / (1 - UpdateRule.power(0.9, t)));
            for (int i = 0; i < N; i++) {
                m[i] = Math.fma(g[i] - m[i], share, m[i]);
                v[i] = Math.fma(squareShare * g[i], g[i], 0.999f * v[i]);
                p[i] = Math.fma(rate, m[i] / Math.fma((float) Math.sqrt(v[i]), scale, 1e-8f), p[i]);
                g[i] *= 0.9f;
            }
            assertArrayEquals(p, Weights.values(parameter));
        }
    }

    /// Nothing hides a square that is lost, so none is.
    @Example
    void withoutEpsilonSquaresAreKept() {
        var parameter = Weights.parameter(1, 1);
        var adam = new Adam(List.of(parameter), 0.1, 0.9, 0.999, 0);
        Weights.gradient(parameter, Tensor.of(1e-18f));
        adam.step();
        float kept = adam.stateDict().parameters().get(0).buffers().get("exp_avg_sq").item();
        assertTrue(kept > 0 && kept < Float.MIN_NORMAL, () -> "kept " + kept);
        assertEquals(0, UpdateRule.least(1e-20));
    }
}
