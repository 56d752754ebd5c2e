package dev.lanewise.io.onnx;

import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// What goes into a model and comes out: floats, whole numbers, or truths, with a shape.
///
/// ```java
/// var outputs = model.run(Map.of("input_ids", OnnxValue.of(ids, 1, ids.length)));
/// ```
public sealed interface OnnxValue extends Tensors<OnnxValue> {

    /// The sizes, outermost first.
    Shape shape();

    /// The kind of its elements, as the format has them.
    OnnxType type();

    /// The same, with another tensor where there is one.
    @Override
    default OnnxValue map(UnaryOperator<Tensor> change) {
        return this instanceof Floats(var tensor)
            ? new Floats(change.apply(tensor)) : this;
    }

    /// Floats, whatever their width in the file was.
    ///
    /// @param tensor may be recorded for gradients
    record Floats(Tensor tensor) implements OnnxValue {

        /// Refuses no tensor, and a type that isn't of floats.
        public Floats {
            Objects.requireNonNull(tensor, "onnx value: no tensor");
        }

        @Override
        public Shape shape() { return tensor.shape(); }

        @Override
        public OnnxType type() { return OnnxType.FLOAT; }
    }

    /// Whole numbers, such as tokens, sizes and indices.
    ///
    /// @param values row by row; not copied, and not to be changed
    /// @param type   one of whole numbers
    record Longs(long[] values, Shape shape, OnnxType type) implements OnnxValue {

        /// Keeps the array itself: it isn't to be changed.
        ///
        /// @throws IllegalArgumentException if there are more numbers or fewer than the shape has, or the type is of something
        ///     else
        public Longs {
            check(values == null ? -1 : values.length, shape);
            if (type == null || !type.isWhole()) throw new IllegalArgumentException("onnx value: whole numbers of type " + type
                + "; it must be one of whole numbers, such as INT64");
        }

        @Override
        public String toString() {
            return type.lower() + shape + " " + shown(values.length,
                Arrays.toString(Arrays.copyOf(values, Math.min(8, values.length))));
        }
    }

    /// What holds or doesn't.
    ///
    /// @param values row by row; not copied, and not to be changed
    record Bools(boolean[] values, Shape shape) implements OnnxValue {

        /// Keeps the array itself: it isn't to be changed.
        ///
        /// @throws IllegalArgumentException if there are more values or fewer than the shape has
        public Bools {
            check(values == null ? -1 : values.length, shape);
        }

        @Override
        public OnnxType type() { return OnnxType.BOOL; }

        @Override
        public String toString() {
            return "bool" + shape + " " + shown(values.length,
                Arrays.toString(Arrays.copyOf(values, Math.min(8, values.length))));
        }
    }

    private static String shown(int count, String first) {
        return count <= 8 ? first : first.substring(0, first.length() - 1) + ", …]";
    }

    private static void check(int count, Shape shape) {
        if (shape == null || count < 0) throw new IllegalArgumentException("onnx value: no "
            + (shape == null ? "shape" : "values") + "; give both");
        if (count != shape.numel()) throw new IllegalArgumentException("onnx value: " + count + " values for shape " + shape
            + ", which has " + shape.numel() + " elements; give one for each");
    }

    /// Floats.
    static OnnxValue of(Tensor tensor) { return new Floats(tensor); }

    /// Whole numbers of 64 bits, which are taken as they are; without sizes, a single one.
    ///
    /// @throws IllegalArgumentException if they are not as many as the shape has elements
    static OnnxValue of(long[] values, int... shape) { return new Longs(values, Shape.of(shape), OnnxType.INT64); }

    /// Whole numbers of 32 bits; without sizes, a single one.
    ///
    /// @throws IllegalArgumentException if they are not as many as the shape has elements
    static OnnxValue of(int[] values, int... shape) {
        if (values == null) throw new IllegalArgumentException("onnx value: no values; give both");
        return new Longs(Arrays.stream(values).asLongStream().toArray(), Shape.of(shape), OnnxType.INT32);
    }

    /// Truths, which are taken as they are; without sizes, a single one.
    ///
    /// @throws IllegalArgumentException if they are not as many as the shape has elements
    static OnnxValue of(boolean[] values, int... shape) { return new Bools(values, Shape.of(shape)); }

    /// The floats.
    ///
    /// @throws IllegalStateException if it holds others
    default Tensor tensor() { throw unlike("floats"); }

    /// The whole numbers, row by row; not a copy.
    ///
    /// @throws IllegalStateException if it holds others
    default long[] longs() {
        if (this instanceof Longs(var values, _, _)) return values;
        throw unlike("whole numbers");
    }

    /// The truths, row by row; not a copy.
    ///
    /// @throws IllegalStateException if it holds others
    default boolean[] bools() {
        if (this instanceof Bools(var values, _)) return values;
        throw unlike("truths");
    }

    private IllegalStateException unlike(String wanted) {
        return new IllegalStateException("onnx value: it is " + type().lower() + shape() + ", and " + wanted
            + " are asked for; take what it has");
    }
}
