package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import dev.lanewise.testing.ForkedJvm;
import dev.lanewise.testing.Fuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {

    @TempDir
    Path folder;

    private static Map<String, Tensor> tensors() {
        var tensors = new LinkedHashMap<String, Tensor>();
        var source = new Threefry(5);
        tensors.put("b", Tensor.randn(source, 7, 3));
        tensors.put("a", Tensor.randn(source, 20_000));
        tensors.put("none", Tensor.zeros(0, 4));
        tensors.put("one", Tensor.scalar(2));
        return tensors;
    }

    @Test
    void partsAreWhatTheWholeHas() {
        var file = folder.resolve("model.safetensors");
        Safetensors.write(file, tensors());
        var opened = SafetensorsFile.open(file);
        assertEquals(List.of("b", "a", "none", "one"), List.copyOf(opened.tensors().keySet()));
        assertEquals(new SafetensorsFile.Info("F32", List.of(7L, 3L)), opened.tensors().get("b"));
        tensors().forEach((name, tensor) -> {
            var all = tensor.toArray();
            assertArrayEquals(all, opened.read(name));
            for (int from = 0; from < all.length; from += 1 + all.length / 3) {
                int count = Math.min(1 + all.length / 4, all.length - from);
                assertArrayEquals(Arrays.copyOfRange(all, from, from + count), opened.read(name, from, count));
            }
            assertArrayEquals(new float[0], opened.read(name, all.length, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> opened.read(name, all.length, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> opened.read(name, -1, 1));
        });
        Rejected.argument(() -> opened.read("c"), "there is no tensor \"c\"; there are b, a, none, one");
    }

    @Test
    void aFileThatHasChangedIsRefused() throws IOException {
        var file = folder.resolve("model.safetensors");
        Safetensors.write(file, tensors());
        var opened = SafetensorsFile.open(file);
        Safetensors.write(file, Map.of("a", Tensor.ones(2)));
        assertTrue(assertThrows(UncheckedIOException.class, () -> opened.read("a")).getMessage().contains("bytes, and had"));
        Files.delete(file);
        assertTrue(assertThrows(UncheckedIOException.class, () -> opened.read("a")).getMessage().contains("does not exist"));
    }

    /// More than an array holds: the file is sparse, so that the disk has none of it.
    @Test
    void aTensorBeyondArraysIsReadInParts() throws IOException {
        long numel = 3L << 30;
        var header = ("{\"w\":{\"dtype\":\"I8\",\"shape\":[3," + (1 << 30) + "],\"data_offsets\":[0," + numel + "]}}")
            .getBytes(StandardCharsets.UTF_8);
        var file = folder.resolve("huge.safetensors");
        try (var channel = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip());
            channel.write(ByteBuffer.wrap(header));
            channel.position(8 + header.length + numel - 1);
            channel.write(ByteBuffer.wrap(new byte[] {-7}));
        }
        var opened = SafetensorsFile.open(file);
        assertEquals(numel, opened.tensors().get("w").numel());
        assertArrayEquals(new float[] {0, -7}, opened.read("w", numel - 2, 2));
        Rejected.argument(() -> opened.read("w"), "3221225472 elements, more than an array holds");
        Rejected.malformed(() -> Safetensors.read(file), "2^31");
    }

    /// 8 GB in 64 tensors, of which the disk has the header and the last byte.
    private Path large() throws IOException {
        var header = new StringBuilder("{");
        long each = 1L << 27;
        for (int i = 0; i < 64; i++) header.append(i == 0 ? "" : ",").append("\"w").append(i)
            .append("\":{\"dtype\":\"F32\",\"shape\":[8192,4096],\"data_offsets\":[")
            .append(i * each).append(',').append((i + 1) * each).append("]}");
        var text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        var file = folder.resolve("large.safetensors");
        try (var channel = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).flip());
            channel.write(ByteBuffer.wrap(text));
            channel.position(8 + text.length + 64 * each - 1);
            channel.write(ByteBuffer.wrap(new byte[] {0x40}));
        }
        return file;
    }

    @Test
    void aTensorOfALargeFileTakesItsOwnMemoryAlone() throws IOException {
        var file = large();
        SafetensorsFile.open(file).read("w1", 0, 1); // classes are loaded
        long opened = Allocated.by(() -> SafetensorsFile.open(file));
        assertTrue(opened < 1 << 20, opened + " bytes");
        var large = SafetensorsFile.open(file);
        long read = Allocated.by(() -> assertEquals(2, large.read("w63")[(1 << 25) - 1]));
        assertTrue(read < (1 << 27) + (1 << 16), read + " bytes");
    }

    /// With a heap of 200 MB.
    @Test
    @Tag("exhaustive")
    void aLargeFileIsReadTensorByTensor() throws IOException {
        new ForkedJvm(AllTensors.class, ForkedJvm.VECTORS, "-Xmx200m").with(large().toString()).patient().run().orFail();
    }

    static final class AllTensors {
        public static void main(String[] args) {
            var file = SafetensorsFile.open(Path.of(args[0]));
            double sum = 0;
            for (var name : file.tensors().keySet()) for (float value : file.read(name)) sum += value;
            if (sum != 2) throw new AssertionError(sum);
        }
    }

    @Test
    void sizesThatNoFileHasAreRefused() throws IOException {
        var header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[9999999999,9999999999],\"data_offsets\":[0,0]}}";
        var file = Files.writeString(folder.resolve("wide.safetensors"), (char) header.length() + "\0".repeat(7) + header);
        Rejected.malformed(() -> SafetensorsFile.open(file), "takes more bytes than a file has");
        assertEquals(Long.MAX_VALUE, new TensorFile.Info("F32", List.of(1L << 32, 1L << 32)).numel());
        assertEquals(0, new TensorFile.Info("F32", List.of(Long.MAX_VALUE, Long.MAX_VALUE, 0L)).numel());
        Rejected.argument(() -> new TensorFile.Info("F32", List.of(-1L)), "shape [-1]");
        // nothing of it is read, but no shape here has such a size
        var empty = "{\"w\":{\"dtype\":\"F32\",\"shape\":[0,4294967296],\"data_offsets\":[0,0]}}";
        Files.writeString(file, (char) empty.length() + "\0".repeat(7) + empty);
        var opened = SafetensorsFile.open(file);
        assertEquals(0, opened.read("w").length);
        Rejected.argument(() -> opened.tensor("w"), "of no elements", "4294967296", "leave it out");
        Rejected.malformed(() -> Safetensors.read(file), "of no elements", "4294967296", "leave it out");
        assertEquals(0, Weights.of(opened).without("w").shapes().size());
    }

    private Path index(String text) throws IOException {
        return Files.writeString(folder.resolve("model.safetensors.index.json"), text);
    }

    @Test
    void anIndexLeadsToFilesBesideIt() throws IOException {
        Safetensors.write(folder.resolve("one.safetensors"), Map.of("a", Tensor.ones(2), "left", Tensor.ones(1)));
        Safetensors.write(folder.resolve("two.safetensors"), Map.of("b", Tensor.full(3, 2)));
        var opened = SafetensorsFile.open(index("""
            {"metadata": {"total_size": 1.6e1, "of": [1, "x", {"deep": null}], "none": {}}, "weight_map": {"b": "two.safetensors",
            "a": "one.safetensors"}}
            """));
        assertEquals(List.of("b", "a"), List.copyOf(opened.tensors().keySet()));
        assertArrayEquals(new float[] {3, 3}, opened.read("b"));
        assertArrayEquals(new float[] {1, 1}, opened.read("a"));
    }

    @Test
    void anIndexThatLeadsNowhereIsRefused() throws IOException {
        Safetensors.write(folder.resolve("one.safetensors"), Map.of("a", Tensor.ones(2)));
        refuse("{\"weight_map\":{\"b\":\"one.safetensors\"}}", "has none of that name");
        refuse("{\"weight_map\":{\"a\":\"../one.safetensors\"}}", "no name of a file beside the index");
        refuse("{\"weight_map\":{}}", "names no tensors");
        refuse("{\"a\":1}", "names no tensors");
        refuse("{\"weight_map\":{\"a\":1}}", "expected");
        refuse("{\"metadata\":" + "[".repeat(100_000) + "}", "less depth");
        refuse("[]", "brace");
        var missing = index("{\"weight_map\":{\"a\":\"two.safetensors\"}}");
        assertTrue(assertThrows(UncheckedIOException.class, () -> SafetensorsFile.open(missing)).getMessage()
            .contains("two.safetensors does not exist"));
    }

    private void refuse(String text, String fault) throws IOException {
        var file = index(text);
        Rejected.malformed(() -> SafetensorsFile.open(file), fault);
    }

    /// A value for every second byte: once each took 300 bytes.
    private static final String DIGITS = Base64.getEncoder().encodeToString(
        ("{\"metadata\":[0" + ",0".repeat(130_000) + "],\"weight_map\":{\"a\":\"one.safetensors\"}}")
        .getBytes(StandardCharsets.UTF_8));

    /// Of two files, which lie beside it.
    private Fuzz fuzz() throws IOException {
        Safetensors.write(folder.resolve("one.safetensors"), Map.of("a", Tensor.ones(2), "left", Tensor.ones(1)));
        Safetensors.write(folder.resolve("two.safetensors"), Map.of("b", Tensor.full(3, 2)));
        var index = folder.resolve("model.safetensors.index.json");
        return Fuzz.of(source -> {
            try {
                Files.write(index, source.bytes("fuzz"));
                var opened = SafetensorsFile.open(index);
                opened.tensors().keySet().forEach(opened::read);
                assertEquals(3, folder.toFile().list().length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, """
            {"metadata": {"total_size": 1.6e1, "of": [1, "x", {"deep": null}], "none": {}}, "weight_map": {"b": "two.safetensors",
            "a": "one.safetensors"}}
            """.getBytes(StandardCharsets.UTF_8),
            "{\"weight_map\":{\"left\":\"one.safetensors\"}}".getBytes(StandardCharsets.UTF_8))
            .corpus(DIGITS).named(folder.toString()).memory(1 << 20, 64).refusing(e -> e instanceof UncheckedIOException);
    }

    @Test
    void damagedIndexesAreReadOrRefused() throws IOException { fuzz().run(2_000); }

    @Test
    @Tag("exhaustive")
    void manyDamagedIndexesAreReadOrRefused() throws IOException { fuzz().run(1_000_000, System.nanoTime()); }
}
