package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.OptimizerKind;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What all optimizers have in common.
class OptimizerTest {

    /// Those whose steps get smaller, and reach the bottom soon.
    @Provide
    Arbitrary<OptimizerKind> quick() {
        return Arbitraries.of(OptimizerKind.SGD_PLAIN, OptimizerKind.MOMENTUM, OptimizerKind.ADAM);
    }

    @Property(tries = 60)
    void findsTheLowestPointOfABowl(@ForAll("quick") OptimizerKind kind, @ForAll long seed) {
        var x = Weights.parameter(seed, 3, 2);
        var lowest = Tensor.of(new float[] {1, -2, 0, 0.5f, -0.25f, 2}, 3, 2);
        var optimizer = kind.make(List.of(x), 0.1);
        for (int step = 0; step < 300; step++) {
            optimizer.zeroGrad();
            x.tensor().sub(lowest).square().sum().backward();
            optimizer.step();
        }
        assertArrayEquals(lowest.toArray(), Weights.values(x), 1e-3f);
        assertEquals(300, optimizer.steps());
    }

    @Property(tries = 60)
    void aParameterWithoutAGradientIsLeftAlone(@ForAll OptimizerKind kind, @ForAll long seed) {
        var moved = Weights.parameter(seed, 5);
        var idle = Weights.parameter(seed + 1, 5);
        var before = Weights.values(idle);
        var optimizer = kind.make(List.of(idle, moved), 0.1);
        for (int step = 0; step < 3; step++) {
            Weights.gradient(moved, Tensor.ones(5));
            optimizer.step();
        }
        assertArrayEquals(before, Weights.values(idle));
    }

    @Property(tries = 60)
    void aRateOfZeroMovesNothing(@ForAll OptimizerKind kind, @ForAll long seed) {
        var x = Weights.parameter(seed, 5);
        var before = Weights.values(x);
        var optimizer = kind.make(List.of(x), 0.0);
        Weights.gradient(x, Tensor.ones(5));
        optimizer.step();
        assertArrayEquals(before, Weights.values(x));
        optimizer.learningRate(0.1);
        assertEquals(0.1, optimizer.learningRate());
        optimizer.step();
        for (int i = 0; i < 5; i++) assertTrue(Weights.values(x)[i] < before[i]);
    }

    /// Each parameter has a memory of its own.
    @Property(tries = 60)
    void parametersDoNotDisturbEachOther(@ForAll OptimizerKind kind, @ForAll long seed) {
        var alone = Weights.parameter(seed, 4);
        var first = Weights.parameter(seed + 1, 4);
        var second = Weights.parameter(seed, 4);
        var one = kind.make(List.of(alone), 0.1);
        var both = kind.make(List.of(first, second), 0.1);
        for (int step = 1; step <= 5; step++) {
            Weights.gradient(alone, Tensor.full(step, 4));
            Weights.gradient(second, Tensor.full(step, 4));
            Weights.gradient(first, Tensor.full(-7, 4));
            one.step();
            both.step();
        }
        assertArrayEquals(Weights.values(alone), Weights.values(second));
    }

    /// The gradient of a sum is one number, seen in the sum's shape.
    @Example
    void gradientsMayBeViews() {
        for (var kind : OptimizerKind.values()) {
            var x = Weights.parameter(1, 3, 4);
            var same = Weights.parameter(1, 3, 4);
            x.tensor().t().sum().backward();
            Weights.gradient(same, Tensor.ones(3, 4));
            kind.make(List.of(x), 0.1).step();
            kind.make(List.of(same), 0.1).step();
            assertArrayEquals(Weights.values(same), Weights.values(x));
        }
    }

    @Example
    void gradientsAreKeptUntilDropped() {
        for (var kind : OptimizerKind.values()) {
            var x = Weights.parameter(1, 2);
            var optimizer = kind.make(List.of(x), 0.1);
            Weights.gradient(x, Tensor.ones(2));
            optimizer.step();
            assertArrayEquals(new float[] {1, 1}, x.grad().toArray());
            optimizer.zeroGrad();
            assertNull(x.grad());
        }
    }

    /// A result that was computed with the old values can't be differentiated with the new ones.
    @Example
    void aStepIsAChangeInPlace() {
        for (var kind : OptimizerKind.values()) {
            var x = Weights.parameter(1, 2);
            var y = x.tensor().square().sum();
            Weights.gradient(x, Tensor.ones(2));
            kind.make(List.of(x), 0.1).step();
            Rejected.state(y::backward, "changed in place");
            assertNotEquals(y.item(), x.tensor().square().sum().item());
        }
    }

    @Example
    void refusesWhatIsNoRate() {
        var parameters = List.of(Weights.parameter(1, 2));
        for (var kind : OptimizerKind.values()) {
            for (double rate : new double[] {-1e-3, Double.NaN, Double.POSITIVE_INFINITY}) {
                Rejected.argument(() -> kind.make(parameters, rate), "learning rate", Double.toString(rate));
                var optimizer = kind.make(parameters, 0.1);
                Rejected.argument(() -> optimizer.learningRate(rate), "learning rate", Double.toString(rate));
            }
            Rejected.argument(() -> kind.make(List.of(), 0.1), "no parameters");
        }
        for (double share : new double[] {-0.1, 1, Double.NaN}) {
            Rejected.argument(() -> new SGD(parameters, 0.1, share), "momentum", Double.toString(share));
            Rejected.argument(() -> new Adam(parameters, 0.1, share, 0.9, 0), "beta1", Double.toString(share));
            Rejected.argument(() -> new Adam(parameters, 0.1, 0.9, share, 0), "beta2", Double.toString(share));
        }
        Rejected.argument(() -> new Adam(parameters, 0.1, 0.9, 0.9, -1e-8), "epsilon", "-1.0E-8");
        Rejected.argument(() -> new Adam(parameters, 0.1, 0.9, 0.9, Double.NaN), "epsilon", "NaN");
    }

    @Example
    void aParameterListedTwiceIsRefused() {
        var x = Weights.parameter(1, 3);
        for (var kind : OptimizerKind.values()) Rejected.argument(() -> kind.make(List.of(x, x), 0.1), "twice");
    }
}
