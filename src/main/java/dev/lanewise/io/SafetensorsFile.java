package dev.lanewise.io;

import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.file.TensorParts;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A safetensors file that is read tensor by tensor, or several that belong together, by their index
/// (`model.safetensors.index.json`): models that are larger than memory. What may be read of it is what [Safetensors] reads, and
/// tensors of more elements than an array holds, in parts. Tensors of other types may be in it.
///
/// Opening reads and checks the headers. Each read maps its tensor's part of the file into memory, and nothing else, and leaves
/// nothing open behind it; a file that was written anew since is refused. Many threads may read at once.
///
/// ```java
/// var file = SafetensorsFile.open(Path.of("model.safetensors.index.json"));
/// for (var name : file.tensors().keySet()) use(name, file.readRounded(name));
/// ```
public final class SafetensorsFile implements TensorFile {

    private static final String OPERATION = "SafetensorsFile";
    private static final String INDEX = ".json";
    private static final int LONGEST_INDEX = 100_000_000;
    /// @param elements the byte of the source at which elements begin
    private record Place(Source source, long elements, SafetensorsHeader.Entry entry) {}

    private final SequencedMap<String, Place> places = new LinkedHashMap<>();
    private final SequencedMap<String, Info> tensors = new LinkedHashMap<>();
    private final SequencedMap<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsFile() {}

    /// Opens a file and reads what it says of its tensors, no tensor yet. To be closed.
    ///
    /// @param file one of tensors, or an index, whose name ends in ".json" and whose files lie beside it
    /// @throws dev.lanewise.data.MalformedFileException if it is malformed
    /// @throws UncheckedIOException if it, or a file that it names, is missing or can't be read
    public static SafetensorsFile open(Path file) {
        Objects.requireNonNull(file, "SafetensorsFile.open: no file");
        if (!file.toString().endsWith(INDEX)) return open(Source.of(file));
        var opened = new SafetensorsFile();
        opened.addIndexed(file);
        return opened.described();
    }

    /// From anywhere; no index. The bytes of what is no file are kept in memory.
    ///
    /// @throws dev.lanewise.data.MalformedFileException as [#open(Path)]
    /// @throws UncheckedIOException as [#open(Path)]
    public static SafetensorsFile open(Source source) {
        var opened = new SafetensorsFile();
        opened.places.putAll(opened.places(source));
        return opened.described();
    }

    private SafetensorsFile described() {
        places.forEach((name, place) -> tensors.put(name, new Info(place.entry.dtype(), place.entry.shape())));
        return this;
    }

    private SequencedMap<String, Place> places(Source given) {
        var source = Objects.requireNonNull(given, "SafetensorsFile.open: no source").lasting(OPERATION);
        var places = new LinkedHashMap<String, Place>();
        source.read(OPERATION, (in, size) -> {
            var header = Safetensors.header(new Origin(OPERATION, source), in, size, false);
            long bytes = header.entries().values().stream().mapToLong(SafetensorsHeader.Entry::end).max().orElse(0);
            header.entries().forEach((name, entry) -> places.put(name, new Place(source, size.getAsLong() - bytes, entry)));
            header.metadata().forEach(metadata::putIfAbsent);
            return null;
        });
        return places;
    }

    private void addIndexed(Path index) {
        var origin = new Origin(OPERATION, index);
        var files = weightMap(origin);
        var shards = new TreeMap<String, SequencedMap<String, Place>>();
        files.forEach((tensor, name) -> {
            boolean beside = !name.isEmpty() && !name.contains("/") && !name.contains("\\") && !name.equals("..");
            if (!beside) throw origin.malformed("tensor " + Quote.of(tensor)
                + " is said to lie in " + Quote.of(name) + ", which is no name of a file beside the index");
            var place = shards.computeIfAbsent(name, _ -> places(beside(origin, index, name))).get(tensor);
            if (place == null) throw origin.malformed("tensor " + Quote.of(tensor) + " is said to lie in " + Quote.of(name)
                + ", which has none of that name; the files aren't of one model");
            places.put(tensor, place);
        });
    }

    private static Source beside(Origin origin, Path index, String name) {
        try {
            return Source.of(index.resolveSibling(name));
        } catch (IllegalArgumentException e) {
            throw origin.malformed("it names the file " + Quote.of(name) + ", which can't be a file's name here").because(e);
        }
    }

    private static SequencedMap<String, String> weightMap(Origin origin) {
        var bytes = origin.source().read(OPERATION, (in, size) -> {
            if (size.getAsLong() > LONGEST_INDEX) throw origin.malformed("it has " + size.getAsLong() + " bytes, but "
                + LONGEST_INDEX
                + " are the most; it is no index of safetensors files");
            return in.readAllBytes();
        });
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            var files = new LinkedHashMap<>(new SafetensorsParser(origin, text.strip()).weightMap());
            if (files.isEmpty()) throw origin.malformed("it names no tensors under \"weight_map\"; it is no index of"
                + " safetensors files");
            return files;
        } catch (CharacterCodingException e) {
            throw origin.malformed("it is not UTF-8; it is no index of safetensors files").because(e);
        }
    }

    @Override
    public String format() { return "safetensors"; }

    @Override
    public SequencedMap<String, Info> tensors() { return Collections.unmodifiableSequencedMap(tensors); }

    /// Text by name, `__metadata__` in the file; of several files the first that has a name.
    @Override
    public SequencedMap<String, String> metadata() { return Collections.unmodifiableSequencedMap(metadata); }

    @Override
    public float[] read(String name, long from, int count) { return read(name, from, count, false); }

    @Override
    public float[] readRounded(String name, long from, int count) { return read(name, from, count, true); }

    private float[] read(String name, long from, int count, boolean rounded) {
        var place = place(name);
        long numel = place.entry.elements();
        TensorParts.requireWithin(OPERATION, name, numel, from, count);
        var origin = new Origin(OPERATION, place.source);
        var type = place.entry.readable(origin.tensor(name));
        var decoder = Safetensors.decoder(origin, name, type, rounded);
        return place.source.map(OPERATION, place.elements + place.entry.begin() + from * type.width(),
            (long) count * type.width(), bytes -> Floats.read(bytes, from, type.width(), type.order(), decoder));
    }

    private Place place(String name) {
        var place = places.get(name);
        if (place == null) throw TensorParts.none(OPERATION, name, tensors().keySet());
        return place;
    }
}
