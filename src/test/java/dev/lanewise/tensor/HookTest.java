package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Hooks, and gradients that are kept.
class HookTest {

    private final Tensor x = Tensor.of(1f, 2f, 3f).requiresGrad(true);

    @Test
    void aHookSeesTheGradientAndMayReplaceIt() {
        var seen = new ArrayList<Tensor>();
        var y = x.mul(2f);
        y.registerHook(g -> {
            seen.add(g);
            return g.mul(10f);
        });
        y.square().sum().backward();
        assertArrayEquals(new float[] {4, 8, 12}, seen.getFirst().toArray());
        assertArrayEquals(new float[] {80, 160, 240}, x.grad().toArray());
    }

    @Test
    void aHookSeesTheWholeGradientOfASharedTensorOnce() {
        var seen = new ArrayList<Tensor>();
        var y = x.mul(2f);
        y.registerHook(g -> {
            seen.add(g);
            return null;
        });
        y.add(y.mul(3f)).sum().backward();
        assertEquals(1, seen.size());
        assertArrayEquals(new float[] {4, 4, 4}, seen.getFirst().toArray());
    }

    @Test
    void hooksRunInOrderAndCanBeRemoved() {
        x.registerHook(g -> g.add(1f));
        var second = x.registerHook(g -> g.mul(2f));
        x.sum().backward();
        assertArrayEquals(new float[] {4, 4, 4}, x.grad().toArray());
        x.zeroGrad();
        second.remove();
        x.sum().backward();
        assertArrayEquals(new float[] {2, 2, 2}, x.grad().toArray());
        assertArrayEquals(new float[] {2, 2, 2}, Autograd.grad(x.sum(), List.of(x)).getFirst().toArray());
    }

    @Test
    void aHookThatChangesTheShapeIsAnError() {
        x.registerHook(Tensor::sum);
        var error = assertThrows(IllegalStateException.class, () -> x.sum().backward());
        assertTrue(error.getMessage().contains("[3]") && error.getMessage().contains("[]"), error.getMessage());
        assertThrows(IllegalStateException.class, () -> Tensor.ones(2).registerHook(g -> g));
    }

    @Test
    void aTensorInBetweenKeepsItsGradientIfAsked() {
        var y = x.mul(2f).retainGrad();
        var z = x.mul(5f);
        y.mul(z).sum().backward();
        assertArrayEquals(z.toArray(), y.grad().toArray());
        assertNull(z.grad());
    }

    @Test
    void keepingAGradientTwiceKeepsItOnce() {
        var y = x.mul(2f).retainGrad().retainGrad();
        y.square().sum().backward();
        assertArrayEquals(new float[] {4, 8, 12}, y.grad().toArray());
    }

    @Test
    void whatIsKeptIsWhatAllHooksHaveLeft() {
        var y = x.mul(2f).retainGrad();
        y.registerHook(g -> g.mul(10f));
        y.sum().backward();
        assertArrayEquals(new float[] {10, 10, 10}, y.grad().toArray());
        assertArrayEquals(new float[] {20, 20, 20}, x.grad().toArray());
    }

    @Test
    void aTensorThatGetsNoGradientCanNotKeepIt() {
        Rejected.state(() -> Tensor.ones(2).add(1f).retainGrad(), "retainGrad:", "[2]", "requires no gradient",
            "requiresGrad(true)");
        assertArrayEquals(x.toArray(), x.retainGrad().toArray());
    }

    @Test
    void aHandleRemovesItsOwnRegistration() {
        UnaryOperator<Tensor> twice = g -> g.mul(2f);
        x.registerHook(twice);
        x.registerHook(g -> g.add(1f));
        var last = x.registerHook(twice);
        last.remove();
        last.remove();
        x.sum().backward();
        assertArrayEquals(new float[] {3, 3, 3}, x.grad().toArray());
    }
}
