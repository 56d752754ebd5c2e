package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Convolution;

/// Convolutions of one size, each in one operation, and transposed ones, which give the images that such results come from.
///
/// Results, images' gradient and weight's gradient are linear in each of the two tensors that they are made of, and the
/// derivative by either is another of the three: so derivatives of any order need no more memory than the first.
final class Convolve implements TensorBridge.Convolution {

    private final Unfold.Grid grid;
    private final Shape weight;
    private final int groups;
    private final Shape result;
    private final Shape images;
    private final Convolution kernel;

    private Convolve(Unfold.Grid grid, Shape weight, int groups, Shape result) {
        this.grid = grid;
        this.weight = weight;
        this.groups = groups;
        this.result = result;
        this.images = grid.images();
        this.kernel = new Convolution(grid.windows(), weight.size(0), groups);
    }

    /// Of an input `[batch, in, height, width]` and a weight `[out, in / groups, kernel rows, kernel columns]`, which the caller
    /// has checked.
    ///
    /// @param last  what was returned for the call before, or null: it is returned again if it fits
    /// @throws IllegalArgumentException if no window fits, or the result is larger than an array
    static Convolve of(Convolve last, Tensor x, Shape weight, Unfold.Window window, int groups) {
        if (last != null && last.weight.equals(weight) && last.groups == groups && last.grid.isOf(x, window)) return last;
        var grid = Unfold.Grid.of("conv2d", x, window);
        var result = window.result("conv2d", x.shape(), x.size(0), weight.size(0), grid.rows(), grid.columns());
        return new Convolve(grid, weight, groups, result);
    }

    /// Of the results of a convolution, `[batch, in, rows, columns]`, and its weight
    /// `[in, out / groups, kernel rows, kernel columns]`, back to images of `height` x `width`.
    ///
    /// @throws IllegalArgumentException if there are more results than windows that fit, or the images are larger than an array
    static Convolve transposed(Tensor x, Shape weight, Unfold.Window window, int groups, int height, int width) {
        int out = weight.size(1) * groups;
        window.result("convTranspose2d", x.shape(), x.size(0), out, height, width);
        return new Convolve(new Unfold.Grid(window, x.size(0), out, height, width, x.size(2), x.size(3)),
            weight, groups, x.shape());
    }

    @Override
    public Tensor apply(Tensor x, Tensor weight, Tensor bias) { return results("conv2d", x, weight, bias); }

    @Override
    public Tensor applyTransposed(Tensor x, Tensor weight, Tensor bias) { return images("convTranspose2d", x, weight, bias); }

    private Tensor results(String operation, Tensor x, Tensor weight, Tensor bias) {
        var y = Tensor.empty(result);
        var images = View.gathered(x);
        var w = View.gathered(weight);
        var b = bias == null ? null : View.gathered(bias);
        kernel.forward(images.data(), images.layout.offset(), w.data(), w.layout.offset(),
            b == null ? null : b.data(), b == null ? 0 : b.layout.offset(), y.data(), 0);
        if (!Autograd.records(x, weight) && (bias == null || !Autograd.records(bias))) return y;
        var factor = saved(operation, x, weight);
        var input = saved(operation, weight, x);
        var toInput = Edge.to(x, g -> images(backward(operation), g, factor.get(), null));
        var toWeight = Edge.to(weight, g -> weights(backward(operation), input.get(), g));
        return bias == null ? Autograd.record(y, operation, toInput, toWeight)
            : Autograd.record(y, operation, toInput, toWeight, Edge.free(bias, g -> sums(g, false)));
    }

    private Tensor images(String operation, Tensor y, Tensor weight, Tensor bias) {
        var images = Tensor.empty(this.images);
        var results = View.gathered(y);
        var w = View.gathered(weight);
        var b = bias == null ? null : View.gathered(bias);
        kernel.images(results.data(), results.layout.offset(), w.data(), w.layout.offset(),
            b == null ? null : b.data(), b == null ? 0 : b.layout.offset(), images.data(), 0);
        if (!Autograd.records(y, weight) && (bias == null || !Autograd.records(bias))) return images;
        var factor = saved(operation, y, weight);
        var input = saved(operation, weight, y);
        var toResults = Edge.to(y, g -> results(backward(operation), g, factor.get(), null));
        var toWeight = Edge.to(weight, g -> weights(backward(operation), g, input.get()));
        return bias == null ? Autograd.record(images, operation, toResults, toWeight)
            : Autograd.record(images, operation, toResults, toWeight, Edge.free(bias, g -> sums(g, true)));
    }

    private Tensor weights(String operation, Tensor x, Tensor y) {
        var weights = Tensor.empty(weight);
        var images = View.gathered(x);
        var results = View.gathered(y);
        kernel.weight(images.data(), images.layout.offset(), results.data(), results.layout.offset(), weights.data(), 0);
        if (!Autograd.records(x, y)) return weights;
        var slopes = saved(operation, x, y);
        var input = saved(operation, y, x);
        return Autograd.record(weights, operation, Edge.to(x, g -> images(backward(operation), slopes.get(), g, null)),
            Edge.to(y, g -> results(backward(operation), input.get(), g, null)));
    }

    /// Of each channel.
    private Tensor sums(Tensor y, boolean ofImages) {
        if (Autograd.records(y)) return y.sum(0, 2, 3);
        var values = View.gathered(y);
        var sums = Tensor.empty(y.size(1));
        if (ofImages) kernel.imagesBias(values.data(), values.layout.offset(), sums.data(), 0);
        else kernel.bias(values.data(), values.layout.offset(), sums.data(), 0);
        return sums;
    }

    /// Without making the name of a training step's anew.
    private static String backward(String operation) {
        return operation.equals("conv2d") ? "conv2d backward" : operation + " backward";
    }

    /// The factor beside `one`, whose gradient it makes; null if nobody asks for that.
    private static SavedTensor saved(String operation, Tensor one, Tensor factor) {
        return one.requiresGrad() ? new SavedTensor(operation, factor) : null;
    }
}
