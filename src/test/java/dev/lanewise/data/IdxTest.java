package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
    /// Two images of 3x4, which have 24 bytes after a header of 16.
    private static final byte[] VALID = IdxFiles.encode(random(24, 1), 2, 3, 4);

    @Property(tries = 200)
    void readsBackWhatWasWritten(@ForAll @IntRange(max = 20) int count, @ForAll @IntRange(min = 1, max = 30) int height,
            @ForAll @IntRange(min = 1, max = 30) int width, @ForAll boolean gzip, @ForAll long seed) {
        var contents = random(count * height * width, seed);
        var plain = IdxFiles.encode(contents, count, height, width);
        IdxFiles.with(gzip ? IdxFiles.gzip(plain) : plain, file -> {
            var idx = Idx.read(file, 3);
            assertEquals(List.of(count, height, width), idx.sizes());
            assertArrayEquals(contents, idx.bytes());
        });
    }

    @Property(tries = 200)
    void rejectsEveryTruncation(@ForAll @IntRange(max = 39) int length) {
        assertRejected(Arrays.copyOf(VALID, length), 3, length < 16 ? "cut off after " + length + " bytes"
                : "promises 24 bytes with sizes [2, 3, 4], but it holds " + (length - 16));
    }

    @Property(tries = 200)
    void rejectsAnyTrailingBytes(@ForAll byte first, @ForAll @IntRange(max = 100) int more) {
        var longer = Arrays.copyOf(VALID, VALID.length + 1 + more);
        longer[VALID.length] = first;
        assertRejected(longer, 3, "more bytes follow after the 24");
        assertRejected(IdxFiles.gzip(longer), 3, "more bytes follow after the 24");
    }

    @Property(tries = 200)
    void rejectsEveryTruncationOfGzip(@ForAll @IntRange(max = 1000) int position) {
        var zip = IdxFiles.gzip(VALID);
        int length = 2 + position % (zip.length - 2); // shorter, it is no gzip at all
        assertRejected(Arrays.copyOf(zip, length), 3, "gzip data is damaged or cut off");
    }

    @Property(tries = 200)
    void rejectsAnyBytesAfterTheGzipData(@ForAll @IntRange(min = 1, max = 600) int extra, @ForAll long seed) {
        var zip = IdxFiles.gzip(VALID);
        var longer = Arrays.copyOf(zip, zip.length + extra);
        System.arraycopy(random(extra, seed), 0, longer, zip.length, extra);
        assertRejected(longer, 3, "");
    }

    /// A flipped bit is found, but for those that fill the last byte of the compressed data up and mean nothing.
    @Property(tries = 200)
    void neverTakesDamagedGzipDataForWhole(@ForAll @IntRange(max = 1000) int position, @ForAll @IntRange(max = 7) int bit) {
        var zip = IdxFiles.gzip(VALID);
        int header = 10; // whose time, flags and system may be anything
        zip[header + position % (zip.length - header)] ^= (byte) (1 << bit);
        IdxFiles.with(zip, file -> {
            try {
                assertArrayEquals(Arrays.copyOfRange(VALID, 16, VALID.length), Idx.read(file, 3).bytes());
            } catch (MalformedFileException rejected) {
                assertTrue(rejected.getMessage().startsWith("Idx.read: " + file + ": "), rejected.getMessage());
            }
        });
    }

    /// An out-of-memory error, or an overflow that passes for a small size, would fail this.
    @ParameterizedTest
    @CsvSource({"2147483647, 28, 28, more than the 2147483639 bytes", "-1, 28, 28, promises a size of 4294967295",
            "65536, 65536, 1, more than the 2147483639 bytes", "2147483647, 2147483647, 2147483647, more than the 2147483639",
            "65536, 16384, 16384, more than the 2147483639 bytes", "2147483639, 1, 1, promises 2147483639 bytes",
            "60000, 28, 28, promises 47040000 bytes"})
    void believesNoHeaderThatPromisesMoreThanTheFileHolds(int count, int height, int width, String complaint) {
        var file = IdxFiles.encode(new byte[100], count, height, width);
        assertRejected(file, 3, complaint);
        assertRejected(IdxFiles.gzip(file), 3, complaint);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void namesAWrongMagic(int position) {
        var file = VALID.clone();
        file[position] = 0x50;
        assertRejected(file, 3, position == 0 ? "magic is 50 00 08 03" : "magic is 00 50 08 03");
    }

    @ParameterizedTest
    @CsvSource({"0x09, that of signed bytes", "0x0b, that of 16-bit integers", "0x0c, that of 32-bit integers",
        "0x0d, that of floats",
            "0x0e, that of doubles", "0xff, unknown type code 0xff"})
    void namesAWrongType(int type, String name) {
        assertRejected(IdxFiles.encode(type, new byte[64], 8), 1, name);
    }

    /// Elements at the ends of each type, exactly or refused or rounded; packed or not, of any number of dimensions.
    @Test
    void elementsOfAllTypesAreRead() {
        var shorts = ByteBuffer.allocate(8).putShort(Short.MIN_VALUE).putShort(Short.MAX_VALUE).putShort((short) -1)
            .putShort((short) 0).array();
        var ints = ByteBuffer.allocate(16).putInt(Integer.MIN_VALUE).putInt(1 << 24).putInt(-1).putInt(0x7fffff80).array();
        var floats = ByteBuffer.allocate(16).putFloat(1.5f).putFloat(Float.NaN).putFloat(-0f).putFloat(Float.MIN_VALUE).array();
        var doubles = ByteBuffer.allocate(32).putDouble(1.5).putDouble(Double.NaN).putDouble(Double.NEGATIVE_INFINITY)
            .putDouble(-0.0).array();
        assertRead(0x08, new byte[] {0, 1, 127, -128}, 0, 1, 127, 128);
        assertRead(0x09, new byte[] {0, 1, 127, -128}, 0, 1, 127, -128);
        assertRead(0x0b, shorts, -32768, 32767, -1, 0);
        assertRead(0x0c, ints, -0x1p31f, 0x1p24f, -1, 0x7fffff80);
        assertRead(0x0d, floats, 1.5f, Float.NaN, -0f, Float.MIN_VALUE);
        assertRead(0x0e, doubles, 1.5f, Float.NaN, Float.NEGATIVE_INFINITY, -0f);
        var odd = IdxFiles.encode(0x0c, ByteBuffer.allocate(8).putInt(7).putInt((1 << 24) + 1).array(), 2);
        Rejected.argument(() -> Idx.tensor(Source.of(odd)), "element 1 is 16777217, one of the 32-bit integers", "tensorRounded");
        assertArrayEquals(new float[] {7, 1 << 24}, Idx.tensorRounded(Source.of(odd)).toArray());
        var fine = IdxFiles.encode(0x0e, ByteBuffer.allocate(16).putDouble(0.1).putDouble(1e300).array(), 2);
        Rejected.argument(() -> Idx.tensor(Source.of(fine)), "element 0 is 0.1, one of the doubles");
        assertArrayEquals(new float[] {0.1f, Float.POSITIVE_INFINITY}, Idx.tensorRounded(Source.of(fine)).toArray());
        assertEquals(Shape.of(0, 1 << 20, 1 << 20),
            Idx.tensor(Source.of(IdxFiles.encode(0x0e, new byte[0], 0, 1 << 20, 1 << 20))).shape());
        assertEquals(3, Idx.tensor(Source.of(IdxFiles.encode(0x08, new byte[] {3}))).item());
        Rejected.malformed(() -> Idx.tensor(Source.of(IdxFiles.encode(0x0e, new byte[8], 1 << 30))), "the bytes: byte 4: ",
            "268435454 elements");
        Rejected.malformed(() -> Idx.tensor(Source.of(IdxFiles.encode(0x0b, new byte[3], 2))), "promises 4 bytes", "holds 3");
        Rejected.malformed(() -> Idx.tensor(Source.of(IdxFiles.encode(0x0b, new byte[5], 2))), "more bytes follow after the 4");
        Rejected.malformed(() -> Idx.tensor(Source.of(IdxFiles.encode(0x0a, new byte[2], 2))), "unknown type code 0x0a");
    }

    private static void assertRead(int type, byte[] contents, float... expected) {
        var plain = IdxFiles.encode(type, contents, 2, 2);
        for (var bytes : List.of(plain, IdxFiles.gzip(plain))) {
            var read = Idx.tensor(Source.of(bytes));
            assertArrayEquals(expected, read.toArray());
            assertEquals(Shape.of(2, 2), read.shape());
            assertArrayEquals(expected, Idx.tensorRounded(Source.of(bytes)).toArray());
        }
    }

    @Test
    void namesAWrongNumberOfDimensions() {
        assertRejected(VALID, 1, "it has 3 dimensions, but 1 are expected");
    }

    @Test
    void namesAMissingFile(@TempDir Path folder) {
        var file = folder.resolve("absent");
        var error = assertThrows(UncheckedIOException.class, () -> Idx.read(file, 1));
        assertEquals("Idx.read: " + file + " does not exist; check the path", error.getMessage());
    }

    @Test
    void namesAFolderThatIsNoFile(@TempDir Path folder) {
        var error = assertThrows(UncheckedIOException.class, () -> Idx.read(folder, 1));
        assertTrue(error.getMessage().contains(folder + ": it is a folder"), error.getMessage());
    }

    private static void assertRejected(byte[] bytes, int dimensions, String complaint) {
        IdxFiles.with(bytes, file -> {
            var error = assertThrows(MalformedFileException.class, () -> Idx.read(file, dimensions));
            assertTrue(error.getMessage().startsWith("Idx.read: " + file + ": "), error.getMessage());
            assertTrue(error.getMessage().contains(complaint), error.getMessage());
        });
    }

    private static byte[] random(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
