package dev.lanewise.nn;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a model keeps, by path: copied out as a whole, or taken over as a whole.
record State(Map<String, Slot> slots) {

    /// A tensor that can be saved and loaded.
    sealed interface Slot permits Parameter, Buffer {
        Shape shape();

        Tensor tensor();

        void load(Tensor values);
    }

    static State of(Map<String, Slot> slots) { return new State(slots); }

    Map<String, Tensor> copy() {
        var state = new LinkedHashMap<String, Tensor>();
        slots.forEach((path, slot) -> state.put(path, Tensor.wrap(slot.tensor().toArray(), slot.shape().toArray())));
        return state;
    }

    void load(Map<String, Tensor> state, boolean strict) {
        var complaints = complaints(state, strict);
        if (!complaints.isEmpty()) throw new IllegalArgumentException("loadStateDict: nothing was loaded; "
            + String.join("; ", complaints) + "; load the state of a model of the same layers"
            + (strict ? ", or with strict = false, which leaves out names that only one side has" : ""));
        slots.forEach((path, slot) -> {
            if (state.containsKey(path)) slot.load(state.get(path));
        });
    }

    private List<String> complaints(Map<String, Tensor> state, boolean strict) {
        var complaints = new ArrayList<String>();
        var missing = slots.keySet().stream().filter(path -> !state.containsKey(path)).toList();
        var unexpected = state.keySet().stream().filter(path -> !slots.containsKey(path)).toList();
        if (strict && !missing.isEmpty()) complaints.add("missing: " + String.join(", ", missing));
        if (strict && !unexpected.isEmpty()) complaints.add("unexpected: " + String.join(", ", unexpected));
        slots.forEach((path, slot) -> {
            var values = state.get(path);
            if (state.containsKey(path) && values == null) complaints.add(path + " has no tensor");
            if (values != null && !values.shape().equals(slot.shape()))
                complaints.add(path + " has shape " + values.shape() + ", the model's is " + slot.shape());
        });
        return complaints;
    }
}
