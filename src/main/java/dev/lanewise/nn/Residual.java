package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A residual block, of He et al., "Deep residual learning for image recognition", 2016: what its body makes of the input, plus
/// the input itself, or what a shortcut makes of it. An activation behind the sum is a layer behind the block.
///
/// ```java
/// new Residual(new Sequential(new Conv2d(16, 32, ConvOptions.kernel(3).stride(2).padding(1)), new BatchNorm2d(32)),
///     new Conv2d(16, 32, ConvOptions.kernel(1).stride(2)))
/// ```
public final class Residual extends Layer implements Branched {

    private final Layer body;
    private final Layer shortcut;
    /// Null if there is none.
    private final Parameter scale;
    private final ResidualSum sum = new ResidualSum();

    /// With the input itself.
    public Residual(Layer body) { this(body, new Identity()); }

    /// A block whose shortcut is a layer of its own, such as a projection where the body changes the shape.
    ///
    /// @param body     from the input to a tensor of the shortcut's shape
    /// @param shortcut from the input to a tensor of the body's shape
    public Residual(Layer body, Layer shortcut) { this(body, shortcut, null); }

    /// The body's output times a number that is learned. From [Initializers#zeros()][dev.lanewise.nn.init.Initializers#zeros()]
    /// the block starts as its shortcut, however deep the network, and needs no normalization: ReZero (Bachlechner, Majumder,
    /// Mao, Cottrell and McAuley, "ReZero is all you need: fast convergence at large depth", 2020), and SkipInit (De and Smith,
    /// "Batch normalization biases residual blocks towards the identity function in deep networks", 2020).
    ///
    /// @param scale how the number starts, a parameter `scale` of one element; null for none
    public Residual(Layer body, Layer shortcut, Initializer scale) {
        this.body = register("body", Objects.requireNonNull(body, "residual: no body"));
        this.shortcut = register("shortcut",
            Objects.requireNonNull(shortcut, "residual: no shortcut; leave it out for the input itself"));
        this.scale = scale == null ? null : register(new Parameter("scale", Shape.of(1), Fan.linear(1, 1), scale));
    }

    /// What is added to.
    public Layer body() { return body; }

    /// What is added.
    public Layer shortcut() { return shortcut; }

    /// What the body's output is multiplied by; null if it is added as it is.
    public Parameter scale() { return scale; }

    /// One, of what the shortcut and what the body makes.
    @Override
    public List<ResidualSum> sums() { return List.of(sum); }

    @Override
    public List<Parameter> branchParameters() {
        var all = new ArrayList<>(body.parameters());
        if (scale != null) all.add(scale);
        return List.copyOf(all);
    }

    /// @throws IllegalArgumentException if body and shortcut make tensors of different shapes
    @Override
    public Tensor forward(Tensor x) {
        var branch = body.call(x);
        var direct = shortcut.call(x);
        if (!branch.shape().equals(direct.shape())) throw new IllegalArgumentException("residual: of an input of " + x.shape()
            + " the body makes " + branch.shape() + ", the shortcut " + direct.shape()
            + "; both must be the same: give a shortcut that changes the shape as the body does");
        return sum.of(direct, scale == null ? branch : branch.mul(scale.tensor()));
    }
}
