package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Rejected;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTest {

    private static final byte[] CONTENT = new byte[100_003];

    static { new Random(3).nextBytes(CONTENT); }

    @TempDir
    Path folder;

    private static byte[] mapped(Source source, long from, long length) {
        return source.map("test", from, length, part -> part.toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void allKindsHaveTheSameBytes() throws IOException {
        var file = Files.write(folder.resolve("a"), CONTENT);
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            Files.write(zip.getPath("/b"), CONTENT);
        }
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip")); var channel = FileChannel.open(file)) {
            // one that gives little at a time
            var slow = new ByteArrayInputStream(CONTENT) {
                @Override
                public synchronized int read(byte[] to, int offset, int length) {
                    return super.read(to, offset, Math.min(length, 7));
                }
            };
            var once = List.of(Source.of(new ByteArrayInputStream(CONTENT)), Source.of(slow), Source.of(channel),
                Source.of(Channels.newChannel(new ByteArrayInputStream(CONTENT))));
            for (var source : once) {
                assertEquals(OptionalLong.empty(), source.size());
                var lasting = source.lasting("test");
                assertSame(lasting);
                assertTrue(assertThrows(IllegalStateException.class, () -> source.bytes("test")).getMessage()
                    .contains("was read before"));
            }
            assertTrue(channel.isOpen());
            for (boolean interrupted : new boolean[] {false, true}) {
                if (interrupted) Thread.currentThread().interrupt();
                for (var source : List.of(Source.of(file), Source.of(zip.getPath("/b")), Source.of(CONTENT),
                    Source.of(file).lasting("test"))) assertSame(source);
                assertEquals(interrupted, Thread.interrupted());
            }
        }
    }

    private static void assertSame(Source source) {
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(CONTENT, source.bytes("test"));
            assertArrayEquals(CONTENT, mapped(source, 0, -1));
            assertArrayEquals(Arrays.copyOfRange(CONTENT, 5000, 5123), mapped(source, 5000, 123));
            assertArrayEquals(Arrays.copyOfRange(CONTENT, 99_999, CONTENT.length), mapped(source, 99_999, -1));
            assertEquals(0, mapped(source, CONTENT.length, 0).length);
            for (long[] beyond : new long[][] {{CONTENT.length, 1}, {-1, 2}, {0, CONTENT.length + 1L},
                {Long.MAX_VALUE, Long.MAX_VALUE}, {5, Long.MAX_VALUE}})
                assertTrue(assertThrows(UncheckedIOException.class, () -> mapped(source, beyond[0], beyond[1])).getMessage()
                    .startsWith("test: " + source.name()));
        }
    }

    @Test
    void resourcesAreFoundBesideAClass() {
        var source = Source.resource(SourceTest.class, "SourceTest.class");
        assertArrayEquals(new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe}, mapped(source, 0, 4));
        assertArrayEquals(source.bytes("test"), Source.resource(Source.class, "/dev/lanewise/data/SourceTest.class")
            .lasting("test").bytes("test"));
        var missing = assertThrows(UncheckedIOException.class, () -> Source.resource(SourceTest.class, "no\u001b").bytes("test"));
        assertTrue(missing.getMessage()
            .startsWith("test: resource \"no\\u001b\" beside dev.lanewise.data.SourceTest is not there"), missing.getMessage());
    }

    @Test
    void errorsNameTheSource() {
        var broken = new InputStream() {
            @Override
            public int read() throws IOException { throw new IOException("line cut\n"); }
        };
        assertEquals("test: the stream can't be read, line cut\\n",
            assertThrows(UncheckedIOException.class, () -> Source.of(broken).bytes("test")).getMessage());
        assertEquals("s3://a\\u001b", Source.of(broken).named("s3://a\u001b").name());
        assertEquals("the bytes", Source.of(new byte[0]).toString());
        // it is one stream under either name
        var stream = Source.of(new ByteArrayInputStream(CONTENT));
        stream.named("mine").bytes("test");
        Rejected.state(() -> stream.bytes("test"), "the stream was read before");
        Rejected.state(() -> stream.named("mine").bytes("test"), "mine was read before");
        Rejected.nothing(() -> Source.of((byte[]) null), "no bytes");
        Rejected.nothing(() -> Source.of(SourceTest.class.getResourceAsStream("no")), "a resource that isn't there has none");
    }

    /// Of the same length, too.
    @Test
    void aFileThatWasReplacedIsAnother() throws IOException {
        var file = Files.write(folder.resolve("a"), CONTENT);
        var lasting = Source.of(file).lasting("test");
        var other = Files.write(folder.resolve("b"), CONTENT);
        Files.delete(file);
        Files.move(other, file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        for (Runnable use : List.<Runnable>of(() -> mapped(lasting, 0, 5), () -> lasting.bytes("test"))) {
            var message = assertThrows(UncheckedIOException.class, use::run).getMessage();
            assertTrue(message.contains("it was written anew since it was opened"), message);
        }
        assertArrayEquals(CONTENT, Source.of(file).bytes("test"));
    }

    /// Memory that is no longer there behind a mapping: an error that says so, wherever in the program it comes up.
    @Test
    void aFileThatIsCutWhileItIsMappedIsRefused() throws Exception {
        var file = folder.resolve("a");
        var large = new byte[1 << 20];
        Files.write(file, large);
        var source = Source.of(file);
        assertTrue(assertThrows(UncheckedIOException.class, () -> source.map("test", part -> {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return part.toArray(ValueLayout.JAVA_BYTE);
        })).getMessage().contains("while it was read"));
        // and again and again
        var end = new AtomicBoolean();
        var writer = Thread.ofPlatform().start(() -> {
            while (!end.get()) try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.truncate(large.length / 3);
                channel.write(ByteBuffer.wrap(large));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            long until = System.nanoTime() + 200_000_000;
            while (System.nanoTime() < until) try {
                assertTrue(mapped(source, 0, -1).length <= large.length);
            } catch (UncheckedIOException e) {
                assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
            }
        } finally {
            end.set(true);
            writer.join();
        }
    }
}
