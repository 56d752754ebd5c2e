package dev.lanewise.examples.activation;

import static dev.lanewise.examples.activation.QuickGELU.quickGelu;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.check.GradCheck;
import dev.lanewise.data.Source;
import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.io.Digest;
import dev.lanewise.io.onnx.Onnx;
import dev.lanewise.io.onnx.OnnxModel;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Run twice by the build: on vectors, and on scalars.
class QuickGELUTest {

    @Test
    void valuesAreTheFormulasWhateverTheSize() {
        for (int size : new int[] {1, 3, 16, 17, 1_000, 4_099}) {
            var x = Tensor.randn(new Threefry(size), size).mul(20);
            var y = quickGelu(x).toArray();
            for (int i = 0; i < size; i++) {
                double exact = x.get(i) / (1 + Math.exp(-1.702 * x.get(i)));
                assertEquals(exact, y[i], 1e-5 * Math.abs(exact) + 1e-37, "at " + x.get(i));
            }
        }
        var x = Tensor.randn(new Threefry(1), 5, 7);
        assertArrayEquals(quickGelu(x).t().contiguous().toArray(), quickGelu(x.t()).toArray(), "a view");
    }

    @Test
    void limitsAreItsLimits() {
        float inf = Float.POSITIVE_INFINITY, max = Float.MAX_VALUE, tiny = Float.MIN_VALUE;
        var x = Tensor.of(-inf, -max, 0, tiny, max, inf, Float.NaN).requiresGrad(true);
        var y = quickGelu(x);
        assertArrayEquals(new float[] {0, 0, 0, 0, max, inf, Float.NaN}, y.toArray());
        assertArrayEquals(new float[] {0, 0, 0.5f, 0.5f, 1, 1, Float.NaN}, Autograd.grad(y.sum(), List.of(x)).getFirst()
            .toArray());
    }

    /// Of values, gradient and curvature of 10,007 numbers: what any machine computes.
    @Test
    void bitsAreTheSameOnVectorsAndScalars() {
        var x = Tensor.randn(new Threefry(42), 10_007).mul(10).requiresGrad(true);
        var y = quickGelu(x);
        var slope = Autograd.grad(y.sum(), List.of(x), true).getFirst();
        var curvature = Autograd.grad(slope.sum(), List.of(x)).getFirst();
        assertEquals("53e4e1c71ee6affcfcb0c2e5334786b94a3019a4089898c34825f5b02e11fe76",
            new Digest().add(y.detach()).add(slope.detach()).add(curvature).digest());
    }

    @Test
    void bothDerivativesAreRight() {
        GradCheck.second(inputs -> List.of(quickGelu(inputs.getFirst())), List.of(Tensor.randn(new Threefry(1), 4, 5).mul(3)),
            42).orThrow();
    }

    /// From its gain a deep network starts healthy; from that of no activation at all its signal fades.
    @Test
    void itsGainKeepsASignalThroughThirtyLayers() {
        assertEquals(Verdict.HEALTHY, start(Gain.forward(new QuickGELU().nonlinearity())));
        assertEquals(Verdict.VANISHING, start(Gain.LINEAR));
    }

    private static Verdict start(Gain gain) {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < 30; i++) {
            layers.add(new Linear(64, 64, Initializers.kaimingNormal(gain), Initializers.zeros()));
            layers.add(new QuickGELU());
        }
        var model = new Sequential(layers.toArray(Layer[]::new)).initialize(42);
        return Explanation.of(model, Tensor.randn(new Threefry(1), 32, 64)).verdict();
    }

    @Test
    void itGoesToOnnxAndBack() {
        var model = new Sequential(new Linear(3, 4), new QuickGELU()).initialize(42);
        var x = Tensor.randn(new Threefry(1), 5, 3);
        var read = OnnxModel.read(Source.of(Onnx.bytes(model, x)));
        assertArrayEquals(model.predict(x).toArray(), read.layer().predict(x).toArray(), 1e-6f);
    }
}
