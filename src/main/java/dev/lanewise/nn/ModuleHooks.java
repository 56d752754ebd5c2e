package dev.lanewise.nn;

import dev.lanewise.nn.Module.BackwardHook;
import dev.lanewise.nn.Module.ForwardHook;
import dev.lanewise.tensor.Hook;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// The hooks of one module. Lists are copied on change: inference may run on other threads meanwhile.
final class ModuleHooks {

    private final List<Entry<ForwardHook>> forward = new CopyOnWriteArrayList<>();
    private final List<Entry<BackwardHook>> backward = new CopyOnWriteArrayList<>();

    /// One registration: the same hook may have several, and each handle removes its own.
    private static final class Entry<H> {
        private final H hook;

        Entry(H hook) { this.hook = Objects.requireNonNull(hook); }
    }

    Hook add(ForwardHook hook) { return added(forward, hook); }

    Hook add(BackwardHook hook) { return added(backward, hook); }

    private static <H> Hook added(List<Entry<H>> hooks, H hook) {
        var entry = new Entry<>(hook);
        hooks.add(entry);
        return () -> hooks.remove(entry);
    }

    boolean isEmpty() { return forward.isEmpty() && backward.isEmpty(); }

    Tensor run(Module module, Tensor input, Tensor output) {
        var result = backward.isEmpty() || !output.requiresGrad() ? output : observed(module, input, output);
        if (forward.isEmpty()) return result;
        // what hooks see, and what they compute, is their own: they may keep it
        try (var _ = Scope.outside()) {
            var seenInput = Scope.lasting(input);
            var seenResult = Scope.lasting(result);
            forward.forEach(entry -> entry.hook.after(module, seenInput, seenResult));
        }
        return result;
    }

    private Tensor observed(Module module, Tensor input, Tensor output) {
        // a view of its own, where the output is someone else's tensor: a module may pass its input on
        var own = output == input || output.isLeaf() ? output.expand(output.shape().toArray()) : output;
        own.registerHook(gradient -> {
            backward.forEach(entry -> entry.hook.after(module, gradient));
            return null;
        });
        return own;
    }
}
