package dev.lanewise.lab;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import dev.lanewise.io.Receipt;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.lab.job.Job;
import dev.lanewise.lab.job.Training;
import dev.lanewise.report.Json;
import dev.lanewise.train.Verification;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Trains a job again of which there is a receipt, and compares: `verify FILE`.
final class Verify implements Command {

    private static final int WIDTH = 110;
    private static final String NOTE = "note.";

    private static final Option<List<Path>> FILE =
        Option.operands("FILE", "A receipt that train NAME --receipt FILE wrote, here or on another machine");
    private static final Option<Optional<Path>> DATA = Option.input("--data", "PATH",
        "Where the run's data are here; by default where they were then");

    /// The run is another one: the command ends with 1, and has said what differs.
    static final class Differs extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Differs() { super("the run differs from its receipt", null, false, false); }
    }

    /// What JSON has.
    ///
    /// @param steps that were compared
    record Written(String receipt, String digest, long steps, boolean same, Optional<Verification.Difference> difference,
        String text) {}

    @Override
    public String name() { return "verify"; }

    @Override
    public String summary() { return "Trains again what left a receipt, and names the first step and parameter that differ."; }

    @Override
    public Optional<Option<List<Path>>> operands() { return Optional.of(FILE); }

    @Override
    public List<Option<?>> options() { return List.of(DATA, Setting.THREADS, Trial.JSON); }

    @Override
    public List<Output> outputs(Options options) {
        return options.get(Trial.JSON).map(json -> new Output("--json", json)).stream().toList();
    }

    @Override
    public void run(Options options, PrintStream out) {
        var files = options.get(FILE);
        if (files.size() != 1) throw new IllegalArgumentException("verify: "
            + (files.isEmpty() ? "there is no receipt" : "there are " + files.size() + " receipts")
            + "; name one: verify run.receipt");
        var file = files.getFirst();
        var receipt = Receipt.read(file);
        var job = job(file, receipt);
        var trial = new Trial("train " + job.name(), job);
        var setting = new Setting(trial.name(), Options.parse(trial, words(file, receipt, job, options)), out);
        setting.say("Receipt", file + ": train " + job.name() + ", " + receipt.steps()
            + (receipt.steps() == 1 ? " step" : " steps"));
        var result = job.verify(setting, file);
        out.println();
        var text = Character.toUpperCase(result.text().charAt(0)) + result.text().substring(1);
        out.println(Terminal.wrapped(text, WIDTH));
        options.get(Trial.JSON).ifPresent(json -> {
            Json.write(json, new Written(file.toString(), receipt.digest(), result.steps(), result.isSame(),
                result.difference(), text));
            out.println("JSON      " + Terminal.oneLine(json));
        });
        if (!result.isSame()) throw new Differs();
    }

    private static Job job(Path file, Receipt receipt) {
        var name = receipt.facts().get(NOTE + Training.COMMAND);
        return Jobs.ALL.stream().filter(job -> job.name().equals(name)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException(
            "verify: " + Quote.of(file) + " is "
            + (name == null ? "of no job of train, but of a program of its own; that verifies it by Trainer.verify"
                : "of " + Quote.of(name) + ", which is no job of train")));
    }

    /// A receipt may be anybody's: only what decides what its job learns is taken from it, and nothing that is written.
    private static String[] words(Path file, Receipt receipt, Job job, Options options) {
        var own = new ArrayList<Option<?>>(Setting.OPTIONS);
        own.addAll(job.options());
        var words = new ArrayList<String>();
        receipt.facts().forEach((fact, text) -> {
            if (!fact.startsWith(NOTE + Training.OPTION)) return;
            var name = fact.substring((NOTE + Training.OPTION).length());
            var option = own.stream().filter(each -> each.name().equals(name) && !Options.isAside(name)
                && !Training.isUnnoted(name)).findFirst()
                .orElseThrow(() -> new MalformedFileException("verify", file,
                    "it has " + Quote.of(name) + ", which decides nothing of train "
                    + job.name()));
            if (option.name().equals(DATA.name()) && options.isGiven(DATA)) return;
            words.add(option.isSwitch() ? name : name + "=" + text);
        });
        options.get(DATA).ifPresent(data -> words.add(DATA.name() + "=" + data));
        if (options.isGiven(Setting.THREADS)) words.add(Setting.THREADS.name() + "=" + options.get(Setting.THREADS));
        return words.toArray(String[]::new);
    }
}
