package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Rejected;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SyntheticTest {
    private static final double[][] CENTERS = {{0, 5, 1}, {-4, 2, 0}};
    private static final double[][] WEIGHTS = {{2, -1}, {0.5, 0}, {0, 3}};

    private static final List<Function<RandomSource, Dataset<? extends Batch<?>>>> ALL = List.of(
            source -> Synthetic.twoMoons(50, 0.1, source), source -> Synthetic.circles(50, 0.1, 0.5, source),
            source -> Synthetic.spirals(50, 3, 0.1, source), source -> Synthetic.blobs(50, CENTERS, 0.3, source),
            source -> Synthetic.polynomialRegression(50, WEIGHTS, 1, 0.1, source));

    private static float[] all(Dataset<? extends Batch<?>> data) {
        return data.batch(IntStream.range(0, data.size()).toArray()).inputs().toArray();
    }

    private static int[] labels(Dataset<Batch<int[]>> data) {
        return data.batch(IntStream.range(0, data.size()).toArray()).targets();
    }

    @Property(tries = 50)
    void moonsAreHalfCircles(@ForAll @IntRange(min = 2, max = 200) int n, @ForAll long seed) {
        var data = Synthetic.twoMoons(n, 0, new Threefry(seed));
        var x = all(data);
        var labels = labels(data);
        for (int i = 0; i < n; i++) {
            assertEquals(i % 2, labels[i]);
            double dx = labels[i] == 0 ? x[2 * i] : x[2 * i] - 1;
            double dy = labels[i] == 0 ? x[2 * i + 1] : 0.5 - x[2 * i + 1];
            assertEquals(1, Math.hypot(dx, dy), 1e-6);
            assertTrue(dy >= -1e-6, "the half that it is");
        }
        assertEquals(1, x[0], 1e-6); // scikit-learn's first of the outer moon, and of the inner one
        assertEquals(0, x[2], 1e-6);
        assertEquals(0.5, x[3], 1e-6);
        int last = n - 1 - (n - 1) % 2;
        if (last > 0) {
            assertEquals(-1, x[2 * last], 1e-6);
        }
    }

    @Property(tries = 50)
    void circlesHaveTheirRadii(@ForAll @IntRange(min = 2, max = 200) int n, @ForAll long seed) {
        var data = Synthetic.circles(n, 0, 0.3, new Threefry(seed));
        var x = all(data);
        var labels = labels(data);
        for (int i = 0; i < n; i++) {
            assertEquals(labels[i] == 0 ? 1 : 0.3, Math.hypot(x[2 * i], x[2 * i + 1]), 1e-6);
        }
        var angles = IntStream.range(0, n).filter(i -> labels[i] == 0)
                .mapToDouble(i -> Math.atan2(x[2 * i + 1], x[2 * i]) + (x[2 * i + 1] < -1e-6 ? 2 * Math.PI : 0)).toArray();
        for (int i = 0; i < angles.length; i++) {
            assertEquals(2 * Math.PI * i / angles.length, angles[i], 1e-5, "evenly, and none twice");
        }
    }

    @Property(tries = 50)
    void anArmTurnsOnceOnItsWayOut(@ForAll @IntRange(min = 1, max = 5) int classes,
        @ForAll @IntRange(min = 10, max = 200) int n) {
        var data = Synthetic.spirals(n, classes, 0, new Threefry(1));
        var x = all(data);
        var labels = labels(data);
        double longest = 0;
        for (int i = 0; i < n; i++) {
            double radius = Math.hypot(x[2 * i], x[2 * i + 1]);
            double angle = 2 * Math.PI * (radius + (double) labels[i] / classes);
            assertEquals(radius * Math.cos(angle), x[2 * i], 1e-5);
            assertEquals(radius * Math.sin(angle), x[2 * i + 1], 1e-5);
            longest = Math.max(longest, radius);
        }
        assertEquals(1, longest, 1e-6);
        assertEquals(classes, data.classNames().size());
    }

    /// Means and deviations of 20,000 rows a class lie within 7 standard errors of theirs but once in 10^9 runs or so.
    @Property(tries = 10)
    void blobsHaveTheirCentersAndSpread(@ForAll @IntRange(max = 1000) int seed) {
        int each = 20_000;
        var data = Synthetic.blobs(2 * each, CENTERS, 0.3, new Threefry(seed));
        var x = all(data);
        for (int label = 0; label < 2; label++) {
            for (int j = 0; j < 3; j++) {
                int from = 3 * label + j;
                double mean = IntStream.range(0, each).mapToDouble(i -> x[6 * i + from]).average().orElseThrow();
                double variance = IntStream.range(0, each).mapToDouble(i -> Math.pow(x[6 * i + from] - mean, 2)).average()
                    .orElseThrow();
                assertEquals(CENTERS[label][j], mean, 7 * 0.3 / Math.sqrt(each));
                assertEquals(0.09, variance, 7 * 0.09 * Math.sqrt(2.0 / each));
            }
        }
    }

    @Test
    void aPolynomialIsWhatItsWeightsSay() {
        var data = Synthetic.polynomialRegression(500, WEIGHTS, -0.7, 0, new Threefry(3));
        var x = all(data);
        var y = data.batch(IntStream.range(0, 500).toArray()).targets().toArray();
        for (int i = 0; i < 500; i++) {
            double a = x[2 * i];
            double b = x[2 * i + 1];
            assertEquals(-0.7 + 2 * a - b + 0.5 * a * a + 3 * b * b * b, y[i], 1e-6);
        }
        var sorted = x.clone();
        Arrays.sort(sorted);
        assertTrue(sorted[0] >= -1 && sorted[0] < -0.95 && sorted[999] < 1 && sorted[999] > 0.95, sorted[0] + " " + sorted[999]);
    }

    /// The same inputs with noise: what is added has the deviation asked for, and does not depend on the inputs' stream.
    @Test
    void noiseIsNormalAndApart() {
        int n = 20_000;
        var rows = IntStream.range(0, n).toArray();
        var clean = Synthetic.polynomialRegression(n, WEIGHTS, 0, 0, new Threefry(3)).batch(rows);
        var noisy = Synthetic.polynomialRegression(n, WEIGHTS, 0, 0.5, new Threefry(3)).batch(rows);
        assertArrayEquals(clean.inputs().toArray(), noisy.inputs().toArray());
        assertEquals(0.25, noisy.targets().sub(clean.targets()).square().mean().item(), 5 * 0.25 * Math.sqrt(2.0 / n));
        var moons = Synthetic.twoMoons(n, 0.2, new Threefry(3)).batch(rows).inputs();
        var smooth = Synthetic.twoMoons(n, 0, new Threefry(3)).batch(rows).inputs();
        assertEquals(0.04, moons.sub(smooth).square().mean().item(), 5 * 0.04 * Math.sqrt(1.0 / n));
    }

    @Test
    void theSourceDecidesAndBatchesAreFresh() {
        for (var make : ALL) {
            var first = make.apply(new Threefry(5));
            assertArrayEquals(all(first), all(make.apply(new Threefry(5))));
            assertFalse(Arrays.equals(all(first), all(make.apply(new Threefry(6)))));
            var batch = first.batch(0, 1).inputs();
            InPlace.fill(batch, (data, offset, length) -> Arrays.fill(data, offset, offset + length, 7));
            assertFalse(Arrays.equals(batch.toArray(), first.batch(0, 1).inputs().toArray()));
        }
    }

    @Test
    void namesWhatIsWrong() {
        var source = new Threefry(1);
        Rejected.argument(() -> Synthetic.twoMoons(1, 0, source), "twoMoons: 1 rows", "2");
        Rejected.argument(() -> Synthetic.twoMoons(Integer.MAX_VALUE, 0, source), "twoMoons: 2147483647 rows");
        Rejected.argument(() -> Synthetic.twoMoons(10, -0.1, source), "twoMoons", "-0.1");
        Rejected.argument(() -> Synthetic.circles(10, Double.NaN, 0.5, source), "circles", "NaN");
        for (double factor : new double[] {0, 1, Double.NaN}) {
            Rejected.argument(() -> Synthetic.circles(10, 0, factor, source), "circles: factor " + factor);
        }
        Rejected.argument(() -> Synthetic.spirals(10, 0, 0, source), "spirals: 0 classes");
        Rejected.argument(() -> Synthetic.spirals(2, 3, 0, source), "spirals: 2 rows", "3");
        Rejected.argument(() -> Synthetic.blobs(1, CENTERS, 1, source), "blobs: 1 rows");
        Rejected.argument(() -> Synthetic.blobs(5, new double[][] {{1}, {1, 2}}, 1, source),
            "blobs: centers [[1.0], [1.0, 2.0]]");
        Rejected.argument(() -> Synthetic.blobs(5, new double[0][], 1, source), "blobs: centers []");
        Rejected.argument(() -> Synthetic.blobs(5, new double[][] {{Double.NaN}}, 1, source), "blobs: centers [[NaN]]");
        Rejected.argument(() -> Synthetic.polynomialRegression(0, WEIGHTS, 0, 0, source), "polynomialRegression: 0 rows");
        Rejected.argument(() -> Synthetic.polynomialRegression(5, new double[][] {{}}, 0, 0, source), "weights [[]]");
        Rejected.argument(() -> Synthetic.polynomialRegression(5, WEIGHTS, Double.POSITIVE_INFINITY, 0, source), "bias Infinity");
    }
}
