package dev.lanewise.io.onnx;

import dev.lanewise.data.Source;
import dev.lanewise.file.WholeFile;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// Models of this library as files in ONNX, for other libraries to run.
///
/// ```java
/// Onnx.write(model, example, Path.of("model.onnx"));
/// ```
///
/// What is written is what the model computes in evaluation. Known are linear layers, convolutions, pooling, normalizations,
/// embeddings, residual blocks, low-rank adaptations, transformer encoders with positions, upsampling, dropout, [Sequential] of
/// them, and functions of elements, whoever has written them. A layer of yours is written, too, whose `forward` is made of such
/// functions, of calls of its own layers, recurrent ones included, and of parts of what these give, as the last step's is. What
/// can't be written is refused by its place and kind.
///
/// Weights have the names of [dev.lanewise.nn.Module#stateDict], but for "input" and "output", behind which an underscore stands.
/// The file is of version 20 of the operations. It is read back before it takes its place: for the example, and for another one,
/// it must give what the model does.
public final class Onnx {

    private static final String OPERATION = "Onnx.write";
    private static final double TOLERANCE = 1e-5;
    static final String INPUT = "input";
    static final String OUTPUT = "output";

    private Onnx() {}

    /// Writes a file whose input is called "input", and whose output "output".
    ///
    /// @param example an input, whose values are all the same as long as the model takes them: where the model takes twice as
    ///     much along a dimension, as of examples, that dimension is free in the file. The input of a model that begins with an
    ///     [Embedding] is of whole numbers there. A size of the output that is the input's, as the number of examples is, has its
    ///     name
    /// @throws IllegalArgumentException if there is something that isn't written, by its place in the model; or the model doesn't
    ///     take the example
    /// @throws IllegalStateException    before the model is initialized
    /// @throws UncheckedIOException     if it can't be written; what was there is unchanged
    public static void write(Layer model, Tensor example, Path file) {
        var bytes = bytes(model, example);
        WholeFile.write(OPERATION, Objects.requireNonNull(file, "Onnx.write: no file"), out -> out.write(bytes));
    }

    /// As [#write], what would be in the file.
    public static byte[] bytes(Layer model, Tensor example) {
        Objects.requireNonNull(model, "Onnx.write: no model");
        Objects.requireNonNull(example, "Onnx.write: no example of an input");
        boolean indices = beginsWithEmbedding(model);
        var fixed = new ArrayList<String>();
        for (int size : example.shape().toArray()) fixed.add(Integer.toString(size));
        var bytes = Exporter.bytes(model, example, indices, fixed);
        check(bytes, model, example, indices);
        // other values: whatever of the first ones was taken for a constant shows
        check(bytes, model, other(example, indices), indices);
        var free = new ArrayList<>(fixed);
        for (int dim = 0; dim < fixed.size(); dim++) {
            var name = dim == 0 ? "batch" : "size_" + dim;
            free.set(dim, name);
            if (!isFree(model, example, indices, free, dim)) free.set(dim, fixed.get(dim));
        }
        return free.equals(fixed) ? bytes
            : Exporter.bytes(model, example, indices, free, y -> results(model, example, indices, free, y));
    }

    /// Names of the output's sizes: the input's, where one is as large whatever that is. Where rows alone may be any number, the
    /// others are what they are.
    private static List<String> results(Layer model, Tensor example, boolean indices, List<String> sizes, Shape once) {
        var free = IntStream.range(0, sizes.size()).filter(dim -> !OnnxModel.Port.isNumber(sizes.get(dim))).boxed().toList();
        var twice = free.stream().map(dim -> model.predict(Tensor.cat(dim, example.detach(), other(example, indices))).shape())
            .toList();
        var names = new ArrayList<String>();
        for (int at = 0; at < once.rank(); at++) {
            int dim = at;
            var moving = IntStream.range(0, free.size()).filter(i -> twice.get(i).size(dim) != once.size(dim)).boxed().toList();
            int by = moving.size() == 1 ? free.get(moving.getFirst()) : -1;
            names.add(by >= 0 && once.size(dim) == example.size(by) && twice.get(moving.getFirst())
                .size(dim) == 2 * example.size(by) ? sizes.get(by)
                : moving.isEmpty() && free.equals(List.of(0)) ? Integer.toString(once.size(dim)) : Exporter.result(dim));
        }
        return names;
    }

    private static boolean beginsWithEmbedding(Layer model) {
        return model instanceof Embedding || model instanceof Sequential chain && !chain.layers().isEmpty()
            && beginsWithEmbedding(chain.layers().getFirst());
    }

    private static Tensor other(Tensor example, boolean indices) {
        var flipped = example.detach().flip();
        return indices ? flipped : flipped.mul(0.75f).add(0.125f);
    }

    /// Whether the model takes twice as much along a dimension, and the file does the same.
    private static boolean isFree(Layer model, Tensor example, boolean indices, List<String> sizes, int dim) {
        if (example.size(dim) == 0) return false;
        var twice = Tensor.cat(dim, example.detach(), other(example, indices));
        try {
            model.predict(twice);
        } catch (RuntimeException e) {
            return false; // it takes no other size there, however it says so
        }
        try {
            check(Exporter.bytes(model, example, indices, sizes), model, twice, indices);
            return true;
        } catch (IllegalArgumentException e) {
            return false; // what is written is for this size alone
        }
    }

    private static void check(byte[] bytes, Layer model, Tensor x, boolean indices) {
        var expected = model.predict(x);
        var input = indices ? Conversions.cast(OnnxValue.of(x), OnnxType.INT64) : OnnxValue.of(x);
        var found = OnnxModel.read(Source.of(bytes)).predict(Map.of(INPUT, input)).get(OUTPUT).tensor();
        var fault = difference(expected, found);
        if (fault != null) throw new IllegalArgumentException(OPERATION + ": nothing was written; "
            + model.getClass().getSimpleName()
            + " computes something else of an input of shape " + x.shape() + " than what would be in the file, " + fault
            + "; it depends on something that isn't seen in its layers: write the layers themselves");
    }

    private static String difference(Tensor expected, Tensor found) {
        if (!expected.shape().equals(found.shape())) return "of shape " + found.shape() + " rather than " + expected.shape();
        var a = expected.toArray();
        var b = found.toArray();
        double scale = 0;
        for (float each : a) if (Float.isFinite(each)) scale = Math.max(scale, Math.abs(each));
        for (int i = 0; i < a.length; i++) {
            boolean same = Float.isFinite(a[i]) ? Math.abs((double) a[i] - b[i]) <= TOLERANCE * scale
                : Float.compare(a[i], b[i]) == 0;
            if (!same) return b[i] + " rather than " + a[i] + " at position " + i;
        }
        return null;
    }
}
