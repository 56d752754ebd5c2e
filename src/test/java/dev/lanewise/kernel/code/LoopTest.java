package dev.lanewise.kernel.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Emitted loops of every width give the interpreter's bits, and touch nothing but what they were given.
///
/// Arrays are compared whole: what lies before the offset and behind the last element must be as it was.
class LoopTest {

    private static final int MARGIN = 17;

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void mapsAgree(@ForAll("maps") Formulas.Listed listed, @ForAll("sizes") int n,
                   @ForAll @IntRange(max = 7) int broadcast, @ForAll boolean inPlace, @ForAll long seed) {
        var formula = listed.formula;
        // a slot that is written has an element for each position
        int written = formula.outputs().stream().mapToInt(output -> 1 << output.slot()).sum();
        int mask = broadcast & ~written;
        var expected = Slots.random(seed, inPlace);
        expected.run(Interpreter.map(formula, mask), n);
        for (var target : Samples.widths()) {
            var actual = Slots.random(seed, inPlace);
            actual.run(LoopEmitter.map(formula, mask, target), n);
            for (int slot = 0; slot < Formula.SLOTS; slot++)
                assertArrayEquals(expected.arrays[slot], actual.arrays[slot], "slot " + slot + " with " + target);
        }
    }

    /// Slots that hold a number for each row, and gaps between rows.
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void matricesAgree(@ForAll("matrices") Formulas.Listed listed, @ForAll @IntRange(max = 4) int rows,
        @ForAll("sizes") int columns,
                       @ForAll @IntRange(max = 63) int broadcast, @ForAll boolean inPlace, @ForAll long seed) {
        var formula = listed.formula;
        int n = Math.min(columns, 200);
        int written = formula.outputs().stream().mapToInt(output -> 1 << output.slot()).sum();
        int mask = broadcast & ~written & (inPlace ? ~9 : -1);
        var expected = Slots.random(seed, inPlace);
        expected.run(Interpreter.matrix(formula, mask), rows, n, mask);
        for (var target : Samples.widths()) {
            var actual = Slots.random(seed, inPlace);
            actual.run(LoopEmitter.matrix(formula, mask, n == Loops.MATRIX_COLUMNS, target), rows, n, mask);
            for (int slot = 0; slot < Formula.SLOTS; slot++)
                assertArrayEquals(expected.arrays[slot], actual.arrays[slot], "slot " + slot + " with " + target);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void fillsAgree(@ForAll("fills") Formulas.Listed listed, @ForAll @IntRange(max = 9) int groups,
                    @ForAll @IntRange(max = MARGIN) int offset, @ForAll long key, @ForAll long counter) {
        var expected = fill(Interpreter.fill(listed.formula), groups, offset, key, counter);
        for (var target : Samples.widths()) {
            var actual = fill(LoopEmitter.fill(listed.formula, target), groups, offset, key, counter);
            assertArrayEquals(expected, actual, target::toString);
        }
    }

    private static float[] fill(Loop.Fill loop, int groups, int offset, long key, long counter) {
        var out = new float[offset + groups * Loop.Fill.GROUP + MARGIN];
        loop.run(out, offset, (int) key, (int) (key >>> 32), (int) counter, (int) (counter >>> 32), groups);
        return out;
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void tilesAgree(@ForAll @IntRange(min = 1, max = 7) int rows, @ForAll @IntRange(min = 1, max = 3) int vectors,
                    @ForAll @IntRange(max = 40) int most, @ForAll Loop.Tile.Layout layout, @ForAll boolean accumulate,
                    @ForAll Epilogue epilogue, @ForAll Epilogue.Bias bias, @ForAll long seed) {
        for (var target : Samples.widths()) {
            if (target.isScalar()) continue;
            var random = new SplittableRandom(seed);
            int width = vectors * target.lanes();
            boolean isTurned = layout == Loop.Tile.Layout.TURNED;
            boolean byRows = layout == Loop.Tile.Layout.ROWS || isTurned;
            int k = isTurned ? most / Loop.Tile.Layout.SQUARE * Loop.Tile.Layout.SQUARE : most;
            int lda = (byRows ? k : rows) + random.nextInt(4);
            int ldb = (isTurned ? k : width) + (layout == Loop.Tile.Layout.PACKED ? 0 : random.nextInt(4));
            var a = Samples.wild(random, MARGIN + lda * (byRows ? rows : k));
            var b = Samples.wild(random, MARGIN + (isTurned ? width : k) * ldb);
            var numbers = Samples.wild(random, 2 + (bias == Epilogue.Bias.ROWS ? rows : width));
            var expected = Samples.wild(random, 1 + (rows - 1) * (width + 3) + width + random.nextInt(MARGIN));
            var actual = expected.clone();
            var shape = new Loop.Tile.Shape(rows, vectors, layout, Epilogue.Form.of(epilogue, bias));
            Interpreter.tile(shape, target.lanes())
                .run(k, a, MARGIN, lda, b, MARGIN, ldb, expected, 1, width + 3, accumulate, numbers, 2);
            TileEmitter.tile(shape, target.lanes())
                .run(k, a, MARGIN, lda, b, MARGIN, ldb, actual, 1, width + 3, accumulate, numbers, 2);
            assertArrayEquals(expected, actual, () -> shape + " with " + target);
        }
    }

    /// Rows of the right operand in any order, some of them twice, over one another.
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void gatheredTilesAgree(@ForAll @IntRange(min = 1, max = 7) int rows, @ForAll @IntRange(min = 1, max = 3) int vectors,
                            @ForAll @IntRange(max = 40) int k, @ForAll("gathered") Loop.Tile.Layout layout,
                                @ForAll boolean accumulate,
                            @ForAll Epilogue.Bias bias, @ForAll long seed) {
        for (var target : Samples.widths()) {
            if (target.isScalar()) continue;
            var random = new SplittableRandom(seed);
            int width = vectors * target.lanes();
            boolean byRows = layout == Loop.Tile.Layout.ROWS;
            int lda = (byRows ? k : rows) + random.nextInt(4);
            var a = Samples.wild(random, MARGIN + lda * (byRows ? rows : k));
            int reach = 1 + random.nextInt(60);
            var b = Samples.wild(random, MARGIN + reach + width);
            var starts = random.ints(3 + k, 0, reach + 1).toArray();
            var numbers = Samples.wild(random, 2 + (bias == Epilogue.Bias.ROWS ? rows : width));
            var expected = Samples.wild(random, 1 + rows * (width + 3));
            var actual = expected.clone();
            var shape = new Loop.Tile.Shape(rows, vectors, layout, Epilogue.Form.of(Epilogue.IDENTITY, bias));
            Interpreter.gatheredTile(shape, target.lanes())
                .run(k, a, MARGIN, lda, b, MARGIN, starts, 3, expected, 1, width + 3, accumulate, numbers, 2);
            TileEmitter.gathered(shape, target.lanes())
                .run(k, a, MARGIN, lda, b, MARGIN, starts, 3, actual, 1, width + 3, accumulate, numbers, 2);
            assertArrayEquals(expected, actual, () -> shape + " with " + target);
        }
    }

    /// Those in which steps of the right operand lie together.
    @Provide
    Arbitrary<Loop.Tile.Layout> gathered() {
        return Arbitraries.of(Loop.Tile.Layout.ROWS, Loop.Tile.Layout.COLUMNS, Loop.Tile.Layout.PACKED);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void transpositionsAgree(@ForAll @IntRange(max = 5) int squares, @ForAll @IntRange(min = 1, max = 8) int rows,
                             @ForAll @IntRange(max = 3) int gap, @ForAll long seed) {
        for (int lanes : new int[] {4, 8}) {
            var random = new SplittableRandom(seed);
            int steps = squares * lanes;
            int width = lanes + gap;
            int present = Math.min(rows, lanes);
            var x = Samples.wild(random, MARGIN + present * (steps + gap));
            var expected = Samples.wild(random, 1 + steps * width + MARGIN);
            var actual = expected.clone();
            Interpreter.transpose().run(steps, x, MARGIN, steps + gap, present, expected, 1, width);
            TransposeEmitter.transpose(lanes).run(steps, x, MARGIN, steps + gap, present, actual, 1, width);
            // the columns of rows that aren't there are of no account
            for (int step = 0; step < steps; step++)
                for (int row = present; row < lanes; row++) actual[1 + step * width + row] = expected[1 + step * width + row];
            assertArrayEquals(expected, actual, lanes + " lanes");
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void copiesAgree(@ForAll @IntRange(max = 9) int rows, @ForAll @IntRange(min = 1, max = 5) int vectors,
                     @ForAll @IntRange(min = 1, max = 4) int parts,
                     @ForAll boolean cut, @ForAll @IntRange(max = 3) int gap, @ForAll long seed) {
        for (int lanes : new int[] {4, 8, 16}) {
            var random = new SplittableRandom(seed);
            int strips = cut ? 1 : parts;
            int width = vectors * lanes;
            int columns = cut ? width - 1 - random.nextInt(lanes - 1) : width;
            int ldx = strips * width + gap;
            var x = Samples.wild(random, MARGIN + rows * ldx);
            var expected = Samples.wild(random, 1 + strips * (rows * columns + Loop.Copy.GAP) + MARGIN);
            var actual = expected.clone();
            Interpreter.copy(strips).run(rows, columns, x, MARGIN, ldx, expected, 1, columns);
            CopyEmitter.copy(strips, vectors, cut, lanes).run(rows, columns, x, MARGIN, ldx, actual, 1, columns);
            assertArrayEquals(expected, actual, lanes + " lanes");
        }
    }

    /// Six arrays of random numbers, each from an offset of its own; in place, slot 3 is slot 0.
    private record Slots(float[][] arrays, int[] offsets, float[] scalars) {

        static Slots random(long seed, boolean inPlace) {
            var random = new SplittableRandom(seed);
            var arrays = new float[Formula.SLOTS][];
            var offsets = random.ints(Formula.SLOTS, 0, MARGIN).toArray();
            for (int slot = 0; slot < Formula.SLOTS; slot++) arrays[slot] = Samples.wild(random, 1000 + 2 * MARGIN);
            if (inPlace) {
                arrays[3] = arrays[0];
                offsets[3] = offsets[0];
            }
            return new Slots(arrays, offsets, Samples.wild(random, Formulas.SCALARS));
        }

        void run(Loop.Map loop, int n) {
            loop.run(arrays[0], offsets[0], arrays[1], offsets[1], arrays[2], offsets[2], arrays[3], offsets[3],
                arrays[4], offsets[4], arrays[5], offsets[5], scalars, n);
        }

        /// Rows are up to 7 elements apart, numbers of rows 1 to 3; slots 0 and 3, which may be one, as far.
        void run(Loop.Matrix loop, int rows, int columns, int broadcast) {
            var strides = new int[Formula.SLOTS];
            for (int slot = 0; slot < strides.length; slot++)
                strides[slot] = (broadcast >> slot & 1) != 0 ? 1 + offsets[slot] % 3 : columns + offsets[slot] % 8;
            loop.run(rows, columns, arrays[0], offsets[0], strides[0], arrays[1], offsets[1], strides[1], arrays[2],
                offsets[2], strides[2], arrays[3], offsets[3], strides[3], arrays[4], offsets[4], strides[4], arrays[5],
                offsets[5], strides[5]);
        }
    }

    @Provide
    Arbitrary<Formulas.Listed> maps() { return Formulas.maps(); }

    /// Numbers for all of a loop are no part of these.
    @Provide
    Arbitrary<Formulas.Listed> matrices() {
        return Formulas.maps().filter(listed -> listed.formula.nodes().stream().noneMatch(node -> node instanceof Expr.Scalar));
    }

    @Provide
    Arbitrary<Formulas.Listed> fills() { return Formulas.fills(); }

    @Provide
    Arbitrary<Integer> sizes() { return Samples.sizes(); }
}
