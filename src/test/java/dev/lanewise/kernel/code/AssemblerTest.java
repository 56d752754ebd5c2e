package dev.lanewise.kernel.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Kernels are said in loads, loops, lanes and folds, once for scalars and vectors of every width.
class AssemblerTest {

    private static final Straight SQUARED_DISTANCE = Straight.of(square(Expr.slot(0).sub(Expr.slot(1))));
    private static final Straight MEAN = Straight.of(Expr.slot(0).mul(1f / Fold.LANES));
    private static final Straight NORMALIZED =
        Straight.of(Expr.slot(0).sub(Expr.slot(1)).div(Expr.slot(2).add(1e-5f).sqrt()));
    private static final Straight LARGEST = Straight.of(Fold.Combine.MAX);

    private static Expr.F32 square(Expr.F32 x) { return x.mul(x); }

    /// Rows of 64: (x - mean) / sqrt(variance + epsilon).
    private static void normalization(Assembler a, Target target) {
        var rows = a.integer();
        a.integer();
        var x = a.place();
        var xStride = a.integer();
        var y = a.place();
        var yStride = a.integer();
        var lane = a.lanes(target);
        a.loop(rows, 1, row -> {
            var from = x.at(row.times(xStride));
            var to = y.at(row.times(yStride));
            var values = new ArrayList<Value>();
            for (int at = 0; at < Fold.LANES; at += lane.lanes()) values.add(lane.load(from.at(at)));
            var mean = lane.of(MEAN, lane.fold(Straight.ADD, values));
            var squares = values.stream().map(value -> lane.of(SQUARED_DISTANCE, value, mean)).toList();
            var variance = lane.of(MEAN, lane.fold(Straight.ADD, squares));
            for (int i = 0; i < values.size(); i++)
                lane.save(lane.of(NORMALIZED, values.get(i), mean, variance), to.at(i * lane.lanes()));
        });
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void aNormalizationHasTheBitsOfItsDefinition(@ForAll @IntRange(max = 5) int rows, @ForAll long seed) {
        int ld = Fold.LANES + 3;
        var x = Samples.wild(new SplittableRandom(seed), 2 + rows * ld);
        var expected = new float[1 + rows * ld];
        for (int row = 0; row < rows; row++) {
            var values = new float[Fold.LANES];
            System.arraycopy(x, 2 + row * ld, values, 0, values.length);
            float mean = tree(values) * (1f / Fold.LANES);
            var squares = new float[Fold.LANES];
            for (int i = 0; i < values.length; i++) squares[i] = (values[i] - mean) * (values[i] - mean);
            float variance = tree(squares) * (1f / Fold.LANES);
            for (int i = 0; i < values.length; i++)
                expected[1 + row * ld + i] = (values[i] - mean) / (float) Math.sqrt(variance + 1e-5f);
        }
        for (var target : Samples.widths()) {
            var y = new float[expected.length];
            Emitter.define(Emitter.Kind.ROWS, Loop.Rows.class, "normalization", a -> normalization(a, target))
                .run(rows, Fold.LANES, x, 2, ld, y, 1, ld);
            assertArrayEquals(expected, y, target::toString);
        }
    }

    private static float tree(float[] x) {
        var lanes = x.clone();
        for (int half = 32; half >= 1; half /= 2) for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    /// Maxima of pairs of rows, the first whole vectors, then single elements.
    private static void pooling(Assembler a, Target target) {
        var rows = a.integer();
        var columns = a.integer();
        var x = a.place();
        var xStride = a.integer();
        var y = a.place();
        var yStride = a.integer();
        var lane = a.lanes(target);
        var single = a.scalars(target);
        a.loop(rows, 1, row -> {
            var first = x.at(row.times(2).times(xStride));
            var second = first.at(xStride);
            var to = y.at(row.times(yStride));
            var column = a.local(0);
            var whole = a.local(columns.wholes(lane.lanes()));
            for (var some : List.of(lane, single))
                a.loop(column, some == single ? columns : whole, some.lanes(), () -> some.save(
                    some.of(LARGEST, some.load(first.at(column)), some.load(second.at(column))), to.at(column)));
        });
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aPoolingHasTheBitsOfItsDefinition(@ForAll @IntRange(max = 4) int rows, @ForAll @IntRange(max = 40) int columns,
        @ForAll long seed) {
        var x = Samples.wild(new SplittableRandom(seed), 1 + 2 * rows * columns);
        var expected = new float[rows * columns];
        for (int row = 0; row < rows; row++)
            for (int j = 0; j < columns; j++)
                expected[row * columns + j] = Math.max(x[1 + 2 * row * columns + j], x[1 + (2 * row + 1) * columns + j]);
        for (var target : Samples.widths()) {
            var y = new float[expected.length];
            Emitter.define(Emitter.Kind.ROWS, Loop.Rows.class, "pooling", a -> pooling(a, target))
                .run(rows, columns, x, 1, columns, y, 0, columns);
            for (int i = 0; i < y.length; i++) {
                // of two zeros Math.max takes the positive one
                if (expected[i] == 0) assertEquals(0f, y[i] + 0f, target.toString());
                else assertEquals(expected[i], y[i], target.toString());
            }
        }
    }

    @Property(tries = 100)
    void intsAreWhatTheySay(@ForAll @IntRange(min = -1000, max = 1000) int x, @ForAll @IntRange(min = -1000, max = 1000) int y) {
        assertInt(x + y, x, y, (a, b) -> a.plus(b));
        assertInt(x - y, x, y, (a, b) -> a.minus(b));
        assertInt(x * y, x, y, (a, b) -> a.times(b));
        assertInt(Math.min(x, y), x, y, (a, b) -> a.min(b));
        assertInt(Math.floorMod(x, 16), x, y, (a, _) -> a.within(16));
        assertInt(x - Math.floorMod(x, 16), x, y, (a, _) -> a.wholes(16));
        for (int constant : new int[] {0, 1, 7}) {
            assertInt(x + constant, x, y, (a, _) -> a.plus(constant));
            assertInt(x - constant, x, y, (a, _) -> a.minus(constant));
            assertInt(x * constant, x, y, (a, _) -> a.times(constant));
            assertInt(constant - y, x, y, (_, b) -> Int.of(constant).minus(b));
        }
    }

    private interface Two {
        Int of(Int a, Int b);
    }

    /// The int tells to which element of `y` the first of `x` is copied. The first parameter counts turns, which aren't negative.
    private static void assertInt(int expected, int x, int y, Two two) {
        var out = new float[2];
        var loop = Emitter.define(Emitter.Kind.ROWS, Loop.Rows.class, "int", a -> {
            a.integer();
            var first = a.integer();
            var from = a.place();
            var second = a.integer();
            var to = a.place();
            var single = a.scalars(new Target(1, 16, true));
            single.save(single.load(from), to.at(two.of(first, second).minus(expected)));
        });
        loop.run(1, x, new float[] {1}, 0, y, out, 0, 0);
        assertEquals(1, out[0]);
    }

    @Example
    void parametersAreTakenInOrder() {
        UnaryOperator<String> message = wrong -> assertThrows(IllegalStateException.class, () ->
            Emitter.define(Emitter.Kind.ROWS, Loop.Rows.class, "wrong", a -> {
                a.integer();
                if (wrong.equals("place")) a.place();
                else IntStream.range(0, 2).forEach(_ -> a.integer());
            })).getMessage();
        assertTrue(message.apply("place").startsWith("parameter 1 of ") && message.apply("place").endsWith(" is no float[]"));
        assertTrue(message.apply("int").startsWith("parameter 2 of ") && message.apply("int").endsWith(" is no int"));
    }
}
