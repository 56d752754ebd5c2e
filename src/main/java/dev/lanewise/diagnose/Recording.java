package dev.lanewise.diagnose;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.formula.Term;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a run's operations were, and how its outputs came about.
final class Recording implements TensorBridge.Witness {

    private static final TensorBridge TENSORS = TensorBridge.get();

    /// An operation.
    static final class Made {

        private final String operation;
        private final Tensor result;
        private final Object key;
        private final List<TensorBridge.Source> sources;
        /// Null if it works on more than single elements.
        private Term formula;
        /// All of an elementwise operation's.
        private List<Tensor> inputs = List.of();
        /// Null if it is no part of its input.
        private TensorBridge.Window window;

        private Made(String operation, Tensor result, Object key, List<TensorBridge.Source> sources) {
            this.operation = operation;
            this.result = result;
            this.key = key;
            this.sources = sources;
        }

        String operation() { return operation; }

        Tensor result() { return result; }

        List<TensorBridge.Source> sources() { return sources; }

        Term formula() { return formula; }

        List<Tensor> inputs() { return inputs; }

        TensorBridge.Window window() { return window; }
    }

    private final Map<Object, Made> made = new IdentityHashMap<>();
    private Made last;
    /// Those that lead to the ends, by what they take.
    private final Map<Object, List<Made>> takers = new IdentityHashMap<>();
    private final Set<Object> ends = Collections.newSetFromMap(new IdentityHashMap<>());

    /// By what operations know it.
    static Object key(Tensor x) { return TENSORS.source(x); }

    @Override
    public void recorded(String operation, Tensor result, List<TensorBridge.Source> inputs) {
        last = new Made(operation, result, key(result), inputs);
        made.put(last.key, last);
    }

    @Override
    public void isElementwise(Term formula, List<Tensor> inputs) {
        last.formula = formula;
        last.inputs = inputs;
    }

    @Override
    public void isWindow(TensorBridge.Window window) { last.window = window; }

    /// Null if it is a leaf, or was made before.
    Made of(Object key) { return made.get(key); }

    /// When all is recorded.
    void end(Collection<Tensor> outputs) {
        var open = new ArrayDeque<Made>();
        var seen = Collections.newSetFromMap(new IdentityHashMap<Made, Boolean>());
        for (var output : outputs) if (output.requiresGrad() && ends.add(key(output))
            && made.containsKey(key(output))) open.push(made.get(key(output)));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (!seen.add(next)) continue;
            for (var source : next.sources) {
                takers.computeIfAbsent(source.key(), _ -> new ArrayList<>()).add(next);
                if (made.containsKey(source.key())) open.push(made.get(source.key()));
            }
        }
    }

    /// Whether it is one of the ends.
    boolean isEnd(Object key) { return ends.contains(key); }

    /// Whether it has a part in one of the ends.
    boolean hasPart(Object key) { return ends.contains(key) || takers.containsKey(key); }

    /// Which of the gates come first on the ways from here to the ends, each once; with null for an end on a way without gates,
    /// if `from` isn't it.
    Set<Object> gatesBehind(Object from, Set<Object> gates) {
        var met = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        var seen = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        var open = new ArrayDeque<Object>();
        open.push(from);
        while (!open.isEmpty())
            for (var taker : takers.getOrDefault(open.pop(), List.of())) {
                if (!seen.add(taker.key)) continue;
                if (gates.contains(taker.key)) {
                    met.add(taker.key);
                    continue;
                }
                if (ends.contains(taker.key)) met.add(null);
                open.push(taker.key);
            }
        return met;
    }
}
