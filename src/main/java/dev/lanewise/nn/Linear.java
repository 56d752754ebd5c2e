package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.formula.Op;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// An affine map: y = x Wᵀ + b, from [batch, in] to [batch, out], W being [out, in] and b [out]. There may be any number
/// of leading dimensions, none included.
///
/// From the second call on in which no gradient is recorded, a copy of the weight is kept for the calls to come, as products of
/// some rows read it, until the weight changes or memory runs short: as large as the weight. No bit depends on it.
public final class Linear extends Layer implements Weighted, Multiplied {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private final int in;
    private final int out;
    private final Parameter weight;
    private final Parameter bias;
    private double multiplier = 1;

    /// With a bias, starting as PyTorch's layer does: see [Initializers#torchDefault()].
    public Linear(int in, int out) { this(in, out, true); }

    /// Starting as PyTorch's layer does.
    ///
    /// @param bias whether something is added to each output
    public Linear(int in, int out, boolean bias) {
        this(in, out, Initializers.torchDefault(), bias ? Initializers.torchDefault() : null);
    }

    /// As `new Linear(784, 256, Initializers.kaimingNormal(), Initializers.zeros())`.
    ///
    /// @param in     the size of the input's last dimension, at least 1
    /// @param out    the size of the output's last dimension, at least 1
    /// @param weight how the weight starts
    /// @param bias   how the bias starts; null for none
    public Linear(int in, int out, Initializer weight, Initializer bias) {
        this(Parameter.turned("weight", shape(in, out), Fan.linear(in, out), weight), bias);
    }

    /// With the weight of another module, as that of an embedding, to which it is tied: it starts there, and is trained once.
    ///
    /// @param weight [out, in]
    /// @param bias   how the bias starts; null for none
    /// @throws IllegalArgumentException if the weight is no matrix
    public Linear(Parameter weight, Initializer bias) {
        if (weight.shape().rank() != 2) throw new IllegalArgumentException(
            "linear: a weight of shape " + weight.shape() + "; it must be [out, in]");
        this.in = weight.shape().size(1);
        this.out = weight.shape().size(0);
        this.weight = register("weight", weight);
        this.bias = bias == null ? null : register(new Parameter("bias", Shape.of(out), Fan.linear(in, out), bias));
    }

    private static Shape shape(int in, int out) {
        if (in < 1 || out < 1) throw new IllegalArgumentException(
            "linear: " + in + " inputs, " + out + " outputs; at least one of each is needed");
        return Shape.of(out, in);
    }

    /// [out, in].
    @Override
    public Parameter weight() { return weight; }

    @Override
    public Parameter bias() { return bias; }

    /// Of what the layer does, which of a weight that is tied may be another than that by which it starts.
    @Override
    public Fan fan() { return Fan.linear(in, out); }

    @Override
    public double multiplier() { return multiplier; }

    @Override
    public void multiplier(double factor) { multiplier = Multiplied.checked("linear: multiplier", factor); }

    @Override
    public int unitDim() { return -1; }

    @Override
    public Tensor forward(Tensor x) {
        return TENSORS.linear(multiplied(x), weight.tensor(), bias == null ? null : bias.tensor());
    }

    @Override
    protected UnaryOperator<Tensor> fusedWith(Layer next) {
        return next instanceof Pointwise pointwise && isRelu(pointwise.operation()) ? this::forwardRelu : null;
    }

    /// By its formula, whoever has written it.
    private static boolean isRelu(ElementwiseOperation operation) {
        return operation != null && operation.formula().op() == Op.RELU && operation.formula().operands().getFirst()
            .op() == Op.INPUT;
    }

    private Tensor forwardRelu(Tensor x) {
        return TENSORS.linearRelu(multiplied(x), weight.tensor(), bias == null ? null : bias.tensor());
    }

    @Override
    public String toString() { return "Linear(" + in + ", " + out + (bias == null ? ", no bias)" : ")"); }
}
