package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// What all normalizations share: what is added to a variance, and factors and offsets afterwards.
abstract sealed class Norm extends Layer permits TrackedNorm, GroupNorm, LastNorm {

    final String operation;
    final double eps;
    private final Parameter weight;
    private final Parameter bias;

    /// @param shape  of the factors and of what is added
    /// @param weight how the factors start; null for none
    /// @param bias   how what is added starts; null for nothing
    Norm(String operation, double eps, Shape shape, Initializer weight, Initializer bias) {
        if (!(eps >= 0 && eps < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException(operation + ": eps " + eps + "; it must be 0 or more, and finite");
        this.operation = operation;
        this.eps = eps;
        var fan = Fan.linear(1, 1);
        this.weight = weight == null ? null : register(new Parameter("weight", shape, fan, weight));
        this.bias = bias == null ? null : register(new Parameter("bias", shape, fan, bias));
    }

    /// What is added to a variance.
    public final double eps() { return eps; }

    /// Null if there are no factors.
    public Parameter weight() { return weight; }

    /// Null if nothing is added.
    Parameter bias() { return bias; }

    /// A parameter's tensor as it broadcasts to an input of this rank.
    abstract Tensor aligned(Tensor parameter, int rank);

    /// What is normalized, scaled and shifted.
    final Tensor affine(Tensor y) {
        int rank = y.shape().rank();
        var scaled = weight == null ? y : y.mul(aligned(weight.tensor(), rank));
        return bias == null ? scaled : scaled.add(aligned(bias.tensor(), rank));
    }

    static Tensor tensor(Parameter parameter) { return parameter == null ? null : parameter.tensor(); }

    /// As layers show it, where it isn't whole.
    final String affineText() {
        if (weight == null) return bias == null ? ", not affine" : ", no weight";
        return bias == null ? ", no bias" : "";
    }
}
