package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// Wu and He, "Group normalization", 2018: of [batch, channels, …], each example's groups of neighbouring channels are brought to
/// mean 0 and variance 1 together, and then each channel is scaled and shifted by what is learned. Numbers may be of any size.
public final class GroupNorm extends Norm implements Propagating {

    private final int groups;
    private final int channels;

    /// With eps 1e-5, and affine.
    public GroupNorm(int groups, int channels) { this(groups, channels, 1e-5, true); }

    /// With factors of 1 and summands of 0 to learn, or without.
    ///
    /// @param affine whether there are a weight and a bias of the channels, 1 and 0 at first
    public GroupNorm(int groups, int channels, double eps, boolean affine) {
        this(groups, channels, eps, affine ? Initializers.ones() : null, affine ? Initializers.zeros() : null);
    }

    /// With factors and summands that start as told.
    ///
    /// @param groups   into how many parts the channels are cut; it must divide their number
    /// @param channels the input's size 1
    /// @param eps      added to the variance, so that none is 0
    /// @param weight   how the channels' factors start; null for none
    /// @param bias     how what is added starts; null for nothing
    public GroupNorm(int groups, int channels, double eps, Initializer weight, Initializer bias) {
        if (groups < 1 || channels < 1 || channels % groups != 0) throw new IllegalArgumentException("groupNorm: " + channels
            + " channels in " + groups + " groups; there must be channels, and the groups must divide them");
        super("groupNorm", eps, Shape.of(channels), weight, bias);
        this.groups = groups;
        this.channels = channels;
    }

    @Override
    public Parameter bias() { return super.bias(); }

    @Override
    Tensor aligned(Tensor parameter, int rank) { return Channels.shaped(parameter, rank); }

    /// Into how many the channels are parted.
    public int groups() { return groups; }

    @Override
    public Tensor forward(Tensor x) {
        var shape = x.shape();
        if (shape.rank() < 2 || x.size(1) != channels) throw new IllegalArgumentException("groupNorm: the input has shape "
            + shape + ", but [batch, " + channels + ", …] is expected");
        return x.numel() == 0 ? affine(x)
            : TensorBridge.get().normalizeParts(operation, x, groups, tensor(weight()), tensor(bias()), eps).values();
    }

    /// Each input's groups by themselves, over all positions.
    @Override
    public Passage propagate(Signal in) {
        return new Normalized(channels / groups, in.extent().positions(), 1, true, eps, weight(), bias()).of(in);
    }

    @Override
    public String toString() { return "GroupNorm(" + groups + ", " + channels + affineText() + ")"; }
}
