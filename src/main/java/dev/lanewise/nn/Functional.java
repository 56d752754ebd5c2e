package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Band;
import dev.lanewise.kernel.PlaneMap;
import dev.lanewise.nn.UpsampleOptions.Mode;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Unfold;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/// What layers compute, without their state: convolutions, for weights that come from elsewhere, pooling, and other sizes of
/// images. Activations are in [dev.lanewise.tensor.Activation].
public final class Functional {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private Functional() {}

    // ---- convolutions

    /// As [Conv1d]: `[batch, in, length] -> [batch, out, positions]`, or both without a batch.
    ///
    /// @param weight [out, in / groups, kernel]
    /// @param bias   one number for each output channel; null for none
    /// @throws IllegalArgumentException if a shape doesn't fit, or the kernel is larger than the padded input
    public static Tensor conv1d(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        var line = Objects.requireNonNull(options, "conv1d: no options").line("conv1d");
        if (weight.shape().rank() != 3) throw new IllegalArgumentException("conv1d: the weight has shape " + weight.shape()
            + ", but [out, in / groups, kernel] is expected");
        var kernel = weight.unsqueeze(2);
        return Planar.lines("conv1d", x, images -> convolve("conv1d", null, images, kernel, bias, line)
            .apply(images, kernel, bias));
    }

    /// As [Conv2d]: `[batch, in, height, width] -> [batch, out, rows, columns]`, or both without a batch.
    ///
    /// @param weight [out, in / groups, kernel rows, kernel columns]
    /// @param bias   one number for each output channel; null for none
    /// @throws IllegalArgumentException if a shape doesn't fit, or the kernel is larger than the padded input
    public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        Objects.requireNonNull(options, "conv2d: no options");
        return Planar.images("conv2d", x,
            images -> convolve("conv2d", null, images, weight, bias, options).apply(images, weight, bias));
    }

    /// Of images.
    ///
    /// @param last what this returned for the call before, or null
    static TensorBridge.Convolution convolve(String operation, TensorBridge.Convolution last, Tensor x, Tensor weight,
        Tensor bias,
                                             ConvOptions options) {
        int groups = options.groups();
        checkWeight(operation, weight, options);
        int out = weight.size(0);
        options.checkChannels(operation, weight.size(1) * groups, out);
        checkInput(operation, x, weight.size(1) * groups);
        checkBias(operation, bias, out);
        return TENSORS.convolution(last, x, weight.shape(), options.window(), groups);
    }

    /// As [ConvTranspose2d]: `[batch, in, height, width] -> [batch, out, rows, columns]`, or both without a batch.
    ///
    /// @param weight [in, out / groups, kernel rows, kernel columns]
    /// @param bias   one number for each output channel; null for none
    /// @throws IllegalArgumentException if a shape doesn't fit, or the padding leaves nothing of the output
    public static Tensor convTranspose2d(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        Objects.requireNonNull(options, "convTranspose2d: no options");
        return Planar.images("convTranspose2d", x, images -> transposed(images, weight, bias, options));
    }

    private static Tensor transposed(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        var window = options.window();
        int groups = options.groups();
        checkWeight("convTranspose2d", weight, options);
        int in = weight.size(0);
        int out = weight.size(1) * groups;
        options.checkChannels("convTranspose2d", in, out);
        options.checkOutputPadding("convTranspose2d");
        checkInput("convTranspose2d", x, in);
        checkBias("convTranspose2d", bias, out);
        int height = outputs(x, 2, window.rows(), options.outputPadding().rows());
        int width = outputs(x, 3, window.columns(), options.outputPadding().columns());
        return TENSORS.transposedConvolution(x, weight.shape(), window, groups, height, width).applyTransposed(x, weight, bias);
    }

    private static int outputs(Tensor x, int dim, Unfold.Axis axis, int outputPadding) {
        int size = x.size(dim);
        long outputs = (size - 1L) * axis.stride() - 2L * axis.padding() + axis.extent() + outputPadding;
        if (size < 1) throw new IllegalArgumentException("convTranspose2d: an input of " + x.shape()
            + " with a side of 0 has no outputs; each side must be at least 1");
        if (outputs < 1 || outputs > Integer.MAX_VALUE) throw new IllegalArgumentException("convTranspose2d: an input of "
            + x.shape() + " with kernel " + axis.kernel() + ", stride " + axis.stride() + ", padding " + axis.padding()
            + (axis.dilation() == 1 ? "" : ", dilation " + axis.dilation()) + " has " + outputs
            + " outputs along dimension " + dim + "; use " + (outputs < 1 ? "a larger input or less padding"
                : "a smaller input or stride"));
        return (int) outputs;
    }

    /// Images as columns of the windows that a convolution sees:
    /// `[batch, channels, height, width] -> [batch, channels * places, positions]`, places and positions row by row; what lies
    /// outside is 0. The batch may be missing.
    ///
    /// @param options kernel, stride, padding and dilation; there is one group
    /// @throws IllegalArgumentException if no window fits
    public static Tensor unfold(Tensor x, ConvOptions options) {
        checkWindows("unfold", options);
        return x.shape().rank() == 3 ? Unfold.unfold(x.unsqueeze(0), options.window()).squeeze(0)
            : Unfold.unfold(x, options.window());
    }

    /// Columns of windows added up to images, where they overlap, too:
    /// `[batch, channels * places, positions] -> [batch, channels, height, width]`. The batch may be missing. It is the gradient
    /// of [#unfold].
    ///
    /// @param options as those of [#unfold]
    /// @throws IllegalArgumentException if there are more or fewer columns than windows of such images
    public static Tensor fold(Tensor x, int height, int width, ConvOptions options) {
        checkWindows("fold", options);
        if (height < 0 || width < 0) throw new IllegalArgumentException("fold: images of " + height + " x " + width
            + "; no side can be negative");
        int rows = options.window().rows().positions("fold", height);
        int columns = options.window().columns().positions("fold", width);
        return x.shape().rank() == 2 ? Unfold.fold(x.unsqueeze(0), options.window(), rows, columns, height, width).squeeze(0)
            : Unfold.fold(x, options.window(), rows, columns, height, width);
    }

    private static void checkWindows(String operation, ConvOptions options) {
        Objects.requireNonNull(options, () -> operation + ": no options");
        if (options.groups() != 1 || options.outputPadding().rows() != 0 || options.outputPadding().columns() != 0)
            throw new IllegalArgumentException(operation + ": " + options.groups() + " groups and output padding "
                + options.outputPadding().rows() + " x " + options.outputPadding()
                .columns() + "; windows have one group and no output padding");
    }

    private static void checkInput(String operation, Tensor x, int channels) {
        if (x.shape().rank() != 4 || x.size(1) != channels) throw new IllegalArgumentException(operation
            + ": the input has shape " + x.shape() + ", but [batch, " + channels + ", height, width] is expected");
    }

    private static void checkWeight(String operation, Tensor weight, ConvOptions options) {
        int rows = options.window().rows().kernel();
        int columns = options.window().columns().kernel();
        if (weight.shape().rank() != 4 || weight.size(2) != rows || weight.size(3) != columns)
            throw new IllegalArgumentException(operation + ": the weight has shape " + weight.shape() + ", but the last of four"
                + " sizes must be those of the kernel, " + rows + " and " + columns);
    }

    private static void checkBias(String operation, Tensor bias, int out) {
        if (bias != null && (bias.shape().rank() != 1 || bias.size(0) != out)) throw new IllegalArgumentException(operation
            + ": the bias has shape " + bias.shape() + ", but [" + out + "] is expected");
    }

    // ---- pooling

    /// As [MaxPool1d]: `[batch, channels, length] -> [batch, channels, positions]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank, or no window fits
    public static Tensor maxPool1d(Tensor x, PoolOptions options) {
        var line = Objects.requireNonNull(options, "maxPool1d: no options").line("maxPool1d");
        return Planar.lines("maxPool1d", x, images -> Pools.max("maxPool1d", images, line));
    }

    /// As [MaxPool2d]: `[batch, channels, height, width] -> [batch, channels, rows, columns]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank, or no window fits
    public static Tensor maxPool2d(Tensor x, PoolOptions options) {
        Objects.requireNonNull(options, "maxPool2d: no options");
        return Planar.images("maxPool2d", x, images -> Pools.max("maxPool2d", images, options));
    }

    /// As [AvgPool1d]: `[batch, channels, length] -> [batch, channels, positions]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank, or no window fits
    public static Tensor avgPool1d(Tensor x, PoolOptions options) {
        var line = Objects.requireNonNull(options, "avgPool1d: no options").line("avgPool1d");
        return Planar.lines("avgPool1d", x, images -> Pools.average("avgPool1d", images, line));
    }

    /// As [AvgPool2d]: `[batch, channels, height, width] -> [batch, channels, rows, columns]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank, or no window fits
    public static Tensor avgPool2d(Tensor x, PoolOptions options) {
        Objects.requireNonNull(options, "avgPool2d: no options");
        return Planar.images("avgPool2d", x, images -> Pools.average("avgPool2d", images, options));
    }

    /// As [MaxPool1d], and where the elements are: `[batch, channels, length] -> [batch, channels, positions]`, or both without a
    /// batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank, or no window fits
    public static MaxPooled maxPool1dWithIndices(Tensor x, PoolOptions options) {
        var line = Objects.requireNonNull(options, "maxPool1d: no options").line("maxPool1d");
        return Pools.withIndices(x, Planar::lines, "maxPool1d", (operation, images) ->
            Pools.maxWithIndices(operation, images, line));
    }

    /// As [MaxPool2d], and where the elements are: `[batch, channels, height, width] -> [batch, channels, rows, columns]`, or
    /// both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank, or no window fits
    public static MaxPooled maxPool2dWithIndices(Tensor x, PoolOptions options) {
        Objects.requireNonNull(options, "maxPool2d: no options");
        return Pools.withIndices(x, Planar::images, "maxPool2d", (operation, images) ->
            Pools.maxWithIndices(operation, images, options));
    }

    /// As [AdaptiveAvgPool1d]: `[batch, channels, length] -> [batch, channels, positions]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank or a side of 0, or the output a side below 1
    public static Tensor adaptiveAvgPool1d(Tensor x, int size) {
        return Planar.lines("adaptiveAvgPool1d", x, images -> Pools.adaptiveAverage("adaptiveAvgPool1d", images, 1, size));
    }

    /// As [AdaptiveAvgPool2d]: `[batch, channels, height, width] -> [batch, channels, rows, columns]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank or a side of 0, or the output a side below 1
    public static Tensor adaptiveAvgPool2d(Tensor x, int rows, int columns) {
        return Planar.images("adaptiveAvgPool2d", x, images -> Pools.adaptiveAverage("adaptiveAvgPool2d", images, rows, columns));
    }

    /// As [AdaptiveMaxPool1d]: `[batch, channels, length] -> [batch, channels, positions]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank or a side of 0, or the output a side below 1
    public static Tensor adaptiveMaxPool1d(Tensor x, int size) {
        return Planar.lines("adaptiveMaxPool1d", x, images -> Pools.adaptiveMax("adaptiveMaxPool1d", images, 1, size));
    }

    /// As [AdaptiveMaxPool2d]: `[batch, channels, height, width] -> [batch, channels, rows, columns]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank or a side of 0, or the output a side below 1
    public static Tensor adaptiveMaxPool2d(Tensor x, int rows, int columns) {
        return Planar.images("adaptiveMaxPool2d", x, images -> Pools.adaptiveMax("adaptiveMaxPool2d", images, rows, columns));
    }

    /// As [AdaptiveMaxPool1d], and where the elements are: `[batch, channels, length] -> [batch, channels, positions]`, or both
    /// without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank or a side of 0, or the output a side below 1
    public static MaxPooled adaptiveMaxPool1dWithIndices(Tensor x, int size) {
        return Pools.withIndices(x, Planar::lines, "adaptiveMaxPool1d", (operation, images) ->
            Pools.adaptiveMaxWithIndices(operation, images, 1, size));
    }

    /// As [AdaptiveMaxPool2d], and where the elements are:
    /// `[batch, channels, height, width] -> [batch, channels, rows, columns]`, or both without a batch.
    ///
    /// @throws IllegalArgumentException if the input has another rank or a side of 0, or the output a side below 1
    public static MaxPooled adaptiveMaxPool2dWithIndices(Tensor x, int rows, int columns) {
        return Pools.withIndices(x, Planar::images, "adaptiveMaxPool2d", (operation, images) ->
            Pools.adaptiveMaxWithIndices(operation, images, rows, columns));
    }

    // ---- sizes

    /// As [Upsample]: `[batch, channels, height, width] -> [batch, channels, rows, columns]`, or `[batch, channels, length]` to
    /// as many columns.
    ///
    /// @throws IllegalArgumentException if the input has another rank or a side of 0, or the output would have
    public static Tensor interpolate(Tensor x, UpsampleOptions options) {
        Objects.requireNonNull(options, "interpolate: no options");
        int rank = x.shape().rank();
        if (rank != 3 && rank != 4) throw new IllegalArgumentException("interpolate: the input has shape " + x.shape()
            + ", but [batch, channels, height, width] or [batch, channels, length] is expected");
        var images = rank == 4 ? x : x.unsqueeze(2);
        int rows = rank == 4 ? options.rows().of("interpolate", x.size(2)) : 1;
        int columns = options.columns().of("interpolate", x.size(-1));
        var y = Planar.result("interpolate", images, rows, columns, () -> {
            Planar.checkWeights("interpolate", x, (long) Math.max(rows, columns) * (options.mode() == Mode.LINEAR ? 2 : 1));
            var across = options.across("interpolate", x.size(-1));
            var down = rank == 4 ? options.down("interpolate", x.size(2)) : Band.copies(1, new int[1]);
            return TENSORS.planes("interpolate", images, new PlaneMap(x.size(0) * x.size(1), down, across));
        });
        return rank == 4 ? y : y.squeeze(2);
    }

    /// As [PixelShuffle].
    ///
    /// @throws IllegalArgumentException if the input has less than three dimensions, or r² doesn't divide its channels
    public static Tensor pixelShuffle(Tensor x, int factor) {
        int r = checkFactor("pixelShuffle", factor);
        int rank = x.shape().rank();
        if (rank < 3 || x.size(-3) % ((long) r * r) != 0) throw new IllegalArgumentException("pixelShuffle: the input has shape "
            + x.shape() + ", but […, channels, height, width] is expected, with channels that " + r + " x " + r + " divides");
        int channels = x.size(-3) / r / r;
        int rows = x.size(-2);
        int columns = x.size(-1);
        var apart = x.reshape(leading(x, channels, r, r, rows, columns)).permute(order(rank, 0, 3, 1, 4, 2));
        return apart.reshape(leading(x, channels, product("pixelShuffle", x, rows, r), product("pixelShuffle", x, columns, r)));
    }

    /// As [PixelUnshuffle].
    ///
    /// @throws IllegalArgumentException if the input has less than three dimensions, or r doesn't divide its sides
    public static Tensor pixelUnshuffle(Tensor x, int factor) {
        int r = checkFactor("pixelUnshuffle", factor);
        int rank = x.shape().rank();
        if (rank < 3 || x.size(-2) % r != 0
            || x.size(-1) % r != 0) throw new IllegalArgumentException("pixelUnshuffle: the input has shape "
            + x.shape() + ", but […, channels, height, width] is expected, with sides that " + r + " divides");
        int rows = x.size(-2) / r;
        int columns = x.size(-1) / r;
        var apart = x.reshape(leading(x, x.size(-3), rows, r, columns, r)).permute(order(rank, 0, 2, 4, 1, 3));
        return apart.reshape(leading(x, product("pixelUnshuffle", x, x.size(-3), (double) r * r), rows, columns));
    }

    /// A size of the result: beside one of 0 it may be beyond all bounds.
    private static int product(String operation, Tensor x, int size, double times) {
        double product = size * times;
        if (product > Integer.MAX_VALUE) throw new IllegalArgumentException(operation + ": the input has shape " + x.shape()
            + "; a size of " + size + " becomes " + (long) product + ", more than 2^31 - 1: use a smaller factor");
        return (int) product;
    }

    static int checkFactor(String operation, int factor) {
        if (factor < 1) throw new IllegalArgumentException(operation + ": a factor of " + factor + "; it must be 1 or more");
        return factor;
    }

    /// The sizes before an image's, and these.
    private static int[] leading(Tensor x, int... sizes) {
        int leading = x.shape().rank() - 3;
        var all = Arrays.copyOf(x.shape().toArray(), leading + sizes.length);
        System.arraycopy(sizes, 0, all, leading, sizes.length);
        return all;
    }

    /// Dimensions before an image's stay.
    private static int[] order(int rank, int... last) {
        int leading = rank - 3;
        return IntStream.concat(IntStream.range(0, leading), Arrays.stream(last).map(dim -> leading + dim)).toArray();
    }
}
