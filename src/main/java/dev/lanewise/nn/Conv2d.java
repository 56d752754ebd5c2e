package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Tensor;

/// A convolution: [batch, in, height, width] to [batch, out, rows, columns], the weight being [out, in / groups, kernel
/// rows, kernel columns]. Along each dimension there are (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1
/// outputs, rounded down.
///
/// Like PyTorch's it does not turn the kernel round, and so is a cross-correlation.
public final class Conv2d extends Convolutional {

    /// Of the last call: most often the next one is of the same size.
    private TensorBridge.Convolution last;

    /// With a square kernel, stride 1 and no padding.
    public Conv2d(int in, int out, int kernel) { this(in, out, ConvOptions.kernel(kernel)); }

    /// @throws IllegalArgumentException if the groups don't divide the channels
    public Conv2d(int in, int out, ConvOptions options) {
        options.checkChannels("conv2d", in, out);
        var padding = options.outputPadding();
        if (padding.rows() != 0 || padding.columns() != 0) throw new IllegalArgumentException("conv2d: output padding "
            + padding.rows() + " x " + padding.columns() + "; leave it out, or take ConvTranspose2d, which alone has one");
        int groups = options.groups();
        super(in, out, options, out, in / groups,
            Fan.conv(in / groups, out / groups, options.window().places(), options.strides()));
    }

    @Override
    Tensor run(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        var convolve = Functional.convolve(last, x, weight, bias, options);
        last = convolve;
        return convolve.apply(x, weight, bias);
    }
}
