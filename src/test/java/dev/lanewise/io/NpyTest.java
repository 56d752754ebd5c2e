package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Source;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
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
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {

    @TempDir
    Path folder;

    private static Tensor written(String name) {
        return switch (name) {
            case "matrix", "version2", "version3", "big_endian", "big_doubles" -> Bits.counting(2, 3);
            // a header that is one line longer for it may grow
            case "deep" -> Tensor.ones(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
            case "scalar" -> Tensor.scalar(2.5f);
            case "vector" -> Bits.counting(3);
            case "empty" -> Tensor.zeros(0, 2);
            case "cube", "fortran" -> Bits.counting(2, 3, 4);
            case "bits" -> Bits.AWKWARD;
            case "doubles" -> Tensor.of(0.5f, -3, Float.POSITIVE_INFINITY, Float.NaN);
            case "half" -> Tensor.of(0.5f, -65504, 0x1p-24f);
            case "bool" -> Tensor.of(1, 0);
            case "int64" -> Tensor.of(0x1p24f, -0x1p62f, 3);
            case "uint64" -> Tensor.of(0x1p64f - 0x1p40f, 0x1p63f);
            default -> Tensor.of(0, 1, 100);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"matrix", "version2", "version3", "big_endian", "big_doubles", "scalar", "vector", "empty", "cube",
        "deep", "fortran", "bits", "doubles", "half", "bool", "int64", "uint64", "whole_i1", "whole_i2", "whole_i4",
            "whole_i2_big",
        "whole_u1", "whole_u2", "whole_u4_big"})
    void readsWhatNumpyWrote(String name) {
        var file = PythonFiles.in(folder, name + ".npy");
        Bits.assertSame(written(name), Npy.read(file));
        Bits.assertSame(written(name), Npy.readRounded(file));
    }

    /// So NumPy reads it.
    @ParameterizedTest
    @ValueSource(strings = {"matrix", "scalar", "vector", "empty", "cube", "bits", "deep"})
    void writesTheBytesThatNumpyWrites(String name) throws IOException {
        var file = folder.resolve("t.npy");
        Npy.write(file, written(name));
        assertArrayEquals(PythonFiles.bytes(name + ".npy"), Files.readAllBytes(file));
    }

    @Test
    void whatIsNoFloatIsRoundedOnlyWhenAskedTo() {
        refuseUnrounded("tenth", "element 1 is 0.1 of type <f8", "readRounded", "astype(np.float32)");
        refuseUnrounded("odd", "element 1 is 16777217 of type <i8");
        refuseUnrounded("odd_uint64", "element 0 is 9223372586610589697 of type <u8");
        Bits.assertSame(Tensor.of(0.5f, 0.1f, Float.POSITIVE_INFINITY), Npy.readRounded(PythonFiles.in(folder, "tenth.npy")));
        Bits.assertSame(Tensor.of(7, 0x1p24f, -0x1p53f), Npy.readRounded(PythonFiles.in(folder, "odd.npy")));
        // just above the middle between two floats, the middle itself, and the largest
        Bits.assertSame(Tensor.of(0x1p63f + 0x1p40f, 0x1p63f, 0x1p64f),
            Npy.readRounded(PythonFiles.in(folder, "odd_uint64.npy")));
    }

    /// As a last dimension of 2, whatever the order of the others; as exactly as other floats.
    @Test
    void complexNumbersAreTheirParts() {
        Bits.assertSame(Tensor.zeros(2, 2), Npy.read(PythonFiles.in(folder, "complex.npy")));
        Bits.assertSame(Tensor.of(1, -2), Npy.read(PythonFiles.in(folder, "complex_scalar.npy")));
        Bits.assertSame(Tensor.of(new float[] {1, -2, 3, 0.5f, -0f, -4, 5, 0, 6, 7, Float.POSITIVE_INFINITY, Float.NaN}, 2, 3, 2),
            Npy.read(PythonFiles.in(folder, "complex_parts.npy")));
        var turned = Tensor.of(new float[] {1, -2, 3, 0.5f, -0f, -4, 5, 0, 6, 7, 0, 8}, 2, 3, 2);
        Bits.assertSame(turned, Npy.read(PythonFiles.in(folder, "complex_fortran.npy")));
        var file = TensorFile.open(PythonFiles.in(folder, "complex_fortran.npy"));
        assertEquals(new TensorFile.Info("F64", java.util.List.of(2L, 3L, 2L)), file.tensors().get("complex_fortran"));
        assertArrayEquals(new float[] {0.5f, -0f, -4}, file.read("complex_fortran", 3, 3));
        refuseUnrounded("complex_odd", "element 1 is 0.1 of type <c16");
        Bits.assertSame(Tensor.of(new float[] {1, 0.1f}, 1, 2), Npy.readRounded(PythonFiles.in(folder, "complex_odd.npy")));
    }

    /// All kinds, in both byte orders, both orders of elements and all versions: the same numbers.
    @Test
    void everyKindIsReadInEveryOrder() {
        for (var type : List.of("f2", "f4", "f8", "c8", "c16", "b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"))
            for (char order : type.endsWith("1") ? new char[] {'|'} : new char[] {'<', '>'})
                for (boolean columnsFirst : new boolean[] {false, true})
                    for (int version = 1; version <= 3; version++) assertKind(type, order, columnsFirst, version);
    }

    private static void assertKind(String type, char order, boolean columnsFirst, int version) {
        var name = order + type + " " + columnsFirst + " " + version;
        var header = "{'descr': '" + order + type + "', 'fortran_order': " + (columnsFirst ? "True" : "False")
            + ", 'shape': (2, 3)}";
        var bytes = order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        var read = Npy.read(Source.of(ofKind(type, bytes, columnsFirst, version, header)));
        boolean complex = type.startsWith("c");
        assertEquals(complex ? Shape.of(2, 3, 2) : Shape.of(2, 3), read.shape(), name);
        var values = read.toArray();
        for (int i = 0; i < 6; i++) {
            assertEquals(number(type, i), values[complex ? 2 * i : i], name);
            if (complex) assertEquals(-number(type, i), values[2 * i + 1], name);
        }
    }

    /// Of row-major index i; the last of whole numbers has the highest bit of its type alone.
    private static float number(String type, int i) {
        return switch (type.charAt(0)) {
            case 'b' -> i % 2;
            case 'u' -> i == 5 ? (float) Math.scalb(1.0, 8 * Integer.parseInt(type.substring(1)) - 1) : i;
            case 'i' -> i == 5 ? (float) -Math.scalb(1.0, 8 * Integer.parseInt(type.substring(1)) - 1) : i - 3;
            default -> (i - 3) / 4f;
        };
    }

    private static byte[] ofKind(String type, ByteOrder order, boolean columnsFirst, int version, String header) {
        var out = ByteBuffer.allocate(300).put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        out.order(ByteOrder.LITTLE_ENDIAN);
        if (version == 1) out.putShort((short) header.length());
        else out.putInt(header.length());
        out.put(header.getBytes(StandardCharsets.US_ASCII)).order(order);
        for (int i = 0; i < 6; i++) {
            float value = number(type, columnsFirst ? i % 2 * 3 + i / 2 : i);
            switch (type) {
                case "f2" -> out.putShort(Float.floatToFloat16(value));
                case "f4" -> out.putFloat(value);
                case "f8" -> out.putDouble(value);
                case "c8" -> out.putFloat(value).putFloat(-value);
                case "c16" -> out.putDouble(value).putDouble(-value);
                case "i2", "u2" -> out.putShort((short) (long) value);
                case "i4", "u4" -> out.putInt((int) (long) value);
                case "i8" -> out.putLong((long) value);
                case "u8" -> out.putLong(value == 0x1p63f ? Long.MIN_VALUE : (long) value);
                default -> out.put((byte) (int) value);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void otherTypesAreRefusedByName() {
        refuse(file("{'descr': '<c32', 'fortran_order': False, 'shape': (1,)}", 32), "type <c32", "astype(np.float32)");
        refuse(file("{'descr': '<f1', 'fortran_order': False, 'shape': (1,)}", 1), "type <f1");
        refuse(file("{'descr': 'c8', 'fortran_order': False, 'shape': (1,)}", 8), "byte order open");
        refuse("text", "type <U2");
        refuse("records", "header is not that of a plain array", "records");
    }

    @Test
    void malformedFilesAreRefused() {
        var matrix = PythonFiles.bytes("matrix.npy");
        for (int length = 0; length < matrix.length; length++) refuse(Arrays.copyOf(matrix, length), ";");
        refuse(Arrays.copyOf(matrix, matrix.length - 1),
            "it ends after 23 of 24 bytes of its array of shape [2, 3]; it was cut off");
        refuse(Arrays.copyOf(matrix, matrix.length + 1), "more bytes follow");
        refuse(new byte[100], "no .npy file");
        refuse(changed(matrix, 6, 4), "version 4.0");
        refuse(changed(matrix, 7, 1), "version 1.1");
        refuse(changed(PythonFiles.bytes("version2.npy"), 11, 1), "16777", "are the most");
        for (var header : List.of("", "{}", "{'descr': '<f4', 'fortran_order': False, 'shape': (3)}",
            "{'descr': '<f4', 'shape': (1,)}",
            "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}",
            "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", "'descr': '<f4', 'fortran_order': False, 'shape': (1,)"))
            refuse(file(header, 4), "plain array");
        refuse(file("{'descr': '=f4', 'fortran_order': False, 'shape': (1,)}", 4), "byte order open");
        refuse(file("{'descr': '<f4', 'fortran_order': False, 'shape': (70000, 70000)}", 4), "2^31 - 1 elements");
        refuse(file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,)}", 4), "beyond");
        refuse(file("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000,)}", 4), "4 of 8000000000 bytes");
        Bits.assertSame(Tensor.of(0), Npy.read(PythonFiles.write(folder.resolve("t"),
            file("{\"shape\": (1L ,),'descr':'<f4','fortran_order':False}", 4))));
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        var changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /// Version 1.0, with this header and so many bytes of 0.
    private static byte[] file(String header, int bytes) {
        var text = header.getBytes(StandardCharsets.ISO_8859_1);
        var file = Arrays.copyOf(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0},
            10 + text.length + bytes);
        System.arraycopy(text, 0, file, 10, text.length);
        return file;
    }

    @Test
    void archivesOfNumpysAreRead() {
        var expected = new LinkedHashMap<String, Tensor>();
        expected.put("matrix", Bits.counting(2, 3));
        expected.put("arr_0", Tensor.scalar(3));
        var read = Npz.read(PythonFiles.in(folder, "stored.npz"));
        assertEquals(expected.keySet(), read.keySet());
        expected.forEach((name, tensor) -> Bits.assertSame(tensor, read.get(name)));
        var deflated = PythonFiles.in(folder, "deflated.npz");
        Rejected.argument(() -> Npz.read(deflated), "doubles.npy: element 0 is 0.1");
        Bits.assertSame(Tensor.of(0.1f), Npz.readRounded(deflated).get("doubles"));
        Bits.assertSame(Bits.counting(2, 3), Npz.readRounded(deflated).get("matrix"));
    }

    @Test
    void anArchiveComesBackAndIsTheSameEachTime() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("z/größe", Bits.AWKWARD);
        tensors.put("a", Bits.counting(100, 100).t());
        tensors.put("", Tensor.zeros(0));
        var file = folder.resolve("new/t.npz");
        Npz.write(file, tensors);
        Bits.assertSame(tensors, Npz.read(file));
        var bytes = Files.readAllBytes(file);
        Npz.write(file, tensors);
        assertArrayEquals(bytes, Files.readAllBytes(file));
        try (var zip = new ZipFile(file.toFile())) {
            zip.stream().forEach(entry -> assertEquals(1980, entry.getTimeLocal().getYear(), "the time of writing is not in it"));
        }
    }

    @Test
    void damagedArchivesAreRefused() throws IOException {
        Rejected.malformed(() -> Npz.read(PythonFiles.in(folder, "other.npz")), "readme.txt: it is no array");
        Rejected.malformed(() -> Npz.read(PythonFiles.in(folder, "matrix.npy")), "no zip archive");
        var file = folder.resolve("t.npz");
        Npz.write(file, Map.of("a", Bits.counting(5)));
        var bytes = Files.readAllBytes(file);
        int element = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("NUMPY") - 1 + 128; // behind its header
        PythonFiles.write(file, changed(bytes, element, 1));
        Rejected.malformed(() -> Npz.read(file), "a.npy: its bytes are not those of its checksum");
        var missing = assertThrows(UncheckedIOException.class, () -> Npz.read(folder.resolve("no")));
        assertTrue(missing.getMessage().contains("does not exist"), missing.getMessage());
        assertThrows(UncheckedIOException.class, () -> Npy.read(folder.resolve("no")));
    }

    /// What another call would read.
    private void refuseUnrounded(String name, String... parts) {
        Rejected.argument(() -> Npy.read(PythonFiles.in(folder, name + ".npy")), parts);
    }

    private void refuse(String name, String... parts) { refuse(PythonFiles.bytes(name + ".npy"), parts); }

    private void refuse(byte[] bytes, String... parts) {
        var file = PythonFiles.write(folder.resolve("t"), bytes);
        Rejected.malformed(() -> Npy.read(file), parts);
        Rejected.malformed(() -> Npy.read(file), "Npy.read: " + file + ": ");
    }
}
