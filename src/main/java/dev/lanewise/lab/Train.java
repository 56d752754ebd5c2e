package dev.lanewise.lab;

import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Trial;
import java.io.PrintStream;
import java.util.List;

/// Real jobs: `train` names them, `train NAME` does one.
final class Train implements Command {

    @Override
    public String name() { return "train"; }

    @Override
    public String summary() {
        return "Trains a model on data of yours or the field's: train names the jobs, train NAME does one.";
    }

    @Override
    public List<Command> parts() { return Jobs.ALL.stream().<Command>map(job -> new Trial("train " + job.name(), job)).toList(); }

    @Override
    public void run(Options options, PrintStream out) {
        for (var job : Jobs.ALL) out.printf("  %-12s%s%n", job.name(), job.summary());
        out.printf("%ntrain NAME does one and writes its page; train NAME --help says what it takes.%n");
    }
}
