package dev.lanewise.lab.job;

import dev.lanewise.data.DataLoader;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.train.History;
import dev.lanewise.train.ProgressBar;
import dev.lanewise.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// How a job trains: with a bar that shows how far it is; with a checkpoint after each epoch and every few minutes; until it is
/// done, or Ctrl-C ends it after the step, which leaves a checkpoint and says how to go on.
public final class Training {

    static final Option<Boolean> RESUME = Option.flag("--resume",
        "Goes on from the checkpoint, where there is one, as if the run had never stopped");
    private static final Duration OFTEN = Duration.ofMinutes(5);

    /// The run was ended before its time, and has said how to go on.
    public static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Ended() { super("the run was ended before its time", null, false, false); }
    }

    private final Job job;
    private final Setting setting;
    private final Path checkpoint;
    private Fingerprint data = new Fingerprint();
    private boolean begun;

    Training(Job job, Setting setting) {
        this.job = job;
        this.setting = setting;
        this.checkpoint = setting.get(checkpoint(job));
    }

    static Option<Integer> epochs(Job job) {
        return Option.count("--epochs", job.epochs(), 1, 1_000_000, "Passes over the training data");
    }

    static Option<Path> checkpoint(Job job) {
        return Option.output("--checkpoint", "FILE", Path.of("lanewise-" + job.name() + "-checkpoint.safetensors"),
            "Keeps what --resume needs: after each epoch, every five minutes, and where the run is ended");
    }

    static Path best(Path checkpoint) {
        return checkpoint.resolveSibling(("" + checkpoint.getFileName()).replaceFirst("(\\.safetensors)?$", "-best$1"));
    }

    /// Passes over the training data that were asked for.
    public int epochs() { return setting.get(epochs(job)); }

    /// For [Trainer#keepBest]: beside the checkpoint, so that a run that goes on finds it.
    public Path best() { return best(checkpoint); }

    /// What is learned from, where it comes from a file: a run goes on with the same.
    public void data(Fingerprint data) { this.data = data; }

    /// Trains, or goes on: once in a run.
    ///
    /// @param trainer of which all but checkpoint and progress is said
    /// @param data    shuffled by a keyed source, if at all
    /// @throws Ended if Ctrl-C, a termination signal or an interrupt of this thread ended it; the job leaves it to the command line
    public <B> History fit(Trainer<B> trainer, DataLoader<B> data) {
        if (begun) throw new IllegalStateException(job.name() + ": a job trains once; its checkpoint has room for one run");
        begun = true;
        boolean resumed = setting.get(RESUME);
        if (resumed && !Files.exists(checkpoint)) setting.say("Resume", "there is no " + checkpoint + " yet: from the start");
        try (var ending = new Ending(new ProgressBar(job.name(), setting.out()), setting.out())) {
            trainer.checkpoint(checkpoint, setting.seed()).checkpointEvery(OFTEN).callback(KeptOptions.of(job, setting, "" + this.data))
                .callback(ending);
            var history = resumed ? trainer.resume(data, epochs()) : trainer.fit(data, epochs());
            if (!ending.isAsked() && !Thread.currentThread().isInterrupted()) return history;
            sayHowToGoOn(history);
            throw new Ended();
        }
    }

    private void sayHowToGoOn(History history) {
        int steps = history.stepLosses().length;
        var out = setting.out();
        out.println();
        if (steps == 0) {
            out.println("Ended before the first step; nothing was written.");
            return;
        }
        out.println("Ended after step " + steps + ", with " + history.epochLosses().length + " of " + epochs() + " epochs done; "
            + Terminal.oneLine(checkpoint) + " has all of it. To go on:");
        out.println(Terminal.oneLine(setting.again(RESUME)));
    }
}
