package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// A transposed convolution, the way back of a [Conv2d] with the same options: [batch, in, height, width] to [batch,
/// out, rows, columns], the weight being [in, out / groups, kernel rows, kernel columns]. Along each dimension there are
/// (size - 1) stride - 2 padding + dilation (kernel - 1) + 1 + output padding outputs.
public final class ConvTranspose2d extends Module {

    private final int in;
    private final int out;
    private final ConvOptions options;
    private final Parameter weight;
    private final Parameter bias;

    /// With a square kernel, stride 1 and no padding.
    public ConvTranspose2d(int in, int out, int kernel) { this(in, out, ConvOptions.kernel(kernel)); }

    /// @throws IllegalArgumentException if the groups don't divide the channels, or the output padding isn't less than
    ///     stride or dilation
    public ConvTranspose2d(int in, int out, ConvOptions options) {
        options.checkChannels("convTranspose2d", in, out);
        options.checkOutputPadding("convTranspose2d");
        this.in = in;
        this.out = out;
        this.options = options;
        int groups = options.groups();
        var window = options.window();
        var fan = Fan.convTranspose(in / groups, out / groups, window.places(), options.strides());
        var shape = Shape.of(in, out / groups, window.rows().kernel(), window.columns().kernel());
        this.weight = register(new Parameter("weight", shape, fan, options.scheme().weight()));
        this.bias = options.bias() ? register(new Parameter("bias", Shape.of(out), fan, options.scheme().bias())) : null;
    }

    public Parameter weight() { return weight; }

    /// Null if the layer has none.
    public Parameter bias() { return bias; }

    /// @throws IllegalArgumentException if the shape doesn't fit, or the padding leaves nothing of the output
    @Override
    public Tensor forward(Tensor x) {
        return Functional.convTranspose2d(x, weight.tensor(), bias == null ? null : bias.tensor(), options);
    }

    @Override
    public String toString() { return options.describe("ConvTranspose2d", in, out); }
}
