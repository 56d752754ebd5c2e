package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What a checkpoint keeps of an optimizer.
class StateDictTest {

    private enum Kind {
        MOMENTUM(p -> new SGD(p, 0.1, SGD.options().momentum(0.9).dampening(0.3))),
        AMSGRAD(p -> new Adam(p, 0.1, Adam.options().amsgrad(true))),
        RMSPROP(p -> new RMSprop(p, 0.1, RMSprop.options().momentum(0.5).centered(true))),
        ADAGRAD(p -> new Adagrad(p, 0.1, Adagrad.options().lrDecay(0.1)));

        final Function<List<Parameter>, Optimizer> make;

        Kind(Function<List<Parameter>, Optimizer> make) { this.make = make; }
    }

    private static void steps(Optimizer optimizer, Parameter x, long seed, int n) {
        for (int step = 0; step < n; step++) {
            Weights.gradient(x, Tensor.randn(new Threefry(seed).stream(step), x.shape().toArray()));
            optimizer.step();
        }
    }

    @Property(tries = 40)
    void aResumedOptimizerGoesOnToTheBit(@ForAll Kind kind, @ForAll long seed) {
        var idle = Weights.parameter(seed + 1, 2);
        var x = Weights.parameter(seed, 3, 4);
        var optimizer = kind.make.apply(List.of(idle, x));
        optimizer.learningRate(0.07);
        steps(optimizer, x, seed, 5);
        var state = optimizer.stateDict();
        var copy = Weights.parameter(seed, 3, 4);
        var saved = Weights.values(x);
        InPlace.fill(copy.tensor(), (data, offset, length) -> System.arraycopy(saved, 0, data, offset, length));
        steps(optimizer, x, seed, 5); // must not reach into the state

        var resumed = kind.make.apply(List.of(idle, copy));
        resumed.loadStateDict(state);
        assertEquals(5, resumed.steps());
        assertEquals(0.07, resumed.learningRate());
        steps(resumed, copy, seed, 5);
        assertArrayEquals(Weights.values(x), Weights.values(copy));
    }

    @Example
    void namesArePyTorchs() {
        assertNames(Kind.MOMENTUM, "momentum_buffer");
        assertNames(Kind.AMSGRAD, "exp_avg", "exp_avg_sq", "max_exp_avg_sq");
        assertNames(Kind.RMSPROP, "square_avg", "grad_avg", "momentum_buffer");
        assertNames(Kind.ADAGRAD, "sum");
    }

    private static void assertNames(Kind kind, String... names) {
        var x = Weights.parameter(1, 2);
        var optimizer = kind.make.apply(List.of(Weights.parameter(2, 2), x));
        assertEquals(Set.of(), optimizer.stateDict().parameters().keySet());
        steps(optimizer, x, 1, 3);
        var parameters = optimizer.stateDict().parameters();
        assertEquals(Set.of(1), parameters.keySet());
        assertEquals(3, parameters.get(1).steps());
        assertEquals(Set.of(names), parameters.get(1).buffers().keySet());
    }

    @Example
    void refusesTheStateOfAnother() {
        var x = Weights.parameter(1, 2);
        var adam = new Adam(List.of(x), 0.1);
        steps(adam, x, 1, 2);
        var state = adam.stateDict();
        Rejected.argument(() -> new SGD(List.of(x), 0.1, 0.9).loadStateDict(state), "exp_avg", "momentum_buffer");
        Rejected.argument(() -> new Adam(List.of(Weights.parameter(1, 3)), 0.1).loadStateDict(state), "exp_avg", "[2]", "[3]");
        var beyond = new OptimizerState(2, 0.1, Map.of(1, state.parameters().get(0)));
        Rejected.argument(() -> new Adam(List.of(x), 0.1).loadStateDict(beyond), "parameter 1", "there are 1");
        Rejected.argument(() -> new OptimizerState(-1, 0.1, Map.of()), "steps -1");
        Rejected.argument(() -> new OptimizerState.Slot(-2, Map.of()), "steps -2");

        var fresh = new Adam(List.of(x), 0.2);
        Rejected.argument(() -> fresh.loadStateDict(new OptimizerState(2, Double.NaN, state.parameters())), "learning rate NaN");
        assertEquals(Map.of(), fresh.stateDict().parameters());
        assertEquals(0, fresh.steps());
    }
}
