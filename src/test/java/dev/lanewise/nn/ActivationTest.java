package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.Op;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import dev.lanewise.catalogue.UnaryFunction;
import dev.lanewise.catalogue.UnaryFunctions;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ActivationTest {

    private static final float INF = Float.POSITIVE_INFINITY;

    /// By Simpson's rule over the density, down from 0: an oracle that shares nothing with the polynomial.
    private static double normalCdf(double x) {
        double a = Math.min(Math.abs(x), 40);
        int n = 4000;
        double from = a;
        double h = 12.0 / n;
        double sum = 0;
        for (int i = 0; i <= n; i++) {
            double z = from + i * h;
            sum += Math.exp((a * a - z * z) / 2) * (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2);
        }
        double above = sum * h / 3 / Math.sqrt(2 * Math.PI) * Math.exp(-a * a / 2);
        return x < 0 ? above : 1 - above;
    }

    /// To 4 ulp or 1e-7, whichever is more, wherever the result is finite.
    @Property(tries = 60)
    void valuesAreThoseOfTheFormula(@ForAll("activations") UnaryFunction activation, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = new float[400];
        for (int i = 0; i < x.length; i++) x[i] = (float) (random.nextGaussian() * Math.exp(random.nextDouble(-10, 4)));
        var y = layer(activation).forward(Tensor.of(x)).toArray();
        for (int i = 0; i < x.length; i++) {
            double exact = activation.value(x[i]);
            assertEquals(exact, y[i], Math.max(1e-7, 4 * Math.ulp((float) exact)), activation + " at " + x[i]);
        }
    }

    /// In the tail, where 1 + erf would be all error.
    @Property(tries = 20)
    void geluKeepsDigitsInTheTail(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 20; i++) {
            float x = (float) random.nextDouble(-13, 0);
            double exact = x * normalCdf(x);
            assertEquals(exact, Activation.gelu(Tensor.scalar(x)).item(), 7e-7 * Math.abs(exact), "at " + x);
        }
    }

    @Property
    void infinitiesGiveLimitsAndNanStays(@ForAll("activations") UnaryFunction activation) {
        var y = layer(activation).forward(Tensor.of(-INF, INF, Float.NaN, -0f)).toArray();
        assertEquals((float) activation.value(-INF), y[0]);
        assertEquals((float) activation.value(INF), y[1]);
        assertTrue(Float.isNaN(y[2]));
        if (activation.value(0) == 0) assertEquals(-0f, y[3], "the sign of zero");
    }

    /// Where a product with an infinity might make NaN.
    @Property
    void derivativesAreFiniteFarOut(@ForAll("activations") UnaryFunction activation) {
        for (float far : new float[] {-INF, -1e30f, -200, -89, 89, 200, 1e30f, INF}) {
            var x = Tensor.scalar(far).requiresGrad(true);
            var y = layer(activation).forward(x);
            var first = Autograd.grad(y, List.of(x), null, true, true).getFirst();
            assertTrue(Float.isFinite(first.item()), () -> activation + " at " + far + ": " + first);
            if (!first.requiresGrad()) continue;
            first.backward();
            var second = x.grad();
            if (second != null) assertTrue(Float.isFinite(second.item()), () -> activation + " at " + far + ": second " + second);
        }
    }

    private static Layer layer(UnaryFunction activation) { return activation.layer().orElseThrow(); }

    /// Apart from the others, as it has no limits far out. The product is rounded before its sine is taken.
    @Property(tries = 100)
    void sinesOfAnyFrequency(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        double omega0 = Math.exp(random.nextDouble(-1, 3.5));
        var x = Domain.ANY.draw(Shape.of(3, 4), random);
        var layer = new Sin(omega0);
        var y = layer.forward(x).toArray();
        for (int i = 0; i < y.length; i++) {
            float product = (float) omega0 * x.toArray()[i];
            assertEquals(Math.sin(product), y[i], 1e-6, layer + " at " + x.toArray()[i]);
        }
        var slopes = slopes(layer, x.toArray());
        for (int i = 0; i < slopes.length; i++) {
            float product = (float) omega0 * x.toArray()[i];
            assertEquals(omega0 * Math.cos(product), slopes[i], 1e-6 * omega0, layer + " at " + x.toArray()[i]);
        }
        // differences are taken in steps that don't know of high frequencies
        check(Op.Problem.of(new Sin(1.5)::forward, x), random);
        assertEquals(Arrays.toString(x.sin().toArray()), Arrays.toString(new Sin().forward(x).toArray()));
        assertEquals(omega0 * Math.cos(omega0 * 0.3), layer.nonlinearity().slope().applyAsDouble(0.3), 1e-12 * omega0);
    }

    @Property(tries = 100)
    void preluLearnsItsSlopes(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        check(Op.Problem.of(Activation::prelu, Domain.NONZERO.draw(Shape.of(2, 3, 2), random),
            Domain.ANY.draw(Shape.of(3, 1), random)), random);
        var layer = new PReLU(3, -0.5);
        layer.initialize(seed);
        var x = Domain.NONZERO.draw(Shape.of(2, 3, 4), random);
        layer.weight().load(Tensor.of(0.5f, 1, 2));
        var y = layer.forward(x).toArray();
        for (int i = 0; i < y.length; i++) {
            float value = x.toArray()[i];
            assertEquals(value > 0 ? value : value * new float[] {0.5f, 1, 2}[i / 4 % 3], y[i]);
        }
        Rejected.argument(() -> layer.forward(Tensor.ones(2, 4)), "prelu", "[2, 4]", "[batch, 3, …]");
        Rejected.argument(() -> new PReLU(0, 0.1), "prelu", "0 channels");
    }

    private static void check(Op.Problem problem, SplittableRandom random) {
        assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random));
        assertEquals(Optional.empty(), GradientCheck.second(problem.function(), problem.inputs(), random));
    }

    @Example
    void softmaxesGoAlongADimension() {
        var x = Tensor.of(new float[][] {{0, 0}, {0, 0}, {0, 0}, {0, 0}});
        UnaryOperator<Tensor> columns = new Softmax(0)::forward;
        assertEquals(0.25f, columns.apply(x).get(3, 1));
        assertEquals(Math.log(0.5), new LogSoftmax(-1).forward(x).get(3, 1), 1e-7);
        assertEquals("Softmax(0) LogSoftmax(-1)", new Softmax(0) + " " + new LogSoftmax(-1));
    }

    @Example
    void kinksAreThoseOfPyTorch() {
        assertEquals("[0.25, 1.0]", Arrays.toString(slopes(new LeakyReLU(0.25), 0, 1)));
        assertEquals("[1.5, 1.0]", Arrays.toString(slopes(new ELU(1.5), 0, 1)));
        assertEquals("[0.0, 1.0, 0.0]", Arrays.toString(slopes(new Hardtanh(), -1, 0, 1)));
        assertEquals("[0.0, 0.5, 1.0]", Arrays.toString(slopes(new Hardswish(), -3, 0, 3)));
        assertEquals("[0.0, 0.0]", Arrays.toString(slopes(new Hardsigmoid(), -3, 3)));
        assertEquals("[1.0, 1.0]", Arrays.toString(slopes(new CELU(1.5), 0, 1)));
        assertEquals("[0.0, 0.0, 1.0]", Arrays.toString(slopes(new Softshrink(2), -2, 2, 2.5f)));
        assertEquals("[0.0, 0.0, 1.0]", Arrays.toString(slopes(new Hardshrink(2), -2, 2, 2.5f)));
        assertEquals("[0.0, 1.0]", Arrays.toString(slopes(new Threshold(2, 7), 2, 2.5f)));
    }

    private static float[] slopes(Layer module, float... at) {
        var x = Tensor.of(at).requiresGrad(true);
        module.forward(x).sum().backward();
        return x.grad().toArray();
    }

    @Example
    void refusesWhatMakesNoSense() {
        Rejected.argument(() -> new LeakyReLU(Double.NaN), "leakyReLU", "NaN", "finite");
        Rejected.argument(() -> new ELU(INF), "elu", "Infinity");
        Rejected.argument(() -> new Sin(0), "sin", "omega0 0.0", "positive");
        Rejected.argument(() -> new Softplus(0, 20), "softplus", "beta 0.0", "positive");
        Rejected.argument(() -> new Hardtanh(1, 1), "hardtanh", "1.0", "less");
        Rejected.argument(() -> new CELU(1e-60), "celu", "1.0E-60", "not 0");
        Rejected.argument(() -> new Softshrink(-0.1), "softshrink", "lambda -0.1", "0 or more");
        Rejected.argument(() -> new Hardshrink(Double.NaN), "hardshrink", "lambda NaN", "0 or more");
        Rejected.argument(() -> new Threshold(0, INF), "threshold", "value Infinity", "finite");
        Rejected.argument(() -> new GLU().forward(Tensor.ones(2, 3)), "glu: dimension 1 of shape [2, 3] has 3 elements", "even");
    }

    /// But for the sine, which has no limits.
    @Provide
    Arbitrary<UnaryFunction> activations() {
        return Arbitraries.of(UnaryFunctions.ACTIVATIONS.stream()
            .filter(function -> !Double.isNaN(function.value(INF))).toList());
    }
}
