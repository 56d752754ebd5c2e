package dev.lanewise.jmh;

import dev.lanewise.Compute;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/// Runs every activation over many shapes, and many products: what HotSpot learns from that is in the profiles of all
/// that runs later, as in a program that has been up for long.
final class Pollution {

    private static final int ROUNDS = 300;

    private static final List<UnaryOperator<Tensor>> ACTIVATIONS = List.of(
        Tensor::relu, Tensor::exp, Tensor::tanh, Tensor::sigmoid, Tensor::erf, Tensor::sin, Tensor::cos, Tensor::square,
        Tensor::abs, Tensor::neg, Tensor::expm1, Activation::gelu, Activation::geluTanh, Activation::silu, Activation::mish,
        Activation::selu, Activation::logSigmoid, Activation::softsign, x -> Activation.elu(x, 1),
        x -> Activation.leakyRelu(x, 0.01), x -> Activation.softplus(x, 1, 20), x -> Activation.hardtanh(x, -1, 1),
        x -> x.softmax(-1), x -> x.logSoftmax(-1));

    private static final int[][] SHAPES = {{1}, {7}, {1, 33}, {3, 5}, {16, 16}, {10, 100}, {2, 3, 4, 5}, {64, 17}};

    /// m, k, n.
    private static final int[][] PRODUCTS = {{1, 1, 1}, {1, 64, 1}, {3, 5, 7}, {16, 8, 16}, {33, 17, 65}, {1, 100, 30},
        {40, 300, 11}};

    private Pollution() {}

    static void run() {
        // as once they have taken over
        Compute.endColdStart();
        var source = new Threefry(1);
        for (int round = 0; round < ROUNDS; round++) {
            for (var shape : SHAPES)
                for (var activation : ACTIVATIONS) activate(activation, Tensor.randn(source, shape));
            for (var size : PRODUCTS) multiply(Tensor.randn(source, size[0], size[1]), Tensor.randn(source, size[1], size[2]));
        }
    }

    /// Forward and backward, the latter on a transposed view too.
    private static void activate(UnaryOperator<Tensor> activation, Tensor x) {
        x.requiresGrad(true);
        activation.apply(x).sum().backward();
        if (x.shape().rank() == 2) activation.apply(x.t()).sum(0).mul(2f).sum().backward();
    }

    private static void multiply(Tensor a, Tensor b) {
        a.requiresGrad(true);
        b.requiresGrad(true);
        a.matmul(b).mean().backward();
        b.t().matmul(a.t()).amax(1).sum().backward();
    }
}
