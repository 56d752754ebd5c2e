package dev.lanewise.nn;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a model keeps, by path: copied out as a whole, or taken over as a whole.
///
/// PyTorch's batch norm also keeps `num_batches_tracked`, which nothing depends on unless its momentum is None, as a buffer is
/// then, too. Else it is passed over where it stands beside the running mean, and not written: to a state dict without version,
/// as any that comes from a safetensors file is, PyTorch adds it by itself, and so loads it strictly
/// (`_NormBase._load_from_state_dict`).
record State(Map<String, Slot> slots) {

    static final String COUNT = "num_batches_tracked";
    private static final String BESIDE = "running_mean";
    /// Complaints of a message.
    static final int MOST = 10;

    /// A tensor that can be saved and loaded.
    sealed interface Slot permits Parameter, Buffer {
        Shape shape();

        Tensor tensor();

        void load(Tensor values);
    }

    static State of(Map<String, Slot> slots) { return new State(slots); }

    Map<String, Tensor> copy() {
        var copies = new IdentityHashMap<Slot, Tensor>();
        var state = new LinkedHashMap<String, Tensor>();
        slots.forEach((path, slot) -> state.put(path,
            copies.computeIfAbsent(slot, each -> Tensor.wrap(each.tensor().toArray(), each.shape().toArray()))));
        return state;
    }

    void load(Map<String, Tensor> state, boolean strict) {
        var complaints = complaints(state, strict);
        if (!complaints.isEmpty()) throw new IllegalArgumentException("loadStateDict: nothing was loaded; "
            + String.join("; ", complaints.subList(0, Math.min(MOST, complaints.size())))
            + (complaints.size() > MOST ? "; … and " + (complaints.size() - MOST) + " more" : "")
            + "; load the state of a model of the same layers"
            + (strict ? ", or with strict = false, which leaves out names that only one side has" : ""));
        // all that takes memory, before the first values change
        var targets = new LinkedHashMap<String, Tensor>();
        given(state).forEach((slot, path) -> targets.put(path, target(slot)));
        targets.forEach((path, target) -> {
            InPlace.copy(state.get(path), target);
            adopt(slots.get(path), target);
        });
    }

    /// The first path of each under which there are values.
    private Map<Slot, String> given(Map<String, ?> state) {
        var given = new IdentityHashMap<Slot, String>();
        slots.forEach((path, slot) -> {
            if (state.containsKey(path)) given.putIfAbsent(slot, path);
        });
        return given;
    }

    /// @param shapes by name; null where it isn't known yet
    StateDifference difference(Map<String, Shape> shapes) {
        var given = given(shapes);
        var misshapen = new ArrayList<StateDifference.Misshapen>();
        slots.forEach((path, slot) -> {
            var shape = shapes.get(path);
            if (shape != null && !shape.equals(slot.shape())) misshapen.add(new StateDifference.Misshapen(path, shape,
                slot.shape()));
        });
        return new StateDifference(slots.keySet().stream().filter(path -> !given.containsKey(slots.get(path))).toList(),
            shapes.keySet().stream().filter(path -> !slots.containsKey(path) && !isCount(path)).toList(), misshapen);
    }

    private static Tensor target(Slot slot) {
        return switch (slot) {
            case Parameter parameter -> parameter.target();
            case Buffer buffer -> buffer.target();
        };
    }

    private static void adopt(Slot slot, Tensor target) {
        switch (slot) {
            case Parameter parameter -> parameter.adopt(target);
            case Buffer buffer -> buffer.adopt(target);
        }
    }

    private List<String> complaints(Map<String, Tensor> state, boolean strict) {
        var complaints = new ArrayList<String>();
        var given = given(state);
        var shapes = new LinkedHashMap<String, Shape>();
        state.forEach((path, values) -> shapes.put(path, values == null ? null : values.shape()));
        var difference = difference(shapes);
        if (strict && !difference.missing().isEmpty()) complaints.add("missing: " + Quote.names(difference.missing()));
        if (strict && !difference.unexpected().isEmpty()) complaints.add("unexpected: " + Quote.names(difference.unexpected()));
        difference.misshapen().forEach(each -> complaints.add(each.toString()));
        slots.forEach((path, slot) -> {
            var values = state.get(path);
            if (state.containsKey(path) && values == null) complaints.add(path + " has no tensor");
            if (values != null && values.shape().equals(slot.shape()) && differ(values, state.get(given.get(slot))))
                complaints.add(path + " and " + given.get(slot) + " are one in the model, but have different values");
        });
        return complaints;
    }

    private static boolean differ(Tensor values, Tensor others) {
        return values != others && others != null && values.shape().equals(others.shape())
            && !Arrays.equals(values.toArray(), others.toArray());
    }

    private boolean isCount(String path) {
        return path != null && path.endsWith(COUNT)
            && slots.get(path.substring(0, path.length() - COUNT.length()) + BESIDE) instanceof Buffer;
    }
}
