package dev.lanewise.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Streams are told apart by 8 numbers of 24 bits: two keys share them by chance with a probability of 2^-192.
class StreamsTest {

    @Property
    void theSameNameGivesTheSameNumbers(@ForAll long seed, @ForAll("names") String name, @ForAll long index) {
        assertArrayEquals(numbers(new Threefry(seed).stream(name)), numbers(new Threefry(seed).stream(name)));
        assertArrayEquals(numbers(new Threefry(seed).stream(index)), numbers(new Threefry(seed).stream(index)));
    }

    @Property
    void otherNamesGiveOtherNumbers(@ForAll long seed, @ForAll("names") String one, @ForAll("names") String two) {
        Assume.that(!one.equals(two));
        assertDiffer(new Threefry(seed).stream(one), new Threefry(seed).stream(two));
    }

    /// Lengths around those of the words that are encrypted, and names that differ by zeros alone.
    @Property
    void aLongerNameGivesOtherNumbers(@ForAll long seed, @ForAll("names") String name,
                                      @ForAll @IntRange(min = 1, max = 9) int zeros) {
        assertDiffer(new Threefry(seed).stream(name), new Threefry(seed).stream(name + "\0".repeat(zeros)));
    }

    @Property
    void otherIndicesGiveOtherNumbers(@ForAll long seed, @ForAll long one, @ForAll long two) {
        Assume.that(one != two);
        assertDiffer(new Threefry(seed).stream(one), new Threefry(seed).stream(two));
    }

    @Property
    void anIndexIsNoName(@ForAll long seed, @ForAll long index) {
        var source = new Threefry(seed);
        assertDiffer(source.stream(index), source.stream(Long.toString(index)));
        // the 8 bytes that make the same word
        var bytes = new StringBuilder();
        for (int i = 0; i < 8; i++) bytes.append((char) (index >>> 8 * i & 0x7f));
        assertDiffer(source.stream(index & 0x7f7f7f7f7f7f7f7fL), source.stream(bytes.toString()));
    }

    @Property
    void aStreamIsNotItsParentNorItsParentsSibling(@ForAll long seed, @ForAll("names") String name) {
        var source = new Threefry(seed);
        assertDiffer(source, source.stream(name));
        assertDiffer(source.stream(name), new Threefry(seed + 1).stream(name));
        assertDiffer(source.stream(name), source.stream(name).stream(name));
    }

    @Property
    void theOrderInWhichStreamsAreMadeAndDrawnFromIsIrrelevant(@ForAll long seed, @ForAll("names") String name) {
        var expected = numbers(new Threefry(seed).stream(name));
        var source = new Threefry(seed);
        source.normal(new float[100], 0, 100);
        source.stream("another").permutation(5);
        source.stream(7).uniform(new float[3], 0, 3);
        assertArrayEquals(expected, numbers(source.stream(name)));
    }

    private static float[] numbers(RandomSource source) {
        var out = new float[8];
        source.uniform(out, 0, out.length);
        return out;
    }

    private static void assertDiffer(RandomSource one, RandomSource two) {
        assertFalse(Arrays.equals(numbers(one), numbers(two)));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("ab1./é字\0").ofMaxLength(20);
    }
}
