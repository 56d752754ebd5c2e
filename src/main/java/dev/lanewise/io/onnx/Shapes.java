package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Sizes, and the same elements in other ones.
final class Shapes {

    private Shapes() {}

    static void register(Operators all) {
        all.put("Constant", Shapes::constant);
        all.put("ConstantOfShape", Shapes::constantOfShape);
        all.put("Shape", node -> {
            long start = node.integer("start", 0);
            boolean ends = node.has("end");
            long end = node.integer("end", 0);
            return (Kernel.Single) in -> {
                var sizes = in.any(0).shape().toArray();
                int from = bound(start, sizes.length);
                int to = Math.max(from, ends ? bound(end, sizes.length) : sizes.length);
                return vector(Arrays.stream(sizes, from, to).asLongStream().toArray());
            };
        });
        all.plain("Size", in -> OnnxValue.of(new long[] {in.any(0).shape().numel()}));
        all.plain("Identity", in -> in.any(0));
        all.put("Reshape", node -> {
            boolean allowZero = node.flag("allowzero", false);
            return (Kernel.Single) in -> Places.reshaped(in.any(0), sizes(in, in.ints(1), allowZero));
        });
        all.put("Flatten", node -> {
            long axis = node.integer("axis", 1);
            return (Kernel.Single) in -> {
                var shape = in.any(0).shape();
                int at = axis == shape.rank() ? shape.rank() : in.axis(axis, shape.rank());
                var sizes = shape.toArray();
                return Places.reshaped(in.any(0), product(sizes, 0, at), product(sizes, at, sizes.length));
            };
        });
        all.put("Squeeze", node -> {
            var attribute = node.opset() < 13 ? node.integers("axes") : null;
            return (Kernel.Single) in -> squeezed(in, in.has(1) ? in.vector(1) : attribute);
        });
        all.put("Unsqueeze", node -> {
            var attribute = node.opset() < 13 ? node.integers("axes") : null;
            if (node.opset() < 13 && attribute == null) throw node.malformed("axes", "is missing");
            return (Kernel.Single) in -> unsqueezed(in, attribute == null ? in.vector(1) : attribute);
        });
        all.put("Transpose", node -> {
            var perm = node.integers("perm");
            return (Kernel.Single) in -> transposed(in, perm);
        });
        all.plain("Expand", Shapes::expanded);
        all.plain("Range", Shapes::range);
        all.put("EyeLike", node -> {
            long diagonal = node.integer("k", 0);
            var type = node.has("dtype") ? OnnxType.of(node.integer("dtype", 0))
                .orElseThrow(() -> node.malformed("dtype", "is no type that is known here")) : null;
            return (Kernel.Single) in -> {
                var shape = in.any(0).shape();
                if (shape.rank() != 2) throw in.node().refused("it is of shape " + shape + "; it must be a matrix");
                var values = new long[shape.numel()];
                for (int row = 0; row < shape.size(0); row++)
                    if (row + diagonal >= 0 && row + diagonal < shape.size(1)) values[(int) (row * shape.size(1) + row
                        + diagonal)] = 1;
                return Conversions.cast(new OnnxValue.Longs(values, shape, OnnxType.INT64), type == null ? in.any(0).type()
                    : type);
            };
        });
    }

    /// A vector of whole numbers.
    static OnnxValue vector(long... values) { return new OnnxValue.Longs(values, Shape.of(values.length), OnnxType.INT64); }

    private static int bound(long place, int rank) { return Math.clamp(place < 0 ? place + rank : place, 0, rank); }

    private static int product(int[] sizes, int from, int to) {
        return Arrays.stream(sizes, from, to)
            .reduce(1, (a, b) -> a * b);
    }

    private static Kernel constant(Node node) {
        var tensor = node.tensor("value");
        var reals = node.reals("value_floats");
        var integers = node.integers("value_ints");
        boolean real = node.has("value_float");
        boolean integer = node.has("value_int");
        float number = node.real("value_float", 0);
        long whole = node.integer("value_int", 0);
        var value = tensor != null ? tensor : reals != null ? OnnxValue.of(Tensor.wrap(reals, reals.length)) : integers != null
            ? vector(integers) : real ? OnnxValue.of(Tensor.scalar(number)) : integer ? OnnxValue.of(new long[] {whole}) : null;
        if (value == null) throw node.malformed(
            "it has no value that is read here: value, value_float, value_floats, value_int or value_ints");
        return new Constant(value);
    }

    /// What doesn't depend on anything.
    record Constant(OnnxValue value) implements Kernel.Single {
        @Override
        public OnnxValue of(Inputs in) { return value; }
    }

    private static Kernel constantOfShape(Node node) {
        var given = node.tensor("value");
        var value = given == null ? OnnxValue.of(Tensor.zeros(1)) : given;
        if (value.shape().numel() != 1) throw node.malformed("value", "has shape " + value.shape()
            + "; it must be a single element");
        return (Kernel.Single) in -> {
            var shape = in.makes(Shape.of(in.ints(0)));
            return value instanceof OnnxValue.Floats(var tensor) ? OnnxValue.of(Tensor.full(tensor.item(), shape.toArray()))
                : Places.taken(value, new int[shape.numel()], shape, null);
        };
    }

    /// With 0 for a size that stays, and -1 for what the others leave.
    private static int[] sizes(Inputs in, int[] wanted, boolean allowZero) {
        var shape = in.any(0).shape();
        var sizes = wanted.clone();
        int open = -1;
        long known = 1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 0 && !allowZero) {
                if (i >= shape.rank()) throw in.node().refused("size " + i + " of " + Arrays.toString(wanted)
                    + " is to stay, which shape " + shape + " hasn't");
                sizes[i] = shape.size(i);
            }
            if (sizes[i] < -1 || sizes[i] == -1 && open >= 0) throw in.node().refused("sizes " + Arrays.toString(wanted)
                + "; each must be 0 or more, but for one that may be -1");
            if (sizes[i] == -1) open = i;
            else known = Math.min(Integer.MAX_VALUE, known * sizes[i]);
        }
        if (open >= 0) {
            if (known == 0 || shape.numel() % known != 0) throw in.node().refused("shape " + shape + " can't become "
                + Arrays.toString(wanted) + ": nothing whole is left for the size -1");
            sizes[open] = (int) (shape.numel() / known);
        } else if (known != shape.numel()) throw in.node().refused("shape " + shape + " can't become " + Arrays.toString(sizes)
            + ", which has " + known + " elements");
        return sizes;
    }

    private static OnnxValue squeezed(Inputs in, long[] axes) {
        var shape = in.any(0).shape();
        var sizes = shape.toArray();
        int[] dims = axes != null ? in.axes(axes, shape.rank()) : IntStream.range(0, sizes.length).filter(i -> sizes[i] == 1)
            .toArray();
        for (int dim : dims) {
            if (sizes[dim] != 1) throw in.node().refused("axis " + dim + " of shape " + shape + " is not of size 1");
            sizes[dim] = -1;
        }
        return Places.reshaped(in.any(0), Arrays.stream(sizes).filter(size -> size >= 0).toArray());
    }

    private static OnnxValue unsqueezed(Inputs in, long[] axes) {
        var shape = in.any(0).shape();
        int rank = shape.rank() + axes.length;
        var isNew = new boolean[rank];
        for (int dim : in.axes(axes, rank)) isNew[dim] = true;
        var sizes = new int[rank];
        for (int i = 0, from = 0; i < rank; i++) sizes[i] = isNew[i] ? 1 : shape.size(from++);
        return Places.reshaped(in.any(0), sizes);
    }

    private static OnnxValue transposed(Inputs in, long[] perm) {
        int rank = in.any(0).shape().rank();
        var dims = perm == null ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray() : in.axes(perm, rank);
        if (dims.length != rank) throw in.node().refused("attribute \"perm\" names " + dims.length + " axes, but shape "
            + in.any(0).shape() + " has " + rank);
        return in.isFloat(0) ? OnnxValue.of(in.floats(0).permute(dims)) : Places.permuted(in.any(0), dims);
    }

    private static OnnxValue expanded(Inputs in) {
        var shape = Places.broadcast(in, in.any(0).shape(), Shape.of(in.ints(1)));
        return in.isFloat(0) ? OnnxValue.of(in.floats(0).expand(shape.toArray())) : Places.spread(in.any(0), shape);
    }

    private static OnnxValue range(Inputs in) {
        if (in.isFloat(0)) {
            boolean away = in.real(2) > 0 ? in.real(0) >= in.real(1) : in.real(2) < 0 && in.real(0) <= in.real(1);
            if (!away) in.makes(Math.max(0, Math.ceil(((double) in.real(1) - in.real(0)) / in.real(2))));
            return OnnxValue.of(away ? Tensor.zeros(0) : Tensor.arange(in.real(0), in.real(1), in.real(2)));
        }
        long start = in.number(0);
        long end = in.number(1);
        long step = in.number(2);
        if (step == 0) throw in.node().refused("the step is 0");
        // unsigned, a distance fits into 64 bits
        long distance = step > 0 ? end - start : start - end;
        long count = (step > 0 ? start >= end : start <= end) ? 0 : Long.divideUnsigned(distance - 1, step > 0 ? step : -step)
            + 1;
        if (count < 0 || count > Integer.MAX_VALUE - 8) throw in.node().refused("from " + start + " to " + end + " by " + step
            + " are more numbers than an array holds");
        in.makes(2d * count);
        var result = new long[(int) count];
        for (int i = 0; i < result.length; i++) result[i] = start + i * step;
        return new OnnxValue.Longs(result, Shape.of(result.length), in.longs(0).type());
    }
}
