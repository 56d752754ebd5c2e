package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Linear;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// The users' gradient check; that it finds wrong rules is [dev.lanewise.tensor.GradientTest]'s.
class GradCheckTest {

    @Property(tries = 300)
    void rightGradientsPass(@ForAll long seed) {
        var source = new Threefry(seed);
        // of [-1, 1): a step of 1/32 then stays 16 times nearer than tanh's poles, as the check asks
        var x = Tensor.rand(source, 3, 5).mul(2f).sub(1f);
        var w = Tensor.rand(source, 5, 2).mul(2f).sub(1f);
        GradCheck.Function network = inputs -> List.of(inputs.get(0).matmul(inputs.get(1)).tanh(), inputs.get(0).square());
        GradCheck.first(network, List.of(x, w), seed).orThrow();
        GradCheck.second(network, List.of(x, w), seed).orThrow();
    }

    /// The poles are 0.1 from the real line, three steps.
    @Property(tries = 100)
    void sharpBendsWantSmallerSteps(@ForAll long seed) {
        var x = Tensor.rand(new Threefry(seed), 7).mul(2f).sub(1f);
        GradCheck.first(inputs -> List.of(bent(inputs.getFirst())), List.of(x), seed).orThrow();
        GradCheck.second(inputs -> List.of(bent(inputs.getFirst()).mul(0.1f)), List.of(x), seed).orThrow();
        assertFalse(GradCheck.first(inputs ->
            List.of(bent(inputs.getFirst().mul(0.99f)).add(bent(inputs.getFirst().detach().mul(0.01f)))), List.of(x), seed)
            .passed());
    }

    private static Tensor bent(Tensor x) { return x.div(x.square().add(0.01f).sqrt()); }

    @Test
    void theReportNamesTheWorstElement() {
        var x = Tensor.rand(new Threefry(2), 2, 3).add(1f);
        var only = Tensor.of(new float[][] {{0, 0, 0}, {0, 1, 0}});
        // detached: one element's part of the gradient is missing
        var report = GradCheck.first(inputs -> List.of(inputs.getFirst().square().sub(inputs.getFirst().square().mul(only))
            .add(inputs.getFirst().detach().square().mul(only))), List.of(x), 3);
        assertFalse(report.passed());
        assertEquals(0, report.worst().input());
        assertArrayEquals(new int[] {1, 1}, report.worst().index());
        assertEquals(0, report.worst().gradient(), 1e-6);
        var error = assertThrows(AssertionError.class, report::orThrow);
        assertTrue(error.getMessage().contains("element [1, 1]"), error.getMessage());
    }

    @Test
    void largeInputsAreSampled() {
        var report = GradCheck.first(inputs -> List.of(inputs.getFirst().mul(2f)), List.of(Tensor.ones(1000)), 1);
        assertTrue(report.passed() && report.comparisons() < 100, report.toString());
    }

    @Test
    void whatDoesNotDependOnTheInputHasNoGradient() {
        var constant = Tensor.ones(2);
        assertTrue(GradCheck.first(_ -> List.of(constant), List.of(Tensor.ones(2)), 1).passed());
        assertFalse(GradCheck.first(inputs -> List.of(inputs.getFirst().detach().mul(2f)), List.of(Tensor.ones(2)), 1).passed());
    }

    @Test
    void nothingToMoveIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> GradCheck.first(List::copyOf, List.of(Tensor.zeros(0)), 1));
    }

    @Test
    void aModelKeepsTheGradientsThatItHas() {
        var model = new Linear(3, 2);
        model.initialize(1);
        model.call(Tensor.ones(1, 3)).sum().backward();
        var before = model.weight().grad();
        GradCheck.Function function = inputs -> List.of(model.call(inputs.getFirst()).tanh());
        GradCheck.first(function, List.of(Tensor.ones(2, 3)), 1).orThrow();
        GradCheck.second(function, List.of(Tensor.ones(2, 3)), 1).orThrow();
        assertSame(before, model.weight().grad());
    }
}
