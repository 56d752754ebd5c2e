package dev.lanewise.tensor;

/// One recorded operation: how the gradient of its result becomes gradients of its inputs.
final class Node {

    final String operation;
    /// Longest way to a leaf: a node's depth is above those of all its inputs, so falling depth is a valid order.
    final int depth;
    /// Where the forward pass called the operation, if anomalies are looked for; else null.
    final Throwable origin;
    private final Edge[] edges;
    /// What sees the gradient of the result first; null until there is one.
    Hooks hooks;

    Node(String operation, Edge[] edges, Throwable origin) {
        this.operation = operation;
        this.edges = edges;
        this.origin = origin;
        int deepest = 0;
        for (var edge : edges) if (edge.source() instanceof Node node) deepest = Math.max(deepest, node.depth);
        this.depth = deepest + 1;
    }

    Edge[] edges() { return edges; }

    /// Lets go of what was saved for backward: an operation that has saved nothing can be walked again.
    void release() { for (var edge : edges) edge.release(); }
}
