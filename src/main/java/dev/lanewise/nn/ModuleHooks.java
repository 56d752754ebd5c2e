package dev.lanewise.nn;

import dev.lanewise.nn.Module.BackwardHook;
import dev.lanewise.nn.Module.ForwardHook;
import dev.lanewise.tensor.Hook;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The hooks of one module. Lists are copied on change: inference may run on other threads meanwhile.
final class ModuleHooks {

    private final ModuleValue<List<Entry<ForwardHook>>> forward;
    private final ModuleValue<List<Entry<BackwardHook>>> backward;

    ModuleHooks(Module module) {
        forward = new ModuleValue<>(module, List.of());
        backward = new ModuleValue<>(module, List.of());
    }

    /// One registration: the same hook may have several, and each handle removes its own.
    private static final class Entry<H> {
        private final H hook;

        Entry(H hook) { this.hook = Objects.requireNonNull(hook); }
    }

    Hook add(ForwardHook hook) { return added(forward, hook); }

    Hook add(BackwardHook hook) { return added(backward, hook); }

    private static <H> Hook added(ModuleValue<List<Entry<H>>> hooks, H hook) {
        var entry = new Entry<>(hook);
        hooks.update(before -> Stream.concat(before.stream(), Stream.of(entry)).toList());
        return () -> hooks.update(before -> before.stream().filter(each -> each != entry).toList());
    }

    boolean isEmpty() { return forward.get().isEmpty() && backward.get().isEmpty(); }

    Tensor run(Module module, Tensor input, Tensor output) {
        var entries = forward.get();
        var result = backward.get().isEmpty() || !output.requiresGrad() ? output : observed(module, input, output);
        if (entries.isEmpty()) return result;
        // what hooks see, and what they compute, is their own: they may keep it
        try (var _ = Scope.outside()) {
            var seenInput = Scope.lasting(input);
            var seenResult = Scope.lasting(result);
            entries.forEach(entry -> entry.hook.after(module, seenInput, seenResult));
        }
        return result;
    }

    private Tensor observed(Module module, Tensor input, Tensor output) {
        // a view of its own, where the output is someone else's tensor: a module may pass its input on
        var own = output == input || output.isLeaf() ? output.expand(output.shape().toArray()) : output;
        own.registerHook(gradient -> {
            backward.get().forEach(entry -> entry.hook.after(module, gradient));
            return null;
        });
        return own;
    }
}
