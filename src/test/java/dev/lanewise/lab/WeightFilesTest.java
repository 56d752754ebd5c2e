package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.io.FloatType;
import dev.lanewise.io.Npy;
import dev.lanewise.io.Npz;
import dev.lanewise.io.Safetensors;
import dev.lanewise.io.SafetensorsFile;
import dev.lanewise.io.Weights;
import dev.lanewise.io.onnx.Onnx;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that look at files of weights, and write them in another format.
class WeightFilesTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private Path file;

    @TempDir
    Path folder;

    @BeforeEach
    void makeFile() {
        tensors.put("drawn", Tensor.randn(new Threefry(1), 1100, 1000));
        tensors.put("strange", Tensor.of(-1, 1, Float.NaN, Float.POSITIVE_INFINITY, 3, 1));
        tensors.put("large mean", Tensor.of(1e7f, 1e7f + 2));
        tensors.put("none", Tensor.zeros(0, 3));
        tensors.put("one", Tensor.scalar(1));
        file = folder.resolve("a.safetensors");
        Safetensors.write(file, tensors, Map.of("format", "pt\u001b", "long", "x".repeat(300)));
    }

    private int run(Object... words) {
        out.reset();
        err.reset();
        var text = new String[words.length];
        for (int i = 0; i < words.length; i++) text[i] = words[i].toString();
        return CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), text);
    }

    private String said() { return out.toString(StandardCharsets.UTF_8); }

    private void assertRefused(String why, Object... words) {
        assertEquals(2, run(words));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(why), err.toString(StandardCharsets.UTF_8));
    }

    private String row(String tensor) {
        return said().lines().filter(line -> line.startsWith(tensor + "  ")).findFirst().orElseThrow();
    }

    private static double number(Object value) { return Double.parseDouble(((JsonReader.Num) value).text()); }

    @Test
    void inspectSaysWhatIsThere() throws IOException {
        var json = folder.resolve("a.json");
        assertEquals(0, run("inspect", file, "--json", json), err::toString);
        assertTrue(said().contains("(safetensors)\nTensors   5, 1,100,009 values\nText      format = pt\\u001b\n"), said());
        assertTrue(said().contains("x… (300 characters)"), said());
        assertTrue(row("drawn").contains("normal 0 1") && row("drawn").contains("█"), row("drawn"));
        assertTrue(row("strange").contains("1 NaN; 1 infinite"), row("strange"));
        assertTrue(row("none").endsWith("empty"), row("none"));
        assertTrue(row("one").endsWith("ones"), row("one"));
        var read = (List<?>) JsonReader.read(Files.readString(json));
        var inspected = (List<?>) ((Map<?, ?>) read.getFirst()).get("tensors");
        var drawn = (Map<?, ?>) ((Map<?, ?>) inspected.getFirst()).get("spread");
        double mean = tensors.get("drawn").mean().item();
        assertEquals(mean, number(drawn.get("mean")), 1e-6);
        assertEquals(1, number(drawn.get("std")), 0.01);
        var histogram = (List<?>) drawn.get("histogram");
        assertEquals(24, histogram.size());
        assertEquals(1_100_000, histogram.stream().mapToLong(each -> (long) number(each)).sum());
        var strange = (Map<?, ?>) ((Map<?, ?>) inspected.get(1)).get("spread");
        assertEquals(1.0, number(strange.get("mean")));
        assertEquals(Math.sqrt(2), number(strange.get("std")), 1e-12);
        // a mean that takes the digits from squares
        assertEquals(1.0, number(((Map<?, ?>) ((Map<?, ?>) inspected.get(2)).get("spread")).get("std")));
    }

    @Test
    void inspectTakesAllFormatsAndIsPlainIfAsked() {
        var npz = folder.resolve("a");
        Npz.write(npz, tensors);
        var npy = folder.resolve("w.npy");
        Npy.write(npy, tensors.get("strange"));
        assertEquals(0, run("inspect", npz, npy), err::toString);
        assertTrue(said().contains("(npz)") && said().contains("(npy)") && row("w").contains("1 NaN"), said());
        assertEquals(0, run("inspect", file, "--plain"), err::toString);
        assertTrue(row("drawn").matches("drawn +\\[1100, 1000] +F32 *"), row("drawn"));
        assertFalse(said().contains("normal"), said());
        assertRefused("inspect: there is no file", "inspect");
        assertRefused("does not exist", "inspect", folder.resolve("no"));
    }

    @Test
    void convertKeepsAllOrSaysWhatItLeavesOut() throws IOException {
        var npz = folder.resolve("b.npz");
        assertEquals(0, run("convert", file, npz), err::toString);
        assertTrue(said().contains("5 tensors")
            && said().contains("Left out  text that .npz has no place for: format, long"), said());
        assertSame(tensors, Npz.read(npz));
        var back = folder.resolve("c.safetensors");
        assertEquals(0, run("convert", npz, back), err::toString);
        assertSame(tensors, Safetensors.read(back).tensors());
        // what is there is replaced, and metadata are kept
        assertEquals(0, run("convert", file, back), err::toString);
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(back));
        assertEquals(0, run("convert", file, back, "--dtype", "bf16"), err::toString);
        var half = SafetensorsFile.open(back);
        tensors.forEach((name, tensor) -> {
            assertEquals("BF16", half.tensors().get(name).dtype());
            var values = tensor.toArray();
            for (int i = 0; i < values.length; i++) values[i] = FloatType.BF16.round(values[i]);
            assertArrayEquals(values, half.read(name));
        });
        // 16 bits stay so
        var again = folder.resolve("d.safetensors");
        assertEquals(0, run("convert", back, again), err::toString);
        assertArrayEquals(Files.readAllBytes(back), Files.readAllBytes(again));
        Npz.write(npz, Map.of("w", tensors.get("drawn")));
        var npy = folder.resolve("e.npy");
        assertEquals(0, run("convert", npz, npy), err::toString);
        assertArrayEquals(tensors.get("drawn").toArray(), Npy.read(npy).toArray());
    }

    private static void assertSame(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
        expected.forEach((name, tensor) -> {
            assertEquals(tensor.shape(), actual.get(name).shape());
            assertArrayEquals(tensor.toArray(), actual.get(name).toArray());
        });
    }

    @Test
    void modelsOfOnnxAreInspectedAndConverted() throws IOException {
        var model = new Sequential(new Linear(7, 5), new ReLU(), new Linear(5, 3));
        model.initialize(3);
        var onnx = folder.resolve("m.onnx");
        Onnx.write(model, Tensor.ones(2, 7), onnx);
        assertEquals(0, run("inspect", onnx), err::toString);
        assertTrue(said().contains("(onnx)\nTensors   4, 58 values\n"), said());
        assertTrue(row("0.weight").contains("[5, 7]  F32"), row("0.weight"));
        for (var name : List.of("m.npz", "m.safetensors")) {
            var to = folder.resolve(name);
            assertEquals(0, run("convert", onnx, to), err::toString);
            assertTrue(said().contains("4 tensors"), said());
            assertSame(model.stateDict(), name.endsWith("z") ? Npz.read(to) : Safetensors.read(to).tensors());
            var other = new Sequential(new Linear(7, 5), new ReLU(), new Linear(5, 3));
            Weights.read(to).into(other);
            assertSame(model.stateDict(), other.stateDict());
        }
        var bytes = Files.readAllBytes(onnx);
        Files.write(onnx, Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused("m.onnx", "inspect", onnx);
        var to = folder.resolve("half.npz");
        assertRefused("m.onnx", "convert", onnx, to);
        assertFalse(Files.exists(to));
    }

    @Test
    void convertRefusesWhatWouldBeLost() throws IOException {
        var doubles = folder.resolve("doubles.npy");
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }".getBytes(StandardCharsets.ISO_8859_1);
        var bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0});
        bytes.write(header);
        bytes.write(new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
        Files.write(doubles, bytes.toByteArray());
        var to = folder.resolve("to.safetensors");
        assertRefused("which is no float32; --round rounds it", "convert", doubles, to);
        assertFalse(Files.exists(to));
        assertEquals(0, run("convert", doubles, to, "--round"), err::toString);
        assertArrayEquals(new float[1], Safetensors.read(to).tensors().get("doubles").toArray());
        var before = Files.readAllBytes(to);
        assertRefused("element 0 of tensor \"large mean\" is 1.0E7, beyond the largest number of F16, 65504.0", "convert", file,
            to, "--dtype", "f16");
        assertArrayEquals(before, Files.readAllBytes(to));
        assertRefused("would replace the data", "convert", file, file);
        assertRefused("has none of the endings", "convert", file, folder.resolve("x.onnx"));
        assertRefused("there are 5 tensors", "convert", file, folder.resolve("x.npy"));
        assertRefused("--dtype: .npz is written as 32-bit floats", "convert", file, folder.resolve("x.npz"), "--dtype", "f16");
        assertRefused("--dtype: \"f8\" is not allowed", "convert", file, to, "--dtype", "f8");
        assertRefused("there is 1 file, and it takes one to read and one to write", "convert", file);
    }
}
