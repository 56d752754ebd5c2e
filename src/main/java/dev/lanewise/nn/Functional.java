package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Unfold;

/// What the convolutional layers compute, for weights that come from elsewhere. Activations are in
/// [dev.lanewise.tensor.Activation].
public final class Functional {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private Functional() {}

    /// As [Conv2d]: `[batch, in, height, width] -> [batch, out, rows, columns]`.
    ///
    /// @param weight [out, in / groups, kernel rows, kernel columns]
    /// @param bias   one number for each output channel; null for none
    /// @throws IllegalArgumentException if a shape doesn't fit, or the kernel is larger than the padded input
    public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
        return convolve(null, x, weight, bias, options).apply(x, weight, bias);
    }

    /// @param last what this returned for the call before, or null
    static TensorBridge.Convolution convolve(TensorBridge.Convolution last, Tensor x, Tensor weight, Tensor bias,
                                             ConvOptions options) {
        int groups = options.groups();
        checkWeight("conv2d", weight, options);
        int out = weight.size(0);
        options.checkChannels("conv2d", weight.size(1) * groups, out);
        checkInput("conv2d", x, weight.size(1) * groups);
        checkBias("conv2d", bias, out);
        return TENSORS.convolution(last, x, weight.shape(), options.window(), groups);
    }

    /// As [ConvTranspose2d]: `[batch, in, height, width] -> [batch, out, rows, columns]`.
    ///
    /// @param weight [in, out / groups, kernel rows, kernel columns]
    /// @param bias   one number for each output channel; null for none
    /// @throws IllegalArgumentException if a shape doesn't fit, or the padding leaves nothing of the output
    public static Tensor convTranspose2d(Tensor x, Tensor weight, Tensor bias, ConvOptions options) {
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
        var y = TENSORS.transposedConvolution(x, weight.shape(), window, groups, height, width).applyTransposed(x, weight);
        return bias == null ? y : y.add(Channels.shaped(bias, 4));
    }

    private static int outputs(Tensor x, int dim, Unfold.Axis axis, int outputPadding) {
        int size = x.size(dim);
        long outputs = (size - 1L) * axis.stride() - 2L * axis.padding() + axis.extent() + outputPadding;
        if (size < 1) throw new IllegalArgumentException("convTranspose2d: an input of " + x.shape()
            + " with a side of 0 has no outputs; each side must be at least 1");
        if (outputs < 1 || outputs > Integer.MAX_VALUE) throw new IllegalArgumentException("convTranspose2d: an input of "
            + x.shape() + " with kernel " + axis.kernel() + ", stride " + axis.stride() + ", padding " + axis.padding()
            + (axis.dilation() == 1 ? "" : ", dilation " + axis.dilation()) + " has " + outputs + " outputs along dimension " + dim
            + "; use " + (outputs < 1 ? "a larger input or less padding" : "a smaller input or stride"));
        return (int) outputs;
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
}
