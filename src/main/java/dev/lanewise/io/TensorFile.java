package dev.lanewise.io;

import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.file.TensorParts;
import dev.lanewise.io.onnx.OnnxFile;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/// Named tensors that are read one by one, whatever the format: what [Weights], [dev.lanewise.check.Audit] and the commands that
/// look at files go by. What is read is safetensors, one file or an index of several, `.npz`, `.npy` as a file of one tensor, and
/// what a model in ONNX brings along.
///
/// A format of your own is a class of yours.
public interface TensorFile {

    /// What the file says of a tensor.
    ///
    /// @param dtype as safetensors names it: "F32", "BF16", "I64", "BOOL" …
    /// @param shape outermost size first
    record Info(String dtype, List<Long> shape) {

        /// Keeps a copy of the shape.
        ///
        /// @throws IllegalArgumentException if a size is negative
        public Info {
            Objects.requireNonNull(dtype, "TensorFile.Info: no dtype");
            shape = List.copyOf(Objects.requireNonNull(shape, "TensorFile.Info: no shape"));
            if (shape.stream().anyMatch(size -> size < 0)) throw new IllegalArgumentException("TensorFile.Info: shape "
                + Quote.name(shape.toString()) + "; sizes must be 0 or more");
        }

        /// How many elements there are, which may be beyond what an array holds; 2^63 - 1 if there are more than that.
        public long numel() {
            if (shape.contains(0L)) return 0;
            long numel = 1;
            for (long size : shape) numel = numel > Long.MAX_VALUE / size ? Long.MAX_VALUE : numel * size;
            return numel;
        }

        /// Whether elements of this type are read; a file may have others, too.
        public boolean isRead() { return READ.contains(dtype); }

        private static final Set<String> READ = Set.of("F32", "F16", "BF16", "F64", "BOOL", "I8", "I16", "I32", "I64", "U8",
            "U16", "U32",
            "U64");
    }

    /// By what the file begins with, whatever its name is; but that an index of safetensors files has a name that ends in
    /// ".json", and what ends in ".onnx" is taken for such a model.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if it is malformed
    /// @throws java.io.UncheckedIOException             if it, or a file that it names, is missing or can't be read
    static TensorFile open(Path file) { return isIndex(file) ? SafetensorsFile.open(file) : open(Source.of(file)); }

    /// As [#open(Path)], from anywhere; no index. The bytes of what is no file are kept in memory.
    static TensorFile open(Source source) {
        var lasting = Objects.requireNonNull(source, "TensorFile.open: no source").lasting("TensorFile.open");
        var begin = lasting.read("TensorFile.open", (in, _) -> in.readNBytes(Long.BYTES));
        if (Arrays.equals(Arrays.copyOf(begin, Npy.MAGIC.length), Npy.MAGIC)) return NumpyFile.npy(lasting);
        if (OnnxFile.begins(begin) || source.name().endsWith(".onnx")) return OnnxFile.open(lasting);
        // an entry comes first, or in an empty archive the end
        boolean zip = begin.length >= 4 && begin[0] == 'P' && begin[1] == 'K'
            && (begin[2] == 3 && begin[3] == 4 || begin[2] == 5 && begin[3] == 6);
        return zip ? NumpyFile.npz(lasting) : SafetensorsFile.open(lasting);
    }

    private static boolean isIndex(Path file) { return Objects.requireNonNull(file, "TensorFile.open: no file").toString()
        .endsWith(".json"); }

    /// The format's name.
    String format();

    /// By name, in the file's order: those that hold numbers.
    SequencedMap<String, Info> tensors();

    /// Text that goes with them, by name.
    SequencedMap<String, String> metadata();

    /// A part of a tensor's elements, row by row, each a float32 as it stands.
    ///
    /// @param from  the first, counted row by row
    /// @param count how many
    /// @throws IllegalArgumentException  if there is no such tensor, or an element would have to be rounded
    /// @throws IndexOutOfBoundsException if it hasn't as many
    /// @throws dev.lanewise.data.MalformedFileException if it is damaged, or of a type that isn't read
    /// @throws java.io.UncheckedIOException if the file can't be read any more, or is another than when it was opened
    float[] read(String name, long from, int count);

    /// As [#read(String, long, int)], but that elements are rounded to the nearest float32, such as those of F64 and I64; what is
    /// too large becomes infinite.
    float[] readRounded(String name, long from, int count);

    /// All of a tensor's elements, as by [#read(String, long, int)].
    ///
    /// @throws IllegalArgumentException also if it has more elements than an array holds
    default float[] read(String name) { return read(name, 0, count(name)); }

    /// All of a tensor's elements, as by [#readRounded(String, long, int)].
    ///
    /// @throws IllegalArgumentException also if it has more elements than an array holds
    default float[] readRounded(String name) { return readRounded(name, 0, count(name)); }

    /// A whole tensor, its elements as by [#read(String)].
    default Tensor tensor(String name) { return Tensor.wrap(read(name), shape(name).toArray()); }

    /// A whole tensor, its elements as by [#readRounded(String)].
    default Tensor tensorRounded(String name) { return Tensor.wrap(readRounded(name), shape(name).toArray()); }

    /// The same file, whose elements are rounded to the nearest float32 wherever they are read.
    default TensorFile rounded() { return new RoundedFile(this); }

    /// A tensor's shape.
    ///
    /// @throws IllegalArgumentException if there is no such tensor, or it is too large for an array
    default Shape shape(String name) {
        count(name);
        var sizes = tensors().get(name).shape();
        for (long size : sizes) if (size > Integer.MAX_VALUE) throw new IllegalArgumentException(format() + ": tensor "
            + Quote.of(name)
            + " has shape " + Quote.name(sizes.toString())
            + ", of no elements, but with a size above 2,147,483,647, which a shape here"
            + " can't have; leave it out, as by Weights.without(…)");
        return Shape.of(sizes.stream().mapToInt(Math::toIntExact).toArray());
    }

    private int count(String name) {
        var info = tensors().get(name);
        if (info == null) throw TensorParts.none(format(), name, tensors().keySet());
        if (info.numel() > Integer.MAX_VALUE - 8) throw new IllegalArgumentException(format() + ": " + Quote.of(name) + " has "
            + info.numel()
            + " elements, more than an array holds; read it in parts");
        return (int) info.numel();
    }
}
