package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
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
    @CsvSource({"0x09, signed bytes", "0x0b, 16-bit integers", "0x0c, 32-bit integers", "0x0d, floats", "0x0e, doubles",
            "0xff, unknown"})
    void namesAWrongType(int type, String name) {
        var code = "type code 0x%02x (%s)".formatted(type, name);
        assertRejected(IdxFiles.encode(type, new byte[8], 8), 1, code);
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
