package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharpnessTest {

    private static Tensor normal(long seed, int... shape) { return Tensor.randn(new Threefry(seed), shape); }

    /// One tensor that is trained.
    private static final class Point extends Module {
        private final Parameter x;

        Point(Tensor start) {
            x = register(new Parameter("x", Shape.of(start.shape().toArray()), Fan.linear(1, 1), Initializers.copyOf(start)));
            initialize(1);
        }

        Tensor x() { return x.tensor(); }
    }

    /// ½ Σ aᵢ xᵢ².
    private static Tensor bowl(Point point, Tensor bends) { return point.x().square().mul(bends).sum().mul(0.5f); }

    // ---- exact

    @Test
    void aBowlsSharpnessIsItsLargestBend() {
        var point = new Point(Tensor.of(1, 1, 2));
        var found = Sharpness.of(point, () -> bowl(point, Tensor.of(3, 8, -20)));
        assertEquals(8, found.hessian().value(), 1e-5);
        assertEquals(0.25, found.rate(), 1e-6);
        assertEquals(0.475, found.rate(0.9), 1e-6);
        assertEquals(3.8 / 2.8 / 8, found.nesterovRate(0.9), 1e-6);
        // bends over gradients of 3, 8 and 40
        assertEquals(1, found.adam().value(), 1e-5);
        assertEquals(38, found.adamRate(0.9), 1e-3);
        assertEquals(2, found.adamRate(0), 1e-4);
        assertEquals(Math.sqrt(9 + 64 + 1600), found.gradient(), 1e-4);
        assertEquals((3 + 8 - 80) / 2.0, found.loss());
        assertTrue(Double.isNaN(found.kernel().value()) && Double.isNaN(found.gaussNewton().value()));
        assertTrue(found.words().startsWith("sharpness 8.00: a bound on the first steps of rate 0.250 for SGD, 0.475 with"
            + " momentum 0.9;"), found.words());
    }

    /// A linear model's loss is a bowl: steps just below the rate lead down, steps just above away.
    @ParameterizedTest
    @ValueSource(strings = {"plain", "momentum", "nesterov", "adam"})
    void aLinearModelLearnsBelowAndDivergesAbove(String kind) {
        var x = normal(1, 40, 6);
        var y = normal(2, 40, 3);
        var model = new Linear(6, 3).initialize(3);
        Function<Tensor, Tensor> loss = output -> Losses.mseLoss(output, y);
        var found = Sharpness.of((Linear) model, x, loss);
        // the outputs don't bend
        assertEquals(found.hessian().value(), found.gaussNewton().value(), 1e-4 * found.hessian().value());
        assertEquals(found.hessian().value(), found.kernel().value() * 2 / y.numel(), 1e-4 * found.hessian().value());
        double rate = switch (kind) {
            case "plain" -> found.rate();
            case "momentum" -> found.rate(0.8);
            case "nesterov" -> found.nesterovRate(0.8);
            default -> found.adamRate(0.8);
        };
        for (double share : new double[] {0.96, 1.04}) {
            var learner = (Linear) new Linear(6, 3).initialize(3);
            Supplier<Tensor> now = () -> loss.apply(learner.call(x));
            double last = kind.equals("adam") ? frozenAdam(learner, now, share * rate, 0.8) : trained(now, switch (kind) {
                case "plain" -> new SGD(learner.parameters(), share * rate);
                case "momentum" -> new SGD(learner.parameters(), share * rate, 0.8);
                default -> new SGD(learner.parameters(), share * rate, SGD.options().momentum(0.8).nesterov(true));
            });
            assertTrue(share < 1 ? last < found.loss() : !(last <= 1e3 * found.loss()),
                share + ": from " + found.loss() + " to " + last);
        }
    }

    private static double trained(Supplier<Tensor> loss, Optimizer optimizer) {
        for (int step = 0; step < 400; step++) {
            optimizer.zeroGrad();
            loss.get().backward();
            optimizer.step();
        }
        return loss.get().item();
    }

    /// With the denominators of the first step.
    private static double frozenAdam(Module model, Supplier<Tensor> loss, double rate, double beta) {
        var tensors = model.parameters().stream().map(Parameter::tensor).toList();
        var denominators = Autograd.grad(loss.get(), tensors).stream().map(gradient -> gradient.abs().add(1e-8f)).toList();
        var means = new Tensor[tensors.size()];
        for (int step = 0; step < 400; step++) {
            var gradients = Autograd.grad(loss.get(), model.parameters().stream().map(Parameter::tensor).toList());
            for (int i = 0; i < means.length; i++) {
                var part = gradients.get(i).mul((float) (1 - beta));
                means[i] = means[i] == null ? part : means[i].mul((float) beta).add(part);
                model.parameters().get(i).load(tensors.get(i).detach().sub(means[i].div(denominators.get(i)).mul((float) rate)));
            }
        }
        return loss.get().item();
    }

    /// Of a network that bends, beside the Hessian that differences of gradients make.
    @Test
    void aNetworksSharpnessIsThatOfItsHessian() {
        var model = new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 2)).initialize(7);
        var x = normal(4, 9, 3);
        var y = normal(5, 9, 2);
        var found = Sharpness.of((Sequential) model, x, output -> Losses.mseLoss(output, y));
        int n = (int) model.parameterCount();
        assertEquals(n, found.parameters());
        var tensors = model.parameters().stream().map(Parameter::tensor).toList();
        var hessian = new double[n][n];
        for (int i = 0; i < n; i++) {
            var move = new float[n];
            move[i] = 1e-2f;
            var up = gradient(model, tensors, move, x, y);
            move[i] = -1e-2f;
            var down = gradient(model, tensors, move, x, y);
            for (int j = 0; j < n; j++) hessian[i][j] = (up[j] - down[j]) / 2e-2;
        }
        double size = 0;
        for (var row : hessian) for (double each : row) size += each * each;
        // enough to make all eigenvalues positive, which then are singular values
        double shift = Math.sqrt(size);
        for (int i = 0; i < n; i++) hessian[i][i] += shift;
        assertEquals(SingularValues.of(hessian)[0] - shift, found.hessian().value(), 2e-3 * shift);
    }

    private static float[] gradient(Module model, List<Tensor> at, float[] move, Tensor x, Tensor y) {
        try (var _ = model.rehearsing()) {
            int from = 0;
            var parameters = model.parameters();
            for (int i = 0; i < at.size(); i++) {
                var part = Arrays.copyOfRange(move, from, from += at.get(i).numel());
                parameters.get(i).load(at.get(i).detach().add(JacobianProducts.shaped(part, at.get(i))));
            }
            var now = parameters.stream().map(Parameter::tensor).toList();
            return JacobianProducts.joined(Autograd.grad(Losses.mseLoss(((Sequential) model).call(x), y), now)).toArray();
        }
    }

    // ---- odd ones

    @Test
    void whatCantBeToldIsSaid() {
        var point = new Point(Tensor.of(0, 0));
        var flat = Sharpness.of(point, () -> point.x().mul(0f).sum());
        assertEquals(0, flat.hessian().value());
        assertEquals(Double.POSITIVE_INFINITY, flat.rate());
        assertTrue(flat.words().contains("bends upwards nowhere") && flat.words().contains("nothing is learned"), flat.words());
        var hill = Sharpness.of(point, () -> bowl(point, Tensor.of(-1, -2)));
        assertEquals(-1, hill.hessian().value(), 1e-5);
        assertEquals(Double.POSITIVE_INFINITY, hill.rate(0.5));
        var slope = Sharpness.of(point, () -> point.x().sum());
        assertEquals(0, slope.hessian().value());
        assertTrue(!slope.words().contains("nothing is learned"), slope.words());
        var apart = Sharpness.of(point, () -> Tensor.ones(1));
        assertEquals(0, apart.gradient());
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            var unknown = Sharpness.of(point, () -> point.x().add(bad).square().sum());
            assertTrue(Double.isNaN(unknown.rate()) && Double.isNaN(unknown.adamRate(0.9))
                && unknown.words().contains("no rate can be told"), unknown.words());
        }
        var one = new Point(Tensor.of(3));
        assertEquals(2, Sharpness.of(one, () -> one.x().square().sum()).hessian().value(), 1e-6);
        for (double momentum : new double[] {1, -0.1, Double.NaN}) assertThrows(IllegalArgumentException.class,
            () -> hill.rate(momentum));
        var message = assertThrows(IllegalArgumentException.class, () -> Sharpness.of(point, () -> point.x())).getMessage();
        assertTrue(message.contains("shape [2]"), message);
        point.requiresGrad(false);
        message = assertThrows(IllegalArgumentException.class, () -> Sharpness.of(point, () -> point.x().sum())).getMessage();
        assertTrue(message.contains("thaw some"), message);
    }

    /// What is frozen counts for nothing, what is shared once.
    @Test
    void frozenAndSharedParametersCountOnce() {
        var first = new Linear(4, 4);
        var model = new Sequential(first, new Tanh(), first, new Linear(4, 2)).initialize(1);
        ((Linear) model.children().get("3")).weight().requiresGrad(false);
        var found = Sharpness.of((Sequential) model, normal(1, 5, 4), output -> output.square().mean());
        assertEquals(20 + 2, found.parameters());
        assertTrue(found.hessian().value() > 0);
    }

    @Test
    void theModelIsLeftAsItWasAndThreadsDontMeet() {
        var model = (Sequential) new Sequential(new Linear(6, 6), new BatchNorm1d(6), new ReLU(), new Dropout(0.4),
            new Linear(6, 2)).initialize(5);
        var x = normal(3, 8, 6);
        model.call(x).sum().backward();
        var gradient = model.parameters().getFirst().grad();
        var state = model.stateDict();
        var steps = model.stepDict();
        Supplier<Sharpness> look = () -> Sharpness.of(model, x, output -> output.square().mean());
        var first = look.get();
        Thread.currentThread().interrupt();
        assertEquals(first, look.get());
        assertTrue(Thread.interrupted());
        try (var _ = Autograd.noGrad()) {
            assertEquals(first, look.get());
        }
        assertSame(gradient, model.parameters().getFirst().grad());
        assertEquals(steps, model.stepDict());
        var now = model.stateDict();
        state.forEach((path, value) -> assertArrayEquals(value.toArray(), now.get(path).toArray(), path));
        IntStream.range(0, 4).parallel().forEach(_ -> assertEquals(first, look.get()));
    }
}
