package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// A convolution: [batch, in, height, width] to [batch, out, rows, columns], the weight being [out, in / groups, kernel
/// rows, kernel columns]. Along each dimension there are (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1
/// outputs, rounded down.
///
/// Like PyTorch's it does not turn the kernel round, and so is a cross-correlation.
public final class Conv2d extends Module {

    private final int in;
    private final int out;
    private final ConvOptions options;
    private final Parameter weight;
    private final Parameter bias;

    /// With a square kernel, stride 1 and no padding.
    public Conv2d(int in, int out, int kernel) { this(in, out, ConvOptions.kernel(kernel)); }

    /// @throws IllegalArgumentException if the groups don't divide the channels
    public Conv2d(int in, int out, ConvOptions options) {
        options.checkChannels("conv2d", in, out);
        if (!options.outputPadding().equals(new ConvOptions.OutputPadding(0, 0))) throw new IllegalArgumentException(
            "conv2d: " + options.outputPadding() + "; only a transposed convolution has one, ConvTranspose2d");
        this.in = in;
        this.out = out;
        this.options = options;
        int groups = options.groups();
        var window = options.window();
        var fan = Fan.conv(in / groups, out / groups, window.places(), options.strides());
        var shape = Shape.of(out, in / groups, window.rows().kernel(), window.columns().kernel());
        this.weight = register(new Parameter("weight", shape, fan, options.scheme().weight()));
        this.bias = options.bias() ? register(new Parameter("bias", Shape.of(out), fan, options.scheme().bias())) : null;
    }

    public Parameter weight() { return weight; }

    /// Null if the layer has none.
    public Parameter bias() { return bias; }

    /// @throws IllegalArgumentException if the shape doesn't fit, or the kernel is larger than the padded input
    @Override
    public Tensor forward(Tensor x) {
        return Functional.conv2d(x, weight.tensor(), bias == null ? null : bias.tensor(), options);
    }

    @Override
    public String toString() { return options.describe("Conv2d", in, out); }
}
