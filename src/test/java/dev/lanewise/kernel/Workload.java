package dev.lanewise.kernel;

import dev.lanewise.catalogue.OptimizerKind;
import dev.lanewise.catalogue.UnaryFunctions;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SiLU;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.UpsampleOptions;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// What users run on the kernels, for [Digest]: operations on tensors, activations, initializers, optimizers and training.
final class Workload {

    private static final int STEPS = 50;
    private static final int CLASSES = 5;
    private static final PoolOptions WINDOWS = PoolOptions.kernel(5).stride(1).padding(2);
    private static final ConvOptions COLUMNS = ConvOptions.kernel(3).stride(2).padding(1);

    /// Beside the catalogue's functions, each with a gradient.
    private static final Map<String, UnaryOperator<Tensor>> OPERATIONS = Map.ofEntries(
        Map.entry("extremes", x -> x.maximum(x.mul(x)).sub(x.minimum(x.neg()))),
        Map.entry("rows", x -> Tensor.cat(0, x.sum(0), x.mean(0), x.amax(0), x.amin(0), x.logsumexp(0), x.norm(0), x.var(0))),
        Map.entry("columns", x -> Tensor.cat(0, x.sum(1), x.mean(1), x.amax(1), x.amin(1), x.logsumexp(1), x.norm(1), x.std(1))),
        Map.entry("views", x -> x.t().contiguous().mul(x.slice(0, 0, 1).expand(x.size(0), x.size(1)).t())),
        Map.entry("max pooling", x -> Functional.maxPool2d(x.reshape(1, 3, 19, 53), WINDOWS)),
        Map.entry("average pooling", x -> Functional.avgPool2d(x.reshape(1, 3, 19, 53), WINDOWS)),
        Map.entry("adaptive pooling", x -> Functional.adaptiveAvgPool2d(x.reshape(1, 3, 19, 53), 7, 60)),
        Map.entry("norms", x -> Tensor.cat(0, x.norm(3, false, 0), x.norm(0.5, false, 1), x.norm(-1.5, false, 0),
            x.cumsum(1).sort(0).values().flatten(0, -1))),
        Map.entry("adaptive max pooling", x -> Functional.adaptiveMaxPool2d(x.reshape(1, 3, 19, 53), 7, 60)),
        Map.entry("scatter-add", x -> x.scatterAdd(0, IntStream.range(0, x.numel()).map(i -> i * i % 11).toArray(), x)),
        Map.entry("fold", x -> Functional.fold(Functional.unfold(x.reshape(1, 3, 19, 53), COLUMNS), 19, 53, COLUMNS)),
        Map.entry("einsum", x -> Tensor.einsum("ij,kj->ik", x.maskedFill(x.gt(0), 0.5f), x)),
        Map.entry("interpolation", x -> Functional.interpolate(x.reshape(1, 3, 19, 53),
            UpsampleOptions.scale(1.7, 2.3).mode(UpsampleOptions.Mode.LINEAR))),
        Map.entry("norms of groups", x -> new GroupNorm(3, 57, 1e-5, false).forward(x.reshape(1, 57, 53))
            .add(new RMSNorm(Shape.of(53), 1e-6, false).forward(x.reshape(1, 57, 53)))),
        Map.entry("softmax", x -> x.softmax(-1)), Map.entry("log softmax", x -> x.logSoftmax(-1)),
        Map.entry("softmax of columns", x -> x.softmax(0)), Map.entry("matmul", x -> x.matmul(x.t())),
        Map.entry("attention", x -> Attention.scaledDotProduct(x, Tensor.cat(0, x, x.neg()), Tensor.cat(0, x, x),
            Attention.options().causal())
            .add(Attention.scaledDotProduct(x, Tensor.cat(0, x, x.neg()), Tensor.cat(0, x, x)))));

    private final float[] wild;
    private final float[] tame;

    /// @param wild numbers of all kinds
    /// @param tame numbers of [-1, 1)
    Workload(float[] wild, float[] tame) {
        this.wild = wild;
        this.tame = tame;
    }

    void addTo(Map<String, Supplier<float[]>> parts) {
        new TreeMap<>(OPERATIONS).forEach((name, operation) -> parts.put("tensor " + name,
            () -> withGradient(operation, 53, 57)));
        for (var function : UnaryFunctions.ALL)
            if (function.isDifferentiable()) parts.put("function " + function, () -> withGradient(function::apply, 53, 57));
        for (var scheme : List.of(Initializers.uniform(-2, 3), Initializers.normal(1, 2), Initializers.xavierUniform(),
                Initializers.kaimingNormal()))
            parts.put("initial " + scheme.distribution(Fan.linear(57, 53), Shape.of(53, 57)), () -> {
                var weights = Tensor.zeros(53, 57);
                scheme.fill(weights, Fan.linear(57, 53), new Threefry(42));
                return weights.toArray();
            });
        for (var kind : OptimizerKind.values()) parts.put("optimizer " + kind, () -> steps(kind));
        new ModuleWorkload(wild, tame).addTo(parts);
    }

    /// Too long to be repeated.
    void addTrainingTo(Map<String, Supplier<float[]>> parts) {
        parts.put("training of layers", this::trainLayers);
        parts.put("training of convolutions", this::trainConvolutions);
    }

    /// Of wild numbers and of tame ones.
    private float[] withGradient(UnaryOperator<Tensor> function, int rows, int columns) {
        var results = new ArrayList<float[]>();
        for (var numbers : List.of(wild, tame)) {
            var x = Tensor.of(Arrays.copyOf(numbers, rows * columns), rows, columns).requiresGrad(true);
            var y = function.apply(x);
            results.add(y.toArray());
            y.backward(Tensor.of(Arrays.copyOf(tame, y.numel()), y.shape().toArray()), false, false);
            results.add(x.grad().toArray());
        }
        return join(results);
    }

    /// Of tame gradients, and at last of a wild one.
    private float[] steps(OptimizerKind kind) {
        var parameter = new Parameter("weight", Shape.of(3001), Fan.linear(1, 1), Initializers.normal(0, 1));
        parameter.initialize(new Threefry(42));
        var optimizer = kind.make(List.of(parameter));
        for (int step = 0; step < 4; step++) {
            optimizer.zeroGrad();
            var numbers = step < 3 ? tame : wild;
            var gradient = Tensor.of(Arrays.copyOfRange(numbers, 100 * step, 100 * step + 3001));
            parameter.tensor().backward(gradient, false, false);
            optimizer.step();
        }
        return parameter.tensor().toArray();
    }

    /// Large enough that a second thread gets a part of the products.
    private float[] trainLayers() {
        var model = new Sequential(new Linear(301, 97), new ReLU(), new Dropout(0.2), new Linear(97, 35), new LayerNorm(35),
            new GELU(), new Dropout(0.1), new Linear(35, CLASSES)).initialize(42);
        return train(model, new Adam(model.parameters(), 1e-3), 37, 301);
    }

    private float[] trainConvolutions() {
        var model = new Sequential(new Conv2d(1, 5, ConvOptions.kernel(3).padding(1)), new BatchNorm2d(5), new SiLU(),
            new Conv2d(5, 7, ConvOptions.kernel(3).stride(2)), new ReLU(), new ConvTranspose2d(7, 3, ConvOptions.kernel(2)),
            new Tanh(), new Flatten(), new Linear(75, CLASSES)).initialize(42);
        return train(model, new SGD(model.parameters(), 0.05, 0.9), 11, 1, 9, 9);
    }

    /// The losses of all steps, and the parameters after the last.
    private float[] train(Layer model, Optimizer optimizer, int batch, int... size) {
        var shape = IntStream.concat(IntStream.of(batch), IntStream.of(size)).toArray();
        int numel = Shape.of(shape).numel();
        var labels = IntStream.range(0, batch).map(i -> i * i % CLASSES).toArray();
        var results = new ArrayList<float[]>();
        for (int step = 0; step < STEPS; step++) {
            int from = step * 997;
            var x = Tensor.of(Arrays.copyOfRange(tame, from, from + numel), shape);
            optimizer.zeroGrad();
            var loss = Losses.crossEntropy(model.forward(x), labels);
            loss.backward();
            optimizer.step();
            results.add(loss.toArray());
        }
        model.parameters().forEach(parameter -> results.add(parameter.tensor().toArray()));
        return join(results);
    }

    private static float[] join(List<float[]> parts) {
        var whole = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (var part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
