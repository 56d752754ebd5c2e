package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import dev.lanewise.testing.ForkedJvm;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Softmax gives the bits of its four operations, one after the other, on vectors of every width.
class RowSoftmaxTest {

    private static final List<RowSoftmax> ALL = Samples.widths().stream().map(target -> new RowSoftmax(target, false)).toList();
    private static final List<RowSoftmax> ALL_LOG = Samples.widths().stream()
        .map(target -> new RowSoftmax(target, true)).toList();
    private static final List<RowPowers> ALL_POWERS = Samples.widths().stream().map(RowPowers::new).toList();
    private static final float BESIDE = 77;
    private static final Elementwise POWER = new Elementwise(Formula.unary("exp_or_zero", Functions::expOrZero));

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void everyWidthGivesTheBitsOfTheOperations(@ForAll("columns") int columns, @ForAll @IntRange(min = 1, max = 20) int rows,
                                               @ForAll @IntRange(max = 9) int gap, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int ld = columns + gap;
        var x = random.nextBoolean() ? Samples.wild(random, rows * ld + 1) : logits(random, rows * ld + 1);
        assertAllGive(RowSoftmaxTest::operations, ALL, rows, columns, ld, x);
        assertAllGive(RowSoftmaxTest::logOperations, ALL_LOG, rows, columns, ld, x);
        assertAllGivePowers(rows, columns, x);
    }

    private static void assertAllGivePowers(int rows, int columns, float[] x) {
        var expected = new float[rows * columns];
        var numbers = new float[2 * rows];
        for (int row = 0; row < rows; row++) {
            var powers = powers(Arrays.copyOfRange(x, 1 + row * columns, 1 + row * columns + columns), numbers, row);
            System.arraycopy(powers, 0, expected, row * columns, columns);
            Reductions.SUM.rows(powers, 0, null, 0, null, 0, null, 1, columns, numbers, rows + row);
        }
        for (var each : ALL_POWERS) {
            var y = new float[expected.length];
            var kept = new float[numbers.length];
            each.run(rows, columns, x, 1, y, kept);
            for (int row = 0; row < rows; row++) {
                assertEquals(numbers[rows + row], kept[rows + row]);
                // neither maximum nor powers matter where their sum is no number
                if (Float.isNaN(numbers[rows + row])) System.arraycopy(expected, row * columns, y, row * columns, columns);
                else assertEquals(numbers[row] + 0f, kept[row] + 0f);
            }
            assertArrayEquals(expected, y);
        }
    }

    private static void assertAllGive(UnaryOperator<float[]> definition, List<RowSoftmax> all, int rows, int columns, int ld,
        float[] x) {
        var expected = new float[3 + rows * ld];
        Arrays.fill(expected, BESIDE);
        var expectedInPlace = x.clone();
        for (int row = 0; row < rows; row++) {
            var values = definition.apply(Arrays.copyOfRange(x, row * ld, row * ld + columns));
            System.arraycopy(values, 0, expected, 3 + row * ld, columns);
            System.arraycopy(values, 0, expectedInPlace, row * ld, columns);
        }
        for (var softmax : all) {
            var y = new float[3 + rows * ld];
            Arrays.fill(y, BESIDE);
            softmax.run(rows, columns, x, 0, ld, y, 3, ld);
            assertArrayEquals(expected, y);
            var inPlace = x.clone();
            softmax.run(rows, columns, inPlace, 0, ld, inPlace, 0, ld);
            assertArrayEquals(expectedInPlace, inPlace, "in place");
        }
    }

    @Property(tries = 20)
    void thePowerIsThatOfExpButFor0InPlaceOfSubnormalNumbers(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = new float[1000];
        for (int i = 0; i < x.length; i++) x[i] = (float) -random.nextDouble(i % 2 == 0 ? 88 : 1000);
        x[0] = Float.NEGATIVE_INFINITY;
        x[1] = Float.NaN;
        var power = new float[x.length];
        var exp = new float[x.length];
        POWER.run(x, 0, power, 0, x.length);
        Maps.EXP.run(x, 0, exp, 0, x.length);
        for (int i = 0; i < x.length; i++)
            if (!(exp[i] < Float.MIN_NORMAL && power[i] == 0)) assertEquals(exp[i], power[i], "at " + x[i]);
    }

    /// Maximum, difference and power, sum, quotient.
    private static float[] operations(float[] x) {
        int n = x.length;
        var number = new float[1];
        var y = powers(x, number, 0);
        Reductions.SUM.rows(y, 0, null, 0, null, 0, null, 1, n, number, 0);
        for (int i = 0; i < n; i++) y[i] /= number[0];
        return y;
    }

    /// Maximum, which goes to a place among numbers, difference and power.
    private static float[] powers(float[] x, float[] numbers, int at) {
        Reductions.AMAX.rows(x, 0, null, 0, null, 0, null, 1, x.length, numbers, at);
        var y = new float[x.length];
        for (int i = 0; i < x.length; i++) y[i] = x[i] - numbers[at];
        POWER.run(y, 0, y, 0, x.length);
        return y;
    }

    /// What the public doc says of the end of its range.
    @Example
    void powersOfNumbersFarBelowTheMaximumAreZero() {
        var x = new float[] {0, -87.6f, -87.8f, -1000};
        var y = new float[4];
        RowSoftmax.rows(1, 4, x, 0, 4, y, 0, 4);
        assertEquals(Math.exp(-87.6f), y[1], 1e-6 * Math.exp(-87.6f));
        assertEquals(0f, y[2]);
        RowSoftmax.logRows(1, 4, x, 0, 4, y, 0, 4);
        assertArrayEquals(x, y);
    }

    /// Maximum, difference, power in full and sum, logarithm, difference.
    private static float[] logOperations(float[] x) {
        int n = x.length;
        var number = new float[1];
        Reductions.AMAX.rows(x, 0, null, 0, null, 0, null, 1, n, number, 0);
        var y = new float[n];
        for (int i = 0; i < n; i++) y[i] = x[i] - number[0];
        var powers = new float[n];
        Maps.EXP.run(y, 0, powers, 0, n);
        Reductions.SUM.rows(powers, 0, null, 0, null, 0, null, 1, n, number, 0);
        Maps.LOG.run(number, 0, number, 0, 1);
        for (int i = 0; i < n; i++) y[i] -= number[0];
        return y;
    }

    /// Numbers whose powers are alike, so that each rounding of the sum shows, or reach from 1 to 0; here and there one that
    /// is masked.
    private static float[] logits(SplittableRandom random, int n) {
        var x = new float[n];
        float spread = random.nextBoolean() ? 1 : 60;
        for (int i = 0; i < n; i++)
            x[i] = random.nextInt(10) == 0 ? Float.NEGATIVE_INFINITY : (float) random.nextGaussian() * spread;
        return x;
    }

    /// Around vectors, blocks and chunks.
    @Provide
    Arbitrary<Integer> columns() {
        return Arbitraries.oneOf(Samples.sizes().filter(n -> n > 0), Arbitraries.integers().between(1, 300),
            Arbitraries.of(8191, 8192, 8193));
    }

    @Property(tries = 60)
    void probabilitiesAreRightAndSumToOne(@ForAll @IntRange(min = 1, max = 2000) int columns, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Samples.tame(random, columns);
        for (int i = 0; i < columns; i++) x[i] *= 20;
        double sum = 0;
        for (float v : x) sum += Math.exp(v);
        for (var softmax : ALL) {
            var y = new float[columns];
            softmax.run(1, columns, x, 0, columns, y, 0, columns);
            double total = 0;
            for (int i = 0; i < columns; i++) {
                // a difference of up to 40 rounds to half an ulp of 32; the rest is a few ulp of the result
                assertEquals(Math.exp(x[i]) / sum, y[i], Math.exp(x[i]) / sum * 3e-6 + 1e-45);
                total += y[i];
            }
            assertEquals(1, total, 1e-5);
        }
    }

    /// A row doesn't depend on those beside it, nor on who computes it.
    @Example
    void rowsAreIndependent() {
        var random = new SplittableRandom(7);
        int rows = 601;
        int columns = 401;
        var x = Samples.tame(random, rows * columns);
        var all = new float[rows * columns];
        RowSoftmax.rows(rows, columns, x, 0, columns, all, 0, columns);
        var one = new float[columns];
        for (int row = 0; row < rows; row++) {
            RowSoftmax.rows(1, columns, x, row * columns, columns, one, 0, columns);
            assertArrayEquals(one, Arrays.copyOfRange(all, row * columns, (row + 1) * columns));
        }
    }

    /// C1 and C2 give up on methods that are too long for them, without a word. What calls the loops is asked of
    /// [SameBitsEverywhereTest]'s program.
    @Example
    void everyLoopIsCompiled() {
        var output = new ForkedJvm(Rows.class, ForkedJvm.VECTORS, "-XX:+PrintCompilation", "-Xbatch", "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,*_*::run,0.03").run().orFail().out();
        var ours = output.lines().filter(line -> line.contains("dev.lanewise")).toList();
        assertEquals(List.of(), ours.stream().filter(line -> line.contains("COMPILE SKIPPED")).toList());
        if (!Provider.current().isSimd()) return;
        for (var name : List.of("Rows_softmax_1_cut", "Rows_softmax_4", "Pass_softmax_largest", "Pass_softmax_powers_quotients",
                "Rowwise_row_powers_1_cut", "Rowwise_row_powers_4"))
            assertTrue(ours.stream().anyMatch(line -> line.matches(".* 4 .*\\." + name + "/.*::run .*")),
                () -> name + " is not in\n" + String.join("\n", ours));
    }

    /// Short rows, long ones, with and without a vector that is cut.
    static final class Rows {
        private Rows() {}

        public static void main(String[] args) {
            var x = new float[20_000];
            var y = new float[x.length];
            var kept = new float[40];
            int lanes = Provider.current().lanes();
            for (int columns : new int[] {lanes - 1, lanes, 2 * lanes - 1, 2 * lanes, 3 * lanes - 1, 3 * lanes, 4 * lanes - 1,
                    4 * lanes, 200, 192}) {
                if (columns == 0) continue;
                for (int i = 0; i < 300; i++) {
                    RowSoftmax.rows(20, columns, x, 0, columns, y, 0, columns);
                    RowPowers.rows(20, columns, x, 0, y, kept);
                }
            }
        }
    }
}
