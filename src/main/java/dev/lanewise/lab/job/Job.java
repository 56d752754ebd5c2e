package dev.lanewise.lab.job;

import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.train.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Real work of the command line, `train NAME`: a model learns from data, and what it has learned is measured. Epochs, progress,
/// checkpoint, going on and Ctrl-C are the same for all: see [Training].
public abstract class Job implements Experiment {

    /// Those of this job alone: not `--epochs`, seeds, threads, and where things go.
    protected List<Option<?>> own() { return List.of(); }

    /// How many there are where `--epochs` isn't given.
    protected abstract int epochs();

    /// What it writes beside page, JSON and checkpoint.
    protected List<Output> files(Options options) { return List.of(); }

    /// Makes data and model from the setting, says through [Setting#say] what it is run with, trains by [Training#fit], and
    /// measures.
    ///
    /// @throws IllegalArgumentException if what the options ask for can't be done; the message says why and what can
    protected abstract Result run(Setting setting, Training training);

    @Override
    public final List<Option<?>> options() {
        return Stream.<Option<?>>concat(own().stream(),
            Stream.of(Training.epochs(this), Training.checkpoint(this), Training.RESUME, Training.KEEP_GOING, Training.RECEIPT))
                .toList();
    }

    @Override
    public final List<Output> outputs(Options options) {
        var checkpoint = options.get(Training.checkpoint(this));
        return Stream.concat(Stream.of(checkpoint, Training.best(checkpoint)).map(file -> new Output("--checkpoint", file)),
            Stream.concat(options.get(Training.RECEIPT).map(file -> new Output(Training.RECEIPT.name(), file)).stream(),
                files(options).stream()))
            .toList();
    }

    @Override
    public final Result run(Setting setting) { return run(setting, new Training(this, setting)); }

    /// Trains as the run did that left a receipt, compares, and writes nothing.
    ///
    /// @param setting of that run
    public final Verification verify(Setting setting, Path receipt) {
        try {
            run(setting, new Training(this, setting, Optional.of(receipt)));
        } catch (Training.Verified e) {
            return e.result();
        }
        throw new IllegalStateException(name() + ": it has not trained, so that there is nothing to compare");
    }
}
