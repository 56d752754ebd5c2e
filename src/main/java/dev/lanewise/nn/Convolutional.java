package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// What a convolution and its transpose share: a weight, a bias and how to go over the input.
abstract sealed class Convolutional extends Layer implements Weighted, Multiplied permits Conv1d, Conv2d, ConvTranspose2d {

    private final int in;
    private final int out;
    private final ConvOptions options;
    private final Parameter weight;
    private final Parameter bias;
    private double multiplier = 1;

    /// @param shape the weight's
    Convolutional(int in, int out, ConvOptions options, Shape shape, Fan fan) {
        this.in = in;
        this.out = out;
        this.options = options;
        this.weight = register(new Parameter("weight", shape, fan, options.weight()));
        this.bias = options.bias() == null ? null : register(new Parameter("bias", Shape.of(out), fan, options.bias()));
    }

    @Override
    public final Parameter weight() { return weight; }

    @Override
    public final Parameter bias() { return bias; }

    @Override
    public final double multiplier() { return multiplier; }

    @Override
    public final void multiplier(double factor) { multiplier = Multiplied.checked("convolution: multiplier", factor); }

    @Override
    public final int units() { return out; }

    /// How it goes over its input.
    public final ConvOptions options() { return options; }

    /// By weights that are 1 for one tap each, whatever the groups.
    @Override
    public final PlaceMap taps(int... sides) {
        int taps = options.window().places();
        var kernel = weight.shape().toArray();
        boolean transposed = weightUnitDim() == 1;
        kernel[0] = transposed ? 1 : taps;
        kernel[1] = transposed ? taps : 1;
        var each = Tensor.eye(taps).reshape(kernel);
        int inward = transposed ? in / options.groups() : weight.shape().size(1);
        int outward = transposed ? weight.shape().size(1) : out / options.groups();
        return PlaceMap.of(sides, inward, outward, x -> run(x, each, null, options.groups(1)));
    }

    /// What the layer does with its input.
    abstract Tensor run(Tensor x, Tensor weight, Tensor bias, ConvOptions options);

    /// @throws IllegalArgumentException if the shape doesn't fit: the kernel is larger than the padded input, or, transposed,
    ///     the padding leaves nothing of the output
    @Override
    public final Tensor forward(Tensor x) {
        return run(multiplied(x), weight.tensor(), bias == null ? null : bias.tensor(), options);
    }

    @Override
    public final String toString() { return options.describe(getClass().getSimpleName(), in, out); }
}
