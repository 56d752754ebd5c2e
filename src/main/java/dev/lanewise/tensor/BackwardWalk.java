package dev.lanewise.tensor;

import dev.lanewise.kernel.Spares;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One walk back over a record, from the gradient of an output to those of what it was computed from.
final class BackwardWalk extends Spares.Loan {

    /// Used again, so that a step makes none; a walk that begins within another, in a hook, has its own.
    private static final Spares<BackwardWalk> SPARES = new Spares<>(BackwardWalk::new);

    /// Walks over more operations let go of their tables.
    private static final int KEPT = 1_000;

    /// What can follow each other: an operation's depth is above those of all that its inputs come from.
    private static final Comparator<Node> FALLING_DEPTH = (a, b) -> Integer.compare(b.depth, a.depth);

    /// Of leaves, of operations that the walk has not come to, and of those that are wanted, by [Tensor#source].
    private Map<Object, Tensor> gradients;
    /// In the order in which gradients arrived at them first, which the map doesn't keep.
    private List<Tensor> leaves;
    private List<Node> nodes;
    private Set<Node> seen;
    private ArrayDeque<Node> open;
    private boolean createGraph;
    /// Null while there is no walk.
    private Context mode;

    private BackwardWalk() {}

    /// @param createGraph records the walk itself, until it is closed
    static BackwardWalk begin(boolean createGraph) {
        var walk = SPARES.borrow();
        try {
            if (walk.gradients == null) walk.makeTables();
            walk.createGraph = createGraph;
            walk.mode = Context.guard("backward", createGraph, Context.current().scope);
            return walk;
        } catch (Throwable e) {
            walk.close();
            throw e;
        }
    }

    private void makeTables() {
        leaves = new ArrayList<>();
        nodes = new ArrayList<>();
        seen = Collections.newSetFromMap(new IdentityHashMap<>());
        open = new ArrayDeque<>();
        gradients = new IdentityHashMap<>();
    }

    @Override
    public void close() {
        try (var _ = mode) {
            mode = null;
            if (gradients == null) return;
            if (nodes.size() > KEPT) {
                gradients = null;
                leaves = null;
                nodes = null;
                seen = null;
                open = null;
            } else {
                gradients.clear();
                leaves.clear();
                nodes.clear();
                seen.clear();
                open.clear();
            }
        } finally {
            super.close();
        }
    }

    /// @param gradient of the output's shape; null if the output is a single number
    /// @param keep     whether another walk may follow
    /// @param wanted   what gradients are asked for; if there are none, those of all leaves
    void from(Tensor output, Tensor gradient, boolean keep, List<Tensor> wanted) {
        if (!output.requiresGrad()) throw new IllegalStateException("backward: the output of shape " + output.shape()
            + " was not computed from a tensor that requires a gradient, or was computed within noGrad(); call"
            + " requiresGrad(true) on what it is computed from, and compute it outside");
        var seed = seed(output, gradient);
        arrive(output.source(), createGraph || !seed.requiresGrad() ? seed : seed.detach());
        findNodes(output);
        var sought = wanted.isEmpty() ? null : leadingTo(wanted, output);
        requireWhatWasSaved(sought);
        for (var node : nodes) {
            if (sought != null && !sought.contains(node)) continue;
            var arrived = Hooks.apply(node.hooks, gradients.remove(node));
            if (isWanted(node, wanted)) gradients.put(node, arrived);
            for (var edge : node.edges()) if (sought == null || sought.contains(edge.source())) pass(arrived, edge, node);
            if (!keep) node.release();
        }
        for (int i = 0; i < leaves.size(); i++) {
            var leaf = leaves.get(i);
            if (leaf.hooks != null) gradients.put(leaf, Hooks.apply(leaf.hooks, gradients.get(leaf)));
        }
    }

    /// Before anything is done.
    private void requireWhatWasSaved(Set<Object> sought) {
        for (int i = 0; i < nodes.size(); i++) {
            var node = nodes.get(i);
            if (sought != null && !sought.contains(node)) continue;
            for (var edge : node.edges()) if (edge.isReleased() && (sought == null || sought.contains(edge.source())))
                throw new IllegalStateException("backward: the graph below \"" + node.operation + "\" was released by an earlier"
                    + " backward; pass retainGraph = true to the first one, or compute the result again");
        }
    }

    private void pass(Tensor arrived, Edge edge, Node node) {
        var part = Reduce.sumTo(edge.gradient(arrived), edge.shape());
        if (Context.current().anomaly) checkNumber(part, node);
        arrive(edge.source(), part);
    }

    private void arrive(Object source, Tensor part) {
        var before = gradients.get(source);
        gradients.put(source, before == null ? part : before.add(part));
        if (before == null && source instanceof Tensor leaf) leaves.add(leaf);
    }

    /// Of a tensor that was wanted.
    Tensor gradient(Tensor wanted) { return gradients.get(wanted.source()); }

    /// Adds what has arrived at leaves to what they have: all sums are there before the first leaf takes its own, so that a step
    /// for which memory doesn't suffice can be tried again.
    void accumulate() {
        for (int i = 0; i < leaves.size(); i++) {
            var leaf = leaves.get(i);
            if (leaf.requiresGrad()) gradients.put(leaf, leaf.accumulated(gradients.get(leaf)));
        }
        for (int i = 0; i < leaves.size(); i++) {
            var leaf = leaves.get(i);
            if (leaf.requiresGrad()) leaf.hold(gradients.get(leaf));
        }
    }

    private static boolean isWanted(Node node, List<Tensor> wanted) {
        for (int i = 0; i < wanted.size(); i++) if (wanted.get(i).node == node) return true;
        return false;
    }

    private static Tensor seed(Tensor output, Tensor gradient) {
        if (gradient == null) {
            if (output.numel() != 1) throw new IllegalArgumentException("backward: the output has shape "
                + output.shape() + ", but only a single number has a gradient by itself; pass the gradient of this"
                + " output, of the same shape, or reduce it first, with sum() or mean()");
            var one = Tensor.empty(output.shape());
            one.data()[0] = 1f;
            return one;
        }
        if (!gradient.shape().equals(output.shape())) throw new IllegalArgumentException("backward: the gradient has shape "
            + gradient.shape() + ", the output " + output.shape() + "; they must be the same");
        return gradient;
    }

    /// All operations below, each before those that its inputs come from.
    private void findNodes(Tensor output) {
        // a stack of our own: a chain of 100,000 operations would overflow the thread's
        if (output.node != null) open.push(output.node);
        while (!open.isEmpty()) {
            var node = open.pop();
            if (!seen.add(node)) continue;
            nodes.add(node);
            for (var edge : node.edges()) if (edge.source() instanceof Node below) open.push(below);
        }
        // stable, so that sums of gradients are always added in the same order
        nodes.sort(FALLING_DEPTH);
    }

    /// The wanted tensors' sources, and the operations on the way to them: a walk need not go elsewhere.
    ///
    /// @throws IllegalArgumentException if a tensor has no part in the output
    private Set<Object> leadingTo(List<Tensor> wanted, Tensor output) {
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
}
