package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SequencesTest {

    @Test
    void batchesAreFilledUpToTheirLongest() {
        var sequences = new Sequences(List.of(Tensor.of(new float[] {1, 2}, 1, 2), Tensor.of(new float[] {3, 4, 5, 6}, 2, 2),
            Tensor.of(new float[] {7, 8, 9, 10, 11, 12}, 3, 2)), new int[] {0, 1, 0}, List.of("a", "b"));
        var batch = sequences.batch(1, 0, 1);
        assertArrayEquals(new int[] {3, 2, 2}, batch.inputs().shape().toArray());
        assertArrayEquals(new float[] {3, 4, 5, 6, 1, 2, 0, 0, 3, 4, 5, 6}, batch.inputs().toArray());
        assertArrayEquals(new int[] {2, 1, 2}, batch.lengths());
        assertArrayEquals(new int[] {1, 0, 1}, batch.targets());
        assertArrayEquals(new int[] {1, 2, 3}, sequences.lengths());
        assertEquals(2, sequences.features());
        assertThrows(IllegalArgumentException.class, () -> sequences.batch(3));
        assertThrows(IllegalArgumentException.class, () -> sequences.batch());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        var one = Tensor.zeros(3, 2);
        for (var bad : List.of(Tensor.zeros(3), Tensor.zeros(0, 2),
            Tensor.zeros(3, 1))) assertThrows(IllegalArgumentException.class,
                () -> new Sequences(List.of(one, bad), new int[2], List.of("a")));
        assertThrows(IllegalArgumentException.class, () -> new Sequences(List.of(), new int[0], List.of("a")));
        assertThrows(IllegalArgumentException.class, () -> new Sequences(List.of(one), new int[2], List.of("a")));
        assertThrows(IllegalArgumentException.class, () -> new Sequences(List.of(one), new int[] {1}, List.of("a")));
    }

    @Test
    void theClassIsTheOrderOfTheSignals() {
        var sequences = Synthetic.temporalOrder(400, 2, 9, 0, new Threefry(3));
        var lengths = new HashSet<Integer>();
        for (int row = 0; row < sequences.size(); row++) {
            var batch = sequences.batch(row);
            lengths.add(batch.lengths()[0]);
            var signals = IntStream.range(0, batch.inputs().numel()).filter(i -> batch.inputs().toArray()[i] == 1)
                .map(i -> i % 2).toArray();
            assertEquals(2, signals.length);
            assertEquals(batch.targets()[0], 2 * signals[0] + signals[1]);
            assertEquals(2.0, batch.inputs().sum().item());
        }
        assertEquals(8, lengths.size());
        var same = Synthetic.temporalOrder(7, 2, 9, 0, new Threefry(3));
        assertArrayEquals(sequences.batch(6).inputs().toArray(), same.batch(6).inputs().toArray(), "of its number alone");
        for (Runnable bad : List.<Runnable>of(() -> Synthetic.temporalOrder(0, 2, 3, 0, new Threefry(1)),
            () -> Synthetic.temporalOrder(1, 1, 3, 0, new Threefry(1)), () ->
            Synthetic.temporalOrder(1, 4, 3, 0, new Threefry(1)),
            () -> Synthetic.temporalOrder(1, 2, 3, Double.NaN, new Threefry(1)))) assertThrows(IllegalArgumentException.class,
                bad::run);
    }

    @Test
    void aTextBeginsAsALongerOneDoes() {
        var text = Synthetic.text(5000, new Threefry(1));
        assertEquals(5000, text.length());
        assertTrue(text.startsWith(Synthetic.text(100, new Threefry(1))));
        assertTrue(text.matches("(?s)[A-Za-z .\n]+"), text);
        assertTrue(text.contains(" an ") || text.contains("An "), text);
        assertTrue(!text.contains(" a old "), text);
        assertThrows(IllegalArgumentException.class, () -> Synthetic.text(0, new Threefry(1)));
    }

    @Property(tries = 200)
    void piecesLieSideBySideAndWhatComesNextIsTheNextIndex(@ForAll @IntRange(min = 1, max = 9) int length,
        @ForAll @IntRange(min = 1, max = 40) int more, @ForAll long seed) {
        int[] tokens = IntStream.range(0, length + more).toArray();
        var windows = new TokenWindows(tokens, length);
        assertEquals(more, windows.size());
        for (var sampler : List.of(windows.tiles(), windows.tiles(new Threefry(seed)))) {
            var seen = new HashSet<Integer>();
            for (int epoch = 0; epoch < 4; epoch++) {
                int[] rows = sampler.rows(epoch);
                assertEquals(sampler.size(), rows.length);
                var batch = windows.batch(rows);
                assertEquals(rows.length, batch.size());
                for (int i = 0; i < batch.inputs().length; i++) assertEquals(batch.inputs()[i] + 1, batch.targets()[i]);
                assertEquals(batch.inputs().length, Arrays.stream(batch.inputs()).distinct().count(), "each once");
                seen.add(Arrays.stream(rows).min().orElseThrow());
                assertArrayEquals(rows, sampler.rows(epoch));
            }
            int left = tokens.length - 1 - sampler.size() * length;
            assertTrue(left >= 0 && left < Math.max(2 * length, 1), left + " are never seen in an epoch");
            assertTrue(seen.stream().allMatch(first -> first < length));
        }
    }

    @Test
    void eachStartComesInSomeEpoch() {
        var sampler = new TokenWindows(new int[50], 7).tiles(new Threefry(5));
        assertEquals(7, IntStream.range(0, 200).map(epoch -> Arrays.stream(sampler.rows(epoch)).min().orElseThrow())
            .distinct().count());
    }

    @Test
    void tooFewTokensAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TokenWindows(new int[3], 3));
        assertThrows(IllegalArgumentException.class, () -> new TokenWindows(new int[3], 0));
        assertThrows(IllegalArgumentException.class, () -> new TokenWindows(new int[3], 2).batch(1));
    }
}
