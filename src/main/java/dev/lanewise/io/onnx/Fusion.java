package dev.lanewise.io.onnx;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Nodes that together are one operation of this library, as that: linear layers with their biases, GELU, layer norms and
/// attention, in the forms in which exporters write them. Results are the same but for how they are rounded, gradients too.
///
/// Only what nobody else reads is taken together.
final class Fusion {

    private static final TensorBridge TENSORS = TensorBridge.get();
    private static final double TOLERANCE = 1e-4;

    private final Map<String, Proto.Stored> initializers;
    private final Elements elements;
    private final Map<String, Plan.Prepared> makers = new HashMap<>();
    private final Map<String, List<Plan.Prepared>> readers = new HashMap<>();
    private final Map<Plan.Prepared, Plan.Prepared> replaced = new HashMap<>();
    private final Set<Plan.Prepared> gone = new HashSet<>();
    private final Set<String> outputs;

    private Fusion(List<Plan.Prepared> nodes, Map<String, Proto.Stored> initializers, Set<String> outputs, Elements elements) {
        this.initializers = initializers;
        this.outputs = outputs;
        this.elements = elements;
        for (var prepared : nodes) {
            prepared.node().outputs().stream().filter(name -> !name.isEmpty()).forEach(name -> makers.put(name, prepared));
            prepared.node().inputs().forEach(name -> readers.computeIfAbsent(name, _ -> new ArrayList<>()).add(prepared));
        }
    }

    /// @param outputs of the graph, which stay
    static List<Plan.Prepared> fused(List<Plan.Prepared> nodes, Map<String, Proto.Stored> initializers, Set<String> outputs,
        Elements elements) {
        var fusion = new Fusion(nodes, initializers, outputs, elements);
        for (var prepared : nodes) switch (prepared.node().type()) {
            case "Erf" -> fusion.gelu(prepared);
            case "Div" -> fusion.layerNorm(prepared);
            case "MatMul" -> fusion.linear(prepared);
            case "Softmax" -> fusion.attention(prepared);
            default -> { }
        }
        return nodes.stream().filter(prepared -> !fusion.gone.contains(prepared))
            .map(prepared -> fusion.replaced.getOrDefault(prepared, prepared)).toList();
    }

    // ---- what a graph looks like

    /// Empty where there is none.
    private static String in(Plan.Prepared prepared, int i) {
        return prepared.node().hasInput(i) ? prepared.node().inputs().get(i)
            : "";
    }

    private static String out(Plan.Prepared prepared) {
        return prepared.node().hasOutput(0) ? prepared.node().outputs().getFirst()
            : "";
    }

    private static boolean is(Plan.Prepared prepared, String type) {
        return prepared != null
            && prepared.node().type().equals(type) && prepared.node().outputs().size() == 1;
    }

    /// What makes a value, if it is of this type.
    private Plan.Prepared maker(String name, String type) {
        var maker = makers.get(name);
        return is(maker, type) && !gone.contains(maker) && !replaced.containsKey(maker) ? maker : null;
    }

    /// The only one that reads what a node makes, if it is of this type.
    private Plan.Prepared reader(Plan.Prepared made, String type) {
        if (made == null || outputs.contains(out(made))) return null;
        var all = readers.getOrDefault(out(made), List.of());
        return all.size() == 1 && is(all.getFirst(), type) && !gone.contains(all.getFirst())
            && !replaced.containsKey(all.getFirst()) ? all.getFirst() : null;
    }

    private boolean isReadOnce(Plan.Prepared made, int times) {
        return made != null && !outputs.contains(out(made)) && readers.getOrDefault(out(made), List.of()).size() == times;
    }

    /// The other input of two.
    private static String other(Plan.Prepared pair, String name) { return in(pair, 0).equals(name) ? in(pair, 1) : in(pair, 0); }

    /// A single number that is always the same.
    private Optional<Float> number(String name) {
        if (maker(name, "Constant") instanceof Plan.Prepared constant
            && constant.kernel() instanceof Shapes.Constant(var value)) return single(value);
        var stored = initializers.get(name);
        return stored != null && stored.sizes().length == 0 ? single(elements.value(stored, "tensor")) : Optional.empty();
    }

    /// Of more dimensions it could give its own to the result.
    private static Optional<Float> single(OnnxValue value) {
        return value instanceof OnnxValue.Floats(var tensor) && tensor.shape().rank() <= 1 && tensor.numel() == 1
            ? Optional.of(tensor.item()) : Optional.empty();
    }

    private boolean isNumber(String name, double value) {
        return number(name)
            .filter(x -> Math.abs(x - value) <= TOLERANCE * value).isPresent();
    }

    /// Of a node of two inputs the one beside a number.
    private Optional<String> beside(Plan.Prepared pair, double value) {
        return pair == null ? Optional.empty() : isNumber(in(pair, 1), value) ? Optional.of(in(pair, 0))
            : isNumber(in(pair, 0), value) ? Optional.of(in(pair, 1)) : Optional.empty();
    }

    private boolean isWeight(String name, int rank) {
        return initializers.containsKey(name)
            && initializers.get(name).sizes().length == rank;
    }

    /// One in place of the last of some.
    private void replace(Plan.Prepared last, String type, List<String> inputs, Kernel.Single kernel, Plan.Prepared... others) {
        replaced.put(last, new Plan.Prepared(last.node().as(type, inputs), kernel));
        gone.addAll(List.of(others));
    }

    // ---- forms

    /// x (1 + erf(x / √2)) / 2, multiplied in any order.
    private void gelu(Plan.Prepared erf) {
        var scaled = makers.get(in(erf, 0));
        var x = is(scaled, "Div") && isNumber(in(scaled, 1), Math.sqrt(2)) ? in(scaled, 0)
            : is(scaled, "Mul") ? beside(scaled, Math.sqrt(0.5)).orElse(null) : null;
        var sum = reader(erf, "Add");
        if (x == null || !isReadOnce(scaled, 1) || beside(sum, 1).filter(out(erf)::equals).isEmpty()) return;
        var product = reader(sum, "Mul");
        if (product == null) return;
        var factor = other(product, out(sum));
        var half = maker(factor, "Mul");
        if (half != null && isReadOnce(half, 1) && beside(half, 0.5).filter(x::equals).isPresent()) {
            replace(product, "Gelu", List.of(x), in -> OnnxValue.of(Activation.gelu(in.floats(0))), scaled, erf, sum, half);
            return;
        }
        var last = reader(product, "Mul");
        if (last == null) return;
        boolean fits = factor.equals(x) && isNumber(other(last, out(product)), 0.5) || isNumber(factor, 0.5)
            && other(last, out(product)).equals(x);
        if (fits) replace(last, "Gelu", List.of(x), in -> OnnxValue.of(Activation.gelu(in.floats(0))), scaled, erf, sum, product);
    }

    /// (x - mean) / sqrt(mean((x - mean)²) + eps), over the last dimension; with a weight and a bias if there are.
    private void layerNorm(Plan.Prepared quotient) {
        var centred = maker(in(quotient, 0), "Sub");
        var root = maker(in(quotient, 1), "Sqrt");
        if (centred == null || root == null || !isReadOnce(root, 1)) return;
        var mean = maker(in(centred, 1), "ReduceMean");
        var sum = maker(in(root, 0), "Add");
        if (mean == null || sum == null || !isReadOnce(sum, 1) || !isReadOnce(mean, 1) || !in(mean, 0).equals(in(centred, 0))
            || !isOfLast(mean)) return;
        var variance = maker(in(sum, 0), "ReduceMean") != null ? maker(in(sum, 0), "ReduceMean")
            : maker(in(sum, 1), "ReduceMean");
        var eps = variance == null ? Optional.<Float>empty() : number(other(sum, out(variance)));
        if (eps.isEmpty() || !isReadOnce(variance, 1) || !isOfLast(variance)) return;
        var square = makers.get(in(variance, 0));
        boolean power = is(square, "Pow") && in(square, 0).equals(out(centred)) && isNumber(in(square, 1), 2);
        boolean product = is(square, "Mul") && in(square, 0).equals(out(centred)) && in(square, 1).equals(out(centred));
        if (!power && !product || !isReadOnce(square, 1) || !isReadOnce(centred, power ? 2 : 3)) return;
        var x = in(centred, 0);
        double added = eps.get();
        var scaled = reader(quotient, "Mul");
        var weight = scaled == null ? null : other(scaled, out(quotient));
        var shifted = weight == null ? null : reader(scaled, "Add");
        var bias = shifted == null ? null : other(shifted, out(scaled));
        if (bias != null && isWeight(weight, 1) && isWeight(bias, 1))
            replace(shifted, "LayerNormalization", List.of(x, weight, bias), in -> norm(in, added), quotient, scaled, centred,
            root, mean, sum, variance, square);
        else replace(quotient, "LayerNormalization", List.of(x), in -> norm(in, added), centred, root, mean, sum, variance,
            square);
    }

    private static OnnxValue norm(Inputs in, double eps) {
        var x = in.floats(0);
        if (x.shape().rank() == 0) throw in.node().refused("it is of a single number");
        if (in.count() == 1) return OnnxValue.of(TENSORS.normalizeLast("layerNorm", x, 1, true, null, null, eps));
        var weight = in.floats(1);
        var bias = in.floats(2);
        if (weight.numel() == x.size(-1) && bias.numel() == x.size(-1)) return OnnxValue.of(TENSORS.normalizeLast("layerNorm", x,
            1, true, weight, bias, eps));
        return OnnxValue.of(TENSORS.normalizeLast("layerNorm", x, 1, true, null, null, eps).mul(weight).add(bias));
    }

    private boolean isOfLast(Plan.Prepared mean) {
        var node = mean.node();
        if (!node.flag("keepdims", true)) return false;
        var axes = node.opset() < 18 ? node.integers("axes") : node.hasInput(1)
            && maker(node.inputs().get(1), "Constant") instanceof Plan.Prepared constant
            && constant.kernel() instanceof Shapes.Constant(OnnxValue.Longs(var values, _, _)) ? values : null;
        return axes != null && axes.length == 1 && axes[0] == -1;
    }

    /// A product by a weight, turned or not, and a bias of its columns.
    private void linear(Plan.Prepared product) {
        var right = in(product, 1);
        var turn = maker(right, "Transpose");
        boolean turned = turn != null && isWeight(in(turn, 0), 2) && Arrays.equals(turn.node().integers("perm"),
            new long[] {1, 0});
        if (!turned && !isWeight(right, 2)) return;
        var weight = turned ? in(turn, 0) : right;
        long columns = initializers.get(weight).sizes()[turned ? 0 : 1];
        var sum = reader(product, "Add");
        var bias = sum == null ? null : other(sum, out(product));
        boolean biased = bias != null && isWeight(bias, 1) && initializers.get(bias).sizes()[0] == columns;
        if (!biased && !turned) return;
        var matrix = new Products.Turned();
        Kernel.Single kernel = in -> OnnxValue.of(Products.product(in, in.floats(0), in.floats(1), biased ? in.floats(2) : null,
            matrix, turned));
        if (biased) replace(sum, "MatMul", List.of(in(product, 0), weight, bias), kernel, product);
        else replace(product, "MatMul", List.of(in(product, 0), weight), kernel);
    }

    /// softmax(q kᵀ / c + mask) v, of four dimensions.
    private void attention(Plan.Prepared softmax) {
        var scores = makers.get(in(softmax, 0));
        String mask = null;
        var divided = scores;
        if (is(scores, "Add") && isReadOnce(scores, 1)) {
            boolean first = isScaled(makers.get(in(scores, 0)));
            divided = makers.get(in(scores, first ? 0 : 1));
            mask = in(scores, first ? 1 : 0);
        }
        if (!isScaled(divided) || !isReadOnce(divided, 1)) return;
        boolean byDivision = is(divided, "Div");
        var product = maker(in(divided, 0), "MatMul") != null ? maker(in(divided, 0), "MatMul") : maker(in(divided, 1), "MatMul");
        var factor = product == null ? Optional.<Float>empty() : number(other(divided, out(product)));
        var turn = product == null ? null : maker(in(product, 1), "Transpose");
        var made = reader(softmax, "MatMul");
        long axis = softmax.node().integer("axis", softmax.node().opset() < 13 ? 1 : -1);
        if (factor.isEmpty() || turn == null || made == null || !in(made, 0).equals(out(softmax)) || !isReadOnce(product, 1)
            || axis != 3 && axis != -1) return;
        var perm = turn.node().integers("perm");
        boolean heads = Arrays.equals(perm, new long[] {0, 2, 3, 1});
        if (!heads && !Arrays.equals(perm, new long[] {0, 1, 3, 2})) return;
        double scale = byDivision ? 1 / factor.get() : factor.get();
        if (!Double.isFinite(scale)) return;
        var inputs = new ArrayList<>(List.of(in(product, 0), in(turn, 0), in(made, 1)));
        if (mask != null) inputs.add(mask);
        Kernel.Single kernel = in -> {
            var k = in.floats(1);
            var keys = heads ? k.permute(0, 2, 1, 3) : k;
            var added = in.has(3) ? in.floats(3) : null;
            Products.makes(in, in.floats(0).shape(), keys.shape(), true);
            if (!isAttention(in.floats(0), keys, in.floats(2), added)) {
                var scaled = in.floats(0).matmul(keys.transpose(-1, -2)).mul((float) scale);
                if (added != null) Places.broadcast(in, scaled.shape(), added.shape());
                var weights = (added == null ? scaled : scaled.add(added)).softmax((int) axis);
                Products.makes(in, weights.shape(), in.floats(2).shape(), false);
                return OnnxValue.of(weights.matmul(in.floats(2)));
            }
            var options = Attention.options().scale(scale);
            return OnnxValue.of(Attention.scaledDotProduct(in.floats(0), keys, in.floats(2), added == null ? options
                : options.bias(added)));
        };
        if (mask == null) replace(made, "Attention", inputs, kernel, softmax, divided, product);
        else replace(made, "Attention", inputs, kernel, softmax, scores, divided, product);
    }

    /// Whether all are of the same batches and heads, and a mask is broadcast to the scores, and not these to it, too.
    private static boolean isAttention(Tensor q, Tensor k, Tensor v, Tensor mask) {
        boolean fits = q.shape().rank() == 4 && k.shape().rank() == 4 && v.shape().rank() == 4 && (mask == null || mask.shape()
            .rank() <= 4);
        for (int i = 0; fits && i < 2; i++) fits = q.size(i) == k.size(i) && q.size(i) == v.size(i);
        int[] scores = fits ? new int[] {q.size(0), q.size(1), q.size(2), k.size(2)} : null;
        for (int i = 1; fits && mask != null && i <= mask.shape().rank(); i++)
            fits = mask.size(-i) == 1 || mask.size(-i) == scores[4 - i];
        return fits;
    }

    /// A product of two that are computed, by a number.
    private boolean isScaled(Plan.Prepared pair) {
        if (is(pair, "Div")) return maker(in(pair, 0), "MatMul") != null && number(in(pair, 1)).isPresent();
        return is(pair, "Mul") && (maker(in(pair, 0), "MatMul") != null && number(in(pair, 1)).isPresent()
            || maker(in(pair, 1), "MatMul") != null && number(in(pair, 0)).isPresent());
    }
}
