package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a call runs, in numbers and as a table.
class SummaryTest {

    private final Tensor x = Tensor.ones(2, 1, 8, 8);

    private static Sequential net() {
        return new Sequential(new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new Flatten(), new Dropout(0.5),
            new Linear(144, 10));
    }

    @Test
    void countsWhatIsThere() {
        var summary = net().summary(x);
        assertEquals(List.of("", "0", "1", "2", "3", "4", "5"), summary.rows().stream().map(Summary.Row::path).toList());
        assertEquals(List.of(0L, 40L, 8L, 0L, 0L, 0L, 1450L), summary.rows().stream().map(Summary.Row::parameters).toList());
        assertEquals(List.of(Shape.of(2, 4, 6, 6)), summary.rows().get(1).shapes());
        assertEquals(List.of(Shape.of(2, 10)), summary.rows().get(0).shapes());
        assertEquals(1498, summary.parameters());
        assertEquals(1498, summary.trainable());
        assertEquals(8, summary.buffers());
        assertEquals(5 * 288 + 20, summary.outputs());
        assertEquals(4 * (40 + 288), summary.rows().get(1).bytes());
        assertTrue(summary.rows().stream().allMatch(row -> row.calls() == 1));
    }

    @Test
    void nothingChanges() {
        var net = net();
        var raw = net();
        raw.summary(x);
        assertTrue(raw.parameters().stream().noneMatch(Parameter::isInitialized));
        net.initialize(1);
        var state = net.stateDict();
        net.summary(x);
        net.stateDict().forEach((path, values) -> assertEquals(values.toString(), state.get(path).toString(), path));
        assertTrue(net.isTraining() && !net.hasHooks() && net.stepDict().equals(java.util.Map.of("4", 0L)));
    }

    private static final class Pair extends Module {
        private final Linear linear = register("linear", new Linear(3, 3));
        private final Linear unused = register("unused", new Linear(3, 3));
        private final ModuleList<Linear> same = register("same", new ModuleList<>(linear));

        List<Tensor> call(Tensor a, Tensor b) { return observed(List.of(linear.call(a), same.get(0).call(b)), a, b); }
    }

    @Test
    void modulesOfTheirOwnCallsAndSharedOnes() {
        var pair = new Pair();
        pair.unused.requiresGrad(false);
        var summary = pair.summary(() -> pair.call(Tensor.ones(2, 3), Tensor.ones(4, 3)));
        assertEquals(List.of(1, 2, 0, 0), summary.rows().stream().map(Summary.Row::calls).toList());
        assertEquals(List.of(Shape.of(2, 3), Shape.of(4, 3)), summary.rows().getFirst().shapes());
        assertEquals(24, summary.parameters());
        assertEquals(12, summary.trainable());
        assertEquals(18, summary.outputs());
        var lines = summary.toString().lines().toList();
        assertTrue(lines.get(2).contains("[2, 3] +1"), summary.toString());
        assertTrue(lines.get(3).contains("[2, 3] x2"), summary.toString());
        assertTrue(lines.get(4).contains("not run"), summary.toString());
        assertTrue(lines.getLast().startsWith("24 parameters, 12 of them frozen: 96 B"), summary.toString());
    }

    @Test
    void theTableFitsATerminal() {
        var deep = new Sequential(new Sequential(new Sequential(net())), new Linear(10, 100_000));
        var text = deep.summary(x).toString();
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(text.contains("1,100,000") && text.contains("MB"), text);
        assertFalse(text.contains("\t"));
    }
}
