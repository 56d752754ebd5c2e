package dev.lanewise.lab.cli;

import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Json;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// An experiment as a command: runs it, prints its tables, writes its page.
///
/// @param name       what the user types
/// @param experiment what it runs
public record Trial(String name, Experiment experiment) implements Command {

    /// Columns of a terminal that sentences are broken for.
    private static final int WIDTH = 110;

    @Override
    public String summary() { return experiment.summary(); }

    @Override
    public List<Option> options() {
        return Stream.of(experiment.options(), Setting.OPTIONS, List.of(
            new Option("--report", "FILE", "The page to write; " + page() + " by default."),
            new Option("--json", "FILE", "Writes the results as JSON, too."))).flatMap(List::stream).toList();
    }

    private String page() { return "lanewise-" + experiment.name() + ".html"; }

    private Path report(Options options) { return options.path("--report").orElse(Path.of(page())); }

    @Override
    public List<Output> outputs(Options options) {
        return Stream.concat(outputs(report(options), options).stream(), experiment.outputs(options).stream()).toList();
    }

    public static List<Output> outputs(Path report, Options options) {
        return Stream.concat(Stream.of(new Output("--report", report)),
            options.path("--json").map(json -> new Output("--json", json)).stream()).toList();
    }

    @Override
    public void run(Options options, PrintStream out) {
        var report = report(options);
        var json = options.path("--json");
        var result = result(options, out);
        result.page().write(report);
        out.println("Report    " + Terminal.oneLine(report));
        json.ifPresent(file -> {
            Json.write(file, result.json());
            out.println("JSON      " + Terminal.oneLine(file));
        });
    }

    /// Runs and prints; writes nothing. Page and JSON say what they were made with.
    public Experiment.Result result(Options options, PrintStream out) {
        var setting = new Setting(name, options, out);
        var result = experiment.run(setting);
        out.println();
        out.println(result.text());
        out.println(Terminal.wrapped(result.conclusion(), WIDTH));
        out.println();
        setting.addTo(result.json());
        result.json().putFirst("experiment", experiment.name());
        result.json().put("conclusion", result.conclusion());
        signed(result.page(), setting.facts(options.shell(name)));
        return result;
    }

    /// The page, which ends with how it was made.
    public static Page signed(Page page, Facts facts) {
        return page.section("How this page was made", new Paragraph("Lanewise makes it again with this command:"), facts);
    }
}
