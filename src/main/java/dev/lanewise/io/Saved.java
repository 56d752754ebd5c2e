package dev.lanewise.io;

import dev.lanewise.io.Checkpoint.Progress;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.optim.ScheduleState;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// What a checkpoint's file keeps; [Checkpoint] says under which names.
///
/// @param optimizerKind the class's name; null, as `optimizer` is, if none is kept
/// @param seed          null if none is kept
record Saved(Map<String, Tensor> model, Map<String, Long> steps, String optimizerKind, OptimizerState optimizer,
             List<ScheduleState> schedules, Long seed, Progress progress) {

    private static final String FORMAT = "lanewise.checkpoint";
    private static final String VERSION = "1";
    private static final String MODEL = "model.";
    private static final String MODEL_STEPS = "model.steps.";
    private static final String OPTIMIZER = "optimizer.";
    private static final String OPTIMIZER_STEPS = "optimizer.steps.";
    private static final String NOTE = "note.";

    Safetensors toFile() {
        var tensors = new LinkedHashMap<String, Tensor>();
        var texts = new TreeMap<String, String>();
        texts.put(FORMAT, VERSION);
        texts.put("epoch", Integer.toString(progress.epoch()));
        texts.put("step", Long.toString(progress.step()));
        if (seed != null) texts.put("seed", seed.toString());
        progress.notes().forEach((name, note) -> texts.put(NOTE + name, note));
        model.forEach((path, tensor) -> tensors.put(MODEL + path, tensor));
        steps.forEach((path, step) -> texts.put(MODEL_STEPS + path, step.toString()));
        if (optimizer != null) {
            texts.put("optimizer", optimizerKind);
            texts.put("optimizer.steps", Long.toString(optimizer.steps()));
            texts.put("optimizer.learning_rate", Double.toString(optimizer.learningRate()));
            optimizer.parameters().forEach((number, slot) -> {
                texts.put(OPTIMIZER_STEPS + number, Long.toString(slot.steps()));
                new TreeMap<>(slot.buffers()).forEach((name, buffer) -> tensors.put(OPTIMIZER + number + "." + name, buffer));
            });
        }
        for (int i = 0; i < schedules.size(); i++) {
            var state = schedules.get(i);
            var prefix = schedule(i);
            texts.put(prefix + "kind", state.kind());
            texts.put(prefix + "epoch", Long.toString(state.epoch()));
            texts.put(prefix + "learning_rate", Double.toString(state.learningRate()));
            state.values().forEach((name, value) -> texts.put(prefix + "value." + name, value.toString()));
        }
        return new Safetensors(tensors, texts);
    }

    private static String schedule(int i) { return "schedule." + i + "."; }

    static Saved of(String origin, Safetensors file) { return new Reader(origin, file).saved(); }

    /// Takes a file apart.
    private record Reader(String origin, Safetensors file) {

        Saved saved() {
            var version = file.metadata().get(FORMAT);
            if (!VERSION.equals(version)) throw new IllegalArgumentException(origin + (version == null
                ? "it is no checkpoint, but may hold weights: read them with Safetensors.read" : "it is a checkpoint of format "
                + version + ", but " + VERSION + " is read: load it with the version that wrote it"));
            file.tensors().keySet().forEach(name -> {
                if (!name.startsWith(MODEL) && !name.startsWith(OPTIMIZER)) throw damaged("tensor \"" + name
                    + "\" is neither the model's nor the optimizer's");
            });
            var steps = new HashMap<String, Long>();
            under(MODEL_STEPS, file.metadata()).forEach((path, text) -> steps.put(path, whole(MODEL_STEPS + path)));
            return new Saved(under(MODEL, file.tensors()), steps, file.metadata().get("optimizer"),
                file.metadata().containsKey("optimizer") ? optimizer() : null, schedules(),
                file.metadata().containsKey("seed") ? whole("seed") : null, new Progress(
                    number("epoch", Integer::valueOf), whole("step"), under(NOTE, file.metadata())));
        }

        private OptimizerState optimizer() {
            var buffers = new TreeMap<Integer, Map<String, Tensor>>();
            for (var number : under(OPTIMIZER_STEPS, file.metadata()).keySet()) buffers.put(index(number), new HashMap<>());
            under(OPTIMIZER, file.tensors()).forEach((name, buffer) -> {
                var parts = name.split("\\.", 2);
                var slot = parts.length < 2 ? null : buffers.get(index(parts[0]));
                if (slot == null) throw damaged("it has \"" + OPTIMIZER + name + "\", but not the steps of that parameter");
                slot.put(parts[1], buffer);
            });
            var slots = new TreeMap<Integer, OptimizerState.Slot>();
            buffers.forEach((number, each) -> slots.put(number, new OptimizerState.Slot(whole(OPTIMIZER_STEPS + number), each)));
            return new OptimizerState(whole("optimizer.steps"), number("optimizer.learning_rate", Double::valueOf), slots);
        }

        private List<ScheduleState> schedules() {
            var states = new ArrayList<ScheduleState>();
            for (int i = 0; file.metadata().containsKey(schedule(i) + "kind"); i++) {
                var prefix = schedule(i);
                var values = new HashMap<String, Double>();
                under(prefix + "value.", file.metadata()).keySet()
                    .forEach(name -> values.put(name, number(prefix + "value." + name, Double::valueOf)));
                states.add(new ScheduleState(file.metadata().get(prefix + "kind"), whole(prefix + "epoch"),
                    number(prefix + "learning_rate", Double::valueOf), values));
            }
            return states;
        }

        private static <V> Map<String, V> under(String prefix, Map<String, V> all) {
            var some = new LinkedHashMap<String, V>();
            all.forEach((name, value) -> {
                if (name.startsWith(prefix)) some.put(name.substring(prefix.length()), value);
            });
            return some;
        }

        private int index(String text) {
            if (!text.matches("0|[1-9]\\d{0,8}")) throw damaged("\"" + text + "\" is no parameter's number");
            return Integer.parseInt(text);
        }

        private long whole(String name) { return number(name, Long::valueOf); }

        private <N> N number(String name, Function<String, N> parse) {
            var text = file.metadata().get(name);
            if (text == null) throw damaged("\"" + name + "\" is missing");
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw damaged("\"" + name + "\" is \"" + text + "\", which is no such number");
            }
        }

        private IllegalArgumentException damaged(String what) {
            return new IllegalArgumentException(origin + what + "; the checkpoint is damaged, or was not written by Checkpoint.save");
        }
    }
}
