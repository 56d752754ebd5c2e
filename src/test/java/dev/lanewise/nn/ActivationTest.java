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
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ActivationTest {

    /// An activation beside its formula in double, and what it is at the infinities.
    ///
    /// @param kinked whether it, or its derivative, has a kink at 0
    private record Case(String name, Layer module, DoubleUnaryOperator exact, float low, float high, boolean kinked) {
        @Override
        public String toString() { return name; }
    }

    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float SELU = (float) (1.0507009873554805 * 1.6732632423543772);

    private static final List<Case> CASES = List.of(
        new Case("relu", new ReLU(), x -> Math.max(x, 0), 0, INF, true),
        new Case("leakyRelu", new LeakyReLU(0.25), x -> x > 0 ? x : 0.25 * x, -INF, INF, true),
        new Case("prelu", new PReLU().initialize(1), x -> x > 0 ? x : 0.25 * x, -INF, INF, true),
        new Case("elu", new ELU(1.5), x -> x > 0 ? x : 1.5 * Math.expm1(x), -1.5f, INF, true),
        new Case("selu", new SELU(), x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
            -SELU, INF, true),
        new Case("gelu", new GELU(), x -> x * normalCdf(x), -0f, INF, false),
        new Case("gelu tanh", new GELU(GELU.Approximation.TANH),
            x -> x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), -0f, INF, false),
        new Case("silu", new SiLU(), x -> x / (1 + Math.exp(-x)), -0f, INF, false),
        new Case("mish", new Mish(), x -> x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))), -0f, INF, false),
        new Case("sigmoid", new Sigmoid(), x -> 1 / (1 + Math.exp(-x)), 0, 1, false),
        new Case("logSigmoid", new LogSigmoid(), x -> Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))), -INF, 0, false),
        new Case("tanh", new Tanh(), Math::tanh, -1, 1, false),
        new Case("softplus", new Softplus(), x -> x > 20 ? x : Math.log1p(Math.exp(x)), 0, INF, false),
        new Case("softplus, steep", new Softplus(2, 3), x -> 2 * x > 3 ? x : Math.log1p(Math.exp(2 * x)) / 2, 0, INF, false),
        new Case("softsign", new Softsign(), x -> x / (1 + Math.abs(x)), -1, 1, true),
        new Case("hardtanh", new Hardtanh(), x -> Math.max(-1, Math.min(1, x)), -1, 1, false));

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
    void valuesAreThoseOfTheFormula(@ForAll("cases") Case activation, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = new float[400];
        for (int i = 0; i < x.length; i++) x[i] = (float) (random.nextGaussian() * Math.exp(random.nextDouble(-10, 4)));
        var y = activation.module.forward(Tensor.of(x)).toArray();
        for (int i = 0; i < x.length; i++) {
            double exact = activation.exact.applyAsDouble(x[i]);
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
    void infinitiesGiveLimitsAndNanStays(@ForAll("cases") Case activation) {
        var y = activation.module.forward(Tensor.of(-INF, INF, Float.NaN, -0f)).toArray();
        assertEquals(activation.low, y[0]);
        assertEquals(activation.high, y[1]);
        assertTrue(Float.isNaN(y[2]));
        if (activation.exact.applyAsDouble(0) == 0) assertEquals(-0f, y[3], "the sign of zero");
    }

    /// Where a product with an infinity might make NaN.
    @Property
    void derivativesAreFiniteFarOut(@ForAll("cases") Case activation) {
        for (float far : new float[] {-INF, -1e30f, -200, -89, 89, 200, 1e30f, INF}) {
            var x = Tensor.scalar(far).requiresGrad(true);
            var y = activation.module.forward(x);
            var first = Autograd.grad(y, List.of(x), null, true, true).getFirst();
            assertTrue(Float.isFinite(first.item()), () -> activation + " at " + far + ": " + first);
            if (!first.requiresGrad()) continue;
            first.backward();
            var second = x.grad();
            if (second != null) assertTrue(Float.isFinite(second.item()), () -> activation + " at " + far + ": second " + second);
        }
    }

    @Property(tries = 400)
    void derivativesAgreeWithDifferences(@ForAll("cases") Case activation, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        // 1 and 3/2 are kinks of hardtanh and steep softplus
        var x = Domain.NONZERO.draw(Shape.of(3, 4), random);
        if (activation.name.equals("hardtanh") || activation.name.equals("softplus, steep")) x = x.mul(0.25f);
        else if (!activation.kinked) x = Domain.ANY.draw(Shape.of(3, 4), random);
        check(Op.Problem.of(activation.module::forward, x), random);
    }

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
    }

    @Provide
    Arbitrary<Case> cases() { return Arbitraries.of(CASES); }
}
