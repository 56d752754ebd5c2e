package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.attention.Attention;
import dev.lanewise.random.Threefry;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/// What attention keeps until backward has run lies in the open scope; what it needs for a tile, in scopes of its own.
class AttentionMemoryTest {

    @Test
    void growsWithTheTokensNotWithTheirSquare() throws ReflectiveOperationException {
        long few = elements(300);
        long many = elements(1200);
        assertTrue(many < 4.1 * few, many + " numbers for four times the tokens of " + few);
        assertTrue(many < 1200 * 1200, many + " numbers, where a matrix of weights has 1200 * 1200");
    }

    /// Of all arrays that forward and backward have taken.
    private static long elements(int tokens) throws ReflectiveOperationException {
        var x = Tensor.randn(new Threefry(1), 1, tokens, 4).requiresGrad(true);
        var scope = new Scope();
        try (var _ = scope.open()) {
            Attention.scaledDotProduct(x, x.mul(2f), x, Attention.options().causal()).square().sum().backward();
            var used = Scope.class.getDeclaredField("used");
            used.setAccessible(true);
            return ((Collection<?>) used.get(scope)).stream().mapToLong(storage -> ((Storage) storage).length()).sum();
        }
    }
}
