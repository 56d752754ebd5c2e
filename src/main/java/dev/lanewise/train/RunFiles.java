package dev.lanewise.train;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.FileClaim;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.file.WholeFile;
import dev.lanewise.io.Safetensors;
import dev.lanewise.io.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What a run keeps on the disk beside its sinks: its checkpoint, some of those before, the best weights. Where the disk fails,
/// the run ends or goes on, as its user chose; nothing that was whole is lost by it.
final class RunFiles {

    /// Null without one, as the next.
    private final Path checkpoint;
    private final Path best;
    /// How many checkpoints are to be there.
    private final int last;
    /// Null if the run is to end where the disk fails.
    private final Consumer<? super UncheckedIOException> failure;
    private final CheckpointTimer timer;
    /// The steps of checkpoints before the newest that are on the disk.
    private final TreeSet<Long> older = new TreeSet<>();
    /// The step of the checkpoint; -1 before the first.
    private long newest = -1;
    /// At which the epoch ended that is the best one according to it; -1 if none is.
    private long newestBest = -1;
    /// The best weights, as long as they could not be written.
    private Safetensors waiting;

    /// @param writes whether anything is kept at all
    RunFiles(Trainer<?> trainer, boolean writes) {
        this.checkpoint = writes ? trainer.checkpointFile : null;
        this.best = writes ? trainer.bestFile : null;
        this.last = trainer.lastCheckpoints;
        this.failure = trainer.diskFailure;
        this.timer = new CheckpointTimer(trainer.checkpointSteps, trainer.checkpointNanos);
    }

    /// Goes on from the checkpoint of a step.
    ///
    /// @param best as in [#save]
    void resume(long step, long best, List<Long> older) {
        newest = step;
        newestBest = best;
        this.older.addAll(older);
    }

    /// What can't be written is said before the first step.
    void start() {
        for (var file : new Path[] {checkpoint, best}) if (file != null) attempt("",
            () -> WholeFile.requireWritable("fit", file));
        timer.start();
    }

    boolean keepsCheckpoints() { return checkpoint != null; }

    boolean keepsBest() { return best != null; }

    boolean isDue(long step) { return checkpoint != null && timer.isDue(step); }

    /// Replaces the checkpoint by one of this step, unless it is of this step already.
    ///
    /// @param best  at which the best epoch ended, whose checkpoint stays; -1 without one
    /// @param write writes the file, as a whole or not at all; takes the steps of those that stay beside it
    /// @return whether it was written
    boolean save(long step, long best, Consumer<List<Long>> write) {
        boolean due = newest != step;
        if (due) attempt("the checkpoint of step " + step + " could not be written" + (newest < 0 ? "" : ", and that of step "
            + newest + " is still there") + "; ", () -> {
                keepNewest();
                // before the new one is there: a full disk gets room, and which are there is known, whenever the process is
                // killed
                removeOlder(best);
                write.accept(List.copyOf(older));
                newest = step;
                newestBest = best;
                timer.saved();
            });
        if (waiting != null) keepBest(waiting);
        return due && newest == step;
    }

    /// Writes them, or has them ready for another try.
    void keepBest(Safetensors weights) {
        waiting = weights;
        attempt("the best weights could not be written; ", () -> {
            weights.write(best);
            waiting = null;
        });
    }

    /// Null if they are where they belong.
    Safetensors waiting() { return waiting; }

    /// Does what may fail as the disk does.
    ///
    /// @param what could not be done then, for the message
    void attempt(String what, Runnable action) {
        try {
            action.run();
        } catch (UncheckedIOException e) {
            if (failure == null) throw what.isEmpty() ? e : new UncheckedIOException(what + e.getMessage()
                + "; then go on from the last checkpoint by resume(…)", e.getCause());
            failure.accept(new UncheckedIOException(what + "training goes on: " + e.getMessage(), e.getCause()));
        }
    }

    // ---- checkpoints before the newest

    /// The checkpoint gets a second name, of its step, before it is replaced.
    private void keepNewest() {
        if (last == 1 || newest < 0) return;
        var name = numbered(newest);
        try (var _ = FileClaim.of("checkpoint", name)) {
            if (isAnothers(name)) return;
            Files.deleteIfExists(name);
            try {
                Files.createLink(name, checkpoint.toRealPath());
            } catch (IOException | UnsupportedOperationException e) {
                // not every file system has second names
                WholeFile.write("checkpoint", name, out -> Files.copy(checkpoint, out));
            }
            older.add(newest);
        } catch (FileClaim.Taken e) {
            // another run's own checkpoint
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint: " + Quote.of(name) + " can't be written, " + RegularFile.reason(e)
                + "; name a checkpoint in a folder that you may write to", e);
        }
    }

    /// Whether something is there that no run of this name left: it stays, and the checkpoint has no second name.
    private boolean isAnothers(Path name) {
        if (!Files.exists(name, LinkOption.NOFOLLOW_LINKS)) return false;
        try {
            return !SafetensorsFile.open(name).metadata().getOrDefault("step", "").equals(Long.toString(newest));
        } catch (MalformedFileException | UncheckedIOException e) {
            return true;
        }
    }

    private void removeOlder(long best) {
        int stay = last - 1;
        for (long step : new ArrayList<>(older.descendingSet())) {
            if (stay-- > 0 || step == best || step == newestBest) continue;
            try {
                Files.deleteIfExists(numbered(step));
                older.remove(step);
            } catch (IOException e) {
                // another time
            }
        }
    }

    /// `run.safetensors` of step 120 is `run-120.safetensors`.
    private Path numbered(long step) {
        var name = "" + checkpoint.getFileName();
        int dot = name.lastIndexOf('.');
        int end = dot <= 0 ? name.length() : dot;
        return checkpoint.resolveSibling(name.substring(0, end) + "-" + step + name.substring(end));
    }
}
