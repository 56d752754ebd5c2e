package dev.lanewise.lab.audit;

import dev.lanewise.check.Audit;
import dev.lanewise.check.Audit.Verdict;
import dev.lanewise.check.Contract;
import dev.lanewise.check.Guess;
import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Json;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds files of freshly initialized models to a contract: `audit FILE… --contract NAME`.
public final class AuditFiles implements Command {

    private static final int WIDTH = 110;

    private static final Option<List<Path>> FILES = Option.operands("FILE",
        "A freshly initialized model: safetensors, or the .json index of several; more files of the same model, of other seeds,"
        + " show more");
    private static final Option<Optional<String>> CONTRACT = Option.optionalText("--contract", "NAME",
        "How the model should start: " + String.join(", ", Contract.names()) + ", or a file that says it");
    private static final Option<Map<String, Double>> SET = Option.text("--set", "A=X,B=Y", "",
        "Values that take the place of the contract's variables", AuditFiles::variables);
    private static final Option<Boolean> GUESS = Option.flag("--guess",
        "Says which known laws each parameter of the first file fits; without a contract there is a page only if --report"
        + " names it");
    private static final Option<Path> REPORT = Trial.report("lanewise-audit.html");

    /// A model doesn't start as it should: the command ends with 1, and has said why.
    public static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Broken() { super("a law is broken", null, false, false); }
    }

    @Override
    public String name() { return "audit"; }

    @Override
    public String summary() { return "Holds freshly initialized models, of any framework, to how they should start."; }

    @Override
    public Optional<Option<List<Path>>> operands() { return Optional.of(FILES); }

    @Override
    public List<Option<?>> options() { return List.of(CONTRACT, SET, GUESS, REPORT, Trial.JSON); }

    /// What is guessed alone is printed; it is written where that is asked for.
    @Override
    public List<Output> outputs(Options options) {
        return isPageless(options) ? options.get(Trial.JSON).map(json -> new Output("--json", json)).stream().toList()
            : Trial.outputs(options.get(REPORT), options);
    }

    private static boolean isPageless(Options options) {
        return options.get(CONTRACT).isEmpty() && options.get(GUESS) && !options.isGiven(REPORT);
    }

    @Override
    public void run(Options options, PrintStream out) {
        var files = options.get(FILES);
        if (files.isEmpty()) throw new IllegalArgumentException("audit: there is no file; name one or more: audit"
            + " model.safetensors --contract gpt2");
        var named = options.get(CONTRACT).map(AuditFiles::contract);
        if (named.isEmpty() && options.isGiven(SET))
            throw new IllegalArgumentException("audit: --set is for a contract's variables, and there is no contract;"
            + " name one by --contract, or leave --set out");
        if (options.get(GUESS)) guess(files.getFirst(), options, out);
        if (options.get(GUESS) && named.isEmpty()) return;
        var contract = named.orElseThrow(() ->
            new IllegalArgumentException("audit: there is no contract; name one by --contract: "
            + String.join(", ", Contract.names()) + ", or a file, or say --guess"));
        var report = Audit.of(contract, files, options.get(SET));
        var page = new AuditPage(report);
        out.println("Files     " + String.join(", ", report.files()));
        out.println("Contract  " + report.contract());
        out.println();
        out.println(page.table().text());
        for (var sentence : page.sentences()) out.println(Terminal.wrapped(sentence, WIDTH));
        out.println();
        out.println(Terminal.wrapped(page.conclusion(), WIDTH));
        out.println();
        Trial.write(Trial.signed(page.page(), new Facts().and("command", options.shell())), options.get(REPORT),
            AuditOutcome.of(report), options, out);
        if (!report.passed()) throw new Broken();
    }

    private static void guess(Path file, Options options, PrintStream out) {
        var guesses = Guess.of(file);
        out.println("File      " + file);
        out.println();
        out.println(AuditPage.guesses(guesses).text());
        if (options.get(CONTRACT).isPresent()) return;
        var guessed = new AuditOutcome.Guessed(file.toString(), guesses);
        if (!isPageless(options)) Trial.write(Trial.signed(AuditPage.page(guessed), new Facts().and("command", options.shell())),
            options.get(REPORT), guessed,
            options, out);
        else options.get(Trial.JSON).ifPresent(json -> {
            Json.write(json, guessed);
            out.println("JSON      " + Terminal.oneLine(json));
        });
    }

    /// A name of the library's, unless a file has it.
    private static Contract contract(String name) {
        return Contract.names().contains(name) ? Contract.named(name) : Files.exists(Path.of(name)) || name.contains("/")
            || name.contains(".")
            ? Contract.read(Path.of(name)) : Contract.named(name);
    }

    private static Map<String, Double> variables(String text) {
        var variables = new LinkedHashMap<String, Double>();
        if (text.isBlank()) return variables;
        for (var each : text.split(",")) {
            int equals = each.indexOf('=');
            if (equals < 1 || !Decimal.is(each.substring(equals + 1).strip()))
                throw new IllegalArgumentException("--set: " + Quote.of(each)
                + " is not allowed; give names and numbers, such as L=12,std=0.02");
            variables.put(each.substring(0, equals).strip(), Double.parseDouble(each.substring(equals + 1).strip()));
        }
        return variables;
    }

    /// What needs a look, before what is well.
    static int rank(Verdict verdict) {
        return switch (verdict) {
            case BROKEN -> 0;
            case NO_RULE -> 1;
            case CANNOT_TELL -> 2;
            case HOLDS -> 3;
            case NOT_LOOKED_AT -> 4;
        };
    }
}
