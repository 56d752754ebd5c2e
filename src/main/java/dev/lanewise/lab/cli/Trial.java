package dev.lanewise.lab.cli;

import dev.lanewise.Compute;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Json;
import dev.lanewise.report.Links;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// An experiment as a command: runs it, prints its tables, writes its page.
///
/// @param name       what the user types
/// @param experiment what it runs
/// @param around     says which links a page has that is written to a place
public record Trial(String name, Experiment experiment, Function<Path, List<Links.Link>> around) implements Command {

    /// Of every command that writes a page.
    public static final Option<Optional<Path>> JSON = Option.output("--json", "FILE", "Writes the results as JSON, too");
    /// Columns of a terminal that sentences are broken for.
    private static final int WIDTH = 110;

    /// What JSON has: what came out, among what it was run with.
    ///
    /// @param settings of the experiment's own options, by name without dashes
    record Written(String experiment, long seed, @Json.Inline Record outcome, Map<String, Object> settings, String weights,
        String simd,
                   int threads, String conclusion) {}

    /// Whose page stands alone.
    public Trial(String name, Experiment experiment) { this(name, experiment, _ -> List.of()); }

    /// @param result  with a page that says how it was made
    /// @param written what JSON has, in its order
    public record Done(Experiment.Result result, Record written) {}

    @Override
    public String summary() { return experiment.summary(); }

    @Override
    public List<Option<?>> options() {
        return Stream.of(experiment.options(), Setting.OPTIONS, List.of(report(), JSON)).<Option<?>>flatMap(List::stream)
            .toList();
    }

    private Option<Path> report() { return report("lanewise-" + experiment.name() + ".html"); }

    /// @param standard the file that is written where none is named
    public static Option<Path> report(String standard) {
        return Option.output("--report", "FILE", Path.of(standard), "The page to write");
    }

    @Override
    public List<Output> outputs(Options options) {
        return Stream.concat(outputs(options.get(report()), options).stream(), experiment.outputs(options).stream()).toList();
    }

    /// Of a command that writes a page and, where it is asked for, JSON.
    public static List<Output> outputs(Path report, Options options) {
        return Stream.concat(Stream.of(new Output("--report", report)), options.get(JSON)
            .map(json -> new Output("--json", json)).stream()).toList();
    }

    @Override
    public void run(Options options, PrintStream out) {
        var done = result(options, out);
        var place = options.get(report());
        write(done.result().page().around(around.apply(place)), place, done.written(), options, out);
    }

    /// Writes a page and, where it is asked for, JSON, and says so.
    public static void write(Page page, Path report, Object json, Options options, PrintStream out) {
        page.write(report);
        out.println("Report    " + Terminal.oneLine(report));
        options.get(JSON).ifPresent(file -> {
            Json.write(file, json);
            out.println("JSON      " + Terminal.oneLine(file));
        });
    }

    /// Runs and prints; writes nothing.
    public Done result(Options options, PrintStream out) {
        var setting = new Setting(name, options, out);
        var result = experiment.run(setting);
        out.println();
        out.println(result.text());
        out.println(Terminal.wrapped(result.conclusion(), WIDTH));
        out.println();
        var page = result.page();
        if (!page.lead().contains(result.conclusion())) page.section("In numbers", new Paragraph(result.conclusion()));
        signed(page, setting.facts(options.shell()));
        return new Done(result, new Written(experiment.name(), setting.seed(), result.outcome(), settings(options),
            setting.weightsText(), Compute.provider().name(), Compute.threads(), result.conclusion()));
    }

    private Map<String, Object> settings(Options options) {
        var settings = new LinkedHashMap<String, Object>();
        for (var option : experiment.options()) if (!Options.isAside(option.name())) settings.put(option.name().substring(2),
            options.setting(option));
        return settings;
    }

    /// The page, which ends with how it was made.
    public static Page signed(Page page, Facts facts) {
        return page.section("How this page was made", new Paragraph("Lanewise makes it again with this command:"), facts);
    }
}
