package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SpectrumTest {

    private static Tensor normal(long seed, int... shape) { return Tensor.randn(new Threefry(seed), shape); }

    /// 2 beside -1 on both sides: 2 - 2 cos(k π / (n + 1)).
    @Test
    void aTridiagonalMatrixsEigenvaluesAreTheClosedForm() {
        int n = 50;
        var diagonal = new double[n];
        var beside = new double[n];
        var vectors = new double[n][n];
        Arrays.fill(diagonal, 2);
        Arrays.fill(beside, -1);
        for (int i = 0; i < n; i++) vectors[i][i] = 1;
        Tridiagonal.solve(diagonal, beside, vectors);
        for (int k = 0; k < n; k++) for (int i = 0; i < n; i++) {
            double times = 2 * vectors[i][k] - (i > 0 ? vectors[i - 1][k] : 0) - (i + 1 < n ? vectors[i + 1][k] : 0);
            assertEquals(diagonal[k] * vectors[i][k], times, 1e-14);
        }
        Arrays.sort(diagonal);
        for (int k = 1; k <= n; k++) assertEquals(2 - 2 * Math.cos(k * Math.PI / (n + 1)), diagonal[k - 1], 1e-14);
    }

    /// Turning rows and columns of a diagonal matrix leaves its singular values as they are.
    @Property(tries = 60)
    void turnedMatricesKeepTheirSingularValues(@ForAll @IntRange(min = 1, max = 12) int rows,
        @ForAll @IntRange(min = 1, max = 12) int columns,
                                               @ForAll long seed, @ForAll @IntRange(min = -200, max = 200) int exponent) {
        var random = new Random(seed);
        var a = new double[rows][columns];
        int side = Math.min(rows, columns);
        var expected = new double[side];
        for (int i = 0; i < side; i++) {
            // some 0, some alike, some tiny
            double value = random.nextInt(4) == 0 ? random.nextInt(2) : Math.pow(10, -12 * random.nextDouble());
            expected[i] = Math.scalb(value, exponent);
            a[i][i] = random.nextBoolean() ? expected[i] : -expected[i];
        }
        for (int turn = 0; turn < 3 * (rows + columns); turn++) {
            double angle = random.nextDouble() * Math.TAU;
            double c = Math.cos(angle);
            double s = Math.sin(angle);
            int i = random.nextInt(rows);
            int j = random.nextInt(rows);
            if (i != j) for (int k = 0; k < columns; k++) {
                double x = a[i][k];
                a[i][k] = c * x - s * a[j][k];
                a[j][k] = s * x + c * a[j][k];
            }
            int p = random.nextInt(columns);
            int q = random.nextInt(columns);
            if (p != q) for (var row : a) {
                double x = row[p];
                row[p] = c * x - s * row[q];
                row[q] = s * x + c * row[q];
            }
        }
        Arrays.sort(expected);
        var found = SingularValues.of(a);
        // the turns round, too
        for (int i = 0; i < side; i++) assertEquals(expected[side - 1 - i], found[i],
            1e-14 * 24 * (rows + columns) * expected[side - 1] + Double.MIN_NORMAL);
    }

    /// A diagonal matrix's extremes lie within their bounds, wherever its eigenvalues do.
    @Property(tries = 40)
    void lanczosKeepsItsBounds(@ForAll @IntRange(min = 1, max = 300) int n, @ForAll long seed,
        @ForAll @IntRange(min = 1, max = 60) int steps,
                               @ForAll @IntRange(min = -60, max = 60) int exponent) {
        var random = new Random(seed);
        int shift = random.nextInt(5) - 2;
        var values = new float[n];
        for (int i = 0; i < n; i++) values[i] = (float) Math.scalb(random.nextGaussian() + shift, exponent);
        var found = Lanczos.of(n, x -> {
            var y = new float[n];
            for (int i = 0; i < n; i++) y[i] = values[i] * x[i];
            return y;
        }, seed, steps, 0);
        double largest = IntStream.range(0, n).mapToDouble(i -> values[i]).max().orElseThrow();
        double smallest = IntStream.range(0, n).mapToDouble(i -> values[i]).min().orElseThrow();
        var high = found.largest();
        var low = found.smallest();
        assertTrue(high.low() <= largest && largest <= high.high(), () -> largest + " beyond " + high);
        assertTrue(low.low() <= smallest && smallest <= low.high(), () -> smallest + " beyond " + low);
        double size = Math.max(Math.abs(largest), Math.abs(smallest));
        assertTrue(IntStream.range(0, n).anyMatch(i -> Math.abs(values[i] - high.value()) <= high.residual() + 1e-6 * size),
            "" + high);
        if (steps >= n) assertTrue(found.whole() && Math.abs(high.value() - largest) <= 1e-5 * size,
            () -> largest + " isn't " + high);
    }

    @Test
    void lanczosEndsEarlyAndOnTime() {
        // of 3 eigenvalues, 3 steps and what rounding leaves
        var few = Lanczos.of(1000, x -> scaled(x, i -> i % 3), 5);
        assertTrue(few.whole() && few.steps() <= 4, "" + few);
        assertEquals(2, few.largest().value(), 1e-6);
        var zero = Lanczos.of(10, x -> new float[10], 1);
        assertEquals(new Lanczos(zero.largest(), zero.smallest(), 1, true), zero);
        assertEquals(0, zero.largest().high());
        assertTrue(Double.isNaN(Lanczos.of(10, x -> scaled(x, i -> i == 3 ? Float.NaN : 1), 1).largest().value()));
        assertTrue(Double.isNaN(Lanczos.of(10, x -> scaled(x, i -> i == 3 ? Float.POSITIVE_INFINITY : 1), 1).largest().value()));
        assertEquals(Lanczos.of(99, x -> scaled(x, i -> i), 7), Lanczos.of(99, x -> scaled(x, i -> i), 7));
        assertThrows(IllegalArgumentException.class, () -> Lanczos.of(0, x -> x, 1));
        assertThrows(IllegalArgumentException.class, () -> Lanczos.of(3, x -> x, 1, 0, 1));
        var message = assertThrows(IllegalArgumentException.class, () -> Lanczos.of(3, x -> new float[4], 1)).getMessage();
        assertTrue(message.contains("of 3 numbers has 4"), message);
        // the product may give what it got
        assertEquals(1, Lanczos.of(3, x -> x, 1).largest().value(), 1e-6);
    }

    private interface Factor { float at(int i); }

    private static float[] scaled(float[] x, Factor factor) {
        var y = new float[x.length];
        for (int i = 0; i < y.length; i++) y[i] = factor.at(i) * x[i];
        return y;
    }

    // ---- of networks

    @Test
    void ofALinearLayerTheyAreItsWeights() {
        var layer = new Linear(3, 2, Initializers.zeros(), Initializers.ones());
        var model = new Sequential(layer).initialize(1);
        layer.weight().load(Tensor.of(new float[][] {{3, 0, 0}, {0, 4, 0}}));
        var spectrum = Spectrum.ofJacobian(model, Tensor.zeros(1, 3));
        assertEquals(4, spectrum.values().get(0), 1e-14);
        assertEquals(3, spectrum.values().get(1), 1e-14);
        assertEquals(12.5, spectrum.meanSquare(), 1e-13);
        // of 16 and 9, relative to their mean
        assertEquals(3.5 * 3.5 / (12.5 * 12.5), spectrum.spread(), 1e-12);
        assertEquals(4 / 3.0, spectrum.condition(), 1e-12);
        assertTrue(spectrum.words().contains("mean square 12.5, the largest 4.00, condition 1.33"), spectrum.words());
    }

    @Test
    void orthogonalLayersKeepAllLengths() {
        var modules = new Layer[12];
        for (int i = 0; i < modules.length; i++) modules[i] = new Linear(40, 40,
            Initializers.orthogonal(new Gain(1.1, Gain.Status.EMPIRICAL)), Initializers.zeros());
        var spectrum = Spectrum.ofJacobian(new Sequential(modules).initialize(3), normal(1, 1, 40));
        double all = Math.pow(1.1, 12);
        for (double value : spectrum.values()) assertEquals(all, value, 1e-5 * all);
        assertEquals(1, spectrum.condition(), 1e-5);
    }

    /// Products with the Jacobian and with its transpose are of one matrix, that which differences show.
    @Test
    void productsAreThoseOfOneMatrix() {
        var model = new Sequential(new Conv2d(2, 3, ConvOptions.kernel(3).padding(1)), new GELU(), new Flatten(),
            new LayerNorm(75), new Linear(75, 9), new BatchNorm1d(9), new Tanh(), new Linear(9, 4)).initialize(2);
        var x = normal(5, 3, 2, 5, 5).requiresGrad(true);
        var products = new JacobianProducts(model.call(x), List.of(x));
        var u = Lanczos.normal(products.rows(), 1);
        var v = Lanczos.normal(products.columns(), 2);
        var image = products.times(v);
        var back = products.transposed(u);
        double size = Math.sqrt(Statistics.dot(image, image) * Statistics.dot(u, u));
        assertEquals(Statistics.dot(u, image), Statistics.dot(back, v), 1e-4 * size);
        float step = 1e-2f;
        try (var _ = Autograd.noGrad()) {
            var move = Tensor.wrap(v, 3, 2, 5, 5).mul(step);
            var apart = model.call(x.add(move)).sub(model.call(x.sub(move))).div(2 * step).toArray();
            for (int i = 0; i < image.length; i++) assertEquals(apart[i], image[i],
                0.05 * Math.sqrt(Statistics.dot(image, image)));
        }
    }

    @Test
    void largeOnesAreEstimatedWithinTheirBounds() {
        var model = new Sequential(new Linear(90, 120), new Tanh(), new Linear(120, 60), new ReLU(), new Linear(60, 70))
            .initialize(9);
        var x = normal(3, 1, 90);
        var exact = Spectrum.ofJacobian(model, x);
        for (var way : List.of(model, new Sequential(model, new Linear(70, 100, Initializers.orthogonal(), Initializers.zeros())
            .initialize(new Threefry(1))))) {
            var estimate = Spectrum.ofJacobian(model, model::call, x, 10, 4);
            assertFalse(estimate.isExact());
            assertEquals(exact.largest().value(), estimate.largest().value(), 1e-3 * exact.largest().value());
            assertTrue(estimate.largest().low() <= exact.largest().value() && exact.largest().value() <= estimate.largest()
                .high(), "" + way);
            assertEquals(exact.meanSquare(), estimate.meanSquare(), 6 * estimate.error());
            assertEquals(exact.spread(), estimate.spread(), 0.4 * (1 + exact.spread()));
        }
    }

    // ---- odd ones

    @Test
    void whatMakesNoDifferenceIsSaid() {
        var dead = new Sequential(new Linear(4, 3, Initializers.zeros(), Initializers.constant(-1)), new ReLU()).initialize(1);
        var spectrum = Spectrum.ofJacobian(dead, normal(1, 1, 4));
        assertEquals(0, spectrum.largest().value());
        assertEquals("the Jacobian is 0: no input makes a difference", spectrum.words());
        var constant = new Layer() {
            @Override
            public Tensor forward(Tensor x) { return Tensor.ones(2, 2); }
        };
        assertEquals(0, Spectrum.ofJacobian(constant, normal(1, 1, 4)).meanSquare());
        assertEquals(0, Spectrum.ofJacobian(constant, constant::call, normal(1, 1, 4), 0, 1).largest().value());
        var bad = new Sequential(new Linear(4, 3)).initialize(1);
        ((Linear) bad.children().get("0")).weight().load(Tensor.full(Float.NaN, 3, 4));
        for (int exact : new int[] {0, 10})
            assertEquals("the Jacobian isn't finite", Spectrum.ofJacobian(bad, bad::call, normal(1, 1, 4), exact, 1).words());
        var one = new Sequential(new Linear(1, 1)).initialize(1);
        assertEquals(1, Spectrum.ofJacobian(one, Tensor.ones(1)).condition());
        var message = assertThrows(IllegalArgumentException.class, () -> Spectrum.ofJacobian(bad, Tensor.zeros(0, 4)))
            .getMessage();
        assertTrue(message.contains("[0, 3] for [0, 4]"), message);
    }

    @Test
    void theModelIsLeftAsItWasAndThreadsDontMeet() {
        var model = new Sequential(new Linear(6, 6), new BatchNorm1d(6), new ReLU(), new Dropout(0.4), new Linear(6, 2))
            .initialize(5);
        var x = normal(3, 8, 6);
        model.call(x).sum().backward();
        var gradient = model.parameters().getFirst().grad();
        var state = model.stateDict();
        var steps = model.stepDict();
        var first = Spectrum.ofJacobian(model, x);
        assertEquals(16, first.values().size());
        Thread.currentThread().interrupt();
        assertEquals(first, Spectrum.ofJacobian(model, x));
        assertTrue(Thread.interrupted(), "the interruption is still there for whom it is meant");
        assertSame(gradient, model.parameters().getFirst().grad());
        assertEquals(steps, model.stepDict());
        var now = model.stateDict();
        state.forEach((path, value) -> assertArrayEquals(value.toArray(), now.get(path).toArray(), path));
        IntStream.range(0, 4).parallel().forEach(_ -> assertEquals(first, Spectrum.ofJacobian(model, x)));
    }
}
