package dev.lanewise.array;

import dev.lanewise.kernel.Windows;
import java.util.Arrays;

/// A two-dimensional convolution of one size over arrays, and its gradients:
///
/// ```java
/// var convolution = Convolution.of(8, 64, 56, 56, 128, 3).stride(2).padding(1);
/// var y = new float[8 * 128 * convolution.rows() * convolution.columns()];
/// convolution.forward(x, 0, weight, 0, bias, 0, y, 0);
/// ```
///
/// Images are `[batch, channels, height, width]`, results `[batch, outputs, rows, columns]`, the weight
/// `[outputs, channels / groups, kernel rows, kernel columns]`, all without gaps. The bits are those of [dev.lanewise.nn.Conv2d]
/// and its gradients. The images' gradient is also what a transposed convolution computes, whose input are such results. It is
/// immutable, and for any number of threads at once.
public final class Convolution {

    private static final String NAME = "convolution";

    private final int batch;
    private final int channels;
    private final int outputs;
    private final int groups;
    private final Line down;
    private final Line across;
    /// Made when first needed; of two threads that make it, each has what computes the same.
    private volatile Plan plan;

    /// How windows lie along one dimension.
    private record Line(int size, int kernel, int stride, int padding, int dilation) {

        Line stride(int stride) { return new Line(size, kernel, stride, padding, dilation); }

        Line padding(int padding) { return new Line(size, kernel, stride, padding, dilation); }

        Line dilation(int dilation) { return new Line(size, kernel, stride, padding, dilation); }

        private Windows.Axis axis() {
            long padded = size + 2L * padding;
            long extent = (kernel - 1L) * dilation + 1;
            if (padded < extent) throw new IllegalArgumentException(NAME + ": a kernel of " + kernel + " with dilation "
                + dilation + " takes " + extent + " places, but the images have " + size + ", padded to " + padded
                + "; use a smaller kernel, or more padding");
            long positions = (padded - extent) / stride + 1;
            if (positions > Integer.MAX_VALUE) throw new IllegalArgumentException(NAME + ": " + size + " places, padded to "
                + padded + ", have " + positions + " windows, more than 2^31 - 1; use less padding or a larger stride");
            return new Windows.Axis(size, (int) positions, kernel, stride, padding, dilation);
        }
    }

    /// The kernel, and the elements of each operand.
    private record Plan(dev.lanewise.kernel.Convolution kernel, Windows windows, int images, int weights, int results) {}

    private Convolution(int batch, int channels, int outputs, int groups, Line down, Line across) {
        this.batch = batch;
        this.channels = channels;
        this.outputs = outputs;
        this.groups = groups;
        this.down = down;
        this.across = across;
    }

    /// Of a square kernel, with stride 1, without padding.
    public static Convolution of(int batch, int channels, int height, int width, int outputs, int kernel) {
        return of(batch, channels, height, width, outputs, kernel, kernel);
    }

    /// With stride 1, without padding, in one group.
    ///
    /// @param batch    images, 0 or more
    /// @param channels of an image, 1 or more; so is what follows
    /// @throws IllegalArgumentException if a size is smaller
    public static Convolution of(int batch, int channels, int height, int width, int outputs, int kernelRows, int kernelColumns) {
        Check.size(NAME, "batch", batch);
        positive("channels", channels);
        positive("height", height);
        positive("width", width);
        positive("outputs", outputs);
        positive("kernelRows", kernelRows);
        positive("kernelColumns", kernelColumns);
        return new Convolution(batch, channels, outputs, 1, new Line(height, kernelRows, 1, 0, 1),
            new Line(width, kernelColumns, 1, 0, 1));
    }

    private static void positive(String name, int size) {
        if (size < 1) throw new IllegalArgumentException(NAME + ": " + name + " is " + size + "; it must be 1 or more");
    }

    /// From a window to the next, in both directions.
    public Convolution stride(int both) { return stride(both, both); }

    /// From a window to the next one below and beside it.
    public Convolution stride(int down, int across) {
        positive("stride", Math.min(down, across));
        return new Convolution(batch, channels, outputs, groups, this.down.stride(down), this.across.stride(across));
    }

    /// Rows and columns of zeros at each edge.
    public Convolution padding(int both) { return padding(both, both); }

    /// Rows of zeros above and below, columns of zeros on the left and on the right.
    public Convolution padding(int rows, int columns) {
        Check.size(NAME, "padding", Math.min(rows, columns));
        return new Convolution(batch, channels, outputs, groups, down.padding(rows), across.padding(columns));
    }

    /// From a place of the kernel to the next, in both directions.
    public Convolution dilation(int both) { return dilation(both, both); }

    /// From a place of the kernel to the next one below and beside it.
    public Convolution dilation(int down, int across) {
        positive("dilation", Math.min(down, across));
        return new Convolution(batch, channels, outputs, groups, this.down.dilation(down), this.across.dilation(across));
    }

    /// Each group of outputs sees a group of channels alone; with as many groups as channels each sees one: depthwise.
    ///
    /// @throws IllegalArgumentException if channels or outputs are no multiple
    public Convolution groups(int groups) {
        positive("groups", groups);
        if (channels % groups != 0 || outputs % groups != 0) throw new IllegalArgumentException(NAME + ": " + channels
            + " channels and " + outputs + " outputs in " + groups + " groups; both must be multiples of the number of groups");
        return new Convolution(batch, channels, outputs, groups, down, across);
    }

    /// Rows of a result.
    ///
    /// @throws IllegalArgumentException if no window fits; and so do those below
    public int rows() { return plan().windows.down().positions(); }

    /// Columns of a result.
    public int columns() { return plan().windows.across().positions(); }

    private Plan plan() {
        var made = plan;
        return made == null ? plan = make() : made;
    }

    private Plan make() {
        var windows = new Windows(batch, channels, down.axis(), across.axis());
        int images = length("x", batch, channels, down.size, across.size);
        int weights = length("the weight", outputs, channels / groups, down.kernel, across.kernel);
        int results = length("y", batch, outputs, windows.down().positions(), windows.across().positions());
        return new Plan(new dev.lanewise.kernel.Convolution(windows, outputs, groups), windows, images, weights, results);
    }

    private static int length(String name, int... sizes) {
        double length = 1;
        for (int size : sizes) length *= size;
        if (length > Integer.MAX_VALUE) throw new IllegalArgumentException(NAME + ": " + name + " of " + Arrays.toString(sizes)
            + " has more than 2^31 - 1 elements, the most that a Java array holds; use a smaller batch, or fewer channels");
        return (int) length;
    }

    /// y = the sums of weighted inputs, plus a bias; y is not read.
    ///
    /// @param bias a number for each output, from offset bo on; null for none
    /// @throws IllegalArgumentException if an operand reaches outside its array, or y overlaps another one
    public void forward(float[] x, int xo, float[] weight, int wo, float[] bias, int bo, float[] y, int yo) {
        var p = plan();
        Check.vector(NAME, "x", x, xo, p.images);
        Check.vector(NAME, "weight", weight, wo, p.weights);
        if (bias != null) Check.vector(NAME, "bias", bias, bo, outputs);
        Check.vector(NAME, "y", y, yo, p.results);
        apart("y", y, yo, p.results, "x", x, xo, p.images);
        apart("y", y, yo, p.results, "weight", weight, wo, p.weights);
        if (bias != null) apart("y", y, yo, p.results, "bias", bias, bo, outputs);
        p.kernel.forward(x, xo, weight, wo, bias, bo, y, yo);
    }

    /// dx = the images' gradient, dy being the results'; dx is not read.
    ///
    /// @throws IllegalArgumentException if an operand reaches outside its array, or dx overlaps another one
    public void inputGradient(float[] dy, int dyo, float[] weight, int wo, float[] dx, int dxo) {
        var p = plan();
        Check.vector(NAME, "dy", dy, dyo, p.results);
        Check.vector(NAME, "weight", weight, wo, p.weights);
        Check.vector(NAME, "dx", dx, dxo, p.images);
        apart("dx", dx, dxo, p.images, "dy", dy, dyo, p.results);
        apart("dx", dx, dxo, p.images, "weight", weight, wo, p.weights);
        p.kernel.images(dy, dyo, weight, wo, dx, dxo);
    }

    /// dw = the weight's gradient; dw is not read.
    ///
    /// @throws IllegalArgumentException if an operand reaches outside its array, or dw overlaps another one
    public void weightGradient(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        var p = plan();
        Check.vector(NAME, "x", x, xo, p.images);
        Check.vector(NAME, "dy", dy, dyo, p.results);
        Check.vector(NAME, "dw", dw, dwo, p.weights);
        apart("dw", dw, dwo, p.weights, "x", x, xo, p.images);
        apart("dw", dw, dwo, p.weights, "dy", dy, dyo, p.results);
        p.kernel.weight(x, xo, dy, dyo, dw, dwo);
    }

    /// db = the bias's gradient, a number for each output; db is not read.
    ///
    /// @throws IllegalArgumentException if an operand reaches outside its array, or db overlaps dy
    public void biasGradient(float[] dy, int dyo, float[] db, int dbo) {
        var p = plan();
        Check.vector(NAME, "dy", dy, dyo, p.results);
        Check.vector(NAME, "db", db, dbo, outputs);
        apart("db", db, dbo, outputs, "dy", dy, dyo, p.results);
        p.kernel.bias(dy, dyo, db, dbo);
    }

    private static void apart(String written, float[] out, int outOffset, int outLength, String name, float[] array, int offset,
        int length) {
        Check.apart(NAME, written, out, outOffset, outLength, 1, outLength, name, array, offset, length, 1, length);
    }

    @Override
    public String toString() {
        return "Convolution([" + batch + ", " + channels + ", " + down.size + ", " + across.size + "] to " + outputs + ", kernel "
            + down.kernel + " x " + across.kernel + ", stride " + down.stride + " x " + across.stride + ", padding "
            + down.padding + " x " + across.padding + ", dilation " + down.dilation + " x " + across.dilation + ", groups "
            + groups + ")";
    }
}
