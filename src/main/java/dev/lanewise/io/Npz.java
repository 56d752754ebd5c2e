package dev.lanewise.io;

import dev.lanewise.file.RegularFile;
import dev.lanewise.file.WholeFile;
import dev.lanewise.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Named arrays in one file: what `np.savez` and `np.savez_compressed` write and `np.load` reads, a zip archive of [Npy] files.
/// Written uncompressed, as `np.savez` does, since weights hardly shrink; the same tensors give the same bytes.
public final class Npz {

    private static final String SUFFIX = ".npy";
    /// The earliest that a zip archive can hold: the time of writing would make each file another.
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    /// Writes tensors in the order of the map. The file appears whole or not at all; missing folders are made.
    ///
    /// @throws IllegalArgumentException if `file` is a folder, or a tensor has more than 2^29 - 40 elements
    /// @throws UncheckedIOException     if the file can't be written; what was there is unchanged
    public static void write(Path file, Map<String, Tensor> tensors) {
        WholeFile.write("Npz.write", file, out -> {
            var zip = new ZipOutputStream(out);
            zip.setMethod(ZipOutputStream.STORED);
            for (var named : tensors.entrySet()) entry(zip, named.getKey(), named.getValue());
            zip.finish();
        });
    }

    private static void entry(ZipOutputStream zip, String name, Tensor tensor) throws IOException {
        if (tensor.numel() > (1 << 29) - 40) throw new IllegalArgumentException("Npz.write: \"" + name + "\" of shape "
            + tensor.shape() + " is too large for an archive's entry made in memory; write it as .npy or safetensors");
        var bytes = new ByteArrayOutputStream(256 + Float.BYTES * tensor.numel());
        Npy.write(bytes, tensor);
        var crc = new CRC32();
        crc.update(bytes.toByteArray());
        var entry = new ZipEntry(name + SUFFIX);
        entry.setTimeLocal(TIME);
        entry.setSize(bytes.size());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        bytes.writeTo(zip);
        zip.closeEntry();
    }

    /// Reads all arrays, in the archive's order; see [Npy#read].
    ///
    /// @throws IllegalArgumentException if the file is malformed, holds anything but arrays, or an element would have to be rounded
    /// @throws UncheckedIOException     if it is missing or can't be read
    public static Map<String, Tensor> read(Path file) { return read("Npz.read", file, false); }

    /// As [#read], but that elements are rounded to the nearest float32; see [Npy#readRounded].
    public static Map<String, Tensor> readRounded(Path file) { return read("Npz.readRounded", file, true); }

    private static Map<String, Tensor> read(String operation, Path file, boolean rounded) {
        var tensors = new LinkedHashMap<String, Tensor>();
        try (var zip = new ZipFile(file.toFile())) {
            for (var entry : Collections.list(zip.entries())) {
                var origin = operation + ": " + file + ": " + entry.getName() + ": ";
                if (!entry.getName().endsWith(SUFFIX)) throw new IllegalArgumentException(origin
                    + "it is no array, whose name would end in " + SUFFIX + "; give an archive that np.savez wrote");
                var name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
                try (var in = new CheckedInputStream(new BufferedInputStream(zip.getInputStream(entry), 1 << 16), new CRC32())) {
                    if (tensors.put(name, NpyReader.read(origin, in, rounded)) != null)
                        throw new IllegalArgumentException(origin + "it is there twice; give an archive that np.savez wrote");
                    // ZipFile leaves that to its user
                    if (in.getChecksum().getValue() != entry.getCrc()) throw new IllegalArgumentException(
                        origin + "its bytes are not those of its checksum; the file is damaged, get it again");
                }
            }
        } catch (ZipException e) {
            throw new IllegalArgumentException(operation + ": " + file + ": it is no zip archive, or is damaged ("
                + e.getMessage() + "); give a file that np.savez wrote", e);
        } catch (IOException e) {
            throw RegularFile.unreadable(operation, file, e);
        }
        return Collections.unmodifiableMap(tensors);
    }
}
