package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// A transposed convolution, the way back of a [Conv2d] with the same options: [batch, in, height, width] to [batch,
/// out, rows, columns], or the same without a batch, the weight being [in, out / groups, kernel rows, kernel columns]. Along each
/// dimension there are (size - 1) stride - 2 padding + dilation (kernel - 1) + 1 + output padding outputs.
public final class ConvTranspose2d extends Convolutional {

    /// With a square kernel, stride 1 and no padding.
    public ConvTranspose2d(int in, int out, int kernel) { this(in, out, ConvOptions.kernel(kernel)); }

    /// A transposed convolution as the options have it.
    ///
    /// @throws IllegalArgumentException if the groups don't divide the channels, or the output padding isn't less than
    ///     stride or dilation
    public ConvTranspose2d(int in, int out, ConvOptions options) {
        Objects.requireNonNull(options, "convTranspose2d: no options").checkChannels("convTranspose2d", in, out);
        options.checkOutputPadding("convTranspose2d");
        int groups = options.groups();
        super(in, out, options, options.weightShape(in, out / groups),
            Fan.convTranspose(in / groups, out / groups, options.window().places(), options.strides()));
    }

    @Override
    public int unitDim() { return -3; }

    @Override
    public int weightUnitDim() { return 1; }

    @Override
    Tensor run(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        return Functional.convTranspose2d(x, weight, bias, options);
    }
}
