package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Laws of numbers that aren't normal: sums of rectified signals and normal ones.
class ShapeTest {

    private static final Signal NORMAL = new Signal(1, 0.5, 0, 3);

    /// P(relu(z) + n > 0) is 5/8; what is rectified of it has the second moment E (relu(z) + n)² - 1/4, as below 0 half of z's
    /// law is a normal one's.
    @Test
    void aRectifiedNumberAndANormalOne() {
        var rectified = Shape.of(Nonlinearity.RELU, null, NORMAL);
        assertFalse(rectified.isSmooth());
        var shape = rectified.plus(Math.sqrt(0.5 - 0.5 / Math.PI), 1);
        assertTrue(shape.isSmooth());
        var sum = new Signal(1.5, 1.5, Math.sqrt(0.5 / Math.PI), Double.NaN);
        var passage = shape.through(Nonlinearity.RELU, sum);
        // P(n > -z, z > 0) = 3/8 and P(n > 0, z < 0) = 1/4
        assertEquals(0.625, passage.way(0).gradient(), 2e-3);
        double below = 0.25 + negative();
        assertEquals(1.5 - below, passage.out().square(), 3e-3);
        assertEquals(passage.out().square(), passage.out().product(), 1e-6, "the same number twice");
        // the normal law with these moments has other means
        assertEquals(0.635, new Stage.Activation(Nonlinearity.RELU).pass(List.of(sum)).way(0).gradient(), 1e-3);
        // both positive: 3/8; by themselves 1/2 and 5/8
        assertEquals(0.375 / (0.5 * 0.625), Shape.together(Nonlinearity.RELU, null, NORMAL, 1, sum, 1, Nonlinearity.RELU), 5e-3);
        assertNull(shape.plus(1, 0), "nothing normal in it");
        assertNull(Shape.of(Nonlinearity.RELU, null, new Signal(0, 0, 0, 3)), "all the same");
    }

    /// E (z + n)² where z > 0 and z + n < 0: in polar coordinates, of angles between 3/4 and 1 of half a turn from n's axis.
    private static double negative() {
        double sum = 0;
        int steps = 10_000;
        for (int i = 0; i < steps; i++) {
            double angle = Math.PI * (0.75 + 0.25 * (i + 0.5) / steps);
            sum += Math.pow(Math.sin(angle) + Math.cos(angle), 2);
        }
        // E r² is 2
        return 2 * sum / steps * 0.125;
    }

    /// Of a rectifier behind each sum: if sums were normal numbers, correlations would be up to 0.07 higher; slopes that are
    /// taken one by one lose a quarter of the gradient.
    @Test
    void rectifiersBehindSums() {
        var parts = new ArrayList<Layer>();
        parts.add(new Linear(64, 192, Initializers.lecunNormal(), null));
        parts.add(new ReLU());
        for (int i = 0; i < 3; i++) {
            parts.add(new Residual(new Linear(192, 192, Initializers.lecunNormal(), null)));
            parts.add(new ReLU());
        }
        parts.add(new Linear(192, 192, Initializers.lecunNormal(), null));
        var layers = Explanation.averaged(new Sequential(parts.toArray(Layer[]::new)).initialize(1),
            Tensor.randn(new Threefry(11), 8, 64), LongStream.range(0, 12).toArray()).layers();
        for (var layer : layers) {
            assertEquals(1, layer.square().measured() / layer.square().predicted(), 0.08, layer.toString());
            assertEquals(1, layer.gradient().measured() / layer.gradient().predicted(), 0.15, layer.toString());
            assertEquals(layer.correlation().predicted(), layer.correlation().measured(), 0.055, layer.toString());
        }
    }
}
