package dev.lanewise.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/// Writes the IDX files that the tests read.
final class IdxFiles {
    private IdxFiles() {}

    /// A file of unsigned bytes with these sizes in its header, whether or not the contents are as long.
    static byte[] encode(byte[] contents, int... sizes) {
        return encode(0x08, contents, sizes);
    }

    static byte[] encode(int type, byte[] contents, int... sizes) {
        var out = ByteBuffer.allocate(4 + 4 * sizes.length + contents.length);
        out.putShort((short) 0).put((byte) type).put((byte) sizes.length);
        for (int size : sizes) {
            out.putInt(size);
        }
        return out.put(contents).array();
    }

    static byte[] gzip(byte[] plain) {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// Hands a temporary file with these bytes to the test, then deletes it.
    static void with(byte[] bytes, Consumer<Path> test) {
        try {
            var file = Files.createTempFile("lanewise", ".idx");
            try {
                Files.write(file, bytes);
                test.accept(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a small but whole Fashion-MNIST: `train` and `test` images of 2x2, image `i` of class `i % 10`.
    static void fashionMnist(Path folder, int train, int test, boolean gzip) {
        try {
            Files.createDirectories(folder);
            images(folder, "train", train, gzip);
            images(folder, "t10k", test, gzip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void images(Path folder, String set, int count, boolean gzip) throws IOException {
        var labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 10);
        }
        write(folder, set + "-images-idx3-ubyte", encode(new byte[count * 4], count, 2, 2), gzip);
        write(folder, set + "-labels-idx1-ubyte", encode(labels, count), gzip);
    }

    private static void write(Path folder, String name, byte[] bytes, boolean gzip) throws IOException {
        Files.write(folder.resolve(gzip ? name + ".gz" : name), gzip ? gzip(bytes) : bytes);
    }
}
