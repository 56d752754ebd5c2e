package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives in memory are read as the JDK's own reader reads files.
class ZipArchiveTest {

    @TempDir
    Path folder;

    private static byte[] archive(SplittableRandom random) throws IOException {
        var out = new ByteArrayOutputStream();
        for (int i = random.nextInt(2) * random.nextInt(100); i > 0; i--) out.write(random.nextInt(256));
        var zip = new ZipOutputStream(out);
        if (random.nextInt(3) == 0) zip.setComment("PK\5\6" + "x".repeat(random.nextInt(200)));
        for (int i = random.nextInt(5); i > 0; i--) {
            var content = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(70_000)];
            if (random.nextBoolean()) for (int at = 0; at < content.length; at++) content[at] = (byte) random.nextInt(3);
            else random.nextBytes(content);
            var entry = new ZipEntry(i + "ä".repeat(random.nextInt(4)));
            if (random.nextInt(3) == 0) entry.setExtra(new byte[] {7, 7, 3, 0, 1, 2, 3});
            if (random.nextInt(3) == 0) entry.setComment("of it");
            if (random.nextBoolean()) {
                var crc = new CRC32();
                crc.update(content);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
            }
            zip.putNextEntry(entry);
            zip.write(content);
        }
        zip.close();
        return out.toByteArray();
    }

    /// Null if they aren't those of its checksum.
    private static byte[] checked(byte[] content, long crc) {
        var own = new CRC32();
        own.update(content);
        return own.getValue() == crc ? content : null;
    }

    private static Map<String, byte[]> ours(byte[] bytes) throws IOException {
        var contents = new LinkedHashMap<String, byte[]>();
        var zip = new ZipArchive(MemorySegment.ofArray(bytes));
        for (var entry : zip.entries()) try (var in = zip.open(entry)) {
            contents.put(entry.name(), checked(in.readAllBytes(), entry.crc()));
        }
        return contents;
    }

    private Map<String, byte[]> theirs(byte[] bytes) throws IOException {
        var contents = new LinkedHashMap<String, byte[]>();
        try (var zip = new ZipFile(Files.write(folder.resolve("t.zip"), bytes).toFile())) {
            for (var entry : Collections.list(zip.entries()))
                contents.put(entry.getName(), checked(zip.getInputStream(entry).readAllBytes(), entry.getCrc()));
        }
        return contents;
    }

    private static void assertSame(Map<String, byte[]> theirs, Map<String, byte[]> ours) {
        assertEquals(theirs.keySet(), ours.keySet());
        theirs.forEach((name, content) -> assertArrayEquals(content, ours.get(name)));
    }

    @Test
    void goodOnesAreReadAsTheJdkReadsThem() throws IOException {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 60; i++) {
            var bytes = archive(random);
            assertSame(theirs(bytes), ours(bytes));
            if (ours(bytes).isEmpty()) continue;
            // what is appended makes it no other
            assertSame(theirs(bytes), ours(Arrays.copyOf(bytes, bytes.length + random.nextInt(1000))));
        }
    }

    /// What both read of a damaged one is the same, where its checksum is right; nothing but a [ZipException], or an end that
    /// comes too early, is thrown.
    @Test
    void ofDamagedOnesNothingElseIsRead() throws IOException {
        var random = new SplittableRandom(2);
        int both = 0;
        for (int i = 0; i < 500; i++) {
            var bytes = archive(random);
            // most of what can be wrong lies at the end
            for (int j = random.nextInt(3); j >= 0; j--)
                bytes[bytes.length - 1 - random.nextInt(Math.min(bytes.length, 200))] = (byte) (random.nextBoolean()
                    ? random.nextInt(256) : 255);
            Map<String, byte[]> ours;
            try {
                ours = ours(bytes);
            } catch (IOException e) {
                continue;
            }
            try {
                var theirs = theirs(bytes);
                both++;
                theirs.forEach((name, content) -> { if (content != null && ours.get(name) != null) assertArrayEquals(content,
                    ours.get(name)); });
            } catch (IOException e) {
                // they look at more
            }
        }
        assertTrue(both > 50, "" + both);
    }

    /// As of archives beyond 4 GB, whose sizes and places stand elsewhere.
    @Test
    void sizesOf64BitsAreRead() throws IOException {
        byte[] content = {1, 2, 3, 4, 5};
        var crc = new CRC32();
        crc.update(content);
        var out = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x04034b50).putShort((short) 45).putShort((short) 0).putShort((short) 0).putInt(0).putInt((int) crc.getValue())
            .putInt(-1).putInt(-1)
            .putShort((short) 1).putShort((short) 20).put((byte) 'a').putShort((short) 1).putShort((short) 16).putLong(5)
            .putLong(5).put(content);
        int list = out.position();
        out.putInt(0x02014b50).putShort((short) 45).putShort((short) 45).putShort((short) 0).putShort((short) 0).putInt(0)
            .putInt((int) crc.getValue())
            .putInt(-1).putInt(-1).putShort((short) 1).putShort((short) 32).putShort((short) 0).putShort((short) 0)
            .putShort((short) 0).putInt(0).putInt(-1)
            .put((byte) 'a').putShort((short) 9).putShort((short) 0).putShort((short) 1).putShort((short) 24).putLong(5)
            .putLong(5).putLong(0);
        int end = out.position();
        out.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45).putInt(0).putInt(0).putLong(1).putLong(1)
            .putLong(end - list)
            .putLong(list).putInt(0x07064b50).putInt(0).putLong(end).putInt(1).putInt(0x06054b50).putInt(0).putShort((short) -1)
            .putShort((short) -1)
            .putInt(-1).putInt(-1).putShort((short) 0);
        var bytes = Arrays.copyOf(out.array(), out.position());
        assertArrayEquals(content, theirs(bytes).get("a"));
        assertArrayEquals(content, ours(bytes).get("a"));
        var behind = ByteBuffer.allocate(37 + bytes.length).put(37, bytes).array();
        assertArrayEquals(content, ours(behind).get("a"));
        for (int at = 0; at < bytes.length; at++) for (byte other : new byte[] {0, -1, 127, -128}) {
            var damaged = bytes.clone();
            damaged[at] = other;
            try {
                ours(damaged);
            } catch (IOException e) {
                // said
            }
        }
    }

    /// A few bytes that many entries share would become more than memory holds.
    @Test
    void entriesThatOverlapAreRefused() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var name : new String[] {"a", "b"}) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(new byte[1000]);
            }
        }
        var bytes = out.toByteArray();
        var list = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = bytes.length - 22;
        int first = list.getInt(end + 16);
        list.putInt(first + 46 + 1 + 42, 0); // b, too, begins where a does
        assertEquals("entries overlap", assertThrows(ZipException.class, () -> ours(bytes)).getMessage());
    }
}
