package dev.lanewise.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Reverse-mode differentiation: records operations on tensors that require gradients, and walks the record back.
public final class Autograd {

    private Autograd() {}

    /// Ends a mode of this thread and returns to the one before.
    public interface Mode extends AutoCloseable {
        @Override
        void close();
    }

    /// Records nothing on this thread until the mode is closed: for inference and for updates.
    public static Mode noGrad() { return recording(false); }

    /// Records on this thread until the mode is closed, within [#noGrad] too.
    public static Mode enableGrad() { return recording(true); }

    /// Looks for NaN in gradients on this thread until the mode is closed: a walk ends at the first one, and names the
    /// operation that made it and where the forward pass called it. Slow; both passes must lie within the mode.
    public static Mode detectAnomaly() {
        var context = Context.current();
        boolean before = context.anomaly;
        context.anomaly = true;
        return Context.once(() -> context.anomaly = before);
    }

    /// Whether operations on this thread are recorded, as they are at first.
    public static boolean isRecording() { return Context.current().recording; }

    private static Mode recording(boolean on) {
        var context = Context.current();
        boolean before = context.recording;
        context.recording = on;
        return Context.once(() -> context.recording = before);
    }

    /// The result of a computation that is not recorded.
    static Tensor unrecorded(Supplier<Tensor> computation) {
        var context = Context.current();
        boolean before = context.recording;
        context.recording = false;
        try {
            return computation.get();
        } finally {
            context.recording = before;
        }
    }

    /// Notes how `result` came about, if anyone may ask for its gradient; returns it.
    static Tensor record(Tensor result, String operation, Edge... edges) {
        if (!isRecording()) return result;
        var live = Arrays.stream(edges).filter(edge -> edge.source() != null).toArray(Edge[]::new);
        if (live.length > 0) result.node = new Node(operation, live, Context.current().anomaly ? new Throwable("forward of " + operation) : null);
        return result;
    }

    /// The gradients of a single number with respect to `inputs`, as values: nothing is accumulated.
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs) { return grad(output, inputs, false); }

    /// @param createGraph records the walk, so that the gradients can be differentiated in turn
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs, boolean createGraph) {
        return grad(output, inputs, null, createGraph, createGraph);
    }

    /// The gradients of `output`, weighted by `gradient`, with respect to `inputs`.
    ///
    /// @param gradient    of the output's shape; null if the output is a single number
    /// @param retainGraph keeps what the forward pass saved, for another walk
    /// @param createGraph records the walk itself, so that the gradients can be differentiated; keeps the graph too
    /// @throws IllegalArgumentException if an input has no part in the output
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs, Tensor gradient, boolean retainGraph,
                                    boolean createGraph) {
        var gradients = walk(output, gradient, retainGraph || createGraph, createGraph, inputs);
        return inputs.stream().map(input -> gradients.get(input.source())).toList();
    }

    /// Adds the gradients of `output` to the leaves that it was computed from.
    static void backward(Tensor output, Tensor gradient, boolean retainGraph, boolean createGraph) {
        var gradients = walk(output, gradient, retainGraph || createGraph, createGraph, List.of());
        try (var _ = recording(createGraph)) {
            gradients.forEach((key, value) -> {
                if (key instanceof Tensor leaf && leaf.requiresGrad()) leaf.accumulateGrad(value);
            });
        }
    }

    /// Walks from the output down. The result holds the gradients of all leaves, and of `wanted`, by [Tensor#source].
    private static Map<Object, Tensor> walk(Tensor output, Tensor gradient, boolean keep, boolean createGraph,
                                            List<Tensor> wanted) {
        if (!output.requiresGrad()) throw new IllegalStateException("backward: the output of shape " + output.shape()
            + " was not computed from a tensor that requires a gradient, or was computed within noGrad(); call"
            + " requiresGrad(true) on what it is computed from, and compute it outside");
        var gradients = new IdentityHashMap<Object, Tensor>();
        var seed = seed(output, gradient);
        gradients.put(output.source(), createGraph ? seed : seed.detach());
        var kept = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        wanted.forEach(tensor -> kept.add(tensor.source()));
        try (var _ = recording(createGraph)) {
            var nodes = reachable(output);
            var sought = wanted.isEmpty() ? null : leadingTo(wanted, nodes, output);
            for (var node : nodes) {
                if (sought != null && !sought.contains(node)) continue;
                var arrived = Hooks.apply(node.hooks, gradients.remove(node));
                if (kept.contains(node)) gradients.put(node, arrived);
                for (var edge : node.edges()) {
                    if (sought != null && !sought.contains(edge.source())) continue;
                    var part = Reduce.sumTo(edge.rule().apply(arrived), edge.shape());
                    if (Context.current().anomaly) checkNumber(part, node);
                    gradients.merge(edge.source(), part, Tensor::add);
                }
                if (!keep) node.release();
            }
            gradients.replaceAll((source, arrived) -> source instanceof Tensor leaf ? Hooks.apply(leaf.hooks, arrived) : arrived);
        }
        return gradients;
    }

    /// The wanted tensors' sources, and the operations on the way to them: a walk need not go elsewhere.
    ///
    /// @throws IllegalArgumentException if a tensor has no part in the output
    private static Set<Object> leadingTo(List<Tensor> wanted, List<Node> nodes, Tensor output) {
        Set<Object> sought = Collections.newSetFromMap(new IdentityHashMap<>());
        var met = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        met.add(output.source());
        for (var node : nodes) for (var edge : node.edges()) met.add(edge.source());
        for (var tensor : wanted) {
            if (!met.contains(tensor.source())) throw new IllegalArgumentException("grad: an input of shape " + tensor.shape()
                + (tensor.requiresGrad() ? " has no part in the output; leave it out"
                    : " does not require a gradient; call requiresGrad(true) on it before the output is computed"));
            sought.add(tensor.source());
        }
        for (var node : nodes.reversed())
            if (Arrays.stream(node.edges()).anyMatch(edge -> sought.contains(edge.source()))) sought.add(node);
        return sought;
    }

    private static void checkNumber(Tensor gradient, Node node) {
        for (float each : gradient.toArray())
            if (Float.isNaN(each)) throw new IllegalStateException("backward: \"" + node.operation
                + "\" made the first NaN among the gradients; its forward was called " + calledAt(node.origin), node.origin);
    }

    /// The first line of the caller's own.
    private static String calledAt(Throwable origin) {
        if (origin == null) return "outside detectAnomaly(), so it is not known where";
        return Arrays.stream(origin.getStackTrace())
            .filter(frame -> !frame.getClassName().startsWith(Autograd.class.getPackageName() + "."))
            .findFirst().map(frame -> "at " + frame).orElse("by the library");
    }

    private static Tensor seed(Tensor output, Tensor gradient) {
        if (gradient == null) {
            if (output.numel() != 1) throw new IllegalArgumentException("backward: the output has shape "
                + output.shape() + ", but only a single number has a gradient by itself; pass the gradient of this"
                + " output, of the same shape, or reduce it first, with sum() or mean()");
            return Tensor.ones(output.shape().toArray());
        }
        if (!gradient.shape().equals(output.shape())) throw new IllegalArgumentException("backward: the gradient has shape "
            + gradient.shape() + ", the output " + output.shape() + "; they must be the same");
        return gradient;
    }

    /// All operations below, each before those that its inputs come from.
    private static List<Node> reachable(Tensor output) {
        var found = new ArrayList<Node>();
        var seen = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
        // a stack of our own: a chain of 100,000 operations would overflow the thread's
        var open = new ArrayDeque<Node>();
        if (output.node != null) open.push(output.node);
        while (!open.isEmpty()) {
            var node = open.pop();
            if (!seen.add(node)) continue;
            found.add(node);
            for (var edge : node.edges()) if (edge.source() instanceof Node below) open.push(below);
        }
        // stable, so that sums of gradients are always added in the same order
        found.sort(Comparator.comparingInt((Node node) -> node.depth).reversed());
        return found;
    }
}
