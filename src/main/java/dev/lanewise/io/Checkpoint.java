package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.nn.Module;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.Optimizer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What belongs to a training run and is to be kept in one file: a model, and, where they are named, its optimizers, the
/// schedules, what else has a state, and the seed. A run that is saved and loaded into objects made by the same program goes on
/// to the bit as if it had never stopped. This object is immutable; what it names is not.
///
/// ```java
/// var run = Checkpoint.of(model).optimizer(adam).schedule(cosine).seed(42);
/// run.save(file, new Checkpoint.Progress(epoch, step));
/// …
/// int epoch = run.load(file).epoch();
/// ```
///
/// The file is a [Safetensors] one. A parameter or buffer is under `model.` and its path; what the optimizer remembers of
/// parameter 3 under `optimizer.3.exp_avg` and the like. What is no float32 is text in the metadata: `epoch`, `step`, `seed`,
/// `model.steps.PATH` (see [Module#stepDict()]), `optimizer` (its class), `optimizer.steps`, of each group of parameters
/// `optimizer.group.0.name`, `.parameters` (how many), `.learning_rate` and `.initial_rate` (if there are schedules),
/// `optimizer.steps.3` (a second optimizer's begin with `optimizer2`), `schedule.0.kind`, …, and the caller's own under `note.`.
/// What else has a state is under `part.` and its name, texts and tensors.
///
/// Not kept: the options of optimizer and schedules, which are the program's; random sources that are drawn in order, such as
/// [dev.lanewise.random.TorchRandom]: what is to go on exactly takes its numbers from seeds.
public final class Checkpoint {

    private final Module model;
    private final List<Optimizer> optimizers;
    private final List<LRScheduler> schedules;
    private final Map<String, Stateful> parts;
    private final Long seed;

    /// How far a run has come.
    ///
    /// @param epoch how many epochs are done: the number of the next one, counted from 0
    /// @param step  how many steps are done
    /// @param notes what the caller keeps beside it
    public record Progress(int epoch, long step, Map<String, String> notes) {

        /// Beyond it a step is no longer exact as a double.
        static final long MOST_STEPS = 1L << 53;

        /// Refuses a negative epoch or step, and steps that a double doesn't count; keeps a copy of the notes.
        public Progress {
            if (epoch < 0 || step < 0 || step > MOST_STEPS) throw new IllegalArgumentException(
                "checkpoint: epoch " + epoch + ", step " + step + "; both must be 0 or more, and the step at most 2^53");
            notes = Map.copyOf(Objects.requireNonNull(notes, "checkpoint: no notes; Map.of() has none"));
        }

        /// Without notes.
        public Progress(int epoch, long step) { this(epoch, step, Map.of()); }
    }

    private Checkpoint(Module model, List<Optimizer> optimizers, List<LRScheduler> schedules, Map<String, Stateful> parts,
        Long seed) {
        this.model = model;
        this.optimizers = List.copyOf(optimizers);
        this.schedules = List.copyOf(schedules);
        this.parts = Collections.unmodifiableMap(new TreeMap<>(parts));
        this.seed = seed;
    }

    /// A checkpoint of a model alone: parameters, buffers and module values. The methods below add to it.
    public static Checkpoint of(Module model) {
        return new Checkpoint(Objects.requireNonNull(model, "checkpoint: no model"), List.of(), List.of(), Map.of(), null);
    }

    /// With an optimizer that trains the model. Several are told apart by their order.
    public Checkpoint optimizer(Optimizer optimizer) {
        var more = new ArrayList<>(optimizers);
        more.add(Objects.requireNonNull(optimizer, "checkpoint: no optimizer"));
        return new Checkpoint(model, more, schedules, parts, seed);
    }

    /// With a schedule more. Several are told apart by their order.
    public Checkpoint schedule(LRScheduler schedule) {
        var more = new ArrayList<>(schedules);
        more.add(Objects.requireNonNull(schedule, "checkpoint: no schedule"));
        return new Checkpoint(model, optimizers, more, parts, seed);
    }

    /// With something more that has a state.
    ///
    /// @param name what the file keeps it under: 1 to 100 letters, digits, `-` and `_` of ASCII, another for each
    public Checkpoint part(String name, Stateful part) {
        Objects.requireNonNull(name, "checkpoint: a part without a name");
        if (!name.matches(CheckpointContents.PART_NAME)) throw new IllegalArgumentException("checkpoint: part " + Quote.of(name)
            + "; its name must be of 1 to 100 letters, digits, - and _");
        if (parts.containsKey(name)) throw new IllegalArgumentException("checkpoint: there is a part \"" + name
            + "\" already; name this one otherwise");
        var more = new TreeMap<>(parts);
        more.put(name, Objects.requireNonNull(part, "checkpoint: no part"));
        return new Checkpoint(model, optimizers, schedules, more, seed);
    }

    /// With the seed that the model was initialized with, on which the masks of [dev.lanewise.nn.Dropout] depend: [#load] refuses
    /// a file of another one.
    public Checkpoint seed(long seed) { return new Checkpoint(model, optimizers, schedules, parts, seed); }

    /// Writes all of it. The file appears whole or not at all; missing folders are made.
    ///
    /// @throws IllegalStateException if the model isn't initialized
    /// @throws UncheckedIOException  if the file can't be written; what was there is unchanged
    public void save(Path file, Progress progress) {
        Objects.requireNonNull(progress, "checkpoint: no progress to save; give new Checkpoint.Progress(epoch, step)");
        var states = new TreeMap<String, Stateful.State>();
        parts.forEach((name, part) -> states.put(name, part.state()));
        var kept = optimizers.stream()
            .map(optimizer -> new CheckpointContents.KeptOptimizer(optimizer.kind(), optimizer.stateDict())).toList();
        new CheckpointContents(model.stateDict(), model.stepDict(), kept, schedules.stream().map(LRScheduler::stateDict).toList(),
            states, seed, progress).toFile().write(file);
    }

    /// Takes all of it over from a file that [#save] wrote. What the file keeps and this object doesn't name is left out: so a
    /// model alone can be had from any checkpoint of it. The model need not have values yet, but see [#seed] for dropout.
    ///
    /// If anything is thrown, nothing was changed.
    ///
    /// @return how far the run had come
    /// @throws MalformedFileException   if the file is malformed, or no checkpoint
    /// @throws IllegalArgumentException if it keeps another model, optimizer, schedule or seed
    /// @throws UncheckedIOException     if it is missing or can't be read
    public Progress load(Path file) { return load(file, _ -> {}); }

    /// As [#load(Path)], but that the caller's own notes are looked at first.
    ///
    /// @param accepted is shown how far the run had come before anything is taken over; an [IllegalArgumentException] or a
    ///     [MalformedFileException] of its refuses the file, which what comes of it names
    public Progress load(Path file, Consumer<Progress> accepted) {
        Objects.requireNonNull(accepted, "checkpoint: nobody to be shown the progress");
        var origin = new Origin("Checkpoint.load", file);
        var saved = CheckpointContents.of(origin, read(origin, file));
        check(origin, saved);
        try {
            accepted.accept(saved.progress());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + "nothing was loaded; " + e.getMessage(), e);
        } catch (MalformedFileException e) {
            if (e.file().isPresent()) throw e; // of another one that goes with it
            throw origin.malformed(e.fault()).because(e);
        }
        var undo = new ArrayDeque<Runnable>();
        try {
            take(origin, saved, undo);
        } catch (IllegalArgumentException e) {
            undo.forEach(Runnable::run);
            throw new IllegalArgumentException(origin + "it is of another run, and nothing was loaded; " + e.getMessage(), e);
        } catch (Throwable e) {
            undo.forEach(Runnable::run);
            throw e;
        }
        return saved.progress();
    }

    private static Safetensors read(Origin origin, Path file) {
        try {
            return Safetensors.read(file);
        } catch (IllegalArgumentException e) {
            // elements that are no float32 were not written by a checkpoint
            throw origin.malformed("its tensors aren't all of F32, as a checkpoint's are; it is no checkpoint, or was damaged")
                .because(e);
        }
    }

    private void check(Origin origin, CheckpointContents saved) {
        parts.forEach((name, part) -> {
            var there = saved.parts().get(name);
            if (there == null) return;
            try {
                part.check(there);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(origin + "nothing was loaded; " + e.getMessage(), e);
            } catch (MalformedFileException e) {
                throw origin.malformed("part." + name + ": " + e.fault()).because(e);
            }
        });
        var own = optimizers.stream().map(Optimizer::kind).toList();
        var there = saved.optimizers().stream().map(CheckpointContents.KeptOptimizer::kind).toList();
        if (!own.isEmpty() && !own.equals(there)) throw origin.refused("it keeps "
            + (there.isEmpty() ? "no optimizer" : "the state of " + Quote.names(there)) + ", but this run's optimizer is "
            + Quote.names(own) + "; nothing was loaded: name the optimizers that were saved, in their order, or none");
        if (!schedules.isEmpty() && schedules.size() != saved.schedules().size()) throw origin.refused(
            "it keeps " + saved.schedules().size() + " schedules, but this run has " + schedules.size()
            + "; nothing was loaded: name those that were saved, in their order, or none");
        if (!parts.isEmpty() && !parts.keySet().equals(saved.parts().keySet())) throw origin.refused(
            "it keeps the parts " + Quote.set(saved.parts().keySet()) + ", but this run has " + Quote.set(parts.keySet())
            + "; nothing was loaded: name those that were saved, or none");
        if (seed != null && !seed.equals(saved.seed())) throw origin.refused("it is of "
            + (saved.seed() == null ? "a run without a seed" : "seed " + saved.seed()) + ", but this run's seed is " + seed
            + "; nothing was loaded: initialize the model with the seed that was saved");
    }

    /// Each part is taken whole or not at all; what was taken before one that is refused, `undo` puts back, the last first.
    private void take(Origin origin, CheckpointContents saved, ArrayDeque<Runnable> undo) {
        for (int i = 0; i < optimizers.size(); i++) {
            var optimizer = optimizers.get(i);
            var before = optimizer.stateDict();
            optimizer.loadStateDict(saved.optimizers().get(i).state());
            undo.push(() -> optimizer.loadStateDict(before));
        }
        for (int i = 0; i < schedules.size(); i++) {
            var schedule = schedules.get(i);
            var before = schedule.stateDict();
            try {
                schedule.loadStateDict(saved.schedules().get(i));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("schedule." + i + ": " + e.getMessage(), e);
            }
            undo.push(() -> schedule.loadStateDict(before));
        }
        parts.forEach((name, part) -> {
            var before = part.state();
            try {
                part.load(saved.parts().get(name));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("part." + name + ": " + e.getMessage(), e);
            } catch (MalformedFileException e) {
                throw origin.malformed("part." + name + ": " + e.fault()).because(e);
            }
            undo.push(() -> part.load(before));
        });
        var before = model.stepDict();
        model.loadStepDict(saved.steps());
        undo.push(() -> model.loadStepDict(before));
        model.loadStateDict(saved.model());
    }
}
