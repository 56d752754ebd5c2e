package dev.lanewise.tensor;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;

/// Which tensors have a part in some others, the ends, as the record of operations says.
final class RecordedParts implements Predicate<Tensor> {

    private final Set<Object> sources = Collections.newSetFromMap(new IdentityHashMap<>());

    RecordedParts(Collection<Tensor> ends) {
        var open = new ArrayDeque<Node>();
        for (var end : ends) if (end.requiresGrad() && sources.add(end.source()) && end.node != null) open.push(end.node);
        while (!open.isEmpty())
            for (var edge : open.pop().edges()) if (sources.add(edge.source())
                && edge.source() instanceof Node below) open.push(below);
    }

    @Override
    public boolean test(Tensor x) { return x.requiresGrad() && sources.contains(x.source()); }
}
