package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the format's own library takes and refuses, reads and rounds: `safetensors_headers.py` asked it.
class SafetensorsReferenceTest {

    /// What that library lets pass by the way it is made, and the format's description forbids or can't mean: names that come
    /// twice, anything before the first brace, arrays and objects that stand for others, and sizes that it multiplies beyond
    /// 2^63.
    private static final Set<String> FORBIDDEN = Set.of("name twice at one place", "text twice", "more \"x\":1,\"x\":211",
        "space first", "a tensor as an array", "a type as an object");

    @TempDir
    Path folder;

    private record Case(boolean accepted, byte[] bytes) {}

    private static final Map<String, Case> CASES = load();

    private static Map<String, Case> load() {
        var cases = new LinkedHashMap<String, Case>();
        new String(Source.resource(SafetensorsReferenceTest.class, "safetensors_reference.txt").bytes("test"),
            StandardCharsets.UTF_8).lines()
            .map(line -> line.split("\t", -1)).forEach(parts -> cases.put(parts[0].replace("\\\"", "\"").replace("\\\\", "\\"),
                new Case(parts[1].equals("accepted"), Base64.getDecoder().decode(parts[2]))));
        return cases;
    }

    static byte[] bytes(String name) { return CASES.get(name).bytes; }

    @Test
    void whatItRefusesIsRefusedAndWhatItTakesIsTaken() {
        var different = new TreeSet<String>();
        CASES.forEach((name, each) -> {
            boolean accepted = true;
            try {
                SafetensorsFile.open(Source.of(each.bytes));
            } catch (MalformedFileException e) {
                accepted = false;
            }
            if (accepted != (each.accepted && !FORBIDDEN.contains(name))) different.add(name
                + (accepted ? ": taken" : ": refused"));
        });
        assertEquals(Set.of(), different);
        assertTrue(CASES.size() > 130 && CASES.values().stream().filter(Case::accepted).count() > 50, CASES.size() + " cases");
    }

    /// In parts and whole, from memory, a stream and a file: what is taken is the same.
    @Test
    void allWaysOfReadingTakeTheSame() throws IOException {
        var file = folder.resolve("t");
        for (var each : CASES.entrySet()) {
            var bytes = each.getValue().bytes;
            Files.write(file, bytes);
            var outcomes = List.of(outcome(Source.of(bytes)), outcome(Source.of(new ByteArrayInputStream(bytes))),
                outcome(Source.of(file)));
            assertEquals(Set.of(outcomes.getFirst()), Set.copyOf(outcomes), each.getKey());
        }
    }

    private static String outcome(Source source) {
        try {
            var read = Safetensors.readRounded(source);
            return read.metadata() + " " + read.tensors().entrySet().stream().map(each -> each.getKey() + each.getValue().shape()
                + Arrays.hashCode(Bits.of(each.getValue()))).toList();
        } catch (MalformedFileException e) {
            return "malformed";
        }
    }

    @Test
    void allTypesAreReadExactlyOrRefusedOrRounded() {
        for (var each : CASES.entrySet()) {
            if (!each.getKey().startsWith("types ")) continue;
            var file = SafetensorsFile.open(Source.of(each.getValue().bytes));
            int count = (int) file.tensors().get("v").numel();
            assertTrue(count > 1, each.getKey());
            var floats = file.read("f");
            var exact = file.read("x");
            assertBits(floats, file.readRounded("v"), each.getKey());
            for (int i = 0; i < count; i++) {
                int at = i;
                if (exact[i] == 1) assertBits(new float[] {floats[i]}, file.read("v", i, 1), each.getKey());
                else assertTrue(assertThrows(IllegalArgumentException.class, () -> file.read("v", at, 1)).getMessage()
                    .contains("tensor \"v\": element " + i), each.getKey() + " " + i);
                assertBits(new float[] {floats[i]}, file.readRounded("v", i, 1), each.getKey());
            }
        }
    }

    /// All NaNs as one, and zeros apart.
    private static void assertBits(float[] expected, float[] actual, String name) { assertArrayEquals(expected, actual, name); }

    @Test
    void floatsAreRoundedAsPyTorchDoes() throws IOException {
        for (var type : List.of(FloatType.F16, FloatType.BF16)) {
            var each = CASES.get(type == FloatType.F16 ? "half" : "bfloat").bytes;
            var tensors = SafetensorsFile.open(Source.of(each));
            var values = tensors.read("f");
            var file = folder.resolve("t");
            new Safetensors(Map.of("v", Tensor.of(values)), Map.of()).write(file, type);
            var written = Files.readAllBytes(file);
            int bytes = type.bytes() * values.length;
            assertArrayEquals(Arrays.copyOfRange(each, each.length - bytes, each.length),
                Arrays.copyOfRange(written, written.length - bytes, written.length));
            var read = SafetensorsFile.open(file);
            assertEquals(type.name(), read.tensors().get("v").dtype());
            var rounded = new float[values.length];
            for (int i = 0; i < rounded.length; i++) rounded[i] = type.round(values[i]);
            assertBits(rounded, read.read("v"), type.name());
            assertBits(rounded, Safetensors.read(file).tensors().get("v").toArray(), type.name());
        }
    }
}
