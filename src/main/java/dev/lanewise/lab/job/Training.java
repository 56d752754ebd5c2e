package dev.lanewise.lab.job;

import dev.lanewise.data.DataLoader;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.train.History;
import dev.lanewise.train.ProgressBar;
import dev.lanewise.train.ReceiptOptions;
import dev.lanewise.train.Trainer;
import dev.lanewise.train.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// How a job trains: with a bar that shows how far it is; with a checkpoint after each epoch and every few minutes; until it is
/// done, or Ctrl-C ends it after the step, which leaves a checkpoint and says how to go on.
public final class Training {

    static final Option<Boolean> RESUME = Option.flag("--resume",
        "Goes on from the checkpoint, where there is one, as if the run had never stopped");
    static final Option<Boolean> KEEP_GOING = Option.flag("--keep-going",
        "Trains on where checkpoint or receipt can't be written, as on a full disk, and tries again; without it the run ends");
    static final Option<Optional<Path>> RECEIPT = Option.output("--receipt", "FILE",
        "Writes what verify proves the run by: its settings, each step's loss, digests of data and weights");
    /// Of the notes of a receipt: the job, and before the names of options.
    public static final String COMMAND = "command";
    public static final String OPTION = "option.";
    /// They have no say in what a step comes to, and a receipt is one however long and in how many sittings it is made.
    private static final Set<String> UNNOTED = Set.of("--epochs", "--threads", "--download");
    private static final Duration OFTEN = Duration.ofMinutes(5);

    /// The run was ended before its time, and has said how to go on.
    public static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Ended() { super("the run was ended before its time", null, false, false); }
    }

    /// The run was compared with a receipt.
    static final class Verified extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Verification result;

        private Verified(Verification result) {
            super("the run was compared", null, false, false);
            this.result = result;
        }

        Verification result() { return result; }
    }

    private final Job job;
    private final Setting setting;
    /// What the run is compared with, in place of being kept.
    private final Optional<Path> verified;
    private final Path checkpoint;
    private Fingerprint data = new Fingerprint();
    private boolean begun;

    Training(Job job, Setting setting) { this(job, setting, Optional.empty()); }

    Training(Job job, Setting setting, Optional<Path> verified) {
        this.verified = verified;
        this.job = job;
        this.setting = setting;
        this.checkpoint = setting.get(checkpoint(job));
    }

    /// Whether a receipt leaves an option out.
    public static boolean isUnnoted(String name) { return UNNOTED.contains(name); }

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
    /// @throws Ended if Ctrl-C, a termination signal or an interrupt of this thread ended it; the job leaves it to the command
    ///     line
    public <B> History fit(Trainer<B> trainer, DataLoader<B> data) {
        if (begun) throw new IllegalStateException(job.name() + ": a job trains once; its checkpoint has room for one run");
        begun = true;
        if (verified.isPresent()) verify(trainer, data, verified.get());
        boolean resumed = setting.get(RESUME);
        if (resumed && !Files.exists(checkpoint)) setting.say("Resume", "there is no " + checkpoint + " yet: from the start");
        try (var ending = new Ending(new ProgressBar(job.name(), setting.out()), setting.out())) {
            trainer.checkpoint(checkpoint, setting.seed()).checkpointEvery(OFTEN)
                .callback(KeptOptions.of(job, setting, "" + this.data)).callback(ending);
            setting.get(RECEIPT).ifPresent(file -> trainer.receipt(file, receiptOptions()));
            if (setting.get(KEEP_GOING)) trainer.onDiskFailure(e -> setting.out().println(Terminal.oneLine(e.getMessage())));
            var history = resumed ? trainer.resume(data, epochs()) : trainer.fit(data, epochs());
            if (!ending.isAsked() && !Thread.currentThread().isInterrupted()) return history;
            sayHowToGoOn(history);
            throw new Ended();
        }
    }

    private ReceiptOptions receiptOptions() {
        var options = ReceiptOptions.DEFAULT.note(COMMAND, job.name());
        for (var given : setting.given().entrySet())
            if (!isUnnoted(given.getKey())) options = options.note(OPTION + given.getKey(), given.getValue());
        return options;
    }

    private <B> void verify(Trainer<B> trainer, DataLoader<B> data, Path receipt) {
        try (var ending = new Ending(new ProgressBar(job.name(), setting.out()), setting.out())) {
            // for the seed's sake
            throw new Verified(trainer.checkpoint(checkpoint, setting.seed()).callback(ending).verify(receipt, data));
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
