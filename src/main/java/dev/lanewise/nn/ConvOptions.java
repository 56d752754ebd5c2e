package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Unfold;

/// How a convolution goes over its input, by steps: `ConvOptions.kernel(3).stride(2).padding(1)`.
///
/// @param window        kernel, stride, padding and dilation of rows and columns
/// @param groups        into how many parts the channels are split, each with a convolution of its own
/// @param outputPadding rows and columns that a transposed convolution's output has more at its end
/// @param weight        how the weight starts
/// @param bias          how the bias starts; null if nothing is added to the output channels
public record ConvOptions(Unfold.Window window, int groups, OutputPadding outputPadding, Initializer weight,
                          Initializer bias) {

    /// At the end of the rows and of the columns.
    public record OutputPadding(int rows, int columns) {}

    /// Refuses null and less than one group.
    public ConvOptions {
        if (window == null || window.rows() == null || window.columns() == null || outputPadding == null || weight == null)
            throw new IllegalArgumentException("convolution: window " + window + ", output padding " + outputPadding + ", weight "
                + weight + "; none may be null: begin with ConvOptions.kernel(…)");
        if (groups < 1) throw new IllegalArgumentException("convolution: " + groups + " groups; there must be at least one");
    }

    /// A square kernel with stride 1, no padding, no dilation, one group and a bias.
    public static ConvOptions kernel(int size) { return kernel(size, size); }

    /// As [#kernel(int)], of rows and columns.
    public static ConvOptions kernel(int rows, int columns) {
        return new ConvOptions(new Unfold.Window(new Unfold.Axis(rows, 1, 0, 1), new Unfold.Axis(columns, 1, 0, 1)), 1,
            new OutputPadding(0, 0), Initializers.torchDefault(), Initializers.torchDefault());
    }

    /// How far a step goes.
    public ConvOptions stride(int both) { return stride(both, both); }

    /// As [#stride(int)], down and across.
    public ConvOptions stride(int rows, int columns) {
        var r = window.rows();
        var c = window.columns();
        return window(new Unfold.Axis(r.kernel(), rows, r.padding(), r.dilation()),
            new Unfold.Axis(c.kernel(), columns, c.padding(), c.dilation()));
    }

    /// Zeros at each end.
    public ConvOptions padding(int both) { return padding(both, both); }

    /// As [#padding(int)], of rows above and below, and of columns left and right.
    public ConvOptions padding(int rows, int columns) {
        var r = window.rows();
        var c = window.columns();
        return window(new Unfold.Axis(r.kernel(), r.stride(), rows, r.dilation()),
            new Unfold.Axis(c.kernel(), c.stride(), columns, c.dilation()));
    }

    /// How far the kernel's places are from each other.
    public ConvOptions dilation(int both) { return dilation(both, both); }

    /// As [#dilation(int)], down and across.
    public ConvOptions dilation(int rows, int columns) {
        var r = window.rows();
        var c = window.columns();
        return window(new Unfold.Axis(r.kernel(), r.stride(), r.padding(), rows),
            new Unfold.Axis(c.kernel(), c.stride(), c.padding(), columns));
    }

    private ConvOptions window(Unfold.Axis rows, Unfold.Axis columns) {
        return new ConvOptions(new Unfold.Window(rows, columns), groups, outputPadding, weight, bias);
    }

    /// Into how many parts the channels are split; it must divide both numbers of them.
    public ConvOptions groups(int groups) { return new ConvOptions(window, groups, outputPadding, weight, bias); }

    /// Whether something is added to each output channel; if there was nothing, it starts as PyTorch's.
    public ConvOptions bias(boolean has) {
        return initializers(weight, !has ? null : bias == null ? Initializers.torchDefault() : bias);
    }

    /// What a transposed convolution's output has more at its end: less than the stride, or the dilation.
    public ConvOptions outputPadding(int both) { return outputPadding(both, both); }

    /// As [#outputPadding(int)], of rows at the lower end and of columns at the right one.
    public ConvOptions outputPadding(int rows, int columns) {
        return new ConvOptions(window, groups, new OutputPadding(rows, columns), weight, bias);
    }

    /// How the weight and the bias start, as `initializers(Initializers.kaimingNormal(), Initializers.zeros())`; without being
    /// told, as PyTorch's: see [Initializers#torchDefault()].
    ///
    /// @param bias null for none
    public ConvOptions initializers(Initializer weight, Initializer bias) {
        return new ConvOptions(window, groups, outputPadding, weight, bias);
    }

    /// Of a layer of one dimension, whose options are the same for rows and columns.
    ConvOptions line(String operation) {
        var r = window.rows();
        var c = window.columns();
        if (!r.equals(c)) throw new IllegalArgumentException(operation + ": kernel " + r.kernel() + " x " + c.kernel()
            + ", stride " + r.stride() + " x " + c.stride() + ", padding " + r.padding() + " x " + c.padding() + ", dilation "
            + r.dilation() + " x " + c.dilation()
            + "; there is one dimension, so give one number of each: ConvOptions.kernel(3).padding(1)");
        return window(new Unfold.Axis(1, 1, 0, 1), c);
    }

    Shape weightShape(int first, int second) {
        return Shape.of(first, second, window.rows().kernel(), window.columns().kernel());
    }

    void checkNoOutputPadding(String operation) {
        if (outputPadding.rows != 0 || outputPadding.columns != 0) throw new IllegalArgumentException(operation
            + ": output padding " + outputPadding.rows + " x " + outputPadding.columns
            + "; leave it out, or take ConvTranspose2d, which alone has one");
    }

    long strides() { return (long) window.rows().stride() * window.columns().stride(); }

    void checkChannels(String operation, int in, int out) {
        if (in < 1 || out < 1 || in % groups != 0 || out % groups != 0) throw new IllegalArgumentException(operation + ": "
            + in + " input and " + out + " output channels in " + groups
            + " groups; there must be channels, and groups must divide both");
    }

    void checkOutputPadding(String operation) {
        checkOutputPadding(operation, outputPadding.rows, window.rows());
        checkOutputPadding(operation, outputPadding.columns, window.columns());
    }

    private static void checkOutputPadding(String operation, int padding, Unfold.Axis axis) {
        if (padding < 0 || padding >= Math.max(axis.stride(), axis.dilation())) throw new IllegalArgumentException(
            operation + ": output padding " + padding + " with stride " + axis.stride() + " and dilation " + axis.dilation()
                + "; it must be 0 or more, and less than one of them");
    }

    /// As a layer shows it, without what is as usual.
    String describe(String layer, int in, int out) {
        var r = window.rows();
        var c = window.columns();
        var text = new StringBuilder(layer + "(" + in + ", " + out + ", kernel " + pair(r.kernel(), c.kernel()));
        if (r.stride() != 1 || c.stride() != 1) text.append(", stride ").append(pair(r.stride(), c.stride()));
        if (r.padding() != 0 || c.padding() != 0) text.append(", padding ").append(pair(r.padding(), c.padding()));
        if (r.dilation() != 1 || c.dilation() != 1) text.append(", dilation ").append(pair(r.dilation(), c.dilation()));
        if (outputPadding.rows != 0 || outputPadding.columns != 0)
            text.append(", output padding ").append(pair(outputPadding.rows, outputPadding.columns));
        if (groups != 1) text.append(", groups ").append(groups);
        return text.append(bias == null ? ", no bias)" : ")").toString();
    }

    private static String pair(int rows, int columns) { return rows == columns ? "" + rows : rows + "x" + columns; }
}
