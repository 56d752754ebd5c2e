package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.WholeFile;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

class SafetensorsTest {

    private Path folder;

    @BeforeTry
    void makeFolder() throws IOException { folder = Files.createTempDirectory("safetensors"); }

    @AfterTry
    void removeFolder() throws IOException {
        for (var file : list()) Files.delete(file);
        Files.delete(folder);
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    /// What `tensor_files.py` calls `tensors()`, in Python's order: by name.
    private static Map<String, Tensor> tensors() {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("0.bias", Tensor.of(-1.5f, 0.25f));
        tensors.put("0.weight", Bits.counting(2, 3));
        tensors.put("bits", Bits.AWKWARD);
        tensors.put("empty", Tensor.zeros(3, 0, 2));
        tensors.put("größe \"q\"\\\n\u0001/😀", Tensor.ones(1, 1));
        tensors.put("scalar", Tensor.scalar(2.5f));
        return tensors;
    }

    private static final Map<String, String> METADATA = Map.of("von \"wem\"", "Zeile 1\nZeile 2\t😀");

    @Example
    void readsWhatPythonWrote() {
        var read = Safetensors.read(PythonFiles.in(folder, "tensors.safetensors"));
        Bits.assertSame(tensors(), read.tensors());
        assertEquals(METADATA, read.metadata());
        assertEquals(Map.of(), Safetensors.read(PythonFiles.in(folder, "nothing.safetensors")).tensors());
    }

    /// The order of Map.of is another in each run.
    @Example
    void whatHasNoOrderIsWrittenInAnOrder() throws IOException {
        var unordered = Map.of("e", "1", "c", "2", "a", "3", "d", "4", "b", "5");
        var file = folder.resolve("text.safetensors");
        Safetensors.write(file, Map.of(), unordered);
        assertEquals(List.of("a", "b", "c", "d", "e"), List.copyOf(Safetensors.read(file).metadata().keySet()));
        Safetensors.write(file, Map.of("e", Tensor.scalar(1), "c", Tensor.scalar(1), "a", Tensor.scalar(1), "d", Tensor.scalar(1),
            "b", Tensor.scalar(1)));
        assertEquals(List.of("a", "b", "c", "d", "e"), List.copyOf(Safetensors.read(file).tensors().keySet()));
        var ordered = new LinkedHashMap<>(Map.of("z", "1"));
        ordered.put("y", "2");
        Safetensors.write(file, Map.of(), ordered);
        assertEquals(List.of("z", "y"), List.copyOf(Safetensors.read(file).metadata().keySet()));
    }

    /// So Python reads it.
    @Example
    void writesTheBytesThatPythonWrites() throws IOException {
        var file = folder.resolve("t");
        Safetensors.write(file, tensors(), METADATA);
        assertArrayEquals(PythonFiles.bytes("tensors.safetensors"), Files.readAllBytes(file));
        Safetensors.write(file, Map.of());
        assertArrayEquals(PythonFiles.bytes("nothing.safetensors"), Files.readAllBytes(file));
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenIsRead(@ForAll @Size(max = 6) Map<String, @Size(max = 4) List<@IntRange(max = 5) Integer>> shapes,
                             @ForAll @Size(max = 3) Map<String, String> metadata, @ForAll int noise) throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        shapes.forEach((name, sizes) -> {
            int[] shape = sizes.stream().mapToInt(Integer::intValue).toArray();
            int numel = Tensor.zeros(shape).numel();
            var bits = new int[numel];
            for (int i = 0; i < numel; i++) bits[i] = (name.hashCode() + noise + i) * 0x9e3779b9;
            tensors.put(name, Bits.ofBits(bits).reshape(shape));
        });
        var file = folder.resolve("t");
        if (!encodable(shapes.keySet()) || !encodable(metadata.keySet()) || !encodable(metadata.values())) {
            Rejected.argument(() -> Safetensors.write(file, tensors, metadata), "surrogate");
            assertEquals(List.of(), list());
            return;
        }
        new Safetensors(tensors, metadata).write(file);
        var read = Safetensors.read(file);
        Bits.assertSame(tensors, read.tensors());
        assertEquals(metadata, read.metadata());
        long header = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, header % 8, "elements are aligned");
        assertEquals(List.of(file), list());
    }

    private static boolean encodable(Iterable<String> texts) {
        for (var text : texts) if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) return false;
        return true;
    }

    /// More than one piece, and not a whole number of them.
    @Example
    void manyElementsComeBack() {
        var large = Tensor.randn(new Threefry(1), 20_011);
        var file = folder.resolve("t");
        Safetensors.write(file, Map.of("a", large.slice(0, 0, 20_010).reshape(3, 6670).t()));
        Bits.assertSame(large.slice(0, 0, 20_010).reshape(3, 6670).t(), Safetensors.read(file).tensors().get("a"));
    }

    /// A byte that is changed or missing is an error that names the file, or another tensor of the same file; never another
    /// exception.
    @Property(tries = 500)
    void damagedFilesAreRefusedOrRead(@ForAll int position, @ForAll byte value, @ForAll boolean cut) {
        var bytes = PythonFiles.bytes("tensors.safetensors");
        int at = Math.floorMod(position, bytes.length);
        if (cut) bytes = Arrays.copyOf(bytes, at);
        else bytes[at] = value;
        var file = PythonFiles.write(folder.resolve("t"), bytes);
        try {
            Safetensors.read(file);
            assertTrue(!cut, "a file that is cut off can't be whole");
        } catch (MalformedFileException e) {
            assertTrue(e.getMessage().startsWith("Safetensors.read: " + file + ": ") && e.getMessage().contains(";"),
                e.getMessage());
        }
    }

    @Example
    void headersThatDoNotFitAreRefused() {
        refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7, "its tensors have 8 bytes, but 7 follow");
        refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 12, "its tensors have 8 bytes, but 12 follow");
        refuse(two("[0,8]", "[4,12]"), 12, "\"b\" begins at byte 4", "\"a\" ends at 8", "overlap");
        refuse(two("[0,8]", "[12,20]"), 20, "\"b\" begins at byte 12", "gaps");
        refuse(two("[4,12]", "[12,20]"), 20, "\"a\" begins at byte 4, but the header ends at 0");
        refuse(two("[0,8]", "[0,8]"), 8, "overlap");
        refuse(two("[0,8]", "[8,12]"), 12, "\"b\" has shape [2]", "takes 8 bytes, but 4 are its own");
        refuse(two("[8,0]", "[0,8]"), 8, "ends at byte 0, before it begins");
        refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,0]}}", 0, "[65536, 65536]", "2^31");
        refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296],\"data_offsets\":[0,0]}}", 0, "[4294967296]", "in parts");
        refuse("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4,
            "\"a\" is of type F8_E4M3, but F32, F16", "float()");
        assertEquals("[0.0, 0.0]", Arrays.toString(Safetensors.read(PythonFiles.in(folder, "half.safetensors")).tensors().get("w")
            .toArray()));
    }

    private static String two(String first, String second) {
        return "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":" + second + "},\"a\":{\"dtype\":\"F32\",\"shape\":[2],"
            + "\"data_offsets\":" + first + "}}";
    }

    /// The tensors' bytes may lie in another order than the names.
    @Example
    void theOrderOfBytesIsFree() {
        var bytes = new byte[16];
        bytes[0] = 1;
        var read = Safetensors.read(file(two("[0,8]", "[8,16]"), bytes)).tensors();
        assertEquals(List.of("b", "a"), List.copyOf(read.keySet()));
        assertArrayEquals(new int[] {1, 0}, Bits.of(read.get("a")));
        assertArrayEquals(new int[2], Bits.of(read.get("b")));
        // one without elements is no gap, wherever it is named
        var empty = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"e\":{\"dtype\":\"F32\",\"shape\":[0],"
            + "\"data_offsets\":[0,0]}}";
        assertEquals(0, Safetensors.read(file(empty, new byte[4])).tensors().get("e").numel());
    }

    @Example
    void malformedJsonIsRefused() {
        for (var json : List.of("", " {}", "[]", "{", "{}}", "{} x", "{\"a\"}", "{\"a\":1}", "{'a':{}}",
            "{\"__metadata__\":{\"k\":1}}", "{\"__metadata__\":{},}", "{\"__metadata__\":{\"k\":\"\u0001\"}}",
            "{\"__metadata__\":{\"k\":\"\\x\"}}", "{\"__metadata__\":{\"k\":\"\\u12g4\"}}",
            "{\"__metadata__\":{\"k\":\"\\ud800\"}}", "{\"__metadata__\":{\"k\":\"",
            "{\"__metadata__\":{\"k\":\"v\" \"l\":\"w\"}}", "{\"__metadata__\":[]}", "[".repeat(100_000)))
            refuse(json, 0, "its header is malformed: ", " is expected at character ");
        for (var shape : List.of("[01]", "[-1]", "[1.0]", "[1e0]", "[1,]", "[1 2]", "1", "[9999999999999999999]"))
            refuse(entry(shape), 4, "its header is malformed: ");
        refuse(entry("[1],\"shape\":[1]"), 4, "a field is named \"shape\" twice");
        for (var fields : List.of("", "\"dtype\":\"F32\",\"shape\":[]", "\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]"))
            refuse("{\"a\":{" + fields + "}}", 0, "it needs dtype, shape and two data_offsets");
        refuse(two("[0,8]", "[8,16]").replace("\"b\"", "\"a\""), 16, "a tensor is named \"a\" twice");
        refuse("{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}", 0, "a text is named \"k\" twice");
        Rejected.malformed(() -> Safetensors.read(raw(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', (byte) 0xff})), "not UTF-8");
        // escapes and white space that are allowed
        var read = Safetensors.read(file("{ \"__metadata__\" : {\"\\u00e4\\/\\ud83D\\uDE00\\b\" :\"\"} }\n ", new byte[0]));
        assertEquals(Map.of("ä/😀\b", ""), read.metadata());
    }

    private static String entry(String shape) {
        return "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4],\"shape\":" + shape + "}}";
    }

    @Example
    void lengthsThatCannotBeAreRefusedBeforeAnythingIsRead() {
        Rejected.malformed(() -> Safetensors.read(raw(new byte[7])), "7 bytes", "cut off");
        Rejected.malformed(() -> Safetensors.read(raw(new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{', '}'})),
            "9 bytes, but only 2 follow");
        Rejected.malformed(() -> Safetensors.read(raw(length(Safetensors.LONGEST_HEADER + 1L))), "100000001",
            "100000000 are the most");
        Rejected.malformed(() -> Safetensors.read(raw(length(-1))), "18446744073709551615");
    }

    private static byte[] length(long length) {
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    }

    @Example
    void badTargetsAndNamesAreRefused() throws IOException {
        Rejected.argument(() -> Safetensors.write(folder, Map.of()), folder.toString(), "folder", "name a file");
        Rejected.argument(() -> Safetensors.write(folder.resolve("t"), Map.of("__metadata__", Tensor.scalar(1))), "another name");
        var missing = assertThrows(UncheckedIOException.class, () -> Safetensors.read(folder.resolve("no")));
        assertTrue(missing.getMessage().contains("no does not exist; check the path"), missing.getMessage());
        assertThrows(UncheckedIOException.class, () -> Safetensors.read(folder));
        assertEquals(List.of(), list());
    }

    /// Whatever stops the writing: the old file stays, and nothing else is left.
    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void whatFailsWhileItWritesLeavesTheOldFile(@ForAll @IntRange(max = 200_000) int bytes, @ForAll @NotEmpty byte[] old)
        throws IOException {
        var file = PythonFiles.write(folder.resolve("t"), old);
        assertThrows(UncheckedIOException.class, () -> WholeFile.write("test", file, out -> {
            out.write(new byte[bytes]);
            throw new IOException("the disk is full");
        }));
        assertArrayEquals(old, Files.readAllBytes(file));
        assertEquals(List.of(file), list());
    }

    /// While a file is replaced, who reads it sees one of the two.
    @Example
    void aReaderSeesTheOldFileOrTheNew() throws Exception {
        var file = folder.resolve("t");
        Safetensors.write(file, Map.of("w", Tensor.zeros(50_000)));
        var writer = Thread.ofPlatform().start(() -> {
            for (int i = 1; i < 50; i++) Safetensors.write(file, Map.of("w", Tensor.full(i, 50_000)));
        });
        while (writer.isAlive()) {
            var seen = Safetensors.read(file).tensors().get("w");
            assertEquals(seen.amin().item(), seen.amax().item());
        }
        writer.join();
        assertEquals(49, Safetensors.read(file).tensors().get("w").amax().item());
    }

    private void refuse(String header, int bytes, String... parts) {
        var file = file(header, new byte[bytes]);
        Rejected.malformed(() -> Safetensors.read(file), parts);
        Rejected.malformed(() -> Safetensors.read(file), "Safetensors.read: " + file + ": ");
    }

    private Path file(String header, byte[] data) {
        var text = header.getBytes(StandardCharsets.UTF_8);
        return raw(ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length).put(text).put(data).array());
    }

    private Path raw(byte[] bytes) { return PythonFiles.write(folder.resolve("t"), bytes); }
}
