package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// The search for the first NaN, seen from a caller's package.
class AnomalyTest {

    @Test
    void theFirstNaNIsBlamedOnItsOperationAndTheLineThatCalledIt() {
        var zero = Tensor.of(0f, 1f).requiresGrad(true);
        try (var _ = Autograd.detectAnomaly()) {
            var root = zero.mul(1f).sqrt();
            var loss = root.mul(Tensor.of(0f, 1f)).sum();
            var error = assertThrows(IllegalStateException.class, loss::backward);
            assertTrue(error.getMessage().contains("\"sqrt\"") && error.getMessage().contains("AnomalyTest.java"),
                error.getMessage());
            assertEquals("forward of sqrt", error.getCause().getMessage());
        }
        var quiet = zero.sqrt().mul(Tensor.of(0f, 1f)).sum();
        quiet.backward();
        assertTrue(Float.isNaN(zero.grad().get(0)));
    }

    @Test
    void finiteGradientsPassTheSearch() {
        try (var _ = Autograd.detectAnomaly()) {
            var x = Tensor.of(1f, 2f).requiresGrad(true);
            x.log().square().sum().backward();
            assertEquals(0f, x.grad().get(0));
        }
    }
}
