package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// A convolution: [batch, in, height, width] to [batch, out, rows, columns], or the same without a batch, the weight being
/// [out, in / groups, kernel rows, kernel columns]. Along each dimension there are (size + 2 padding - dilation (kernel - 1) - 1)
/// / stride + 1 outputs, rounded down.
///
/// Like PyTorch's it does not turn the kernel round, and so is a cross-correlation.
public final class Conv2d extends Convolutional {

    /// Of the last call: most often the next one is of the same size.
    private TensorBridge.Convolution last;

    /// With a square kernel, stride 1 and no padding.
    public Conv2d(int in, int out, int kernel) { this(in, out, ConvOptions.kernel(kernel)); }

    /// A convolution as the options have it.
    ///
    /// @throws IllegalArgumentException if the groups don't divide the channels
    public Conv2d(int in, int out, ConvOptions options) {
        Objects.requireNonNull(options, "conv2d: no options").checkChannels("conv2d", in, out);
        options.checkNoOutputPadding("conv2d");
        int groups = options.groups();
        super(in, out, options, options.weightShape(out, in / groups),
            Fan.conv(in / groups, out / groups, options.window().places(), options.strides()));
    }

    @Override
    public int unitDim() { return -3; }

    @Override
    Tensor run(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        return Planar.images("conv2d", x, images -> {
            var convolve = Functional.convolve("conv2d", last, images, weight, bias, options);
            last = convolve;
            return convolve.apply(images, weight, bias);
        });
    }
}
