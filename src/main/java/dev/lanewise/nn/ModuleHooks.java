package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.Module.BackwardHook;
import dev.lanewise.nn.Module.ForwardHook;
import dev.lanewise.tensor.Hook;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The hooks of one module. Lists are copied on change: inference may run on other threads meanwhile.
final class ModuleHooks {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private final ModuleValue<List<Entry<ForwardHook>>> forward;
    private final ModuleValue<List<Entry<BackwardHook>>> backward;

    ModuleHooks(Module module) {
        forward = new ModuleValue<>(module, List.of());
        backward = new ModuleValue<>(module, List.of());
    }

    /// One registration: the same hook may have several, and each handle removes its own.
    private static final class Entry<H> {
        private final H hook;

        Entry(H hook) { this.hook = Objects.requireNonNull(hook, "hook: no hook"); }
    }

    Hook add(ForwardHook hook) { return added(forward, hook); }

    Hook add(BackwardHook hook) { return added(backward, hook); }

    private static <H> Hook added(ModuleValue<List<Entry<H>>> hooks, H hook) {
        var entry = new Entry<>(hook);
        hooks.update(before -> Stream.concat(before.stream(), Stream.of(entry)).toList());
        return () -> hooks.update(before -> before.stream().filter(each -> each != entry).toList());
    }

    boolean isEmpty() { return forward.get().isEmpty() && backward.get().isEmpty(); }

    /// The result, in whose outputs backward hooks look.
    @SuppressWarnings("unchecked") // what has the structure of the result is of its type
    <R> R run(Module module, R result, Object... arguments) {
        var seen = backward.get().isEmpty() ? result : (R) watched(module, result, arguments);
        var entries = forward.get();
        if (entries.isEmpty()) return seen;
        // what hooks see, and what they compute, is their own: they may keep it
        try (var _ = Scope.outside()) {
            var call = new Call(Arrays.asList((Object[]) Structured.map(arguments, TENSORS::lasting)),
                Structured.map(seen, TENSORS::lasting));
            entries.forEach(entry -> entry.hook.after(module, call));
        }
        return seen;
    }

    private Object watched(Module module, Object result, Object[] arguments) {
        var inputs = Structured.tensors(arguments);
        int[] count = {0};
        var watched = Structured.map(result, output -> watched(module, count[0]++, output, inputs));
        if (count[0] == 0 && result != null) throw new IllegalStateException("backward hook: " + module.getClass().getSimpleName()
            + " gives a " + result.getClass().getSimpleName() + ", in which no tensor is found; let it implement Tensors, or"
            + " remove the hook");
        return watched;
    }

    private Tensor watched(Module module, int place, Tensor output, List<Tensor> inputs) {
        if (!output.requiresGrad()) return output;
        // a view of its own, where the output is someone else's tensor: a module may pass its input on
        boolean own = !output.isLeaf() && inputs.stream().noneMatch(input -> input == output);
        var seen = own ? output : output.expand(output.shape().toArray());
        seen.registerHook(gradient -> {
            backward.get().forEach(entry -> entry.hook.after(module, place, gradient));
            return null;
        });
        return seen;
    }
}
