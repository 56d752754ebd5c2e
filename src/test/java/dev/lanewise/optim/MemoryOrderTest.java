package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.OptimizerKind;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// A parameter that lies in memory the other way round is stepped as its twin that doesn't, to the bit, and without copies.
class MemoryOrderTest {

    private static Parameter turned(long seed, int out, int in) {
        var parameter = Parameter.turned("weight", Shape.of(out, in), Fan.linear(1, 1), Initializers.normal(0, 1));
        parameter.initialize(new Threefry(seed));
        return parameter;
    }

    /// The gradient lies as the one parameter does or as the other, in turn, and is clipped.
    private static void step(Optimizer optimizer, Parameter parameter, long seed, int step) {
        var drawn = Tensor.randn(new Threefry(seed).stream(step), parameter.shape().toArray());
        Weights.gradient(parameter, step % 2 == 0 ? drawn : drawn.t().contiguous().t());
        GradientClipping.clipByNorm(List.of(parameter), 3);
        GradientClipping.clipByValue(List.of(parameter), 1);
        optimizer.step();
    }

    @Property(tries = 100)
    void fiveStepsAndARestartAreTheSame(@ForAll OptimizerKind kind, @ForAll @IntRange(min = 1, max = 40) int out,
                                        @ForAll @IntRange(min = 1, max = 40) int in, @ForAll long seed) {
        var plain = Weights.parameter(seed, out, in);
        var turned = turned(seed, out, in);
        assertArrayEquals(Weights.values(plain), Weights.values(turned));
        var ofPlain = kind.make(List.of(plain));
        var ofTurned = kind.make(List.of(turned));
        for (int step = 0; step < 5; step++) {
            step(ofPlain, plain, seed, step);
            step(ofTurned, turned, seed, step);
            assertArrayEquals(Weights.values(plain), Weights.values(turned));
        }
        assertTrue(turned.tensor().t().isContiguous());
        // each goes on from the other's state
        var states = List.of(ofPlain.stateDict(), ofTurned.stateDict());
        assertSame(states.get(0), states.get(1));
        var plainAgain = kind.make(List.of(plain));
        var turnedAgain = kind.make(List.of(turned));
        plainAgain.loadStateDict(states.get(1));
        turnedAgain.loadStateDict(states.get(0));
        for (int step = 5; step < 8; step++) {
            step(plainAgain, plain, seed, step);
            step(turnedAgain, turned, seed, step);
            assertArrayEquals(Weights.values(plain), Weights.values(turned));
        }
        assertSame(plainAgain.stateDict(), turnedAgain.stateDict());
    }

    private static void assertSame(OptimizerState a, OptimizerState b) {
        assertEquals(a.parameters().keySet(), b.parameters().keySet());
        a.parameters().forEach((index, slot) -> slot.buffers().forEach((name, buffer) -> {
            assertEquals(buffer.shape(), b.parameters().get(index).buffers().get(name).shape());
            assertArrayEquals(buffer.toArray(), b.parameters().get(index).buffers().get(name).toArray());
        }));
    }

    @Example
    void aStepCopiesNothing() {
        var weight = turned(1, 500, 400);
        var optimizer = new Adam(List.of(weight), 0.1);
        weight.tensor().grad(weight.full(1));
        assertTrue(Allocated.least(1000, 99_999, optimizer::step) < 100_000, "a copy is 800,000 bytes");
    }
}
