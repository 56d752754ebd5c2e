package dev.lanewise.io;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A safetensors file that is read tensor by tensor, or several that belong together, by their index
/// (`model.safetensors.index.json`): models that are larger than memory. What may be in it is what [Safetensors] reads, and tensors of
/// more elements than an array holds, in parts.
///
/// Opening reads and checks the headers; each read opens the file anew, and refuses one whose size has changed.
public final class SafetensorsFile {

    private static final String OPERATION = "SafetensorsFile";
    private static final String INDEX = ".json";
    private static final int LONGEST_INDEX = 100_000_000;

    /// What the header says of a tensor.
    ///
    /// @param dtype as the format names it: "F32", "BF16" …
    /// @param shape outermost size first
    public record Info(String dtype, List<Long> shape) {

        /// How many there are, which may be beyond what an array holds.
        public long numel() { return shape.contains(0L) ? 0 : shape.stream().reduce(1L, (a, b) -> a * b); }
    }

    /// @param elements the byte of the file at which elements begin
    private record Place(Path file, long size, long elements, SafetensorsHeader.Entry entry) {}

    private final SequencedMap<String, Place> places = new LinkedHashMap<>();
    private final SequencedMap<String, Info> tensors = new LinkedHashMap<>();

    private SafetensorsFile() {}

    /// @param file one of tensors, or an index, whose name ends in ".json" and whose files lie beside it
    /// @throws dev.lanewise.data.MalformedFileException if it is malformed, or holds a tensor of a type that isn't read
    /// @throws UncheckedIOException if it, or a file that it names, is missing or can't be read
    public static SafetensorsFile open(Path file) {
        var opened = new SafetensorsFile();
        if (file.toString().endsWith(INDEX)) opened.addIndexed(file);
        else opened.places.putAll(places(file));
        opened.places.forEach((name, place) -> opened.tensors.put(name, new Info(place.entry.dtype(), place.entry.shape())));
        return opened;
    }

    private static SequencedMap<String, Place> places(Path file) {
        var places = new LinkedHashMap<String, Place>();
        RegularFile.read(OPERATION, file, in -> {
            var header = Safetensors.header(new Origin(OPERATION, file), in, in.size(), false);
            long bytes = header.entries().values().stream().mapToLong(SafetensorsHeader.Entry::end).max().orElse(0);
            header.entries().forEach((name, entry) -> places.put(name, new Place(file, in.size(), in.size() - bytes, entry)));
            return null;
        });
        return places;
    }

    private void addIndexed(Path index) {
        var origin = new Origin(OPERATION, index);
        var files = weightMap(origin, index);
        var shards = new TreeMap<String, SequencedMap<String, Place>>();
        files.forEach((tensor, name) -> {
            if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) throw origin.malformed("tensor " + Quote.of(tensor)
                + " is said to lie in " + Quote.of(name) + ", which is no name of a file beside the index");
            var place = shards.computeIfAbsent(name, _ -> places(index.resolveSibling(name))).get(tensor);
            if (place == null) throw origin.malformed("tensor " + Quote.of(tensor) + " is said to lie in " + Quote.of(name)
                + ", which has none of that name; the files aren't of one model");
            places.put(tensor, place);
        });
    }

    private static SequencedMap<String, String> weightMap(Origin origin, Path index) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(RegularFile.bytes(OPERATION, index, LONGEST_INDEX))).toString();
            var files = new LinkedHashMap<>(new SafetensorsParser(origin, text.strip()).weightMap());
            if (files.isEmpty()) throw origin.malformed("it names no tensors under \"weight_map\"; it is no index of safetensors files");
            return files;
        } catch (CharacterCodingException e) {
            throw origin.malformed("it is not UTF-8; it is no index of safetensors files").because(e);
        }
    }

    /// By name, in the order of the header.
    public SequencedMap<String, Info> tensors() { return Collections.unmodifiableSequencedMap(tensors); }

    /// A tensor's elements, row by row. What floats don't hold is rounded to the nearest.
    ///
    /// @throws IllegalArgumentException if there is no such tensor, or it has more elements than an array holds
    public float[] read(String name) {
        long numel = place(name).entry.elements();
        if (numel > Integer.MAX_VALUE - 8) throw new IllegalArgumentException(OPERATION + ": " + Quote.of(name) + " has " + numel
            + " elements, more than an array holds; read it in parts");
        return read(name, 0, (int) numel);
    }

    /// A part of a tensor's elements.
    ///
    /// @param from  the first, counted row by row
    /// @param count how many
    /// @throws IllegalArgumentException  if there is no such tensor
    /// @throws IndexOutOfBoundsException if it hasn't as many
    /// @throws UncheckedIOException      if the file can't be read any more, or has another size than when it was opened
    public float[] read(String name, long from, int count) {
        var place = place(name);
        long numel = place.entry.elements();
        if (from < 0 || count < 0 || from > numel - count) throw new IndexOutOfBoundsException(OPERATION + ": " + count
            + " elements from " + from + " on of the " + numel + " of " + Quote.of(name));
        var type = place.entry.type();
        return RegularFile.read(OPERATION, place.file, in -> {
            if (in.size() != place.size) throw new IOException("it has " + in.size() + " bytes, and had " + place.size + " before");
            in.skipNBytes(place.elements + place.entry.begin() + from * type.width());
            var values = Floats.read(in, count, type.width(), type.order(), type.decoder(true, IllegalStateException::new));
            return values;
        });
    }

    private Place place(String name) {
        var place = places.get(name);
        if (place == null) throw new IllegalArgumentException(OPERATION + ": there is no tensor " + Quote.of(name) + "; there are "
            + Quote.names(places.keySet()));
        return place;
    }
}
