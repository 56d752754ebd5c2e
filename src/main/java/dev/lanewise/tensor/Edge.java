package dev.lanewise.tensor;

import java.util.function.UnaryOperator;

/// An input of a recorded operation, and the rule that turns the gradient of the result into its gradient.
///
/// A rule is written in tensor operations, so it can be differentiated in turn. It captures what it needs from the
/// forward pass in [Saved], and nothing else is kept: not even the input. An input that needs no gradient has its edge
/// dropped. A rule may give the gradient in the broadcast shape: the walk sums it back.
class Edge {

    private static final Edge NONE = new Edge(null, null, null);

    private final Object source;
    private final Shape shape;
    private UnaryOperator<Tensor> rule;

    private Edge(Object source, Shape shape, UnaryOperator<Tensor> rule) {
        this.source = source;
        this.shape = shape;
        this.rule = rule;
    }

    /// A class rather than a field, which would make every edge larger.
    private static final class Free extends Edge {

        Free(Object source, Shape shape, UnaryOperator<Tensor> rule) { super(source, shape, rule); }

        @Override
        void release() {}
    }

    /// One whose rule has saved something of the forward pass, or may have.
    static Edge to(Tensor input, UnaryOperator<Tensor> rule) {
        return input.requiresGrad() ? new Edge(input.source(), input.shape(), rule) : NONE;
    }

    /// One whose rule knows nothing but shapes and constants, so that it can be walked again.
    static Edge free(Tensor input, UnaryOperator<Tensor> rule) {
        return input.requiresGrad() ? new Free(input.source(), input.shape(), rule) : NONE;
    }

    /// The leaf, or the operation that made the input; null if it needs no gradient, and then nothing else is there.
    Object source() { return source; }

    /// The input's.
    Shape shape() { return shape; }

    /// Null after it was released.
    UnaryOperator<Tensor> rule() { return rule; }

    /// Lets go of what was saved for backward.
    void release() { rule = null; }

    /// Those whose inputs need a gradient.
    static Edge[] live(Edge[] edges) {
        int live = 0;
        for (var edge : edges) if (edge.source != null) live++;
        if (live == edges.length) return edges;
        var kept = new Edge[live];
        int next = 0;
        for (var edge : edges) if (edge.source != null) kept[next++] = edge;
        return kept;
    }
}
