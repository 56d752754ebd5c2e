package dev.lanewise.jmh;

import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Training and inference, written as a user writes them.
final class NetworkWorkloads {

    private static final int SEED = 0;
    private static final double ADAM_RATE = 1e-3;
    private static final double SGD_RATE = 1e-2;
    private static final double MOMENTUM = 0.9;
    /// Batches that the steps go through in turn.
    private static final int BATCHES = 20;

    private NetworkWorkloads() {}

    /// One step over a single parameter.
    static Workload adam(int n) {
        var source = new Threefry(SEED);
        var parameter = new Parameter("weight", Shape.of(n), new Fan(n, n), Initializers.normal(0, 1));
        parameter.initialize(source);
        parameter.tensor().grad(Tensor.randn(source, n));
        var adam = new Adam(List.of(parameter), ADAM_RATE);
        return new Workload(Workload.Unit.NANOS_PER_PARAMETER, n, Workload.returning(adam::step));
    }

    /// Zero gradients, forward, cross-entropy, backward, step, in a scope as a trainer's are.
    static Workload mlpStep(Arguments words) {
        int batch = words.size(1);
        var sizes = words.sizes(2);
        var net = mlp(sizes, words.probability(4));
        var optimizer = switch (words.word(3)) {
            case "adam" -> new Adam(net.parameters(), ADAM_RATE);
            case "sgd" -> new SGD(net.parameters(), SGD_RATE);
            default -> throw words.wrong("\"" + words.word(3) + "\" is not known; use sgd or adam");
        };
        var inputs = Tensor.rand(new Threefry(SEED).stream("inputs"), BATCHES, batch, sizes[0]);
        var labels = Drawn.integers(BATCHES, batch, sizes[sizes.length - 1]);
        var scope = new Scope();
        return Workload.perStep(new Supplier<>() {
            private int turn;

            @Override
            public Tensor get() {
                turn = (turn + 1) % BATCHES;
                try (var _ = scope.open()) {
                    return step(net, optimizer, inputs.select(0, turn), labels[turn]);
                }
            }
        });
    }

    /// The forward pass alone, in evaluation mode, without gradients.
    static Workload mlpInfer(Arguments words) {
        var sizes = words.sizes(2);
        var net = mlp(sizes, 0).eval();
        var x = Tensor.rand(new Threefry(SEED).stream("inputs"), words.size(1), sizes[0]);
        return Workload.perCall(() -> {
            try (var _ = Autograd.noGrad()) {
                return net.call(x);
            }
        });
    }

    /// A small residual network on pictures of 28 x 28.
    static Workload resnetStep(int batch) {
        var net = resnet();
        var optimizer = new SGD(net.parameters(), SGD_RATE, MOMENTUM);
        var inputs = Tensor.rand(new Threefry(SEED).stream("inputs"), batch, 1, 28, 28);
        var labels = Drawn.integers(batch, 10);
        var scope = new Scope();
        return Workload.perStep(() -> {
            try (var _ = scope.open()) {
                return step(net, optimizer, inputs, labels);
            }
        });
    }

    /// A convolution to 16 channels, a block of 16, one to 32 at half the height and width, the mean of each channel, ten
    /// classes.
    static Layer resnet() {
        return new Sequential(convolution(1, 16, 3, 1), new BatchNorm2d(16), new ReLU(), block(16, 16, 1), new ReLU(),
            block(16, 32, 2), new ReLU(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(32, 10)).initialize(SEED);
    }

    /// A basic block of He et al., 2015, without the activation behind the sum.
    private static Layer block(int in, int out, int stride) {
        var body = new Sequential(convolution(in, out, 3, stride), new BatchNorm2d(out), new ReLU(), convolution(out, out, 3, 1),
            new BatchNorm2d(out));
        if (in == out) return new Residual(body);
        return new Residual(body, new Sequential(convolution(in, out, 1, stride), new BatchNorm2d(out)));
    }

    private static Layer convolution(int in, int out, int kernel, int stride) {
        return new Conv2d(in, out, ConvOptions.kernel(kernel).padding(kernel / 2).stride(stride).bias(false));
    }

    private static Tensor step(Layer net, Optimizer optimizer, Tensor inputs, int[] labels) {
        optimizer.zeroGrad();
        var loss = Losses.crossEntropy(net.call(inputs), labels);
        loss.backward();
        optimizer.step();
        return loss;
    }

    /// Linear layers with ReLU, and dropout if it is wanted, between them.
    private static Layer mlp(int[] sizes, double dropout) {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i + 1 < sizes.length; i++) {
            layers.add(new Linear(sizes[i], sizes[i + 1]));
            if (i + 2 == sizes.length) break;
            layers.add(new ReLU());
            if (dropout > 0) layers.add(new Dropout(dropout));
        }
        return new Sequential(layers.toArray(Layer[]::new)).initialize(SEED);
    }
}
