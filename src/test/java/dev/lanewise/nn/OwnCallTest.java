package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Modules with calls of their own shape, as users write them, and what hooks see of them.
class OwnCallTest {

    /// x + sigmoid(gate(x)) branch.
    private static final class GatedResidual extends Module {
        private final Linear gate = register("gate", new Linear(3, 3));
        private final Dropout dropout = register("dropout", new Dropout(0.5));

        Tensor call(Tensor x, Tensor branch) {
            return observed(x.add(dropout.call(gate.call(x).sigmoid().mul(branch))), x, branch);
        }
    }

    private record Run(Tensor output, Tensor state) implements Tensors<Run> {
        @Override
        public Run map(UnaryOperator<Tensor> change) { return new Run(change.apply(output), change.apply(state)); }
    }

    /// Gives whatever the test says.
    private static final class Giving extends Module {
        <R> R call(R result, Object... arguments) { return observed(result, arguments); }
    }

    private final GatedResidual model = new GatedResidual();
    private final Giving giving = new Giving();
    private final Tensor x = Tensor.arange(6).reshape(2, 3);
    private final Tensor branch = Tensor.full(2, 2, 3).requiresGrad(true);
    private final List<Object> seen = new ArrayList<>();

    OwnCallTest() {
        model.initialize(1);
        model.eval();
    }

    @Test
    void hooksSeeAllInputsAndTheOutput() {
        model.registerForwardHook((module, call) -> {
            seen.add(module);
            seen.addAll(call.inputs());
            seen.add(call.output());
        });
        model.registerBackwardHook((_, output, gradient) -> seen.addAll(List.of(output, gradient)));
        var y = model.call(x, branch);
        y.mul(3f).sum().backward();
        assertEquals(List.of(model, x, branch, y, 0), seen.subList(0, 5));
        assertArrayEquals(Tensor.full(3, 2, 3).toArray(), ((Tensor) seen.get(5)).toArray());
        assertEquals(6, seen.size());
    }

    /// Each output has a gradient of its own, and an input that is passed on keeps its own.
    @Test
    void eachOutputHasItsGradient() {
        giving.registerForwardHook((_, call) -> seen.addAll(List.of(call.outputs().size(), call.result() instanceof Run)));
        giving.registerBackwardHook((_, output, gradient) -> seen.addAll(List.of(output, gradient.toArray()[0])));
        var leaf = Tensor.ones(2).requiresGrad(true);
        var twice = leaf.mul(2f);
        var run = giving.call(new Run(twice, leaf), leaf);
        assertSame(twice, run.output());
        run.output().mul(5f).add(run.state().mul(7f)).sum().backward();
        assertEquals(List.of(2, true), seen.subList(0, 2));
        var gradients = new LinkedHashMap<Object, Object>(Map.of(seen.get(2), seen.get(3), seen.get(4), seen.get(5)));
        assertEquals(Map.of(0, 5f, 1, 7f), gradients);
        assertEquals(17f, leaf.grad().toArray()[0]);
        leaf.mul(2f).sum().backward();
        assertEquals(6, seen.size(), "the leaf itself has no hook");
    }

    @Test
    void tensorsAreFoundWithinEachOther() {
        giving.registerForwardHook((_, call) -> {
            seen.add(call.outputs().stream().map(tensor -> tensor.toArray()[0]).toList());
            seen.add(call.inputs().size());
            seen.add(call.arguments());
        });
        giving.registerBackwardHook((_, output, _) -> seen.add(output));
        var leaves = new Tensor[5];
        Arrays.setAll(leaves, i -> Tensor.full(i, 1).requiresGrad(true));
        var map = new LinkedHashMap<String, Object>();
        map.put("run", new Run(leaves[1], null));
        map.put("array", new Tensor[] {leaves[2], leaves[3]});
        map.put("name", null);
        var result = giving.call(new ArrayList<>(Arrays.asList(leaves[0], null, map, "words", leaves[4])), "no tensor", 3, null);
        assertEquals(List.of(List.of(0f, 1f, 2f, 3f, 4f), 0, Arrays.asList("no tensor", 3, null)), seen);
        assertEquals("words", result.get(3));
        var within = (Map<?, ?>) result.get(2);
        assertEquals(List.of("run", "array", "name"), List.copyOf(within.keySet()));
        ((Run) within.get("run")).output().add(((Tensor[]) within.get("array"))[1]).sum().backward();
        assertEquals(List.of(1, 3), seen.subList(3, 5).stream().sorted().toList());
        assertEquals(5, seen.size());
    }

    @Test
    void whatNobodyLooksAtIsReturnedAsItIs() {
        var list = List.of(x);
        assertSame(list, giving.call(list, list));
        giving.registerForwardHook((_, call) -> seen.add(call.result()));
        assertSame(list, giving.call(list, list));
        assertSame(list, seen.getFirst());
        giving.registerBackwardHook((_, _, _) -> {});
        assertSame(list, giving.call(list), "no gradient, no view");
    }

    @Test
    void aResultThatHooksCannotLookIntoIsRefused() {
        record Opaque(Tensor output) {}
        giving.registerForwardHook((_, call) -> seen.add(call));
        giving.call(new Opaque(x));
        Rejected.state(() -> ((Call) seen.getFirst()).output(), "gives no tensor", "result()");
        Rejected.state(() -> ((Call) seen.getFirst()).input(), "takes no tensor", "arguments()");
        giving.registerBackwardHook((_, _, _) -> {});
        Rejected.state(() -> giving.call(new Opaque(x)), "backward hook: Giving gives a Opaque", "implement Tensors");
        giving.call(null);
    }

    /// Hooks may keep what they see beyond the scope.
    @Test
    void hooksSeeCopiesOfWhatLiesInAScope() {
        giving.registerForwardHook((_, call) -> seen.add(call));
        try (var _ = new Scope().open()) {
            var run = giving.call(new Run(x.add(1f), x), List.of(x.mul(2f)));
            assertNotSame(run.output(), ((Call) seen.getFirst()).output());
        }
        var call = (Call) seen.getFirst();
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, call.output().toArray());
        assertArrayEquals(new float[] {0, 2, 4, 6, 8, 10}, call.input().toArray());
        assertSame(x, call.outputs().get(1));
    }

    @Test
    void predictingIsAModeOfTheCall() {
        model.train();
        var y = Module.predict(() -> model.call(x, branch));
        assertFalse(y.requiresGrad());
        assertEquals(Map.of("dropout", 0L), model.stepDict());
        assertArrayEquals(y.toArray(), Module.predict(() -> model.call(x, branch)).toArray());
        var layer = new Sequential(new Linear(3, 2), new Dropout(0.5)).initialize(1);
        var output = layer.predict(x);
        assertEquals(Shape.of(2, 2), output.shape());
        assertFalse(output.requiresGrad());
        assertArrayEquals(Module.predict(() -> layer.call(x)).toArray(), output.toArray());
        assertEquals(Map.of("1", 0L), layer.stepDict());
        Rejected.state(() -> Module.predict(() -> { throw new IllegalStateException("of the model"); }), "of the model");
        assertEquals(true, layer.call(x).requiresGrad(), "the modes are closed");
    }
}
