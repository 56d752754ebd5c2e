package dev.lanewise.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// What wants to see, or to replace, the gradient that arrives at a tensor.
final class Hooks {

    private final List<Entry> hooks = new ArrayList<>();
    /// Keep what the hooks have left of the gradient. Several, since a hook of a module may get a copy of the result that another
    /// keeps.
    private final List<Tensor> keepers = new ArrayList<>();

    /// One registration: the same hook may have several, and each handle removes its own.
    private static final class Entry {
        private final UnaryOperator<Tensor> hook;

        Entry(UnaryOperator<Tensor> hook) { this.hook = Objects.requireNonNull(hook, "hook: no hook"); }
    }

    /// The handle removes the hook again.
    Hook add(UnaryOperator<Tensor> hook) {
        var entry = new Entry(hook);
        hooks.add(entry);
        return () -> hooks.remove(entry);
    }

    void keep(Tensor keeper) { if (!keepers.contains(keeper)) keepers.add(keeper); }

    static Hooks orNew(Hooks hooks) { return hooks == null ? new Hooks() : hooks; }

    /// The gradient after all hooks, in the order in which they were added; null from a hook leaves it as it is.
    static Tensor apply(Hooks all, Tensor gradient) {
        if (all == null) return gradient;
        for (var entry : List.copyOf(all.hooks)) {
            var replaced = run(entry.hook, gradient);
            if (replaced == null) continue;
            if (!replaced.shape().equals(gradient.shape())) throw new IllegalStateException("hook: it returned a gradient of"
                + " shape " + replaced.shape() + " for one of shape " + gradient.shape() + "; they must be the same");
            gradient = replaced;
        }
        for (int i = 0; i < all.keepers.size(); i++) all.keepers.get(i).accumulateGrad(gradient);
        return gradient;
    }

    /// What a hook sees, and what it computes, is its own: it may keep it.
    private static Tensor run(UnaryOperator<Tensor> hook, Tensor gradient) {
        try (var _ = Context.guard("hook", Context.current().recording, null)) {
            return hook.apply(Scope.lasting(gradient));
        }
    }
}
