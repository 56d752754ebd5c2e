package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.Source;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import dev.lanewise.testing.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The lines of receipts, and the digests in them.
class ReceiptFilesTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    private static final List<ReceiptEntry> ENTRIES = List.of(new ReceiptEntry.Fact("seed", "-9223372036854775808"),
        new ReceiptEntry.Fact("note.odd", "\"\\ \u001b[2J\ud83d\ude42\ud83d ä\n"), new ReceiptEntry.Fact("empty", ""),
        new ReceiptEntry.Weights(0, "0.weight", DIGEST), new ReceiptEntry.Step(1, 0, Float.NaN, DIGEST.substring(32)),
        new ReceiptEntry.Operation(1, ReceiptEntry.Pass.BACKWARD, 3, DIGEST, "linear [2, 3] of a b"),
        new ReceiptEntry.Step(2, Integer.MAX_VALUE, -0f, DIGEST.substring(32)), new ReceiptEntry.Weights(1L << 53, "", DIGEST),
        new ReceiptEntry.Step(3, 0, Float.MIN_VALUE, DIGEST.substring(32)),
        new ReceiptEntry.Epoch(0, 0.1, Double.NaN, Double.NEGATIVE_INFINITY), new ReceiptEntry.End(3, 1));

    private Path written() {
        var file = folder.resolve("made/it");
        try (var writer = ReceiptWriter.begin(file)) {
            ENTRIES.forEach(writer::add);
        }
        return file;
    }

    private static List<ReceiptEntry> entries(Path file) {
        var entries = new ArrayList<ReceiptEntry>();
        try (var reader = new ReceiptReader(file)) {
            for (ReceiptEntry entry; (entry = reader.next()) != null;) entries.add(entry);
            assertNull(reader.next());
        }
        return entries;
    }

    @Test
    void whatIsWrittenIsReadAndIsPlainText() throws IOException {
        var file = written();
        assertEquals(ENTRIES, entries(file));
        for (byte each : Files.readAllBytes(file)) assertTrue(each == '\n' || each >= ' ' && each <= '~', () -> "byte " + each);
        var receipt = Receipt.read(file);
        assertEquals(List.of("seed", "note.odd", "empty"), List.copyOf(receipt.facts().keySet()));
        assertTrue(receipt.complete() && receipt.steps() == 3 && Files.readString(file).endsWith(" " + receipt.digest() + "\n"));
        // what has come to the disk is whole, whenever the process ends
        var bytes = Files.readAllBytes(file);
        long position;
        try (var writer = ReceiptWriter.begin(file)) {
            for (var entry : ENTRIES.subList(0, 4)) writer.add(entry);
            position = writer.flush();
            assertEquals(position, Files.size(file));
            writer.add(ENTRIES.get(7));
        }
        try (var writer = ReceiptWriter.resume(file, position)) {
            ENTRIES.subList(4, ENTRIES.size()).forEach(writer::add);
        }
        assertArrayEquals(bytes, Files.readAllBytes(file));
        // who opens it and writes nothing changes nothing
        ReceiptWriter.begin(file).close();
        ReceiptWriter.resume(file, position).close();
        assertArrayEquals(bytes, Files.readAllBytes(file));
        Rejected.argument(() -> ReceiptWriter.resume(file, position - 1), "no line that ends at byte " + (position - 1));
        Rejected.argument(() -> ReceiptWriter.begin(folder), "is a folder");
    }

    /// A million steps in the memory of one.
    @Test
    void aLongReceiptIsReadInLittleMemory() {
        var file = folder.resolve("long");
        int steps = 20_000;
        try (var writer = ReceiptWriter.begin(file)) {
            for (int step = 1; step <= steps; step++) writer.add(new ReceiptEntry.Step(step, 0, step, DIGEST.substring(32)));
        }
        try (var reader = new ReceiptReader(file)) {
            long most = 0;
            for (int step = 1; step <= steps; step++) {
                long before = Allocated.bytes();
                assertEquals(step, ((ReceiptEntry.Step) reader.next()).number());
                if (step > steps / 2) most = Math.max(most, Allocated.bytes() - before);
            }
            assertTrue(most < 8192, "a step takes " + most + " bytes");
        }
    }

    // ---- hostile ones

    private Fuzz files() throws IOException { return Fuzz.ofFiles(Receipt::read, Files.readAllBytes(written())); }

    /// Behind the chain, which keeps most changes from the lines' reader.
    private Fuzz lines() {
        var text = new StringBuilder();
        ENTRIES.forEach(entry -> text.append(entry.line()).append('\n'));
        return Fuzz.of(source -> readLines(source), text.toString().getBytes(StandardCharsets.US_ASCII))
            .refusing(e -> e instanceof IllegalArgumentException).memory(1 << 22, 4096);
    }

    private void readLines(Source source) {
        var chain = new ReceiptChain();
        var out = new ByteArrayOutputStream();
        chain.begin(out);
        for (var line : new String(source.bytes("lines"), StandardCharsets.ISO_8859_1).split("\n")) {
            try {
                var entry = ReceiptEntry.parse(line);
                assertEquals(line, entry.line());
                assertEquals(entry, ReceiptEntry.parse(entry.line()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("input: " + e.getMessage(), e);
            }
            chain.add(line, out);
        }
    }

    @Test
    void damagedReceiptsAreReadOrRefused() throws IOException {
        files().run(3_000);
        lines().run(5_000);
    }

    @Test
    @Tag("exhaustive")
    void manyDamagedReceiptsAreReadOrRefused() throws IOException {
        files().run(1_000_000, System.nanoTime());
        lines().run(1_000_000, System.nanoTime());
    }

    /// None of it would come back as it was written.
    @Test
    void linesThatNobodyWritesAreRefused() {
        for (var line : List.of("", " ", "step", "step 1 0 1.0", "step 1 0 1 " + DIGEST.substring(32),
            "step 1 0 1.00 " + DIGEST.substring(32), "step 01 0 1.0 " + DIGEST.substring(32),
            "step -1 0 1.0 " + DIGEST.substring(32), "step 1 0 1.0 " + DIGEST,
            "step 1 0 1.0 " + DIGEST.substring(32).toUpperCase(java.util.Locale.ROOT) + "X",
            "step 1 4294967296 1.0 " + DIGEST.substring(32), "step 9007199254740993 0 1.0 " + DIGEST.substring(32), "fact a b",
            "fact a \"b", "fact a \"\\u00\"", "fact a \"\\u0041\"", "operation 1 sideways 0 " + DIGEST + " \"a\"", "end 1 1 1",
            "epoch 0 0x1p3 NaN NaN", "other 1", "fact a \"b\"c\""))
            Rejected.argument(() -> ReceiptEntry.parse(line), "no line of a receipt");
        Rejected.argument(() -> ReceiptEntry.parse("fact a! \"b\""), "fact \"a!\"", "letters, digits");
    }

    // ---- digests

    private record Pair(Tensor left, Map<String, List<int[]>> right, Object odd) {}

    @Test
    void theSameIsTheSameHoweverItLies() {
        var x = Tensor.randn(new Threefry(1), 3, 4);
        assertEquals(Digest.of(x), Digest.of(x.transpose(0, 1).contiguous().transpose(0, 1)));
        assertEquals(Digest.of(x.slice(0, 1, 3)), Digest.of(x.slice(0, 1, 3).clone()));
        assertNotEquals(Digest.of(x), Digest.of(x.reshape(4, 3)));
        assertNotEquals(Digest.of(x), Digest.of(x.neg()));
        assertEquals(Digest.of(Tensor.of(Float.intBitsToFloat(0x7fc00001))),
            Digest.of(Tensor.of(Float.intBitsToFloat(0xffc12345))), "all NaNs are one");
        assertNotEquals(Digest.of(Tensor.of(0f)), Digest.of(Tensor.of(-0f)));
        assertEquals(Digest.of(new Batch<>(x, new int[] {1, 2})), Digest.of(new Batch<>(x.clone(), new int[] {1, 2})));
        assertNotEquals(Digest.of(new Batch<>(x, new int[] {1, 2})), Digest.of(new Batch<>(x, new int[] {2, 1})));
        var digest = new Digest();
        assertEquals(digest.add(x).digest(), digest.add(x).digest(), "it begins anew");
    }

    /// What is of different kinds never is alike, nor are parts that are put otherwise.
    @Test
    void whatDiffersDiffers() {
        var x = Tensor.of(1f, 2f);
        var values = new Object[] {null, x, Tensor.of(new float[] {1, 2}, 1, 2), new float[] {1, 2}, new int[] {1, 2},
            new long[] {1, 2}, new double[] {1, 2}, new byte[] {1, 2}, new boolean[] {true, false}, "12", List.of("1", "2"),
            List.of("12"), List.of(List.of("1"), "2"), 1, 2, 1L, 1.0, true,
            new Pair(x, Map.of("a", List.of(new int[] {1})), null), new Pair(x, Map.of("a", List.of(new int[] {1})), 1),
            new Pair(x, Map.of("b", List.of(new int[] {1})), null), new Object[] {x}, List.of(), new int[0],
            ReceiptEntry.Pass.FORWARD};
        var seen = new HashSet<String>();
        for (var value : values) assertTrue(seen.add(Digest.of(Arrays.asList(value, "end"))), () -> "" + value);
        for (var value : new Object[] {"true", "1", "Integer 1", "null", "FORWARD", "Y", false, (byte) 1, (short) 1, 1f,
            new String[] {"12"}, Map.of(), Set.of("x")})
            assertTrue(seen.add(Digest.of(Arrays.asList(value, "end"))), () -> "" + value);
        Rejected.argument(() -> Digest.of(new StringBuilder()), "java.lang.StringBuilder", "tensors, arrays, texts");
        Rejected.argument(() -> Digest.of(new DoubleAdder() {}), "can't be looked into");
        Rejected.argument(() -> new Digest().sampled(-1), "step -1");
    }

    /// It can't be looked through, and says so; the next thing is digested as if it had not been.
    @Test
    void whatHoldsItselfIsRefused() {
        var list = new ArrayList<Object>();
        list.add(list);
        var array = new Object[] {1, null};
        array[1] = array;
        var map = new HashMap<String, Object>();
        map.put("a", List.of(map));
        var set = new HashSet<Object>();
        var inSet = new ArrayList<Object>();
        set.add(inSet);
        inSet.add(set.iterator());
        Object deep = "";
        for (int i = 0; i < 100_000; i++) deep = new Object[] {deep};
        Object shallow = "";
        for (int i = 0; i < 150; i++) shallow = List.of(shallow);
        var digest = new Digest();
        for (var each : new Object[] {list, array, map, deep}) {
            Rejected.argument(() -> digest.add(each), "holds itself");
            assertEquals(Digest.of("x"), digest.add("x").digest());
        }
        Rejected.argument(() -> digest.add(set), "can't be looked into");
        assertEquals(Digest.of(shallow), digest.add(shallow).digest());
    }

    /// Over 256 steps in a row each element is looked at, and few at each.
    @Test
    void samplesSeeEverythingInTime() {
        for (int count : new int[] {1, 64, 65, 256, 3000, 80_000}) {
            var data = new float[count];
            for (int at : IntStream.of(0, 1, count / 2, count - 1).filter(each -> each >= 0 && each < count).toArray()) {
                var changed = data.clone();
                changed[at] = 1;
                int seen = 0;
                for (int step = 0; step < 256; step++) {
                    var one = new Digest().sampled(step).add(data).digest();
                    if (!one.equals(new Digest().sampled(step).add(changed).digest())) seen++;
                }
                int place = at;
                int least = count <= 64 ? 256 : 1;
                int times = seen;
                assertTrue(times >= least, () -> count + " elements, the one at " + place + " was seen " + times + " times");
            }
        }
    }

    /// A loop's own lines are refused where they are made, not when the receipt is needed.
    @Test
    void whatCouldNotBeReadIsNotMade() {
        var digest = Digest.of("x");
        Rejected.argument(() -> new ReceiptEntry.Step(-1, 0, 1, digest.substring(32)), "receipt: step -1", "from 0 to");
        Rejected.argument(() -> new ReceiptEntry.Step(1, -1, 1, digest.substring(32)), "receipt: epoch -1");
        Rejected.argument(() -> new ReceiptEntry.Step(1, 0, 1, digest), "of 32 hexadecimal digits");
        Rejected.argument(() -> new ReceiptEntry.Weights(1, "a", "x"), "the digest \"x\"", "of 64 hexadecimal digits");
        Rejected.argument(() -> new ReceiptEntry.Operation(1, ReceiptEntry.Pass.FORWARD, -1, digest, "a"), "operation -1");
        Rejected.argument(() -> new ReceiptEntry.Epoch(-1, 0, 0, 0), "epoch -1");
        Rejected.argument(() -> new ReceiptEntry.End(Long.MAX_VALUE, 0), "steps 9223372036854775807");
    }

    @Test
    void whatIsClosedTakesNoMore() {
        var writer = ReceiptWriter.begin(folder.resolve("receipt"));
        writer.add(new ReceiptEntry.End(0, 0));
        writer.close();
        writer.close();
        Rejected.state(() -> writer.add(new ReceiptEntry.End(0, 0)), "is closed", "resume(…)");
        assertTrue(Receipt.read(folder.resolve("receipt")).complete());
    }

    /// Lines of two would break each other's chain.
    @Test
    void aReceiptHasOneWriter() throws IOException {
        var file = written();
        try (var writer = ReceiptWriter.begin(file)) {
            Rejected.state(() -> ReceiptWriter.begin(file), "receipt: " + file, "is being written by another run");
            Rejected.state(() -> ReceiptWriter.resume(file, Files.size(file)), "is being written by another run");
            assertEquals(ENTRIES, entries(file), "until the first line is added");
            writer.add(new ReceiptEntry.End(0, 0));
            writer.flush();
            Files.writeString(file, "mine");
            writer.add(new ReceiptEntry.End(0, 0));
            var error = assertThrows(UncheckedIOException.class, writer::flush);
            assertTrue(error.getMessage().contains("has 4 bytes"), error.getMessage());
            assertThrows(UncheckedIOException.class, writer::close);
        }
        assertEquals("mine", Files.readString(file));
        Rejected.argument(() -> ReceiptWriter.begin(file), "something else");
        Files.writeString(file, ReceiptChain.TITLE + "1 a later format");
        Rejected.argument(() -> ReceiptWriter.begin(file), "something else");
    }

    /// It has no line's end, and is no beginning of one either.
    @Test
    void aTextWithoutLinesIsNoReceipt() throws IOException {
        var first = Files.readString(written()).lines().findFirst().orElseThrow();
        for (int length = 1; length <= first.length(); length++)
            assertTrue(Receipt.read(Files.writeString(folder.resolve("torn"), first.substring(0, length))).torn());
        for (var text : List.of("x", "hello, world", first + " ", first.replace('1', '9'), "\0", "ä"))
            Rejected.malformed(() -> Receipt.read(Files.writeString(folder.resolve("none"), text)), "none", "line 1",
                "it is no receipt");
        Rejected.malformed(() -> Receipt.read(Files.createFile(folder.resolve("empty"))), "empty: it is empty");
    }

    /// Keys of one hash stand in the order in which they came.
    @Test
    void theOrderOfWhatHasNoneDoesNotCount() {
        var there = new HashMap<String, Object>(Map.of("Aa", 1f));
        there.put("BB", 2f);
        var back = new HashMap<String, Object>(Map.of("BB", 2f));
        back.put("Aa", 1f);
        assertNotEquals(List.copyOf(there.keySet()), List.copyOf(back.keySet()));
        assertEquals(Digest.of(there), Digest.of(back));
        assertEquals(Digest.of(new HashSet<>(there.keySet())), Digest.of(new HashSet<>(back.keySet())));
        assertEquals(Digest.of(new HashSet<>(List.of("Aa", "BB"))), Digest.of(new HashSet<>(List.of("BB", "Aa"))));
        assertNotEquals(Digest.of(new LinkedHashMap<>(there)), Digest.of(new LinkedHashMap<>(back)));
        assertNotEquals(Digest.of(Map.of("Aa", 2f, "BB", 1f)), Digest.of(there));
    }
}
