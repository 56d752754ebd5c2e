package dev.lanewise.data;

import dev.lanewise.file.MappedFile;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/// Where bytes come from: a file, an array, a stream, a channel, or what lies on the class path. Readers of weights take any; a
/// reader of yours may, too.
///
/// ```java
/// var weights = Safetensors.read(Source.resource(Mnist.class, "mnist.safetensors"));
/// ```
///
/// A stream and a channel are read once, from where they stand to their end, and are left open; all others may be read by many
/// threads, and again. Errors name the source: a path as it was given, else what it is, or what [#named] says.
public abstract sealed class Source {

    private final String name;

    private Source(String name) { this.name = name; }

    /// A regular file, of any file system. It is opened by each that reads it.
    public static Source of(Path file) {
        return new OfFile(Objects.requireNonNull(file, "Source.of: no file; name one"), null);
    }

    /// An array, which is not copied.
    public static Source of(byte[] bytes) {
        return new OfBytes("the bytes", Objects.requireNonNull(bytes, "Source.of: no bytes; give some"));
    }

    /// What a stream still has.
    public static Source of(InputStream stream) {
        return new OfStream("the stream", new AtomicReference<>(
            Objects.requireNonNull(stream, "Source.of: no stream; a resource that isn't there has none")));
    }

    /// What a channel still has.
    public static Source of(ReadableByteChannel channel) {
        return new OfStream("the channel", new AtomicReference<>(
            Channels.newInputStream(Objects.requireNonNull(channel, "Source.of: no channel; give one"))));
    }

    /// What [Class#getResourceAsStream] finds: on the class path, in a jar, or in a module that opens the resource's package to
    /// this library, or has it in a folder that is no package.
    ///
    /// @param name beside the class, or from the root if it begins with a slash
    public static Source resource(Class<?> beside, String name) {
        Objects.requireNonNull(beside, "Source.resource: no class; name one that the resource lies beside");
        return new OfResource(beside, Objects.requireNonNull(name, "Source.resource: no name; name the resource"));
    }

    /// This source, as errors are to name it.
    public Source named(String name) {
        Objects.requireNonNull(name, "Source.named: no name");
        return switch (this) {
            case OfFile of -> of; // whose path it is that helps
            case OfBytes of -> new OfBytes(Quote.name(name), of.bytes);
            case OfStream of -> new OfStream(Quote.name(name), of.left);
            case OfResource of -> of;
        };
    }

    /// As errors have it.
    public String name() { return name; }

    /// Empty if it is no file.
    public Optional<Path> file() { return Optional.empty(); }

    /// What is done with an open source.
    @FunctionalInterface
    public interface Reader<T> {
        /// Reads what is asked for, from the first byte on.
        ///
        /// @param in   not buffered; need not be closed
        /// @param size how many bytes it has; empty if only its end tells
        T read(InputStream in, OptionalLong size) throws IOException;
    }

    /// Reads from the first byte on.
    ///
    /// @param operation the caller, with which errors begin
    /// @throws UncheckedIOException  if it can't be read, or is a file that has become longer or shorter meanwhile
    /// @throws IllegalStateException if it is a stream that was read before
    public <T> T read(String operation, Reader<T> reader) {
        try (var in = open()) {
            return reader.read(in, size());
        } catch (IOException e) {
            throw unreadable(operation, e);
        }
    }

    /// A part as memory: of a file, mapped, so that only what is looked at is read; of anything else, its bytes.
    ///
    /// @param from   the part's first byte
    /// @param length in bytes; negative for all that follow
    /// @param look   must not keep the segment, which is gone when it returns
    /// @throws UncheckedIOException     as [#read], and if the part isn't within
    /// @throws IllegalStateException    as [#read]
    public <T> T map(String operation, long from, long length, Function<MemorySegment, T> look) {
        return lasting(operation).map(operation, from, length, look);
    }

    /// As [#map(String, long, long, Function)], of all of it.
    public <T> T map(String operation, Function<MemorySegment, T> look) { return map(operation, 0, -1, look); }

    /// This source as one that can be read again and again, and is then the same: of what can be read once only, or need not
    /// stay, the bytes;
    /// of a file one that refuses when something else is in its place.
    public Source lasting(String operation) { return new OfBytes(name, bytes(operation)); }

    /// All of it.
    ///
    /// @throws UncheckedIOException as [#read], and if it is more than an array holds
    public byte[] bytes(String operation) {
        return read(operation, (in, _) -> {
            var bytes = in.readNBytes(RegularFile.LONGEST_ARRAY);
            if (bytes.length == RegularFile.LONGEST_ARRAY && in.read() >= 0) throw new IOException(
                "it has more bytes than an array holds; save it as a file");
            return bytes;
        });
    }

    OptionalLong size() { return OptionalLong.empty(); }

    abstract InputStream open() throws IOException;

    private UncheckedIOException unreadable(String operation, IOException e) {
        return new UncheckedIOException(operation + ": " + name + (e instanceof FileNotFoundException ? " " + e.getMessage()
            : " can't be read, " + RegularFile.reason(e)), e);
    }

    @Override
    public String toString() { return name; }

    private static final class OfFile extends Source {

        private final Path file;
        private final MappedFile.Stamp stamp; // null as long as the file may change

        OfFile(Path file, MappedFile.Stamp stamp) {
            super(Quote.of(file));
            this.file = file;
            this.stamp = stamp;
        }

        @Override
        public Optional<Path> file() { return Optional.of(file); }

        @Override
        public <T> T read(String operation, Reader<T> reader) {
            return RegularFile.read(operation, file, in -> {
                MappedFile.requireSame(stamp, file);
                return reader.read(in, OptionalLong.of(in.size()));
            });
        }

        @Override
        public <T> T map(String operation, long from, long length, Function<MemorySegment, T> look) {
            return MappedFile.read(operation, file, stamp, from, length, look);
        }

        @Override
        public Source lasting(String operation) {
            return stamp == null ? new OfFile(file, MappedFile.Stamp.of(operation, file)) : this;
        }

        @Override
        public byte[] bytes(String operation) {
            return RegularFile.read(operation, file, in -> {
                MappedFile.requireSame(stamp, file);
                return in.rest();
            });
        }

        @Override
        InputStream open() { throw new AssertionError("RegularFile opens it"); }
    }

    private static final class OfBytes extends Source {

        private final byte[] bytes;

        OfBytes(String name, byte[] bytes) {
            super(name);
            this.bytes = bytes;
        }

        @Override
        public <T> T map(String operation, long from, long length, Function<MemorySegment, T> look) {
            if (from < 0 || from > bytes.length - Math.max(0, length)) throw new UncheckedIOException(operation + ": "
                + name() + " has " + bytes.length + " bytes, not " + length + " from " + from + " on",
                new IOException("cut off"));
            return look.apply(MemorySegment.ofArray(bytes).asSlice(from, length < 0 ? bytes.length - from : length));
        }

        @Override
        public Source lasting(String operation) { return this; }

        @Override
        public byte[] bytes(String operation) { return bytes; }

        @Override
        OptionalLong size() { return OptionalLong.of(bytes.length); }

        @Override
        InputStream open() { return new ByteArrayInputStream(bytes); }
    }

    private static final class OfStream extends Source {

        private final AtomicReference<InputStream> left; // null once it was read

        OfStream(String name, AtomicReference<InputStream> left) {
            super(name);
            this.left = left;
        }

        @Override
        InputStream open() {
            var in = left.getAndSet(null);
            if (in == null) throw new IllegalStateException("Source: " + name()
                + " was read before; open it anew, or keep its bytes");
            return new Lent(in);
        }
    }

    /// Left open for whose it is.
    private static final class Lent extends InputStream {

        private final InputStream in;

        Lent(InputStream in) { this.in = in; }

        @Override
        public int read() throws IOException { return in.read(); }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException { return in.read(to, offset, length); }

        @Override
        public long skip(long n) throws IOException { return in.skip(n); }
    }

    private static final class OfResource extends Source {

        private final Class<?> beside;
        private final String resource;

        OfResource(Class<?> beside, String resource) {
            super("resource " + Quote.of(resource) + " beside " + beside.getName());
            this.beside = beside;
            this.resource = resource;
        }

        @Override
        InputStream open() throws IOException {
            var in = beside.getResourceAsStream(resource);
            if (in == null) throw new FileNotFoundException("is not there, or in a package of a module that doesn't open it;"
                + " check its name, or give its stream");
            return in;
        }
    }
}
