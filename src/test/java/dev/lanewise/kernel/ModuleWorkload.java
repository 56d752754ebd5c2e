package dev.lanewise.kernel;

import dev.lanewise.catalogue.RecurrentKind;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.InstanceNorm2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.nn.UpsampleOptions;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.AttentionOptions;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.RotaryPositions;
import dev.lanewise.nn.recurrent.PackedSequence;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Modules and functions of several operands, for [Digest]: their values, gradients and second derivatives by all that they take,
/// parameters too.
final class ModuleWorkload {

    private static final Shape PICTURES = Shape.of(2, 3, 13, 11);
    /// Two blocks of keys and some.
    private static final int TOKENS = 131;
    private static final PoolOptions WINDOWS = PoolOptions.kernel(3, 2).stride(2).padding(1);

    private final float[] wild;
    private final float[] tame;

    /// @param wild numbers of all kinds
    /// @param tame numbers of [-1, 1)
    ModuleWorkload(float[] wild, float[] tame) {
        this.wild = wild;
        this.tame = tame;
    }

    void addTo(Map<String, Supplier<float[]>> parts) {
        for (var kind : RecurrentKind.values()) {
            parts.put("layers of " + kind, () -> recurrent(kind, tame));
            parts.put("layers of " + kind + ", wild", () -> recurrent(kind, wild));
            parts.put("packed " + kind, () -> packed(kind));
            // so many that a step's product is worth two threads
            parts.put("wide " + kind, () -> wide(kind));
        }
        var options = Attention.options();
        attention(parts, "attention", options);
        attention(parts, "causal attention", options.causal());
        attention(parts, "masked attention", masked(options));
        attention(parts, "masked causal attention", masked(options.causal()));
        parts.put("attention, dropout", () -> attention(options.dropout(0.3, new Threefry(42)), tame));
        parts.put("heads", this::heads);
        function(parts, "max pooling of squares", x -> Functional.maxPool2d(x, WINDOWS));
        function(parts, "average pooling of squares", x -> Functional.avgPool2d(x, WINDOWS));
        function(parts, "bilinear of squares", x -> Functional.interpolate(x,
            UpsampleOptions.scale(1.7, 2.3).mode(UpsampleOptions.Mode.LINEAR)));
        function(parts, "nearest of squares", x -> Functional.interpolate(x, UpsampleOptions.scale(2)));
        layer(parts, "instance norm", new InstanceNorm2d(3, InstanceNorm2d.options().affine(true)));
        layer(parts, "group norm", new GroupNorm(1, 3));
        layer(parts, "rms norm", new RMSNorm(Shape.of(13, 11), 1e-6, true));
        layer(parts, "depthwise convolution", new Conv2d(3, 6, ConvOptions.kernel(3, 2).padding(1).groups(3)));
        parts.put("conv1d", () -> layer(new Conv1d(5, 7, ConvOptions.kernel(3).padding(2).dilation(2)), Shape.of(3, 5, 37)));
    }

    private static AttentionOptions masked(AttentionOptions options) {
        var bias = new float[TOKENS * TOKENS];
        var allowed = new float[TOKENS * TOKENS];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = i % 7 == 3 ? Float.NEGATIVE_INFINITY : i % 11 * 0.1f;
            allowed[i] = i % 5 == 2 ? 0 : 1;
        }
        return options.padding(Attention.padding(new int[] {0, 97}, TOKENS)).allowed(Tensor.wrap(allowed, TOKENS, TOKENS))
            .bias(Tensor.wrap(bias, TOKENS, TOKENS).requiresGrad(true));
    }

    private void attention(Map<String, Supplier<float[]>> parts, String name, AttentionOptions options) {
        parts.put(name + " of " + TOKENS, () -> attention(options, tame));
        parts.put(name + ", wild", () -> attention(options, wild));
    }

    private float[] attention(AttentionOptions options, float[] numbers) {
        var more = options.bias() == null ? List.<Tensor>of() : List.of(options.bias());
        return twice(x -> List.of(Attention.scaledDotProduct(x.get(0), x.get(1), x.get(2), options)), more,
            tensor(numbers, 0, 2, TOKENS, 5), tensor(numbers, 7, 2, TOKENS, 5), tensor(numbers, 3000, 2, TOKENS, 3));
    }

    private float[] heads() {
        var module = new MultiheadAttention(12, 3, MultiheadAttention.options().rotary(new RotaryPositions(4)));
        module.initialize(42);
        return twice(x -> {
            var both = module.callWithWeights(x.getFirst(), x.getFirst(), x.getFirst(), Attention.options().causal(), true);
            return List.of(both.output(), both.weights());
        }, parameters(module), tensor(tame, 0, 9, 2, 12));
    }

    private float[] recurrent(RecurrentKind kind, float[] numbers) {
        var module = kind.layer(5, 17, RecurrentOptions.layers(2).bidirectional(true));
        module.initialize(42);
        return twice(x -> RecurrentKind.call(module, x.getFirst(), x.subList(1, x.size())), parameters(module),
            Stream.concat(Stream.of(tensor(numbers, 0, 4, 3, 5)), states(kind, 4, 3, 17)).toArray(Tensor[]::new));
    }

    private float[] packed(RecurrentKind kind) {
        var module = kind.layer(5, 9, RecurrentOptions.layers(1).bidirectional(true));
        module.initialize(42);
        return twice(x -> RecurrentKind.call(module,
            PackedSequence.packPaddedSequence(x.getFirst(), new int[] {2, 5, 1, 5}, false, false), x.subList(1, x.size())),
                parameters(module), Stream.concat(Stream.of(tensor(tame, 0, 5, 4, 5)), states(kind, 2, 4, 9))
                .toArray(Tensor[]::new));
    }

    private float[] wide(RecurrentKind kind) {
        int hidden = switch (kind.gates()) { case 4 -> 61; case 3 -> 73; default -> 121; };
        var module = kind.layer(3, hidden, RecurrentOptions.layers(1));
        module.initialize(42);
        var x = tensor(tame, 0, 2, 71, 3);
        var run = RecurrentKind.call(module, x, states(kind, 1, 71, hidden).toList());
        var y = flat(run);
        y.backward(tensor(tame, 11, y.numel()), false, false);
        return flat(Stream.concat(Stream.of(y, x.grad()), parameters(module).stream().map(Tensor::grad)).toList()).toArray();
    }

    private Stream<Tensor> states(RecurrentKind kind, int... sizes) {
        return Stream.iterate(0, i -> i + 1).limit(kind.states()).map(i -> tensor(tame, 1000 * (1 + i), sizes));
    }

    private void function(Map<String, Supplier<float[]>> parts, String name, UnaryOperator<Tensor> function) {
        parts.put(name, () -> twice(x -> List.of(function.apply(x.getFirst().square())), List.of(),
            tensor(tame, 0, PICTURES.toArray())));
    }

    private void layer(Map<String, Supplier<float[]>> parts, String name, Layer layer) {
        parts.put(name, () -> layer(layer, PICTURES));
    }

    /// Of a square, so that what is linear has second derivatives.
    private float[] layer(Layer layer, Shape shape) {
        layer.initialize(42);
        return twice(x -> List.of(layer.forward(x.getFirst().square())), parameters(layer), tensor(tame, 0, shape.toArray()));
    }

    private static List<Tensor> parameters(Module module) {
        return module.parameters().stream().map(each -> each.tensor()).toList();
    }

    private Tensor tensor(float[] numbers, int from, int... sizes) {
        return Tensor.of(Arrays.copyOfRange(numbers, from, from + Shape.of(sizes).numel()), sizes).requiresGrad(true);
    }

    private static Tensor flat(List<Tensor> tensors) {
        return Tensor.cat(0, tensors.stream().map(each -> each.reshape(-1)).toArray(Tensor[]::new));
    }

    private float[] twice(Function<List<Tensor>, List<Tensor>> function, List<Tensor> more, Tensor... operands) {
        var all = new ArrayList<>(List.of(operands));
        all.addAll(more);
        var y = flat(function.apply(List.of(operands)));
        var first = flat(Autograd.grad(y, all, tensor(tame, 13, y.numel()), true, true));
        all.forEach(Tensor::zeroGrad);
        first.backward(tensor(tame, 17, first.numel()), false, false);
        return flat(Stream.concat(Stream.of(y, first), all.stream().map(Tensor::grad).filter(each -> each != null)).toList())
            .toArray();
    }
}
