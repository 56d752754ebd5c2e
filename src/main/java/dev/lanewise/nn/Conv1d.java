package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// A convolution along a line: `[batch, in, length]` to `[batch, out, positions]`, or `[in, length]` to `[out, positions]`, the
/// weight being [out, in / groups, kernel]. There are (length + 2 padding - dilation (kernel - 1) - 1) / stride + 1 positions,
/// rounded down.
///
/// Like [Conv2d] it is a cross-correlation, and it takes the same options, one number of each.
public final class Conv1d extends Convolutional {

    private final ConvOptions line;
    /// Of the last call: most often the next one is of the same size.
    private TensorBridge.Convolution last;

    /// With stride 1 and no padding.
    public Conv1d(int in, int out, int kernel) { this(in, out, ConvOptions.kernel(kernel)); }

    /// A convolution as the options have it.
    ///
    /// @throws IllegalArgumentException if the groups don't divide the channels, or the options have two different numbers of a
    ///     kind
    public Conv1d(int in, int out, ConvOptions options) {
        var line = Objects.requireNonNull(options, "conv1d: no options").line("conv1d");
        line.checkChannels("conv1d", in, out);
        line.checkNoOutputPadding("conv1d");
        int groups = line.groups();
        this.line = line;
        super(in, out, options, Shape.of(out, in / groups, line.window().columns().kernel()),
            Fan.conv(in / groups, out / groups, line.window().places(), line.strides()));
    }

    @Override
    public int unitDim() { return -2; }

    @Override
    Tensor run(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        var kernel = weight.unsqueeze(2);
        return Planar.lines("conv1d", x, images -> {
            var convolve = Functional.convolve("conv1d", last, images, kernel, bias, line);
            last = convolve;
            return convolve.apply(images, kernel, bias);
        });
    }
}
