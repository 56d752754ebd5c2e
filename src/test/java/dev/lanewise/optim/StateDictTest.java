package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.catalogue.OptimizerKind;
import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What a checkpoint keeps of an optimizer.
class StateDictTest {

    private static void steps(Optimizer optimizer, Parameter x, long seed, int n) {
        for (int step = 0; step < n; step++) {
            Weights.gradient(x, Tensor.randn(new Threefry(seed).stream(step), x.shape().toArray()));
            optimizer.step();
        }
    }

    @Property(tries = 40)
    void aResumedOptimizerGoesOnToTheBit(@ForAll OptimizerKind kind, @ForAll long seed) {
        var idle = Weights.parameter(seed + 1, 2);
        var x = Weights.parameter(seed, 3, 4);
        var optimizer = kind.make(List.of(idle, x));
        optimizer.learningRate(0.07);
        steps(optimizer, x, seed, 5);
        var state = optimizer.stateDict();
        var copy = Weights.parameter(seed, 3, 4);
        var saved = Weights.values(x);
        InPlace.fill(copy.tensor(), (data, offset, length) -> System.arraycopy(saved, 0, data, offset, length));
        steps(optimizer, x, seed, 5); // must not reach into the state

        var resumed = kind.make(List.of(idle, copy));
        resumed.loadStateDict(state);
        assertEquals(5, resumed.steps());
        assertEquals(0.07, resumed.learningRate());
        steps(resumed, copy, seed, 5);
        assertArrayEquals(Weights.values(x), Weights.values(copy));
    }

    @Example
    void namesArePyTorchs() {
        assertNames(OptimizerKind.MOMENTUM, "momentum_buffer");
        assertNames(OptimizerKind.AMSGRAD, "exp_avg", "exp_avg_sq", "max_exp_avg_sq");
        assertNames(OptimizerKind.RMSPROP_CENTERED, "square_avg", "grad_avg", "momentum_buffer");
        assertNames(OptimizerKind.ADAGRAD, "sum");
    }

    private static void assertNames(OptimizerKind kind, String... names) {
        var x = Weights.parameter(1, 2);
        var optimizer = kind.make(List.of(Weights.parameter(2, 2), x));
        assertEquals(Set.of(), optimizer.stateDict().parameters().keySet());
        steps(optimizer, x, 1, 3);
        var parameters = optimizer.stateDict().parameters();
        assertEquals(Set.of(1), parameters.keySet());
        assertEquals(3, parameters.get(1).steps());
        assertEquals(Set.of(names), parameters.get(1).buffers().keySet());
    }

    private enum Damage { NUMBER, NAMES, SHAPE, GROUP, SIZE, GROUPS }

    /// Whatever is wrong, and wherever: nothing is half-written.
    @Property(tries = 100)
    void aStateThatIsRefusedChangesNothing(@ForAll OptimizerKind kind, @ForAll Damage damage, @ForAll long seed) {
        var parameters = List.of(Weights.parameter(seed, 2), Weights.parameter(seed + 1, 3), Weights.parameter(seed + 2, 2, 2));
        var optimizer = kind.make(parameters);
        for (var parameter : parameters) steps(optimizer, parameter, seed, 2);
        var other = kind.make(parameters);
        for (var parameter : parameters) steps(other, parameter, seed + 3, 3);
        var slots = new TreeMap<>(other.stateDict().parameters());
        int at = Math.floorMod(seed, 3);
        var slot = slots.get(at);
        // what has no buffers has none of another shape
        if (damage == Damage.SHAPE && slot.buffers().isEmpty()) return;
        switch (damage) {
            case NUMBER -> slots.put(3, slot);
            case NAMES -> slots.put(at, new OptimizerState.Slot(slot.steps(), Map.of("nothing", Tensor.ones(2))));
            case SHAPE -> {
                var buffers = new LinkedHashMap<>(slot.buffers());
                buffers.replaceAll((_, buffer) -> buffer.unsqueeze(0));
                slots.put(at, new OptimizerState.Slot(slot.steps(), buffers));
            }
            case GROUP, SIZE, GROUPS -> { }
        }
        var group = new OptimizerState.Group(damage == Damage.GROUP ? "body" : "0", damage == Damage.SIZE ? 2 : 3, 0.5,
            Double.NaN);
        var bad = new OptimizerState(9, damage == Damage.GROUPS ? List.of(group, group) : List.of(group), slots);
        var before = text(optimizer);
        Rejected.argument(() -> optimizer.loadStateDict(bad), "optimizer", switch (damage) {
            case NUMBER -> "parameter 3, but there are 3; load the state of an optimizer of the same parameters";
            case NAMES -> "[nothing] of parameter " + at;
            case SHAPE -> " of parameter " + at + " has shape [1, ";
            case GROUP -> ".group.0.name: the state is of group \"body\", but this optimizer's is \"0\"; load the state";
            case SIZE -> ".group.0.parameters: the state is of 2, but this optimizer's group \"0\" has 3; load the state";
            case GROUPS -> "of 2 groups, but there are 1; load the state of an optimizer of the same groups";
        });
        assertEquals(before, text(optimizer));
    }

    /// All that a state holds, with every number in full.
    private static String text(Optimizer optimizer) {
        var state = optimizer.stateDict();
        var text = new StringBuilder(state.steps() + " " + state.groups());
        state.parameters().forEach((index, slot) -> slot.buffers().entrySet().stream().sorted(Map.Entry.comparingByKey())
            .forEach(buffer -> text.append(index).append(slot.steps()).append(buffer.getKey())
                .append(Arrays.toString(buffer.getValue().toArray()))));
        return text.toString();
    }

    @Example
    void refusesTheStateOfAnother() {
        var x = Weights.parameter(1, 2);
        var adam = new Adam(List.of(x), 0.1);
        steps(adam, x, 1, 2);
        var state = adam.stateDict();
        Rejected.argument(() -> new SGD(List.of(x), 0.1, 0.9).loadStateDict(state), "exp_avg", "momentum_buffer");
        Rejected.argument(() -> new Adam(List.of(Weights.parameter(1, 3)), 0.1).loadStateDict(state), "exp_avg", "[2]", "[3]");
        var beyond = new OptimizerState(2, state.groups(), Map.of(1, state.parameters().get(0)));
        Rejected.argument(() -> new Adam(List.of(x), 0.1).loadStateDict(beyond), "parameter 1", "there are 1");
        Rejected.argument(() -> new OptimizerState(-1, state.groups(), Map.of()), "steps -1");
        Rejected.argument(() -> new OptimizerState.Slot(-2, Map.of()), "steps -2");

        var fresh = new Adam(List.of(x), 0.2);
        Rejected.argument(() -> new OptimizerState.Group("0", 1, Double.NaN, 1), "optimizer state: learning rate NaN");
        Rejected.argument(() -> new OptimizerState.Group("0", 1, -1, 1), "optimizer state: learning rate -1.0");
        Rejected.argument(() -> new OptimizerState.Group("0", 1, 1, -1), "optimizer state: initial rate -1.0");
        Rejected.argument(() -> new OptimizerState.Group(null, 1, 1, 1), "optimizer state: no name of a group");
        Rejected.argument(() -> new OptimizerState(2, null, Map.of()), "optimizer state: no groups");
        Rejected.argument(() -> new OptimizerState(2, state.groups(), null), "optimizer state: no parameters");
        Rejected.argument(() -> new OptimizerState(2, state.groups(), Collections.singletonMap(3, null)), "no value of 3 among");
        Rejected.argument(() -> new OptimizerState.Slot(2, null), "optimizer state: no buffers");
        Rejected.argument(() -> new OptimizerState.Slot(2, Collections.singletonMap("sum", null)),
            "no value of sum among the buffers");
        Rejected.argument(() -> new OptimizerState.Slot(2, Collections.singletonMap(null, Tensor.ones(1))),
            "no name among the buffers");
        assertEquals(Map.of(), fresh.stateDict().parameters());
        assertEquals(0, fresh.steps());
    }
}
