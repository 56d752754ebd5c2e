package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Gradients as values.
class GradTest {

    private final Tensor x = Tensor.of(1f, 2f, 3f).requiresGrad(true);
    private final Tensor w = Tensor.of(4f, 5f, 6f).requiresGrad(true);

    @Test
    void nothingIsAccumulated() {
        var gradients = Autograd.grad(x.mul(w).sum(), List.of(w, x));
        assertArrayEquals(new float[] {1, 2, 3}, gradients.get(0).toArray());
        assertArrayEquals(new float[] {4, 5, 6}, gradients.get(1).toArray());
        assertNull(x.grad());
        assertNull(w.grad());
    }

    @Test
    void byAResultOnTheWay() {
        var middle = x.mul(w);
        var gradients = Autograd.grad(middle.square().sum(), List.of(middle, x, middle));
        assertArrayEquals(new float[] {8, 20, 36}, gradients.get(0).toArray());
        assertArrayEquals(new float[] {32, 100, 216}, gradients.get(1).toArray());
        assertEquals(gradients.get(0), gradients.get(2));
    }

    @Test
    void byTheOutputItself() {
        var output = x.sum();
        assertEquals(1f, Autograd.grad(output, List.of(output)).getFirst().item());
    }

    @Test
    void byAnInputWithoutAPart() {
        Rejected.argument(() -> Autograd.grad(x.sum(), List.of(x, w)), "grad", "[3]", "has no part in the output");
        Rejected.argument(() -> Autograd.grad(x.sum(), List.of(Tensor.ones(2, 2))),
            "grad", "[2, 2]", "does not require a gradient");
        Rejected.argument(() -> Autograd.grad(x.sum(), List.of(x.detach())), "does not require a gradient");
    }

    @Test
    void keepsTheGraphOnlyIfAsked() {
        var output = x.square().sum();
        Autograd.grad(output, List.of(x), null, true, false);
        Autograd.grad(output, List.of(x));
        Rejected.state(() -> Autograd.grad(output, List.of(x)), "released", "retainGraph");
    }

    @Test
    void recordsTheWalkOnlyIfAsked() {
        assertFalse(Autograd.grad(x.square().sum(), List.of(x)).getFirst().requiresGrad());
        var cube = x.square().mul(x).sum();
        var first = Autograd.grad(cube, List.of(x), null, false, true).getFirst();
        var second = Autograd.grad(first.sum(), List.of(x), null, false, true).getFirst();
        var third = Autograd.grad(second.sum(), List.of(x)).getFirst();
        assertArrayEquals(new float[] {3, 12, 27}, first.toArray());
        assertArrayEquals(new float[] {6, 12, 18}, second.toArray());
        assertArrayEquals(new float[] {6, 6, 6}, third.toArray());
        assertTrue(first.requiresGrad() && second.requiresGrad() && !third.requiresGrad());
    }

    @Test
    void anInputWithNoPartLeavesTheGraphAsItWas() {
        var x = Tensor.of(1f, 2f).requiresGrad(true);
        var y = x.square().sum();
        assertThrows(IllegalArgumentException.class, () -> Autograd.grad(y, List.of(Tensor.ones(2).requiresGrad(true))));
        y.backward();
        assertArrayEquals(new float[] {2, 4}, x.grad().toArray());
    }

    /// What is not on the way to an input is not computed: its hook hears nothing.
    @Test
    void aWalkGoesOnlyWhereItMust() {
        var x = Tensor.of(1f, 2f).requiresGrad(true);
        var other = x.exp();
        other.registerHook(_ -> { throw new AssertionError("not on the way"); });
        var middle = x.square();
        assertArrayEquals(new float[] {3, 3}, Autograd.grad(middle.mul(3f).add(other).sum(), List.of(middle)).getFirst()
            .toArray());
    }
}
