package dev.lanewise.diagnose;

import dev.lanewise.nn.Chain;
import dev.lanewise.nn.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/// The modules of a network in the order in which they end, and what goes from where to where.
///
/// @param sources   of each one, whose output it gets: its number, or [#OUTSIDE]
/// @param consumers of each one, which gets its output, and no other does: its number, [#END] or [#OTHERS]
record Wiring(List<Stage> stages, List<Integer> sources, List<Integer> consumers) {

    /// The network's input, or what was computed between modules.
    static final int OUTSIDE = -1;
    /// The output is the network's, and goes nowhere else.
    static final int END = -1;
    /// Several, or what is computed between modules.
    static final int OTHERS = -2;

    Wiring {
        stages = List.copyOf(stages);
        sources = List.copyOf(sources);
        consumers = List.copyOf(consumers);
    }

    int size() { return stages.size(); }

    /// The modules one after the other, chains within chains flattened.
    static Wiring chain(Layer model) {
        var stages = new ArrayList<Stage>();
        collect("", model, stages);
        int size = stages.size();
        return new Wiring(stages, IntStream.range(0, size).mapToObj(i -> i == 0 ? OUTSIDE : i - 1).toList(),
            IntStream.range(0, size).mapToObj(i -> i == size - 1 ? END : i + 1).toList());
    }

    private static void collect(String path, Layer layer, List<Stage> stages) {
        if (!(layer instanceof Chain chain)) {
            stages.add(Stage.of(path, layer));
            return;
        }
        var children = new LinkedHashMap<>(layer.children());
        for (var link : chain.layers()) {
            var name = children.keySet().stream().filter(each -> children.get(each) == link).findFirst().orElseThrow(() ->
                new IllegalArgumentException("explanation: a layer of " + layer.getClass().getSimpleName() + ", " + link
                    + ", is none of its children, or runs more often than it is registered; hand it to register(…)"));
            children.remove(name);
            collect(path.isEmpty() ? name : path + "." + name, link, stages);
        }
    }
}
