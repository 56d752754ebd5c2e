package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.io.Checkpoint.Progress;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.optim.ScheduleState;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a checkpoint's file keeps; [Checkpoint] says under which names.
///
/// @param optimizerKind the class's name; null, as `optimizer` is, if none is kept
/// @param seed          null if none is kept
record CheckpointContents(Map<String, Tensor> model, Map<String, Long> steps, String optimizerKind, OptimizerState optimizer,
             List<ScheduleState> schedules, Map<String, Stateful.State> parts, Long seed, Progress progress) {

    static final String PART_NAME = "[A-Za-z0-9_-]{1,100}";

    private static final String FORMAT = "lanewise.checkpoint";
    private static final String VERSION = "2";
    private static final String MODEL = "model.";
    private static final String MODEL_STEPS = "model.steps.";
    private static final String OPTIMIZER = "optimizer.";
    private static final String OPTIMIZER_STEPS = "optimizer.steps.";
    private static final String NOTE = "note.";
    private static final String PART = "part.";
    private static final int LONGEST_DOUBLE = 25;

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
            for (int i = 0; i < optimizer.groups().size(); i++) {
                var group = optimizer.groups().get(i);
                texts.put(group(i) + "name", group.name());
                texts.put(group(i) + "parameters", Integer.toString(group.parameters()));
                texts.put(group(i) + "learning_rate", Double.toString(group.learningRate()));
                if (!Double.isNaN(group.initialRate())) texts.put(group(i) + "initial_rate", Double.toString(group.initialRate()));
            }
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
            for (int j = 0; j < state.learningRates().size(); j++) {
                texts.put(prefix + "learning_rate." + j, state.learningRates().get(j).toString());
                texts.put(prefix + "base_rate." + j, state.baseRates().get(j).toString());
            }
            new TreeMap<>(state.values()).forEach((name, value) -> texts.put(prefix + "value." + name, value.toString()));
        }
        parts.forEach((name, state) -> {
            // one without anything in it is there, too
            texts.put(PART + name, "");
            state.texts().forEach((key, text) -> texts.put(PART + name + "." + key, text));
            state.tensors().forEach((key, tensor) -> tensors.put(PART + name + "." + key, tensor));
        });
        return new Safetensors(tensors, texts);
    }

    private static String group(int i) { return "optimizer.group." + i + "."; }

    private static String schedule(int i) { return "schedule." + i + "."; }

    static CheckpointContents of(Origin origin, Safetensors file) { return new Reader(origin, file).saved(); }

    /// Takes a file apart.
    private record Reader(Origin origin, Safetensors file) {

        CheckpointContents saved() {
            var version = file.metadata().get(FORMAT);
            if (!VERSION.equals(version)) throw origin.malformed((version == null
                ? "it is no checkpoint, but may hold weights: read them with Safetensors.read" : "it is a checkpoint of format "
                + Quote.name(version) + " (" + FORMAT + "), but " + VERSION + " is read: load it with the version that wrote it"));
            file.tensors().keySet().forEach(name -> {
                if (!name.startsWith(MODEL) && !name.startsWith(OPTIMIZER) && !name.startsWith(PART)) throw damaged("tensor "
                    + Quote.of(name) + " is neither the model's nor the optimizer's, nor a part's");
            });
            var steps = new LinkedHashMap<String, Long>();
            under(MODEL_STEPS, file.metadata()).keySet().forEach(path -> steps.put(path, count(MODEL_STEPS + path)));
            return new CheckpointContents(under(MODEL, file.tensors()), steps, file.metadata().get("optimizer"),
                file.metadata().containsKey("optimizer") ? optimizer() : null, schedules(), parts(),
                file.metadata().containsKey("seed") ? whole("seed", Long.MIN_VALUE, Long.MAX_VALUE) : null, new Progress(
                    (int) whole("epoch", 0, Integer.MAX_VALUE), count("step"), under(NOTE, file.metadata())));
        }

        private OptimizerState optimizer() {
            var buffers = new TreeMap<Integer, Map<String, Tensor>>();
            for (var number : under(OPTIMIZER_STEPS, file.metadata()).keySet()) buffers.put(index(number), new LinkedHashMap<>());
            under(OPTIMIZER, file.tensors()).forEach((name, buffer) -> {
                var parts = name.split("\\.", 2);
                var slot = parts.length < 2 ? null : buffers.get(index(parts[0]));
                if (slot == null) throw damaged("it has " + Quote.of(OPTIMIZER + name) + ", but not the steps of that parameter");
                slot.put(parts[1], buffer);
            });
            var slots = new TreeMap<Integer, OptimizerState.Slot>();
            buffers.forEach((number, each) -> slots.put(number, new OptimizerState.Slot(count(OPTIMIZER_STEPS + number), each)));
            return new OptimizerState(count("optimizer.steps"), groups(), slots);
        }

        private List<OptimizerState.Group> groups() {
            var groups = new ArrayList<OptimizerState.Group>();
            for (int i = 0; file.metadata().containsKey(group(i) + "name"); i++) {
                var initialRate = group(i) + "initial_rate";
                groups.add(new OptimizerState.Group(text(group(i) + "name"), (int) whole(group(i) + "parameters", 0, Integer.MAX_VALUE),
                    rate(group(i) + "learning_rate"), file.metadata().containsKey(initialRate) ? rate(initialRate) : Double.NaN));
            }
            return groups;
        }

        private List<ScheduleState> schedules() {
            var states = new ArrayList<ScheduleState>();
            for (int i = 0; file.metadata().containsKey(schedule(i) + "kind"); i++) {
                var prefix = schedule(i);
                var values = new LinkedHashMap<String, Double>();
                under(prefix + "value.", file.metadata()).keySet()
                    .forEach(name -> values.put(name, number(prefix + "value." + name)));
                var rates = new ArrayList<Double>();
                var bases = new ArrayList<Double>();
                for (int j = 0; file.metadata().containsKey(prefix + "learning_rate." + j); j++) {
                    rates.add(rate(prefix + "learning_rate." + j));
                    bases.add(rate(prefix + "base_rate." + j));
                }
                states.add(new ScheduleState(file.metadata().get(prefix + "kind"), count(prefix + "epoch"), rates, bases, values));
            }
            return states;
        }

        private Map<String, Stateful.State> parts() {
            var texts = new TreeMap<String, Map<String, String>>();
            var tensors = new TreeMap<String, Map<String, Tensor>>();
            for (var name : under(PART, file.metadata()).keySet()) if (name.indexOf('.') < 0) {
                if (!name.matches(PART_NAME)) throw damaged(Quote.of(PART + name) + " is no part's name");
                texts.put(name, new TreeMap<>());
                tensors.put(name, new TreeMap<>());
            }
            under(PART, file.metadata()).forEach((name, text) -> { if (name.indexOf('.') >= 0) put(texts, name, text); });
            under(PART, file.tensors()).forEach((name, tensor) -> put(tensors, name, tensor));
            var parts = new TreeMap<String, Stateful.State>();
            try {
                texts.forEach((name, each) -> parts.put(name, new Stateful.State(each, tensors.get(name))));
            } catch (IllegalArgumentException e) {
                throw damaged(e.getMessage());
            }
            return parts;
        }

        private <V> void put(Map<String, Map<String, V>> parts, String path, V value) {
            var names = path.split("\\.", 2);
            var part = parts.get(names[0]);
            if (names.length < 2 || part == null) throw damaged("it has " + Quote.of(PART + path) + ", but not that part itself");
            part.put(names[1], value);
        }

        private static <V> Map<String, V> under(String prefix, Map<String, V> all) {
            var some = new LinkedHashMap<String, V>();
            all.forEach((name, value) -> {
                if (name.startsWith(prefix)) some.put(name.substring(prefix.length()), value);
            });
            return some;
        }

        private int index(String text) {
            if (!text.matches("0|[1-9][0-9]{0,8}")) throw damaged(Quote.of(text) + " is no parameter's number");
            return Integer.parseInt(text);
        }

        /// A number of steps or epochs, which must have room to go on.
        private long count(String name) { return whole(name, 0, Progress.MOST_STEPS); }

        private long whole(String name, long least, long most) {
            var text = text(name);
            long value;
            try {
                value = Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw damaged(Quote.of(name) + " is " + Quote.of(text) + ", which is no such number");
            }
            if (value < least || value > most || !text.equals(Long.toString(value))) throw damaged(
                Quote.name(name + " " + text) + "; it must be a whole number from " + least + " to " + most);
            return value;
        }

        private double rate(String name) {
            double value = number(name);
            if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) throw damaged(Quote.of(name) + " is " + value
                + "; a learning rate must be 0 or more, and finite");
            return value;
        }

        private double number(String name) {
            var text = text(name);
            try {
                if (text.length() <= LONGEST_DOUBLE) return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                // said below
            }
            throw damaged(Quote.of(name) + " is " + Quote.of(text) + ", which is no number of double precision");
        }

        private String text(String name) {
            var text = file.metadata().get(name);
            if (text == null) throw damaged(Quote.of(name) + " is missing");
            return text;
        }

        private MalformedFileException damaged(String what) {
            return origin.malformed(what + "; the checkpoint is damaged, or was not written by Checkpoint.save");
        }
    }
}
