package dev.lanewise.tensor;

import dev.lanewise.kernel.TermKernel;

/// An input of an elementwise operation: its gradient is one loop over the result's, and what the derivative reads is what is
/// saved.
final class ElementwiseEdge extends Edge {

    private static final SavedTensor[] NONE = {};

    private final String name;
    private final float[] numbers;
    /// Null after a release.
    private TermKernel.ByInput derivative;
    /// What the derivative reads, in its order; null if it reads nothing.
    private SavedTensor first;
    private SavedTensor[] others = NONE;

    /// @param before an edge of the same operation, with which it shares what both save; null if there is none
    /// @param inputs how many of `a` to `e` there are
    ElementwiseEdge(ElementwiseEdge before, Tensor input, TermKernel.ByInput derivative, String name, float[] numbers, int inputs,
                    Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor y) {
        super(input.source(), input.shape());
        this.name = name;
        this.numbers = numbers;
        this.derivative = derivative;
        int[] saves = derivative.saves();
        if (saves.length == 0) return;
        if (saves.length > 1) others = new SavedTensor[saves.length - 1];
        for (int i = 0; i < saves.length; i++) {
            var tensor = saves[i] == inputs ? y : ElementwiseOperation.input(saves[i], a, b, c, d, e);
            var saved = before == null ? null : before.saved(tensor);
            if (saved == null && i > 0) saved = saved(tensor);
            if (saved == null) saved = new SavedTensor(name, tensor);
            if (i == 0) first = saved;
            else others[i - 1] = saved;
        }
    }

    private SavedTensor saved(Tensor tensor) {
        if (first != null && first.isOf(tensor)) return first;
        for (var saved : others) if (saved != null && saved.isOf(tensor)) return saved;
        return null;
    }

    @Override
    Tensor gradient(Tensor g) {
        int reads = derivative.reads();
        var seed = derivative.timesFirst() ? g.mul(get(reads)) : g;
        if (derivative.kernel().isFirst()) return seed;
        return ElementwiseOperation.apply(derivative.kernel(), name, numbers, seed, reads > 0 ? get(0) : null, reads > 1
            ? get(1) : null,
            reads > 2 ? get(2) : null, reads > 3 ? get(3) : null);
    }

    private Tensor get(int i) { return (i == 0 ? first : others[i - 1]).get(); }

    @Override
    boolean isReleased() { return derivative == null; }

    /// What knows nothing but shapes and numbers can be walked again.
    @Override
    void release() {
        if (first == null) return;
        derivative = null;
        first = null;
        others = NONE;
    }
}
