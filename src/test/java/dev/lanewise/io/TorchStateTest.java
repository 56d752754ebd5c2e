package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// States of models that go between PyTorch and here.
class TorchStateTest {

    private static final String COUNT = "1.num_batches_tracked";

    @TempDir
    Path folder;

    private static Sequential model() {
        return new Sequential(new Conv2d(1, 2, 2), new BatchNorm2d(2), new Flatten(), new Linear(8, 3));
    }

    @Test
    void aStateOfTorchsLoadsStrictly() {
        var file = Safetensors.read(PythonFiles.in(folder, "torch_state.safetensors"));
        assertEquals(5, file.tensors().get(COUNT).item());
        var model = model();
        model.loadStateDict(file.tensors());
        var expected = new LinkedHashMap<>(file.tensors());
        expected.remove(COUNT);
        var state = new LinkedHashMap<String, Tensor>();
        expected.keySet().forEach(name -> state.put(name, model.stateDict().get(name)));
        Bits.assertSame(expected, state);
        // behind the bias, which comes first in the file
        assertArrayEquals(new float[] {2 / 8f, 3 / 8f, 4 / 8f, 5 / 8f, 6 / 8f, 7 / 8f, 1, 9 / 8f},
            model.stateDict().get("0.weight").toArray());
    }

    /// PyTorch asks for these names, and itself adds the count to a state without version.
    @Test
    void whatIsWrittenHasTheNamesThatTorchAsksFor() {
        var torchs = new ArrayList<>(Safetensors.read(PythonFiles.in(folder, "torch_state.safetensors")).tensors().keySet());
        torchs.remove(COUNT);
        var file = folder.resolve("ours");
        Safetensors.write(file, model().initialize(1).stateDict());
        assertEquals(torchs.stream().sorted().toList(), Safetensors.read(file).tensors().keySet().stream().sorted().toList());
    }

    @Test
    void theCountIsPassedOverOnlyWhereTorchWritesIt() {
        var state = new LinkedHashMap<>(model().initialize(1).stateDict());
        state.put("0.num_batches_tracked", Tensor.scalar(1));
        Rejected.argument(() -> model().loadStateDict(state), "unexpected: 0.num_batches_tracked");
    }

    private Tensor read(String name, String dtype, int... bytes) throws Exception {
        var header = "{\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[1],\"data_offsets\":[0," + bytes.length + "]}}";
        var file = new byte[8 + header.length() + bytes.length];
        file[0] = (byte) header.length();
        System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, file, 8, header.length());
        for (int i = 0; i < bytes.length; i++) file[8 + header.length() + i] = (byte) bytes[i];
        return Safetensors.read(Files.write(folder.resolve("t"), file)).tensors().get(name);
    }

    @Test
    void wholeNumbersThatFloatsHoldAreRead() throws Exception {
        assertEquals(-2, read("a", "I8", 254).item());
        assertEquals(254, read("a", "U8", 254).item());
        assertEquals(1, read("a", "BOOL", 7).item());
        assertEquals(-256, read("a", "I16", 0, 255).item());
        assertEquals(0xff00, read("a", "U16", 0, 255).item());
        assertEquals(0x1p24f, read("a", "I32", 0, 0, 0, 1).item());
        assertEquals(0x1p31f, read("a", "U32", 0, 0, 0, 128).item());
        assertEquals(-0x1p63f, read("a", "I64", 0, 0, 0, 0, 0, 0, 0, 128).item());
        assertEquals(0x1p63f, read("a", "U64", 0, 0, 0, 0, 0, 0, 0, 128).item());
        Rejected.argument(() -> readUnchecked("a", "I64", 1, 0, 0, 1, 0, 0, 0, 0),
            "t: tensor \"a\": element 0 is 16777217 of type I64");
        assertEquals(-1.5f, read("a", "F16", 0x00, 0xbe).item());
        assertEquals(0x1p-24f, read("a", "F16", 1, 0).item());
        assertEquals(-3.140625f, read("a", "BF16", 0x49, 0xc0).item());
        assertEquals(0x1p-133f, read("a", "BF16", 1, 0).item());
        assertEquals(1.5f, read("a", "F64", 0, 0, 0, 0, 0, 0, 0xf8, 0x3f).item());
        Rejected.argument(() -> readUnchecked("a", "F64", 1, 0, 0, 0, 0, 0, 0xf8, 0x3f), "which is no float32");
        // a count that nothing reads
        assertEquals(0x1p24f, read(COUNT, "I64", 1, 0, 0, 1, 0, 0, 0, 0).item());
        assertArrayEquals(new float[] {1.5f, -2}, read("a", "C64", 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0).toArray());
        for (var dtype : List.of("F8_E4M3", "F4"))
            Rejected.malformed(() -> readUnchecked("a", dtype, 0, 0), "is of type " + dtype + ", but F32, F16");
        for (var dtype : List.of("I4", "I128", "i8", "", "U"))
            Rejected.malformed(() -> readUnchecked("a", dtype, 0, 0), "is of type " + dtype + ", which the format doesn't know");
    }

    private Tensor readUnchecked(String name, String dtype, int... bytes) {
        try {
            return read(name, dtype, bytes);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStateOfAThousandStrangeNamesMakesAShortMessage() {
        Map<String, Tensor> state = IntStream.range(0, 1000).boxed()
            .collect(Collectors.toMap(i -> "\033[2J" + "x".repeat(1000) + i, _ -> Tensor.scalar(1)));
        Rejected.argument(() -> model().loadStateDict(state), "unexpected", "… and 990 more");
        var message = assertThrows(IllegalArgumentException.class, () -> model().loadStateDict(state)).getMessage();
        assertTrue(message.length() < 2000 && message.indexOf('\033') < 0, message);
    }
}
