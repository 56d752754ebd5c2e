package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Which process gets which rows, and what it keeps them in.
class PlacementTest {

    private record Bytes() implements CompactProgram<Integer, Integer> {

        @Override
        public Integer restore(byte[] content) { return content.length; }

        @Override
        public dev.lanewise.train.Trainer<Integer> trainer() { throw new UnsupportedOperationException(); }

        @Override
        public Integer collate(List<Integer> examples) { throw new UnsupportedOperationException(); }

        @Override
        public byte[] content(Integer example) { throw new UnsupportedOperationException(); }
    }

    /// Some of few kinds, so that many are the same; each one's bytes tell its kind.
    private static List<Numbered<byte[]>> rows(int count, int kinds, boolean longer, SplittableRandom random) {
        var rows = new ArrayList<Numbered<byte[]>>();
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(kinds);
            var content = new byte[longer ? 4 + kind % 3 : 4];
            java.nio.ByteBuffer.wrap(content).putInt(kind);
            rows.add(new Numbered<>(ContentKey.of(content), content));
        }
        return rows;
    }

    /// All together are all rows, in the order of their keys, each where its number is.
    @Property(tries = 300)
    void eachProcessHasItsStretchOfTheOrderOfKeys(@ForAll @IntRange(min = 1, max = 600) int count,
            @ForAll @IntRange(min = 1, max = 2000) int kinds, @ForAll @IntRange(max = 5) int logShards,
            @ForAll @IntRange(min = 1, max = 9) int processes, @ForAll @IntRange(min = 1, max = 90) int batch,
            @ForAll boolean inFile, @ForAll long seed) throws Exception {
        var rows = rows(count, kinds, seed % 2 == 0, new SplittableRandom(seed));
        var tally = new Tally();
        var other = new Tally();
        for (int i = 0; i < count; i++) (i % 3 == 0 ? other : tally).plus(rows.get(i).key());
        var settings = Settings.DEFAULT.shards(1 << logShards).batchSize(batch);
        int several = Math.min(processes, settings.shards());
        var census = tally.plus(other).census();
        assertEquals(count, census.rows());
        var sampler = EpochTask.sampler(settings, census);
        var placement = Placement.of(tally, sampler, settings, several);
        var sent = new ArrayList<List<Numbered<byte[]>>>();
        for (int rank = 0; rank < several; rank++) sent.add(new ArrayList<>());
        for (var row : rows) placement.of(row).forEachRemaining(each -> sent.get(each._1).add(each._2));

        var run = "run" + seed;
        Program<byte[], Integer> program = inFile ? new Packed<>(new Bytes()) : new Plain();
        var expected = new ArrayList<>(rows);
        expected.sort(Comparator.comparing(Numbered::key));
        for (int rank = 0; rank < several; rank++) {
            var examples = Examples.of(run, rank, program, placement.forTasks(), sent.get(rank).iterator());
            for (int number = placement.firsts()[rank]; number < placement.firsts()[rank + 1]; number++)
                assertArrayEquals(expected.get(number).row(), examples.get(number));
            Examples.begin(run);
            Examples.end(run, rank, true);
        }
        assertEquals(0, placement.firsts()[0]);
        assertEquals(count, placement.firsts()[several]);
    }

    private record Plain() implements Program<byte[], Integer> {

        @Override
        public dev.lanewise.train.Trainer<Integer> trainer() { throw new UnsupportedOperationException(); }

        @Override
        public Integer collate(List<byte[]> examples) { throw new UnsupportedOperationException(); }

        @Override
        public byte[] content(byte[] example) { return example; }
    }

    @Example
    void dataThatAreReadDifferentlyTheSecondTimeAreRefused() {
        var rows = rows(20, 5, true, new SplittableRandom(1));
        var tally = new Tally();
        for (var row : rows) tally.plus(row.key());
        var settings = Settings.DEFAULT.shards(1);
        var placement = Placement.of(tally, EpochTask.sampler(settings, tally.census()), settings, 1);
        var more = new ArrayList<>(rows);
        more.add(rows.getFirst());
        for (boolean inFile : new boolean[] {false, true}) {
            Program<byte[], Integer> program = inFile ? new Packed<>(new Bytes()) : new Plain();
            for (var others : List.of(more, rows.subList(1, 20))) {
                var error = assertThrows(IllegalStateException.class,
                    () -> Examples.of("changed", 0, program, placement, others.iterator()));
                assertTrue(error.getMessage().contains(others.size() > 20 ? "more examples than were counted" : "fewer examples"),
                    error.getMessage());
            }
        }
    }

    @Example
    void aFileOfRowsThatIsClosedSaysSo() throws Exception {
        for (long small : new long[] {0, 10, 11}) try (var writer = new RowFile.Writer(2, small)) {
            writer.add(new byte[0]);
            writer.add(new byte[] {1, 2, 3});
            var file = writer.file(new int[] {1, 0, 1});
            assertArrayEquals(new byte[] {1, 2, 3}, file.get(2));
            assertArrayEquals(new byte[0], file.get(1));
            Thread.currentThread().interrupt();
            assertArrayEquals(new byte[] {1, 2, 3}, file.get(0));
            assertTrue(Thread.interrupted());
            file.close();
            assertThrows(UncheckedIOException.class, () -> file.get(0));
        }
    }
}
