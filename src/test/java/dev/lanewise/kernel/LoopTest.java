package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.SplittableRandom;
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
        for (var target : Samples.targets()) {
            var actual = Slots.random(seed, inPlace);
            actual.run(LoopEmitter.map(formula, mask, target), n);
            for (int slot = 0; slot < Loop.SLOTS; slot++)
                assertArrayEquals(expected.arrays[slot], actual.arrays[slot], "slot " + slot + " with " + target);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void fillsAgree(@ForAll("fills") Formulas.Listed listed, @ForAll @IntRange(max = 9) int groups,
                    @ForAll @IntRange(max = MARGIN) int offset, @ForAll long key, @ForAll long counter) {
        var expected = fill(Interpreter.fill(listed.formula), groups, offset, key, counter);
        for (var target : Samples.targets()) {
            var actual = fill(LoopEmitter.fill(listed.formula, target), groups, offset, key, counter);
            assertArrayEquals(expected, actual, target::toString);
        }
    }

    private static float[] fill(Loop.Fill loop, int groups, int offset, long key, long counter) {
        var out = new float[offset + groups * Fill.GROUP + MARGIN];
        loop.run(out, offset, (int) key, (int) (key >>> 32), (int) counter, (int) (counter >>> 32), groups);
        return out;
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void tilesAgree(@ForAll @IntRange(min = 1, max = 5) int rows, @ForAll @IntRange(min = 1, max = 3) int vectors,
                    @ForAll @IntRange(max = 40) int k, @ForAll boolean accumulate, @ForAll long seed) {
        for (var target : Samples.targets()) {
            int columns = vectors * target.lanes();
            var random = new SplittableRandom(seed);
            var a = Samples.wild(random, MARGIN + k * rows);
            var b = Samples.wild(random, MARGIN + k * columns);
            var expected = Samples.wild(random, 1 + rows * (columns + 3) + MARGIN);
            var actual = expected.clone();
            Interpreter.tile(rows, columns).run(k, a, MARGIN, b, MARGIN, expected, 1, columns + 3, accumulate);
            TileEmitter.tile(rows, vectors, target).run(k, a, MARGIN, b, MARGIN, actual, 1, columns + 3, accumulate);
            assertArrayEquals(expected, actual, target::toString);
        }
    }

    /// Six arrays of random numbers, each from an offset of its own; in place, slot 3 is slot 0.
    private record Slots(float[][] arrays, int[] offsets, float[] scalars) {

        static Slots random(long seed, boolean inPlace) {
            var random = new SplittableRandom(seed);
            var arrays = new float[Loop.SLOTS][];
            var offsets = random.ints(Loop.SLOTS, 0, MARGIN).toArray();
            for (int slot = 0; slot < Loop.SLOTS; slot++) arrays[slot] = Samples.wild(random, 1000 + 2 * MARGIN);
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
    }

    @Provide
    Arbitrary<Formulas.Listed> maps() { return Formulas.maps(); }

    @Provide
    Arbitrary<Formulas.Listed> fills() { return Formulas.fills(); }

    @Provide
    Arbitrary<Integer> sizes() { return Samples.sizes(); }
}
