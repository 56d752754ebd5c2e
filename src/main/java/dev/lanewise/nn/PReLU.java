package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// x where it is positive, else x times a slope that is learned: one for all, or one for each channel.
///
/// He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
public final class PReLU extends Layer implements Pointwise {

    private final int channels;
    private final Parameter weight;

    /// One slope, 0.25 at first.
    public PReLU() { this(1, 0.25); }

    /// With slopes that start at one number; the paper's is 0.25.
    ///
    /// @param channels 1, or the size of the input's dimension 1
    /// @param start    the slope at first
    public PReLU(int channels, double start) { this(channels, Initializers.constant(start)); }

    /// With slopes that start as told.
    ///
    /// @param channels 1, or the size of the input's dimension 1
    /// @param weight   how the slopes start
    public PReLU(int channels, Initializer weight) {
        if (channels < 1) throw new IllegalArgumentException("prelu: " + channels + " channels; at least one is needed");
        this.channels = channels;
        this.weight = register(new Parameter("weight", Shape.of(channels), Fan.linear(1, 1), weight));
    }

    /// The slopes, [channels].
    public Parameter weight() { return weight; }

    @Override
    public Tensor forward(Tensor x) {
        if (channels == 1) return Activation.prelu(x, weight.tensor());
        if (x.shape().rank() < 2 || x.size(1) != channels) throw new IllegalArgumentException("prelu: the input has shape "
            + x.shape() + ", but [batch, " + channels + ", …] is expected; one slope for all fits any shape");
        return Activation.prelu(x, Channels.shaped(weight.tensor(), x.shape().rank()));
    }

    /// With the slopes as they start. Where they aren't all the same, one of their second moment stands for them: so the second
    /// moments of signal and gradient are theory's.
    @Override
    public Nonlinearity nonlinearity() {
        var law = weight.initializer().distribution(weight.fan(), weight.shape());
        return Nonlinearity.leakyRelu(Math.copySign(Math.hypot(law.mean(), Math.sqrt(law.variance())), law.mean()));
    }

    @Override
    public String toString() { return "PReLU(" + channels + ")"; }
}
