package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// Theory knows of fixed factors.
class MultipliedTheoryTest {

    private static double last(Sequential model) {
        model.initialize(3);
        var layers = Explanation.of(model, Tensor.randn(new Threefry(1), 64, 512)).layers();
        var square = layers.getLast().square();
        assertEquals(1, square.measured() / square.predicted(), 0.2, "measured " + square.measured() + ", predicted "
            + square.predicted());
        return square.predicted();
    }

    private static Linear linear(double multiplier) {
        var layer = new Linear(512, 512, Initializers.lecunNormal(), null);
        layer.multiplier(multiplier);
        return layer;
    }

    @Test
    void multipliersCountSquared() {
        assertEquals(1, last(new Sequential(linear(3), linear(0.5))) / (9 * 0.25), 0.02);
    }

    /// (skip² + (branch · scale)²) times what the last layer keeps.
    @Test
    void sumsCountTheirFactors() {
        var block = new Residual(linear(1), new Identity(), Initializers.constant(0.5));
        block.sums().getFirst().skip(2).branch(3);
        assertEquals(1, last(new Sequential(linear(1), block, linear(1))) / (4 + 1.5 * 1.5), 0.02);
        var reZero = new Residual(linear(1), new Identity(), Initializers.zeros());
        assertEquals(1, last(new Sequential(linear(1), reZero, linear(1))), 0.02);
    }
}
