package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.file.WholeFile;
import dev.lanewise.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;

/// Named arrays in one file: what `np.savez` and `np.savez_compressed` write and `np.load` reads, a zip archive of [Npy] files.
/// Written uncompressed, as `np.savez` does, since weights hardly shrink; the same tensors give the same bytes.
public final class Npz {

    private static final String SUFFIX = ".npy";
    /// Early, since the time of writing would make each file another. The very first that a zip archive can hold is the JDK's
    /// mark for what was before, and makes it write a second time, in the zone of the machine.
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0, 2);
    /// In bytes. An entry of the archive's table has 65,535, its own 46 and what belongs to large arrays among them.
    private static final int LONGEST_NAME = 65_000;

    private Npz() {}

    /// Writes tensors in the order of the map, or, where it has none, in that of names. The file appears whole or not at all;
    /// missing folders are made.
    ///
    /// @throws IllegalArgumentException if `file` is a folder, or a name is no Unicode text or longer than 65,000 bytes
    /// @throws UncheckedIOException     if the file can't be written; what was there is unchanged
    public static void write(Path file, Map<String, Tensor> tensors) {
        write(file, Safetensors.ordered(Objects.requireNonNull(tensors, "Npz.write: no tensors")).keySet(), tensors::get);
    }

    /// Writes what another file has, tensor by tensor, so that it may be larger than memory, as float32; text that goes with them
    /// has no place.
    ///
    /// @throws IllegalArgumentException as [#write(Path, Map)], and if an element would have to be rounded; see
    ///     [TensorFile#rounded]
    public static void write(Path file, TensorFile tensors) {
        write(file, Objects.requireNonNull(tensors, "Npz.write: no tensors").tensors().keySet(), tensors::tensor);
    }

    private static void write(Path file, Set<String> names, Function<String, Tensor> tensors) {
        var origin = RegularFile.origin("Npz.write", file);
        names.forEach(name -> checkName(origin, name));
        WholeFile.write("Npz.write", file, out -> {
            var zip = new ZipOutputStream(out);
            zip.setMethod(ZipOutputStream.STORED);
            for (var name : names) entry(origin, zip, name, tensors.apply(name));
            zip.finish();
        });
    }

    private static void checkName(String origin, String name) {
        try {
            int bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name)).remaining();
            if (bytes > LONGEST_NAME) throw new IllegalArgumentException(origin + "the name " + Quote.of(name)
                + " has " + bytes + " bytes, more than an archive can hold; give a shorter one");
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(origin + "the name " + Quote.of(name)
                + " holds half a surrogate pair, which is no Unicode; correct it", e);
        }
    }

    private static void entry(String origin, ZipOutputStream zip, String name, Tensor tensor) throws IOException {
        var header = Npy.header(origin, tensor.shape().toArray());
        var values = tensor.toArray();
        var crc = new CRC32();
        var checked = new CheckedOutputStream(OutputStream.nullOutputStream(), crc);
        checked.write(header);
        Floats.write(values, checked);
        var entry = new ZipEntry(name + SUFFIX);
        entry.setTimeLocal(TIME);
        entry.setSize(header.length + (long) Float.BYTES * values.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(header);
        Floats.write(values, zip);
        zip.closeEntry();
    }

    /// Reads all arrays that a tensor can hold, in the archive's order; see [Npy#read]. Arrays of text, dates, records and
    /// objects are left out; [#names] has them all.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if the file is malformed, or holds anything but arrays
    /// @throws IllegalArgumentException if an element would have to be rounded
    /// @throws UncheckedIOException     if it is missing or can't be read
    public static Map<String, Tensor> read(Path file) { return read(Source.of(file)); }

    /// As [#read(Path)], from anywhere. A file is mapped into memory, of anything else the bytes are kept there.
    public static Map<String, Tensor> read(Source source) { return read("Npz.read", source, false); }

    /// As [#read(Path)], but that elements are rounded to the nearest float32; see [Npy#readRounded].
    public static Map<String, Tensor> readRounded(Path file) { return readRounded(Source.of(file)); }

    /// As [#readRounded(Path)], from anywhere, as [#read(Source)].
    public static Map<String, Tensor> readRounded(Source source) { return read("Npz.readRounded", source, true); }

    /// Reads one array, and looks at no other.
    ///
    /// @throws IllegalArgumentException if there is none of this name, or an element would have to be rounded; and as
    ///     [#read(Path)]
    /// @throws UncheckedIOException     as [#read(Path)]
    public static Tensor read(Path file, String name) { return read(Source.of(file), name); }

    /// As [#read(Path, String)], from anywhere, as [#read(Source)].
    public static Tensor read(Source source, String name) { return read("Npz.read", source, name, false); }

    /// As [#read(Path, String)], rounded as by [#readRounded(Path)].
    public static Tensor readRounded(Path file, String name) { return readRounded(Source.of(file), name); }

    /// As [#readRounded(Path, String)], from anywhere, as [#read(Source)].
    public static Tensor readRounded(Source source, String name) { return read("Npz.readRounded", source, name, true); }

    /// The names of all arrays, in the archive's order, whatever they hold.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if the file is no zip archive
    /// @throws UncheckedIOException     as [#read(Path)]
    public static List<String> names(Path file) {
        return open("Npz.names", Source.of(file), zip -> {
            var names = new ArrayList<String>();
            for (var entry : zip.entries()) if (entry.name().endsWith(SUFFIX)) names.add(name(entry));
            return List.copyOf(names);
        });
    }

    private static String name(ZipArchive.Entry entry) {
        return entry.name().substring(0, entry.name().length() - SUFFIX.length());
    }

    private static Map<String, Tensor> read(String operation, Source source, boolean rounded) {
        return open(operation, source, zip -> {
            var tensors = new LinkedHashMap<String, Tensor>();
            for (var entry : zip.entries()) {
                var origin = new Origin(operation, source).entry(Quote.name(entry.name()));
                if (!entry.name().endsWith(SUFFIX)) throw noArray(origin);
                try {
                    if (tensors.put(name(entry), array(origin, zip, entry, rounded)) != null) throw twice(origin);
                } catch (NpyType.Unreadable e) {
                    // what is asked for is what can be had
                }
            }
            return Collections.unmodifiableMap(tensors);
        });
    }

    private static Tensor read(String operation, Source source, String name, boolean rounded) {
        Objects.requireNonNull(name, () -> operation + ": no name of an array");
        return open(operation, source, zip -> {
            var origin = new Origin(operation, source);
            var found = zip.entries().stream().filter(entry -> entry.name().equals(name + SUFFIX)).toList();
            if (found.isEmpty()) throw origin.refused("there is no array " + Quote.of(name)
                + "; those that there are, Npz.names tells");
            var entry = found.getFirst();
            if (found.size() > 1) throw twice(origin.entry(Quote.name(entry.name())));
            try {
                return array(origin.entry(Quote.name(entry.name())), zip, entry, rounded);
            } catch (NpyType.Unreadable e) {
                throw e.error;
            }
        });
    }

    private static Tensor array(Origin origin, ZipArchive zip, ZipArchive.Entry entry, boolean rounded)
            throws IOException, NpyType.Unreadable {
        try (var in = new CheckedInputStream(zip.open(entry), new CRC32())) {
            var tensor = NpyReader.read(origin, in, rounded);
            if (in.getChecksum().getValue() != entry.crc()) throw origin.malformed(
                "its bytes are not those of its checksum; the file is damaged, get it again");
            return tensor;
        } catch (EOFException | ZipException e) {
            throw damaged(origin, e);
        }
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(ZipArchive zip) throws IOException;
    }

    private static <T> T open(String operation, Source source, Use<T> use) {
        return Objects.requireNonNull(source, () -> operation + ": no source").map(operation, bytes -> {
            try {
                return use.of(new ZipArchive(bytes));
            } catch (IOException e) {
                throw new Origin(operation, source).malformed("it is no zip archive, or is damaged (" + Quote.bare(e.getMessage())
                    + "); give a file that np.savez wrote").because(e);
            }
        });
    }

    /// What comes before the elements of each array that a tensor can hold.
    static SequencedMap<String, NpyReader> heads(String operation, Source source) {
        return open(operation, source, zip -> {
            var heads = new LinkedHashMap<String, NpyReader>();
            for (var entry : zip.entries()) {
                var origin = new Origin(operation, source).entry(Quote.name(entry.name()));
                if (!entry.name().endsWith(SUFFIX)) throw noArray(origin);
                try (var in = zip.open(entry)) {
                    if (heads.put(name(entry), NpyReader.head(origin, in)) != null) throw twice(origin);
                } catch (EOFException | ZipException e) {
                    throw damaged(origin, e);
                } catch (NpyType.Unreadable e) {
                    // no tensor
                }
            }
            return heads;
        });
    }

    private static MalformedFileException noArray(Origin origin) {
        return origin.malformed("it is no array, whose name would end in " + SUFFIX + "; give an archive that np.savez wrote");
    }

    private static MalformedFileException twice(Origin origin) {
        return origin.malformed("it is there twice; give an archive that np.savez wrote");
    }

    private static MalformedFileException damaged(Origin origin, IOException e) {
        return origin.malformed("its data is damaged or cut off ("
            + (e.getMessage() == null ? "it ends too early" : Quote.bare(e.getMessage())) + "); get the file again").because(e);
    }
}
