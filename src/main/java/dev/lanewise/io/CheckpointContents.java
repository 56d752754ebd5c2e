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
/// @param seed null if none is kept
record CheckpointContents(Map<String, Tensor> model, Map<String, Long> steps, List<KeptOptimizer> optimizers,
             List<ScheduleState> schedules, Map<String, Stateful.State> parts, Long seed, Progress progress) {

    static final String PART_NAME = "[A-Za-z0-9_-]{1,100}";

    private static final String FORMAT = "lanewise.checkpoint";
    private static final String VERSION = "2";
    private static final String MODEL = "model.";
    private static final String MODEL_STEPS = "model.steps.";
    private static final String NOTE = "note.";
    private static final String PART = "part.";
    private static final int LONGEST_DOUBLE = 25;

    /// @param kind the class's name
    record KeptOptimizer(String kind, OptimizerState state) {}

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
        for (int i = 0; i < optimizers.size(); i++) put(optimizer(i), optimizers.get(i), tensors, texts);
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

    private static void put(String prefix, KeptOptimizer kept, Map<String, Tensor> tensors, Map<String, String> texts) {
        texts.put(prefix, kept.kind);
        texts.put(prefix + ".steps", Long.toString(kept.state.steps()));
        for (int i = 0; i < kept.state.groups().size(); i++) {
            var group = kept.state.groups().get(i);
            var path = group(prefix, i);
            texts.put(path + "name", group.name());
            texts.put(path + "parameters", Integer.toString(group.parameters()));
            texts.put(path + "learning_rate", Double.toString(group.learningRate()));
            if (!Double.isNaN(group.initialRate())) texts.put(path + "initial_rate", Double.toString(group.initialRate()));
        }
        kept.state.parameters().forEach((number, slot) -> {
            texts.put(prefix + ".steps." + number, Long.toString(slot.steps()));
            new TreeMap<>(slot.buffers()).forEach((name, buffer) -> tensors.put(prefix + "." + number + "." + name, buffer));
        });
    }

    /// "optimizer", "optimizer2", …
    private static String optimizer(int i) { return i == 0 ? "optimizer" : "optimizer" + (i + 1); }

    private static String group(String optimizer, int i) { return optimizer + ".group." + i + "."; }

    private static String schedule(int i) { return "schedule." + i + "."; }

    static CheckpointContents of(Origin origin, Safetensors file) { return new Reader(origin, file).saved(); }

    /// Takes a file apart.
    private record Reader(Origin origin, Safetensors file) {

        CheckpointContents saved() {
            var version = file.metadata().get(FORMAT);
            if (!VERSION.equals(version)) throw origin.malformed((version == null
                ? "it is no checkpoint, but may hold weights: read them with Safetensors.read" : "it is a checkpoint of format "
                + Quote.name(version) + " (" + FORMAT + "), but " + VERSION
                + " is read: load it with the version that wrote it"));
            var optimizers = new ArrayList<KeptOptimizer>();
            var owners = new ArrayList<>(List.of(MODEL, PART));
            for (int i = 0; file.metadata().containsKey(CheckpointContents.optimizer(i)); i++) {
                optimizers.add(kept(CheckpointContents.optimizer(i)));
                owners.add(CheckpointContents.optimizer(i) + ".");
            }
            file.tensors().keySet().forEach(name -> {
                if (owners.stream().noneMatch(name::startsWith)) throw damaged("tensor " + Quote.of(name)
                    + " is neither the model's nor an optimizer's, nor a part's");
            });
            var steps = new LinkedHashMap<String, Long>();
            under(MODEL_STEPS, file.metadata()).keySet().forEach(path -> steps.put(path, count(MODEL_STEPS + path)));
            return new CheckpointContents(under(MODEL, file.tensors()), steps, optimizers, schedules(), parts(),
                file.metadata().containsKey("seed") ? whole("seed", Long.MIN_VALUE, Long.MAX_VALUE) : null, new Progress(
                    (int) whole("epoch", 0, Integer.MAX_VALUE), count("step"), under(NOTE, file.metadata())));
        }

        private KeptOptimizer kept(String prefix) {
            var buffers = new TreeMap<Integer, Map<String, Tensor>>();
            for (var number : under(prefix + ".steps.", file.metadata()).keySet()) buffers.put(index(number),
                new LinkedHashMap<>());
            under(prefix + ".", file.tensors()).forEach((name, buffer) -> {
                var parts = name.split("\\.", 2);
                var slot = parts.length < 2 ? null : buffers.get(index(parts[0]));
                if (slot == null) throw damaged("it has " + Quote.of(prefix + "." + name)
                    + ", but not the steps of that parameter");
                slot.put(parts[1], buffer);
            });
            var slots = new TreeMap<Integer, OptimizerState.Slot>();
            buffers.forEach((number, each) ->
                slots.put(number, new OptimizerState.Slot(count(prefix + ".steps." + number), each)));
            return new KeptOptimizer(text(prefix), new OptimizerState(count(prefix + ".steps"), groups(prefix), slots));
        }

        private List<OptimizerState.Group> groups(String optimizer) {
            var groups = new ArrayList<OptimizerState.Group>();
            for (int i = 0; file.metadata().containsKey(group(optimizer, i) + "name"); i++) {
                var path = group(optimizer, i);
                var initialRate = path + "initial_rate";
                groups.add(new OptimizerState.Group(text(path + "name"), (int) whole(path + "parameters", 0, Integer.MAX_VALUE),
                    rate(path + "learning_rate"), file.metadata().containsKey(initialRate) ? rate(initialRate) : Double.NaN));
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
                states.add(new ScheduleState(file.metadata().get(prefix + "kind"), count(prefix + "epoch"), rates,
                    bases, values));
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
