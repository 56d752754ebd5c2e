package dev.lanewise.io;

import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.file.WholeFile;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// Named tensors in one file, and text that goes with them: the safetensors format, which Python's `safetensors` package
/// reads and writes, and most model collections use. Written are 32-bit floats, whose bits are kept, those of NaNs too, or 16-bit
/// ones: see [FloatType]. Read are `F32`, `F16`, `BF16`, `F64`, whole numbers of 8 to 64 bits and booleans: exactly, or rounded,
/// as asked; and `C64` as F32 with a last dimension of 2 more, the real and the imaginary part, as PyTorch's `view_as_real` has
/// them. What is larger than memory, or lies in several files, [SafetensorsFile] reads tensor by tensor.
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

    /// Keeps copies of both maps, in their order, or, where they have none, in that of names.
    public Safetensors {
        tensors = ordered(Objects.requireNonNull(tensors, "Safetensors: no tensors"));
        metadata = ordered(Objects.requireNonNull(metadata, "Safetensors: no metadata; Map.of() has none"));
    }

    /// A copy in the map's order, or, where it has none, as Map.of, whose order is another in each run, in that of names.
    static <V> SequencedMap<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableSequencedMap(map instanceof SequencedMap ? new LinkedHashMap<>(map) : new TreeMap<>(map));
    }

    /// Writes tensors in the order of the map, or, where it has none, in that of names. The file appears whole or not at all;
    /// missing folders are made.
    ///
    /// @throws IllegalArgumentException if a name is `__metadata__` or no Unicode text, or `file` is a folder
    /// @throws UncheckedIOException     if the file can't be written; what was there is unchanged
    public static void write(Path file, Map<String, Tensor> tensors) { write(file, tensors, Map.of()); }

    /// As [#write(Path, Map)], with text.
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        new Safetensors(tensors, metadata).write(file);
    }

    /// As [#write(Path, Map)].
    public void write(Path file) { write(file, FloatType.F32); }

    /// As [#write(Path, Map)], in another type, rounded.
    ///
    /// @throws IllegalArgumentException also if a finite number is beyond the type's largest
    public void write(Path file, FloatType type) {
        Objects.requireNonNull(type, "Safetensors.write: no type; give FloatType.F32, or one of 16 bits");
        var types = new LinkedHashMap<String, FloatType>();
        var shapes = new LinkedHashMap<String, Shape>();
        tensors.forEach((name, tensor) -> {
            types.put(name, type);
            shapes.put(name, tensor.shape());
        });
        write(file, types, shapes, metadata, name -> tensors.get(name).toArray());
    }

    /// Writes what another file has, metadata too, tensor by tensor, so that it may be larger than memory. Floats of 16 bits stay
    /// so; whatever else is there becomes F32.
    ///
    /// @throws IllegalArgumentException as [#write(Path, Map)], and if an element would have to be rounded; see
    ///     [TensorFile#rounded]
    public static void write(Path file, TensorFile tensors) {
        write(file, tensors, dtype -> switch (dtype) {
            case "F16" -> FloatType.F16;
            case "BF16" -> FloatType.BF16;
            default -> FloatType.F32;
        });
    }

    /// As [#write(Path, TensorFile)], all in one type.
    ///
    /// @throws IllegalArgumentException also if a finite number is beyond the type's largest
    public static void write(Path file, TensorFile tensors, FloatType type) {
        Objects.requireNonNull(type, "Safetensors.write: no type; give FloatType.F32, or one of 16 bits");
        write(file, tensors, _ -> type);
    }

    private static void write(Path file, TensorFile tensors, Function<String, FloatType> typed) {
        var types = new LinkedHashMap<String, FloatType>();
        var shapes = new LinkedHashMap<String, Shape>();
        Objects.requireNonNull(tensors, "Safetensors.write: no tensors").tensors().forEach((name, info) -> {
            types.put(name, typed.apply(info.dtype()));
            shapes.put(name, tensors.shape(name));
        });
        write(file, types, shapes, tensors.metadata(), tensors::read);
    }

    private static void write(Path file, SequencedMap<String, FloatType> types, Map<String, Shape> shapes,
                              Map<String, String> metadata, Function<String, float[]> values) {
        var origin = RegularFile.origin("Safetensors.write", file);
        var header = SafetensorsHeader.of(origin, types, shapes, metadata).bytes(origin);
        WholeFile.write("Safetensors.write", file, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
            out.write(header);
            for (var each : types.entrySet()) {
                var elements = values.apply(each.getKey());
                requireWithin(origin, each.getValue(), each.getKey(), elements);
                Floats.write(elements, each.getValue(), out);
            }
        });
    }

    private static void requireWithin(String origin, FloatType type, String name, float[] values) {
        int beyond = type.beyond(values);
        if (beyond >= 0) throw new IllegalArgumentException(origin + "element " + beyond + " of tensor " + Quote.of(name) + " is "
            + values[beyond] + ", beyond the largest number of " + type + ", " + type.largest() + "; write it as "
            + (type == FloatType.F16 ? FloatType.BF16 + " or " : "") + FloatType.F32);
    }

    /// Reads a whole file whose every element is a float32 as it stands, after its header was checked: names come once, and the
    /// tensors' bytes fill the file without gaps or overlaps, as many as their shapes ask for. PyTorch's `num_batches_tracked`,
    /// which no model here depends on, is rounded.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if the file is malformed, or a tensor is of a type that isn't read
    /// @throws IllegalArgumentException if an element would have to be rounded
    /// @throws UncheckedIOException     if it is missing or can't be read
    public static Safetensors read(Path file) { return read(Source.of(file)); }

    /// As [#read(Path)], from anywhere. A stream is read tensor by tensor, so that memory holds no more than the tensors.
    public static Safetensors read(Source source) { return read("Safetensors.read", source, false); }

    /// As [#read(Path)], but that elements are rounded to the nearest float32, such as those of F64 and I64; what is too large
    /// becomes infinite.
    public static Safetensors readRounded(Path file) { return readRounded(Source.of(file)); }

    /// As [#readRounded(Path)], from anywhere.
    public static Safetensors readRounded(Source source) { return read("Safetensors.readRounded", source, true); }

    private static Safetensors read(String operation, Source source, boolean rounded) {
        return Objects.requireNonNull(source, () -> operation + ": no source").read(operation,
            (in, size) -> read(new Origin(operation, source), new BufferedInputStream(in, 1 << 16), size, rounded));
    }

    private static Safetensors read(Origin origin, InputStream in, OptionalLong size, boolean rounded) throws IOException {
        var header = header(origin, in, size, true);
        var tensors = new LinkedHashMap<String, Tensor>();
        header.entries().forEach((name, _) -> tensors.put(name, null)); // the header's order, not the bytes'
        for (var named : header.inOrderOfBytes()) {
            var entry = named.getValue();
            tensors.put(named.getKey(), Tensor.wrap(values(origin, in, named.getKey(), entry, rounded), entry.sizes()));
        }
        if (size.isEmpty() && in.read() >= 0) throw origin.malformed("more bytes follow after its last tensor; it is damaged");
        return new Safetensors(tensors, header.metadata());
    }

    /// @param size   of the file; empty if only its end tells
    /// @param arrays whether each tensor must be one that is read, and fit into an array
    static SafetensorsHeader header(Origin origin, InputStream in, OptionalLong size, boolean arrays) throws IOException {
        var start = in.readNBytes(Long.BYTES);
        if (start.length < Long.BYTES) throw origin.malformed(start.length, "it has " + start.length
            + " bytes, but the length of the header alone takes 8; it is no safetensors file, or was cut off");
        long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > LONGEST_HEADER) throw origin.malformed(0, "its header would have "
            + Long.toUnsignedString(length) + " bytes, but " + LONGEST_HEADER + " are the most; it is no safetensors file");
        // not allocated before it is known to be there
        var bytes = size.isPresent() && length > size.getAsLong() - Long.BYTES ? new byte[0] : in.readNBytes((int) length);
        if (bytes.length < length) throw origin.malformed(0, "its header would have " + length + " bytes, but only "
            + (size.isPresent() ? size.getAsLong() - Long.BYTES : bytes.length)
            + " follow; it is no safetensors file, or was cut off");
        var header = SafetensorsHeader.parse(origin, bytes);
        long needed = header.check(origin, arrays);
        if (size.isPresent() && needed != size.getAsLong() - Long.BYTES - length) throw origin.malformed("its tensors have "
            + needed
            + " bytes, but " + (size.getAsLong() - Long.BYTES - length) + " follow the header; the file was cut off or damaged");
        return header;
    }

    private static float[] values(Origin origin, InputStream in, String name, SafetensorsHeader.Entry entry, boolean rounded)
        throws IOException {
        var type = entry.type();
        try {
            return Floats.read(in, entry.numel(), type.width(), type.order(), decoder(origin, name, type, rounded));
        } catch (EOFException e) {
            throw origin.tensor(name).malformed("ends after " + e.getMessage() + "; the file was cut off").because(e);
        }
    }

    static Floats.Decoder decoder(Origin origin, String name, NpyType type, boolean rounded) {
        // PyTorch's count of batches, which a state dict passes over: it may have grown beyond what a float holds
        var tensor = origin.part("tensor " + Quote.of(name));
        return type.decoder(rounded || name.endsWith("num_batches_tracked"), inexact -> tensor.refused(
            inexact + "; read it rounded, with readRounded"));
    }
}
