package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StandardizeTest {

    private static Dataset<Batch<Tensor>> rows(float[] inputs, int features) {
        return Rows.regression(inputs, features, new float[inputs.length / features], 1);
    }

    /// Numbers far from 0, where a mean in float would be lost; more rows than are read at a time.
    @Property(tries = 20)
    void trainingRowsGetMeanZeroAndVarianceOne(@ForAll long seed, @ForAll @IntRange(min = 2, max = 3000) int n) {
        var values = Tensor.randn(new Threefry(seed), n, 2).toArray();
        for (int i = 0; i < n; i++) {
            // no column of equal numbers, though floats are coarse there
            values[2 * i] = 10_000 + (i % 2 == 0 ? 1 : -1) * (1 + 3 * Math.abs(values[2 * i]));
            values[2 * i + 1] *= 1e-3f;
        }
        var data = rows(values, 2);
        var standardize = Standardize.fit(data);
        var scaled = standardize.apply(data);
        for (int j = 0; j < 2; j++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                double x = scaled.batch(i).inputs().get(0, j);
                sum += x;
                squares += x * x;
                assertEquals((values[2 * i + j] - standardize.mean()[j]) / standardize.std()[j], x,
                    1e-6 * Math.max(1, Math.abs(x)));
            }
            assertEquals(0, sum / n, 1e-6);
            assertEquals(1, squares / n, 1e-5);
        }
    }

    @Test
    void onlyTheRowsItWasFitOnAreMeasured() {
        var data = Rows.classification(new float[] {1, 3, 100, -50}, 1, new int[] {0, 1, 0, 1}, List.of("a", "b"));
        var standardize = Standardize.fit(data.subset(0, 1));
        assertArrayEquals(new double[] {2}, standardize.mean());
        assertArrayEquals(new double[] {1}, standardize.std()); // over 2 rows; over 1 less it would be the root of 2
        var others = standardize.apply(data.subset(2, 3));
        assertArrayEquals(new float[] {98, -52}, others.batch(0, 1).inputs().toArray());
        assertArrayEquals(new int[] {0, 1}, others.batch(0, 1).targets());
        assertEquals(List.of("a", "b"), others.classNames());
        assertEquals(2, others.size());
    }

    /// 0.1 is no binary fraction, so that a mean in float would not be it.
    @Property(tries = 50)
    void theOrderOfRowsMakesNoDifference(@ForAll long seed, @ForAll @IntRange(min = 1, max = 500) int n) {
        var values = Tensor.randn(new Threefry(seed), n, 3).mul(1000).add(7).toArray();
        var data = Rows.classification(values, 3, new int[n], List.of("a"));
        assertEquals(Standardize.fit(data), Standardize.fit(data.subset(new Threefry(~seed).permutation(n))));
    }

    @Test
    void nothingBecomesInfinite() {
        var tiny = Standardize.fit(Rows.classification(new float[] {1e-45f, 0}, 1, new int[2], List.of("a")));
        Rejected.argument(() -> tiny.apply(Tensor.of(new float[][] {{0}, {3e38f}})), "3.0E38", "row 1, feature 0",
            "largest float");
        assertEquals(Float.POSITIVE_INFINITY, tiny.apply(Tensor.of(new float[][] {{Float.POSITIVE_INFINITY}})).item());
    }

    @Test
    void aConstantFeatureIsOnlyShifted() {
        var values = new float[3003];
        Arrays.fill(values, 0.1f);
        var standardize = Standardize.fit(rows(values, 1));
        assertArrayEquals(new double[] {1}, standardize.std());
        assertArrayEquals(new float[] {0, 2}, standardize.apply(Tensor.of(new float[] {0.1f, 2.1f}, 2, 1)).toArray(), 1e-6f);
        assertEquals(0, standardize.apply(rows(values, 1)).batch(7).inputs().item());
    }

    @Test
    void whatIsGivenOutIsACopy() {
        var standardize = Standardize.fit(rows(new float[] {1, 3}, 1));
        standardize.mean()[0] = 7;
        standardize.std()[0] = 7;
        assertArrayEquals(new double[] {2}, standardize.mean());
        assertArrayEquals(new double[] {1}, standardize.std());
    }

    @Test
    void namesWhatIsWrong() {
        Rejected.argument(() -> Standardize.fit(Numbered.rows(0)), "fit", "empty");
        Rejected.argument(() -> Standardize.fit(rows(new float[] {1, 2, 3, Float.NaN}, 2)), "fit", "feature 1", "NaN");
        var standardize = Standardize.fit(rows(new float[] {1, 2, 3, 4}, 2));
        Rejected.argument(() -> standardize.apply(Tensor.zeros(4, 3)), "apply", "[4, 3]", "2 features");
        Rejected.argument(() -> standardize.apply(Tensor.zeros(4)), "apply", "[4]", "[rows, features]");
    }

    @Test
    void targetsAreThoseOfTheSource() {
        var target = Tensor.ones(1, 1);
        var one = new Dataset<Batch<Tensor>>() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public Batch<Tensor> batch(int... rows) {
                return new Batch<>(Tensor.ones(1, 1), target);
            }
        };
        assertSame(target, Standardize.fit(one).apply(one).batch(0).targets());
    }
}
