package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Modules that are lists and maps of others.
class ContainersTest {

    private final Tensor x = Tensor.randn(new Threefry(1), 5, 3);

    private static final class Ladder extends Layer {
        private final ModuleList<Linear> rungs = register("rungs", new ModuleList<>(new Linear(3, 3), new Linear(3, 3)));
        private final ModuleDict<Layer> ends = register("ends", new ModuleDict<>());

        Ladder() { ends.put("relu", new ReLU()).put("head", new Linear(3, 2)); }

        @Override
        public Tensor forward(Tensor x) {
            var y = x;
            for (var rung : rungs) y = ends.get("relu").call(rung.call(y));
            return ends.get("head").call(y);
        }
    }

    @Test
    void namesArePyTorchs() {
        assertEquals(List.of("rungs.0.weight", "rungs.0.bias", "rungs.1.weight", "rungs.1.bias", "ends.head.weight",
            "ends.head.bias"), List.copyOf(new Ladder().namedParameters().keySet()));
    }

    @Test
    void runAsTheSequentialOfTheSame() {
        var ladder = new Ladder();
        ladder.initialize(3);
        var layers = new Sequential(new Linear(3, 3), new ReLU(), new Linear(3, 3), new ReLU(), new Linear(3, 2));
        layers.initialize(4);
        for (int i = 0; i < 6; i++) layers.parameters().get(i).load(ladder.parameters().get(i).tensor());
        assertArrayEquals(layers.call(x).toArray(), ladder.call(x).toArray());
    }

    @Test
    void listsGrowAndAreCountedFromZero() {
        var list = new ModuleList<Layer>();
        var relu = new ReLU();
        assertEquals(0, list.size());
        assertSame(list, list.append(relu).append(relu));
        assertEquals(2, list.size());
        assertSame(relu, list.get(1));
        assertEquals(List.of(relu, relu), list.modules());
        assertEquals(List.of("", "0"), List.copyOf(list.namedModules().keySet()), "one module has one path");
        for (int index : new int[] {-1, 2}) Rejected.argument(() -> list.get(index), "module list", "index " + index,
            "2 modules");
        Rejected.argument(() -> list.append(null), "null for a child");
        assertEquals(2, list.size());
    }

    @Test
    void dictsKeepTheirOrderAndRefuseWhatTheyLack() {
        var dict = new ModuleDict<Layer>(Map.of("a", new ReLU()));
        dict.put("b", new Tanh());
        assertEquals(List.of("a", "b"), List.copyOf(dict.modules().keySet()));
        assertTrue(dict.contains("b") && !dict.contains("c") && dict.size() == 2);
        Rejected.argument(() -> dict.get("c"), "there is no \"c\"", "a, b");
        Rejected.argument(() -> dict.put("a", new ReLU()), "\"a\"", "taken");
        Rejected.argument(() -> dict.put("a.b", new ReLU()), "dot");
        assertEquals(2, dict.size());
    }
}
