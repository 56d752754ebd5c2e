package dev.lanewise.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.io.TensorFile;
import dev.lanewise.io.Weights;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.Fuzz;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {

    private static byte[] written(String name) {
        var written = WrittenModels.all().get(name);
        return Onnx.bytes(written.model(), written.example());
    }

    private static WireWriter tensor(String name, int type, long... sizes) {
        return new WireWriter().integers(1, sizes).integer(2, type).text(8, name);
    }

    /// What no operation of this library reads may be in it, too.
    private static byte[] model(WireWriter... tensors) {
        var graph = new WireWriter().message(1, new WireWriter().text(4, "NoSuchOperation"));
        for (var tensor : tensors) graph.message(5, tensor);
        return new WireWriter().integer(1, 9).text(2, "writer").message(7, graph).message(8, new WireWriter().integer(2, 999))
            .message(14, new WireWriter().text(1, "author").text(2, "me")).toByteArray();
    }

    @Test
    void weightsAreThoseOfTheModel(@TempDir Path folder) throws IOException {
        var model = WrittenModels.all().get("mlp").model();
        for (var name : List.of("model.onnx", "model")) {
            var file = TensorFile.open(Files.write(folder.resolve(name), written("mlp")));
            assertEquals("onnx", file.format());
            assertEquals(model.namedParameters().keySet(), file.tensors().keySet());
            model.namedParameters().forEach((path, parameter) -> {
                assertEquals(parameter.shape(), file.shape(path));
                assertArrayEquals(parameter.tensor().toArray(), file.read(path));
                assertArrayEquals(new float[] {parameter.tensor().toArray()[1]}, file.read(path, 1, 1));
            });
        }
        var other = new Sequential(new Linear(4, 8), new ReLU(), new Dropout(0.5), new Linear(8, 3));
        Weights.read(folder.resolve("model.onnx")).into(other);
        var x = WrittenModels.all().get("mlp").example();
        assertArrayEquals(model.predict(x).toArray(), other.predict(x).toArray());
    }

    @Test
    void whatTheFileSaysStands() {
        var file = OnnxFile.open(Source.of(model(tensor("whole", 7, 2).integers(7, 1L << 24, (1L << 24) + 1),
            tensor("double", 11, 2).bytes(10, new byte[16]),
            tensor("half", 10, 1).integers(5, 0x3c00), tensor("byte", 2, 3).bytes(9, new byte[] {0, 1, (byte) 200}),
            tensor("text", 8, 1).text(6, "a"),
            tensor("largest", 13, 1).integers(11, -1), tensor("none", 1, 0, 1L << 40))));
        assertEquals("[I64, F64, F16, U8, ONNX8, U64, F32]", file.tensors().values().stream().map(TensorFile.Info::dtype).toList()
            .toString());
        assertEquals(Map.of("author", "me"), file.metadata());
        assertArrayEquals(new float[] {0, 0}, file.read("double"));
        assertArrayEquals(new float[] {1}, file.read("half"));
        assertArrayEquals(new float[] {0, 1, 200}, file.read("byte"));
        assertArrayEquals(new float[] {1 << 24, 1 << 24}, file.readRounded("whole"));
        assertArrayEquals(new float[] {0x1p64f}, file.readRounded("largest"));
        Rejected.argument(() -> file.read("whole"), "tensor \"whole\": element 1 is 16777217 of type int64", "readRounded");
        Rejected.argument(() -> file.read("largest"), "18446744073709551615");
        Rejected.argument(() -> file.read("nothing"), "there is no tensor \"nothing\"");
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("half", 1, 1));
        assertThrows(MalformedFileException.class, () -> file.read("text"));
    }

    @Test
    void doublesThatAreNoFloatsAreRefused() {
        var tenth = new WireWriter().integers(1, 2).integer(2, 11).text(8, "d").bytes(9, doubles(0.5, 0.1)).toByteArray();
        var graph = new WireWriter().bytes(5, tenth);
        var file = OnnxFile.open(Source.of(new WireWriter().integer(1, 9).message(7, graph).toByteArray()));
        Rejected.argument(() -> file.read("d"), "element 1 is 0.1 of type double");
        assertArrayEquals(new float[] {0.5f, 0.1f}, file.readRounded("d"));
    }

    private static byte[] doubles(double... values) {
        var bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) bytes.putDouble(value);
        return bytes.array();
    }

    /// However long its header is, which the file begins with.
    @Test
    void safetensorsAreNoOnnx() {
        for (long length = 8; length <= 100_000_000; length += 256)
            if (OnnxFile.begins(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array()))
                throw new AssertionError(length);
        for (var name : List.of("mlp", "unbatched")) assertTrue(OnnxFile.begins(Arrays.copyOf(written(name), 8)), name);
        NodeTests.all().forEach(test -> assertTrue(OnnxFile.begins(Arrays.copyOf(test.model(), 8)), test.name()));
    }

    private static Fuzz fuzz() {
        return Fuzz.of(source -> {
            var file = OnnxFile.open(source);
            file.tensors().forEach((name, info) -> {
                if (info.isRead() && info.numel() < 1 << 20) file.readRounded(name);
            });
        }, written("mlp"), written("cnn"), model(tensor("whole", 7, 2).integers(7, 1L << 24, 3),
            tensor("half", 10, 1).integers(5, 0x3c00)));
    }

    @Test
    void damagedFilesAreReadOrRefused() { fuzz().run(2_000); }

    @Test
    @Tag("exhaustive")
    void manyDamagedFilesAreReadOrRefused() { fuzz().run(1_000_000, System.nanoTime()); }
}
