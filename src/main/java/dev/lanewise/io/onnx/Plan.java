package dev.lanewise.io.onnx;

import dev.lanewise.file.Quote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A graph as it is run: what each node computes, from which places to which, and which places are free from then on.
final class Plan {

    private static final int NONE = -1;

    /// @param inputs  places; -1 for one that is left out
    /// @param outputs places; -1 for one that nobody asks for
    /// @param last    places that nothing behind it reads
    private record Step(Node node, Kernel kernel, int[] inputs, int[] outputs, int[] last) {}

    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    /// @param given   names that have values before anything runs
    /// @param wanted  names that must have values in the end
    Plan(List<Prepared> nodes, Set<String> given, List<String> wanted) {
        given.forEach(this::place);
        var needed = needed(nodes, wanted);
        var keep = new HashSet<Integer>();
        for (var prepared : nodes) {
            if (!needed.contains(prepared)) continue;
            var node = prepared.node();
            var inputs = new int[node.inputs().size()];
            for (int i = 0; i < inputs.length; i++) inputs[i] = known(node, node.inputs().get(i));
            var outputs = new int[node.outputs().size()];
            for (int i = 0; i < outputs.length; i++) outputs[i] = made(node, node.outputs().get(i));
            steps.add(new Step(node, prepared.kernel(), inputs, outputs, new int[0]));
        }
        for (var name : wanted) if (places.containsKey(name)) keep.add(places.get(name));
        free(keep);
    }

    /// A node and what it computes.
    record Prepared(Node node, Kernel kernel) {}

    /// Of all nodes those from which something wanted comes.
    private static Set<Prepared> needed(List<Prepared> nodes, List<String> wanted) {
        var names = new HashSet<>(wanted);
        var needed = new HashSet<Prepared>();
        for (var prepared : nodes.reversed()) {
            if (prepared.node().outputs().stream().noneMatch(names::contains)) continue;
            needed.add(prepared);
            names.addAll(prepared.node().inputs());
        }
        return needed;
    }

    private int place(String name) { return places.computeIfAbsent(name, _ -> places.size()); }

    private int known(Node node, String name) {
        if (name.isEmpty()) return NONE;
        var place = places.get(name);
        if (place == null) throw node.malformed("it reads " + Quote.of(name)
            + ", which is no input or weight, and which no node before it makes");
        return place;
    }

    private int made(Node node, String name) {
        if (name.isEmpty()) return NONE;
        if (places.containsKey(name)) throw node.malformed("it makes " + Quote.of(name) + ", of which there is one already");
        return place(name);
    }

    /// What was read for the last time is forgotten, so that memory doesn't grow with the number of nodes.
    private void free(Set<Integer> kept) {
        var read = new HashSet<>(kept);
        for (int i = steps.size() - 1; i >= 0; i--) {
            var step = steps.get(i);
            var all = new HashSet<Integer>();
            for (int place : step.inputs) if (place != NONE) all.add(place);
            for (int place : step.outputs) if (place != NONE) all.add(place);
            var last = all.stream().filter(read::add).mapToInt(place -> place).toArray();
            steps.set(i, new Step(step.node, step.kernel, step.inputs, step.outputs, last));
        }
    }

    /// Whether there is a value of this name.
    boolean has(String name) { return places.containsKey(name); }

    /// Where the value of a name is.
    int at(String name) { return places.get(name); }

    /// How many places there are.
    int size() { return places.size(); }

    /// What runs, in its order.
    List<String> operations() { return steps.stream().map(step -> step.node.type()).toList(); }

    /// Fills all places, and forgets again what isn't wanted.
    ///
    /// @param work what it may take
    void run(OnnxValue[] values, Work work) {
        for (var step : steps) {
            var inputs = new OnnxValue[step.inputs.length];
            for (int i = 0; i < inputs.length; i++) inputs[i] = step.inputs[i] == NONE ? null : values[step.inputs[i]];
            var results = run(step, inputs, work);
            for (int i = 0; i < step.outputs.length; i++) {
                if (step.outputs[i] == NONE) continue;
                if (i >= results.length) throw step.node.refused("its output " + i + " isn't computed here; " + results.length
                    + " are");
                values[step.outputs[i]] = results[i];
            }
            for (int place : step.last) values[place] = null;
        }
    }

    private static OnnxValue[] run(Step step, OnnxValue[] inputs, Work work) {
        try {
            var results = step.kernel.run(new Inputs(step.node, inputs, work));
            for (var result : results) if (result != null) work.take(step.node, 0, result.shape().numel());
            return results;
        } catch (OutOfMemoryError e) {
            var refused = step.node.refused("memory doesn't hold what it makes" + shapes(inputs) + ": " + e.getMessage()
                + "; give smaller inputs, or more" + " memory by -Xmx");
            refused.initCause(e);
            throw refused;
        } catch (IllegalArgumentException | ArithmeticException e) {
            var own = step.node.refused("").getMessage();
            if (e.getMessage() != null && e.getMessage().startsWith(own)) throw e;
            var refused = step.node.refused(e.getMessage() + shapes(inputs));
            refused.initCause(e);
            throw refused;
        }
    }

    private static String shapes(OnnxValue[] inputs) {
        return " (inputs " + String.join(", ", Arrays.stream(inputs).map(each -> each == null ? "none" : each.type().lower()
            + each.shape()).toList()) + ")";
    }
}
