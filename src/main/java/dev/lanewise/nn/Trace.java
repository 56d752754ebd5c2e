package dev.lanewise.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What runs within a model: the calls of its modules, as they end, whatever the model is and however it is called.
///
/// ```java
/// for (var step : Trace.of(model, () -> model.call(question, context)))
///     IO.println(step.path() + " " + step.call().output().shape());
/// ```
///
/// A module is seen that is registered and called as users call it, [Layer#call], or ends its call with [Module#observed].
public final class Trace {

    private Trace() {}

    /// One call. Those that it made itself are steps before it; the model's own comes last.
    ///
    /// @param path   the module's place, "" of the model. One that stands in several places has the first of them in its first
    ///     call, the next one in the next, and so on from the first
    /// @param module what was called
    /// @param call   with what, and what came out
    public record Step(String path, Module module, Call call) {}

    /// All calls, in the order in which they end. Nothing in the model is changed: see [Module#rehearsing()].
    ///
    /// @param call runs the model, in the modes in which this thread is
    public static List<Step> of(Module model, Runnable call) {
        var steps = new ArrayList<Step>();
        watch(model, call, steps::add);
        return steps;
    }

    /// As [#of], showing each call as it ends, while those around it go on; nothing is kept.
    public static void watch(Module model, Runnable call, Consumer<Step> watcher) {
        try (var _ = model.rehearsing()) {
            var calls = new IdentityHashMap<Module, Integer>();
            paths(model).forEach((module, paths) -> module.registerForwardHook((_, seen) -> {
                int before = calls.merge(module, 1, Integer::sum) - 1;
                watcher.accept(new Step(paths.get(before % paths.size()), module, seen));
            }));
            call.run();
        }
    }

    private static Map<Module, List<String>> paths(Module model) {
        var paths = new IdentityHashMap<Module, List<String>>();
        model.visitPlaces("", Collections.newSetFromMap(new IdentityHashMap<>()),
            (path, module) -> paths.computeIfAbsent(module, _ -> new ArrayList<>()).add(path));
        return paths;
    }
}
