package dev.lanewise.jmh;

import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
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
        var labels = labels(batch, sizes[sizes.length - 1]);
        var scope = new Scope();
        return Workload.perStep(new Supplier<>() {
            private int step;

            @Override
            public Tensor get() {
                step = (step + 1) % BATCHES;
                try (var _ = scope.open()) {
                    optimizer.zeroGrad();
                    var loss = Losses.crossEntropy(net.call(inputs.select(0, step)), labels[step]);
                    loss.backward();
                    optimizer.step();
                    return loss;
                }
            }
        });
    }

    /// The forward pass alone, in evaluation mode, without gradients.
    static Workload mlpInfer(Arguments words) {
        var sizes = words.sizes(2);
        var net = mlp(sizes, 0).eval();
        var x = Tensor.rand(new Threefry(SEED).stream("inputs"), words.size(1), sizes[0]);
        return new Workload(Workload.Unit.MILLIS_PER_CALL, 1, () -> {
            try (var _ = Autograd.noGrad()) {
                return net.call(x);
            }
        });
    }

    /// A convolution of padding K / 2, forward and the gradients of its input and its parameters.
    static Workload convStep(Arguments words) {
        int batch = words.size(1);
        int height = words.size(3);
        int width = words.size(4);
        int out = words.size(5);
        int kernel = words.size(6);
        var source = new Threefry(SEED);
        var x = Tensor.randn(source, batch, words.size(2), height, width).requiresGrad(true);
        var gradient = Tensor.randn(source, batch, out, height, width);
        var layer = new Conv2d(words.size(2), out, ConvOptions.kernel(kernel).padding(kernel / 2)).initialize(SEED);
        return Workload.perStep(() -> {
            x.zeroGrad();
            layer.zeroGrad();
            var y = layer.call(x);
            y.backward(gradient, false, false);
            return y;
        });
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

    private static int[][] labels(int batch, int classes) {
        var source = new Threefry(SEED).stream("labels");
        var labels = new int[BATCHES][batch];
        var drawn = new float[batch];
        for (var each : labels) {
            source.uniform(drawn, 0, batch);
            for (int i = 0; i < batch; i++) each[i] = Math.min(classes - 1, (int) (drawn[i] * classes));
        }
        return labels;
    }
}
