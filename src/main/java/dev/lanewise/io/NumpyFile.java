package dev.lanewise.io;

import dev.lanewise.data.Source;
import dev.lanewise.file.TensorParts;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Arrays of NumPy's as named tensors: those of an archive, or one. An array is read as a whole, and the last one is kept.
final class NumpyFile implements TensorFile {

    private static final String OPERATION = "TensorFile";
    private static final String SUFFIX = ".npy";
    private static final String UNNAMED = "array";

    /// How a whole array is read.
    private interface Whole {
        Tensor read(String name, boolean rounded);
    }

    /// What was read last.
    private record Kept(String name, boolean rounded, float[] values) {}

    private final String format;
    private final SequencedMap<String, Info> tensors = new LinkedHashMap<>();
    private final Whole whole;
    private volatile Kept kept = new Kept(null, false, null);

    private NumpyFile(String format, SequencedMap<String, NpyReader> heads, Whole whole) {
        this.format = format;
        this.whole = whole;
        heads.forEach((name, head) -> tensors.put(name, new Info(dtype(head.type()),
            Arrays.stream(head.sizes()).mapToObj(size -> (long) size).toList())));
    }

    /// The tensor has the file's name, without its ending.
    static NumpyFile npy(Source source) {
        var name = source.file().map(file -> file.getFileName().toString()).filter(each -> !each.equals(SUFFIX)).orElse(UNNAMED);
        var heads = new LinkedHashMap<String, NpyReader>();
        heads.put(name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name, Npy.head(OPERATION, source));
        return new NumpyFile("npy", heads, (_, rounded) -> rounded ? Npy.readRounded(source) : Npy.read(source));
    }

    static NumpyFile npz(Source source) {
        return new NumpyFile("npz", Npz.heads(OPERATION, source),
            (name, rounded) -> rounded ? Npz.readRounded(source, name) : Npz.read(source, name));
    }

    private static String dtype(NpyType type) {
        return type.kind() == 'b' ? "BOOL" : Character.toUpperCase(type.kind()) + "" + Byte.SIZE * type.width();
    }

    @Override
    public String format() { return format; }

    @Override
    public SequencedMap<String, Info> tensors() { return Collections.unmodifiableSequencedMap(tensors); }

    @Override
    public SequencedMap<String, String> metadata() { return new LinkedHashMap<>(); }

    @Override
    public float[] read(String name, long from, int count) { return part(name, from, count, false); }

    @Override
    public float[] readRounded(String name, long from, int count) { return part(name, from, count, true); }

    private float[] part(String name, long from, int count, boolean rounded) {
        var info = tensors.get(name);
        if (info == null) throw TensorParts.none(OPERATION, name, tensors().keySet());
        TensorParts.requireWithin(OPERATION, name, info.numel(), from, count);
        var last = kept;
        if (!name.equals(last.name) || last.rounded != rounded)
            kept = last = new Kept(name, rounded, whole.read(name, rounded).toArray());
        return Arrays.copyOfRange(last.values, (int) from, (int) from + count);
    }
}
