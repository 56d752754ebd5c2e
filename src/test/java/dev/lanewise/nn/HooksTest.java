package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HooksTest {

    private final Linear first = new Linear(3, 4);
    private final ReLU second = new ReLU();
    private final Sequential net = new Sequential(first, second).initialize(1);
    private final Tensor x = Tensor.ones(2, 3);
    private final List<Object> seen = new ArrayList<>();

    @Test
    void forwardHooksSeeInputAndOutputOfEveryCall() {
        second.registerForwardHook((module, call) -> seen.addAll(List.of(module, call.input(), call.output())));
        var y = net.forward(x);
        assertEquals(3, seen.size(), "children are called, whoever calls forward");
        assertSame(second, seen.get(0));
        assertArrayEquals(first.forward(x).toArray(), ((Tensor) seen.get(1)).toArray());
        assertSame(y, seen.get(2));
    }

    @Test
    void aModulesOwnHooksRunOnCallAlone() {
        net.registerForwardHook((_, _) -> seen.add("net"));
        first.registerForwardHook((_, _) -> seen.add("first"));
        net.call(x);
        assertEquals(List.of("first", "net"), seen);
        net.forward(x);
        assertEquals(List.of("first", "net", "first"), seen);
    }

    /// To predict is to call.
    @Test
    void predictionRunsHooks() {
        net.registerForwardHook((_, call) -> seen.add(call.output()));
        var y = net.predict(x);
        assertEquals(1, seen.size());
        assertSame(y, seen.getFirst());
    }

    @Test
    void removedHooksDoNotRun() {
        var hook = first.registerForwardHook((_, _) -> seen.add("removed"));
        first.registerForwardHook((_, _) -> seen.add("kept"));
        hook.remove();
        hook.remove();
        net.call(x);
        assertEquals(List.of("kept"), seen);
    }

    @Test
    void aHandleRemovesItsOwnRegistration() {
        Module.ForwardHook hook = (_, _) -> seen.add("twice");
        first.registerForwardHook(hook);
        first.registerForwardHook((_, _) -> seen.add("between"));
        var last = first.registerForwardHook(hook);
        last.remove();
        last.remove();
        net.call(x);
        assertEquals(List.of("twice", "between"), seen);
    }

    @Test
    void backwardHooksSeeTheGradientOfTheOutput() {
        second.registerBackwardHook((module, _, gradient) -> seen.addAll(List.of(module, gradient)));
        var weights = Tensor.arange(8).reshape(2, 4);
        net.call(x).mul(weights).sum().backward();
        assertEquals(2, seen.size());
        assertSame(second, seen.get(0));
        assertArrayEquals(weights.toArray(), ((Tensor) seen.get(1)).toArray());
    }

    /// An output that is used twice has one gradient, the sum.
    @Test
    void theGradientIsComplete() {
        first.registerBackwardHook((_, _, gradient) -> seen.add(gradient));
        var y = first.call(x);
        y.mul(2f).add(y).sum().backward();
        assertEquals(1, seen.size());
        assertArrayEquals(Tensor.full(3, 2, 4).toArray(), ((Tensor) seen.getFirst()).toArray());
    }

    /// A module that hands its input on must not leave its hook on a tensor of the caller's.
    @Test
    void aModuleThatDoesNothingHasItsOwnGradient() {
        var nothing = new Dropout(0.5);
        nothing.eval();
        nothing.registerBackwardHook((_, _, gradient) -> seen.add(gradient.toArray()[0]));
        var leaf = Tensor.ones(1).requiresGrad(true);
        nothing.call(leaf).mul(3f).add(leaf).sum().backward();
        leaf.mul(5f).sum().backward();
        assertEquals(List.of(3f), seen);
        assertEquals(9f, leaf.grad().item());
    }

    @Test
    void gradientsAreTheSameWithAndWithoutHooks() {
        net.call(x).square().sum().backward();
        var expected = first.weight().grad().toArray();
        net.zeroGrad();
        net.apply(module -> module.registerBackwardHook((_, _, _) -> seen.add(module)));
        net.call(x).square().sum().backward();
        assertArrayEquals(expected, first.weight().grad().toArray());
        assertEquals(List.of(net, second, first).size(), seen.size());
    }

    @Test
    void withoutAGradientThereIsNothingToShow() {
        first.registerBackwardHook((_, _, gradient) -> seen.add(gradient));
        try (var _ = Autograd.noGrad()) {
            net.call(x);
        }
        assertEquals(List.of(), seen);
    }
}
