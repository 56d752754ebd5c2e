package dev.lanewise.tensor;

import java.util.function.UnaryOperator;

/// An input of a recorded operation, and the rule that turns the gradient of the result into its gradient.
///
/// A rule is written in tensor operations, so it can be differentiated in turn. It captures what it needs from the
/// forward pass in [SavedTensor], and nothing else is kept: not even the input. An input that needs no gradient has its edge
/// dropped. A rule may give the gradient in the broadcast shape: the walk sums it back.
abstract class Edge {

    /// Of an input that needs no gradient.
    static final Edge NONE = new Free(null, null, null);

    private final Object source;
    private final Shape shape;

    Edge(Object source, Shape shape) {
        this.source = source;
        this.shape = shape;
    }

    /// A rule that captures what was saved.
    private static final class Saving extends Edge {
        private UnaryOperator<Tensor> rule;

        Saving(Object source, Shape shape, UnaryOperator<Tensor> rule) {
            super(source, shape);
            this.rule = rule;
        }

        @Override
        Tensor gradient(Tensor g) { return rule.apply(g); }

        @Override
        boolean isReleased() { return rule == null; }

        @Override
        void release() { rule = null; }
    }

    private static final class Free extends Edge {
        private final UnaryOperator<Tensor> rule;

        Free(Object source, Shape shape, UnaryOperator<Tensor> rule) {
            super(source, shape);
            this.rule = rule;
        }

        @Override
        Tensor gradient(Tensor g) { return rule.apply(g); }

        @Override
        boolean isReleased() { return false; }

        @Override
        void release() {}
    }

    /// One whose rule has saved something of the forward pass, or may have.
    static Edge to(Tensor input, UnaryOperator<Tensor> rule) {
        return input.requiresGrad() ? new Saving(input.source(), input.shape(), rule) : NONE;
    }

    /// One whose rule knows nothing but shapes and constants, so that it can be walked again.
    static Edge free(Tensor input, UnaryOperator<Tensor> rule) {
        return input.requiresGrad() ? new Free(input.source(), input.shape(), rule) : NONE;
    }

    /// The leaf, or the operation that made the input; null if it needs no gradient, and then nothing else is there.
    final Object source() { return source; }

    /// The input's.
    final Shape shape() { return shape; }

    /// The input's gradient from the result's. Not to be called after a release.
    abstract Tensor gradient(Tensor g);

    /// Whether what was saved for backward is gone.
    abstract boolean isReleased();

    /// Lets go of what was saved for backward.
    abstract void release();

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
