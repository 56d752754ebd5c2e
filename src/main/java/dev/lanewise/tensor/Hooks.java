package dev.lanewise.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// What wants to see, or to replace, the gradient that arrives at a tensor.
final class Hooks {

    private final List<UnaryOperator<Tensor>> hooks = new ArrayList<>();

    /// The handle removes the hook again.
    Hook add(UnaryOperator<Tensor> hook) {
        hooks.add(hook);
        return () -> hooks.remove(hook);
    }

    static Hooks orNew(Hooks hooks) { return hooks == null ? new Hooks() : hooks; }

    /// The gradient after all hooks, in the order in which they were added; null from a hook leaves it as it is.
    static Tensor apply(Hooks all, Tensor gradient) {
        if (all == null) return gradient;
        for (var hook : List.copyOf(all.hooks)) {
            var replaced = hook.apply(gradient);
            if (replaced == null) continue;
            if (!replaced.shape().equals(gradient.shape())) throw new IllegalStateException("hook: it returned a gradient of shape "
                + replaced.shape() + " for one of shape " + gradient.shape() + "; they must be the same");
            gradient = replaced;
        }
        return gradient;
    }
}
