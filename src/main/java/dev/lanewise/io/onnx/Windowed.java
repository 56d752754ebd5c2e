package dev.lanewise.io.onnx;

import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Convolutions and pooling, of lines and of images.
final class Windowed {

    private Windowed() {}

    static void register(Operators all) {
        all.put("Conv", Windowed::conv);
        all.put("ConvTranspose", Windowed::convTranspose);
        all.put("MaxPool", Windowed::maxPool);
        all.put("AveragePool", Windowed::averagePool);
        all.plain("GlobalAveragePool", in -> global(in, (x, dims) -> x.mean(true, dims)));
        all.plain("GlobalMaxPool", in -> global(in, (x, dims) -> x.amax(true, dims)));
    }

    /// Lines as images of one row.
    private static OnnxValue images(Inputs in, Sliding sliding, UnaryOperator<Tensor> operator) {
        var x = in.floats(0);
        int rank = x.shape().rank();
        if (rank != 3 && rank != 4) throw in.node().refused("it is of shape " + x.shape()
            + "; [batch, channels, length] and [batch, channels, height," + " width] are known here");
        if (sliding.dims() != 0 && sliding.dims() != rank - 2) throw in.node().refused("it is of shape " + x.shape()
            + ", but its attributes are of windows over " + sliding.dims() + (sliding.dims() == 1 ? " dimension"
            : " dimensions"));
        return OnnxValue.of(rank == 4 ? operator.apply(x) : operator.apply(x.unsqueeze(2)).squeeze(2));
    }

    private static Tensor weight(Inputs in) {
        var weight = in.floats(1);
        int rank = in.any(0).shape().rank();
        if (weight.shape().rank() != rank) throw in.node().refused("the weight is of shape " + weight.shape() + ", the input of "
            + in.any(0).shape() + "; they must have as many dimensions");
        return rank == 3 ? weight.unsqueeze(2) : weight;
    }

    private static ConvOptions options(Sliding sliding, int groups) {
        return ConvOptions.kernel(sliding.kernel()[0], sliding.kernel()[1]).stride(sliding.strides()[0], sliding.strides()[1])
            .dilation(sliding.dilations()[0], sliding.dilations()[1]).groups(groups);
    }

    private static Tensor padded(Tensor x, Sliding.Over rows, Sliding.Over columns, float with) {
        return x.pad(new int[] {columns.before(), columns.fill(), rows.before(), rows.fill()}, with);
    }

    /// Before windows are gone through: what is padded is made, too.
    private static void makes(Inputs in, Tensor x, Sliding.Over rows, Sliding.Over columns, double channels, double each) {
        double padded = (rows.before() + (double) rows.size() + rows.fill()) * (columns.before() + (double) columns.size()
            + columns.fill());
        in.makes(x.size(0) * (double) x.size(1) * padded);
        in.makes(x.size(0) * channels * rows.positions() * columns.positions(), each * rows.kernel() * columns.kernel());
    }

    private static Kernel conv(Node node) {
        int groups = node.integer("group", 1, 1, 1 << 28);
        var given = Sliding.of(node);
        return (Kernel.Single) in -> {
            var weight = weight(in);
            var bias = in.has(2) ? in.floats(2) : null;
            var sliding = given.sized(weight.size(2), weight.size(3));
            var options = options(sliding, groups);
            return images(in, sliding, x -> {
                var rows = sliding.over(0, x.size(2));
                var columns = sliding.over(1, x.size(3));
                makes(in, x, rows, columns, weight.size(0), weight.size(1));
                return rows.before() == rows.behind() && columns.before() == columns.behind()
                    ? Functional.conv2d(x, weight, bias, options.padding(rows.before(), columns.before()))
                    : Functional.conv2d(padded(x, rows, columns, 0), weight, bias, options);
            });
        };
    }

    private static Kernel convTranspose(Node node) {
        int groups = node.integer("group", 1, 1, 1 << 28);
        var outputPadding = node.integers("output_padding");
        var outputShape = node.integers("output_shape");
        var given = Sliding.of(node);
        return (Kernel.Single) in -> {
            var weight = weight(in);
            var sliding = given.sized(weight.size(2), weight.size(3));
            var options = options(sliding, groups);
            var made = images(in, sliding, x -> {
                // what of the whole result is left, and what is put behind
                var amounts = new int[4];
                double whole = 1;
                double result = 1;
                for (int dim = 0; dim < 2; dim++) {
                    transposed(in, sliding, dim, x.size(2 + dim), outputPadding, outputShape, amounts);
                    double size = (x.size(2 + dim) - 1d) * sliding.strides()[dim] + sliding.extent(dim);
                    whole *= size;
                    result *= size + amounts[2 - 2 * dim] + amounts[3 - 2 * dim];
                }
                double images = x.size(0) * (double) groups * weight.size(1);
                in.makes(Math.max(whole, result) * images);
                in.makes(x.numel(), weight.numel() / Math.max(1d, weight.size(0)));
                var y = Functional.convTranspose2d(x, weight, null, options);
                return Arrays.stream(amounts).allMatch(each -> each == 0) ? y : y.pad(amounts, 0);
            });
            if (!in.has(2)) return made;
            var sizes = new int[made.shape().rank()];
            Arrays.fill(sizes, 1);
            sizes[1] = in.floats(2).numel();
            return OnnxValue.of(made.tensor().add(in.floats(2).reshape(sizes)));
        };
    }

    private static void transposed(Inputs in, Sliding sliding, int dim, int size, long[] outputPadding, long[] outputShape,
        int[] amounts) {
        int extent = sliding.extent(dim);
        int stride = sliding.strides()[dim];
        long more = element(in, outputPadding, dim, "output_padding", 0);
        long whole = (size - 1L) * stride + extent;
        long before = sliding.pads()[dim];
        long result = whole + more - before - sliding.pads()[dim + 2];
        boolean same = sliding.auto().startsWith("SAME");
        if (outputShape != null || same) {
            result = outputShape != null ? element(in, outputShape, dim, "output_shape", 1) : (long) size * stride;
            long total = Math.max(0, whole + more - result);
            before = sliding.auto().equals(Sliding.SAME_UPPER) ? total / 2 : total - total / 2;
        } else if (sliding.auto().equals("VALID")) {
            before = 0;
            result = whole + more;
        }
        if (result < 1 || result > Integer.MAX_VALUE) throw in.node().refused("an input of " + size + " would have " + result
            + " outputs");
        // columns come first
        amounts[2 - 2 * dim] = Math.toIntExact(-before);
        amounts[3 - 2 * dim] = Math.toIntExact(result - whole + before);
    }

    private static long element(Inputs in, long[] given, int dim, String attribute, long otherwise) {
        int dims = in.any(0).shape().rank() - 2;
        if (given == null) return otherwise;
        // sizes of batch and channels may stand in front
        if (given.length < dims) throw in.node().refused("attribute \"" + attribute + "\" is " + Arrays.toString(given)
            + "; there must be " + dims + " numbers");
        if (dims == 1 && dim == 0) return otherwise;
        long value = given[given.length - dims + (dims == 1 ? 0 : dim)];
        if (value < 0 || value > Integer.MAX_VALUE) throw in.node().refused("attribute \"" + attribute + "\" is "
            + Arrays.toString(given));
        return value;
    }

    // ---- pooling

    private static PoolOptions pool(Sliding.Over rows, Sliding.Over columns, boolean padded) {
        var options = PoolOptions.kernel(rows.kernel(), columns.kernel()).stride(rows.stride(), columns.stride())
            .dilation(rows.dilation(), columns.dilation());
        return padded ? options.padding(rows.before(), columns.before()) : options;
    }

    private static Kernel maxPool(Node node) {
        boolean byColumns = node.flag("storage_order", false);
        var sliding = Sliding.of(node);
        if (sliding.kernel() == null) throw node.malformed("kernel_shape", "is missing");
        boolean wantsIndices = node.hasOutput(1);
        return in -> {
            var exact = in.isFloat(0) ? in : in.with(OnnxValue.of(exact(in)));
            var indices = new long[1][];
            var y = images(exact, sliding, x -> {
                var rows = sliding.over(0, x.size(2));
                var columns = sliding.over(1, x.size(3));
                makes(in, x, rows, columns, x.size(1), 1);
                boolean even = rows.isEven() && columns.isEven();
                var images = even ? x : padded(x, rows, columns, Float.NEGATIVE_INFINITY);
                var options = pool(rows, columns, even);
                if (!wantsIndices) return Functional.maxPool2d(images, options);
                var found = Functional.maxPool2dWithIndices(images, options);
                indices[0] = indices(found.indices(), rows, columns, even, images.size(3), byColumns);
                return found.values();
            });
            var values = in.isFloat(0) ? y : Conversions.cast(y, in.any(0).type());
            return wantsIndices ? new OnnxValue[] {values, new OnnxValue.Longs(indices[0], y.shape(), OnnxType.INT64)}
                : new OnnxValue[] {values};
        };
    }

    /// Bytes, which floats hold.
    private static Tensor exact(Inputs in) {
        if (in.longs(0).type().width() > 1) throw in.node().refused("it is of " + in.any(0).type().lower()
            + "; floats and bytes are taken here");
        return Conversions.floats(in.any(0));
    }

    /// Places in the whole input, from places in planes that may be padded.
    private static long[] indices(int[] found, Sliding.Over rows, Sliding.Over columns, boolean even, int width,
        boolean byColumns) {
        var indices = new long[found.length];
        int perPlane = rows.positions() * columns.positions();
        for (int i = 0; i < found.length; i++) {
            long row = found[i] / width - (even ? 0 : rows.before());
            long column = found[i] % width - (even ? 0 : columns.before());
            long plane = i / perPlane * (long) rows.size() * columns.size();
            indices[i] = plane + (byColumns ? column * rows.size() + row : row * columns.size() + column);
        }
        return indices;
    }

    private static Kernel averagePool(Node node) {
        boolean padding = node.flag("count_include_pad", false);
        var sliding = Sliding.of(node);
        if (sliding.kernel() == null) throw node.malformed("kernel_shape", "is missing");
        return (Kernel.Single) in -> images(in, sliding, x -> {
            var rows = sliding.over(0, x.size(2));
            var columns = sliding.over(1, x.size(3));
            makes(in, x, rows, columns, x.size(1), 1);
            if (rows.isEven() && columns.isEven() && rows.dilation() == 1 && columns.dilation() == 1)
                return Functional.avgPool2d(x, pool(rows, columns, true).countIncludePad(padding));
            int channels = x.size(1);
            var sums = Functional.conv2d(padded(x, rows, columns, 0), Tensor.ones(channels, 1, rows.kernel(), columns.kernel()),
                null,
                options(sliding, channels));
            return sums.div(counts(rows.counts(padding), columns.counts(padding)));
        });
    }

    private static Tensor counts(double[] rows, double[] columns) {
        var counts = new float[Shape.of(rows.length, columns.length).numel()];
        for (int i = 0; i < counts.length; i++) counts[i] = (float) (rows[i / columns.length] * columns[i % columns.length]);
        return Tensor.wrap(counts, rows.length, columns.length);
    }

    private interface Folding {
        Tensor of(Tensor x, int[] dims);
    }

    private static OnnxValue global(Inputs in, Folding folding) {
        var x = in.floats(0);
        if (x.shape().rank() < 3) throw in.node().refused("it is of shape " + x.shape() + "; it must be [batch, channels, …]");
        return OnnxValue.of(folding.of(x, IntStream.range(2, x.shape().rank()).toArray()));
    }
}
