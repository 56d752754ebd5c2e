package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How the ends came about, from the record of operations, read from front to back.
final class RecordedLineage implements TensorBridge.Lineage {

    private final Set<Object> ends = Collections.newSetFromMap(new IdentityHashMap<>());
    /// The operations that take what a source gives, a leaf or another operation.
    private final Map<Object, List<Node>> takers = new IdentityHashMap<>();
    private final Map<Object, Tensor> gates = new IdentityHashMap<>();

    RecordedLineage(Collection<Tensor> ends, Collection<Tensor> gates) {
        for (var gate : gates) this.gates.put(gate.source(), gate);
        var open = new ArrayDeque<Node>();
        for (var end : ends) if (end.requiresGrad() && this.ends.add(end.source()) && end.node != null) open.push(end.node);
        var seen = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
        while (!open.isEmpty()) {
            var node = open.pop();
            if (!seen.add(node)) continue;
            for (var edge : node.edges()) {
                takers.computeIfAbsent(edge.source(), _ -> new ArrayList<>()).add(node);
                if (edge.source() instanceof Node below) open.push(below);
            }
        }
    }

    @Override
    public boolean hasPart(Tensor x) { return x.requiresGrad() && (ends.contains(x.source()) || takers.containsKey(x.source())); }

    @Override
    public Set<Tensor> gatesBehind(Tensor from) {
        var met = Collections.newSetFromMap(new IdentityHashMap<Tensor, Boolean>());
        if (ends.contains(from.source())) met.add(from);
        var seen = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        var open = new ArrayDeque<Object>();
        open.push(from.source());
        while (!open.isEmpty())
            for (var taker : takers.getOrDefault(open.pop(), List.of())) {
                if (!seen.add(taker)) continue;
                var gate = gates.get(taker);
                if (gate != null) met.add(gate);
                else open.push(taker);
            }
        return met;
    }
}
