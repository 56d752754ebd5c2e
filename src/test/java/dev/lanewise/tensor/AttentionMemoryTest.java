package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.attention.Attention;
import dev.lanewise.random.Threefry;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What attention keeps until backward has run lies in the open scope; what it needs for a tile, in scopes of its own.
class AttentionMemoryTest {

    @Test
    void growsWithTheTokensNotWithTheirSquare() throws ReflectiveOperationException {
        assertGrowsAsTokens(AttentionMemoryTest::first);
    }

    @Test
    void soItDoesInSecondDerivatives() throws ReflectiveOperationException { assertGrowsAsTokens(AttentionMemoryTest::second); }

    private static void assertGrowsAsTokens(UnaryOperator<Tensor> derivative) throws ReflectiveOperationException {
        long few = elements(300, derivative);
        long many = elements(1200, derivative);
        assertTrue(many < 4.1 * few, many + " numbers for four times the tokens of " + few);
        assertTrue(many < 1200 * 1200, many + " numbers, where a matrix of weights has 1200 * 1200");
    }

    private static Tensor first(Tensor x) { return Autograd.grad(attended(x), List.of(x)).getFirst(); }

    private static Tensor second(Tensor x) {
        return Autograd.grad(Autograd.grad(attended(x), List.of(x), true).getFirst().square().sum(), List.of(x)).getFirst();
    }

    private static Tensor attended(Tensor x) {
        return Attention.scaledDotProduct(x, x.mul(2f), x, Attention.options().causal()).square().sum();
    }

    /// Of all arrays that are taken on the way to a derivative.
    private static long elements(int tokens, UnaryOperator<Tensor> derivative) throws ReflectiveOperationException {
        var x = Tensor.randn(new Threefry(1), 1, tokens, 4).requiresGrad(true);
        var scope = new Scope();
        try (var _ = scope.open()) {
            derivative.apply(x);
            var used = Scope.class.getDeclaredField("used");
            used.setAccessible(true);
            return ((Collection<?>) used.get(scope)).stream().mapToLong(storage -> ((Storage) storage).length()).sum();
        }
    }
}
