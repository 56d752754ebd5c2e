package dev.lanewise.io;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.file.WholeFile;
import dev.lanewise.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Named tensors in one file, and text that goes with them: the safetensors format, which Python's `safetensors` package
/// reads and writes, and most model collections use. Written is float32 alone (`F32`); bits are kept, those of NaNs too. Read are
/// also `F16` and `BF16`, and `F64`, whole numbers and booleans, if floats hold them exactly; PyTorch's `num_batches_tracked` is
/// rounded if not. What is larger than memory, or lies in several files, [SafetensorsFile] reads tensor by tensor.
///
/// ```java
/// Safetensors.write(file, model.stateDict());
/// model.loadStateDict(Safetensors.read(file).tensors());
/// ```
///
/// The file is: 8 bytes, the length of the header, lowest byte first; the header, JSON in UTF-8, filled with spaces to a
/// multiple of 8; the elements of the tensors, little-endian, row by row, one tensor after the other. Source: "Format" in the
/// documentation of the safetensors project.
///
/// @param tensors  by name, in the order of the header
/// @param metadata text by name, `__metadata__` in the file; in the order of names if the map has none
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {

    /// The longest header in bytes; longer ones are refused, here as by the format's own library.
    static final int LONGEST_HEADER = 100_000_000;

    public Safetensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        // the order of Map.of is another in each run
        metadata = Collections.unmodifiableMap(
            metadata instanceof SequencedMap ? new LinkedHashMap<>(metadata) : new TreeMap<>(metadata));
    }

    /// Writes tensors in the order of the map. The file appears whole or not at all; missing folders are made.
    ///
    /// @throws IllegalArgumentException if a name is `__metadata__` or no Unicode text, or `file` is a folder
    /// @throws UncheckedIOException     if the file can't be written; what was there is unchanged
    public static void write(Path file, Map<String, Tensor> tensors) { write(file, tensors, Map.of()); }

    /// As [#write(Path, Map)], with text.
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        new Safetensors(tensors, metadata).write(file);
    }

    /// As [#write(Path, Map)].
    public void write(Path file) {
        var origin = RegularFile.origin("Safetensors.write", file);
        var header = SafetensorsHeader.of(origin, this).bytes(origin);
        WholeFile.write("Safetensors.write", file, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
            out.write(header);
            for (var tensor : tensors.values()) Floats.write(tensor.toArray(), out);
        });
    }

    /// Reads a whole file, after its header was checked: names come once, and the tensors' bytes fill the file without gaps
    /// or overlaps, as many as their shapes ask for.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if the file is malformed, or a tensor is of another type, or holds a number
    ///     that is no float32
    /// @throws UncheckedIOException if it is missing or can't be read
    public static Safetensors read(Path file) {
        return RegularFile.read("Safetensors.read", file, in -> read(new Origin("Safetensors.read", file),
            new BufferedInputStream(in, 1 << 16), in.size()));
    }

    private static Safetensors read(Origin origin, InputStream in, long size) throws IOException {
        var header = header(origin, in, size, true);
        var tensors = new LinkedHashMap<String, Tensor>();
        header.entries().forEach((name, _) -> tensors.put(name, null)); // the header's order, not the bytes'
        for (var entry : header.inOrderOfBytes())
            tensors.put(entry.getKey(), Tensor.wrap(values(origin, in, entry.getKey(), entry.getValue()), entry.getValue().sizes()));
        return new Safetensors(tensors, header.metadata());
    }

    /// @param size   of the file
    /// @param arrays whether each tensor must fit into one
    static SafetensorsHeader header(Origin origin, InputStream in, long size, boolean arrays) throws IOException {
        if (size < Long.BYTES) throw origin.malformed(size, "it has " + size
            + " bytes, but the length of the header alone takes 8; it is no safetensors file, or was cut off");
        long length = ByteBuffer.wrap(in.readNBytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > LONGEST_HEADER) throw origin.malformed(0, "its header would have "
            + Long.toUnsignedString(length) + " bytes, but " + LONGEST_HEADER + " are the most; it is no safetensors file");
        if (length > size - Long.BYTES) throw origin.malformed(0, "its header would have " + length
            + " bytes, but only " + (size - Long.BYTES) + " follow; it is no safetensors file, or was cut off");
        var header = SafetensorsHeader.parse(origin, in.readNBytes((int) length));
        header.check(origin, size - Long.BYTES - length, arrays);
        return header;
    }

    private static float[] values(Origin origin, InputStream in, String name, SafetensorsHeader.Entry entry) throws IOException {
        var type = entry.type();
        // PyTorch's count of batches, which a state dict passes over: it may have grown beyond what a float holds
        boolean rounded = name.endsWith("num_batches_tracked");
        return Floats.read(in, entry.numel(), type.width(), type.order(), type.decoder(rounded,
            inexact -> origin.part("tensor " + Quote.of(name)).malformed(inexact
                + "; convert it in Python: {name: t.float() for name, t in load_file(…).items()}")));
    }
}
