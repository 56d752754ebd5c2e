package dev.lanewise.lab;

import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.report.Links;
import dev.lanewise.report.Page;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/// The classic experiments: `lab list`, `lab NAME`, `lab all`.
final class Lab implements Command {

    private static final String INDEX = "index.html";

    @Override
    public String name() { return "lab"; }

    @Override
    public String summary() {
        return "Runs the field's classic experiments: lab list names them, lab NAME runs one, lab all all.";
    }

    @Override
    public List<Command> parts() {
        return Stream.concat(Stream.of(new Listing(), new All()), trials().stream()).toList();
    }

    static List<Trial> trials() {
        return Experiments.ALL.stream().map(experiment -> new Trial("lab " + experiment.name(), experiment,
            place -> found(experiment, place))).toList();
    }

    @Override
    public void run(Options options, PrintStream out) { new Listing().run(options, out); }

    /// The page that leads to all others.
    static Page index(List<Links.Link> links) {
        return Page.titled("How a network starts").lead("The weights that a network begins with decide whether it learns."
            + " The classic experiments on"
            + " that, run anew: " + links.size() + (links.size() == 1 ? " page" : " pages") + ", best read in this order.")
            .section("Experiments", new Links(links));
    }

    /// The way from a page that takes the place of one that `lab all` has written to the others that are there; none from
    /// elsewhere.
    private static List<Links.Link> found(Experiment experiment, Path place) {
        var file = file(experiment);
        var index = place.resolveSibling(INDEX);
        if (!file.equals("" + place.getFileName()) || !leadsTo(index, file)) return List.of();
        var there = Experiments.ALL.stream().filter(each -> each == experiment
            || Files.isRegularFile(place.resolveSibling(file(each)))).toList();
        return around(there.stream().map(each -> new Links.Link(file(each), each.title(), "")).toList(),
            there.indexOf(experiment));
    }

    /// Whether a page that can be read has such a link.
    private static boolean leadsTo(Path index, String file) {
        try {
            return Files.isRegularFile(index) && Files.readString(index).contains("href=\"" + file + "\"");
        } catch (IOException e) {
            return false;
        }
    }

    private static String file(Experiment experiment) { return experiment.name() + ".html"; }

    /// The way from one page to the others.
    static List<Links.Link> around(List<Links.Link> pages, int index) {
        var around = new ArrayList<Links.Link>(List.of(new Links.Link(INDEX, "All experiments", "")));
        if (index > 0) around.add(new Links.Link(pages.get(index - 1).file(), "←\u00a0" + pages.get(index - 1).title(), ""));
        if (index < pages.size() - 1) around.add(new Links.Link(pages.get(index + 1).file(),
            pages.get(index + 1).title() + "\u00a0→", ""));
        return around;
    }

    /// `lab list`.
    private static final class Listing implements Command {

        @Override
        public String name() { return "lab list"; }

        @Override
        public String summary() { return "Names the experiments."; }

        @Override
        public void run(Options options, PrintStream out) {
            for (var experiment : Experiments.ALL)
                out.println(Terminal.hanging(String.format("  %-12s", experiment.name()), experiment.summary()));
            out.println();
            out.println(Terminal.hanging("",
                "lab NAME runs one and writes its page; lab NAME --help says what it takes; lab all runs all."));
        }
    }

    /// `lab all`.
    private static final class All implements Command {

        private static final Option<Path> REPORT = Option.output("--report", "DIR", Path.of("lanewise-lab"),
            "The folder for the pages");

        @Override
        public String name() { return "lab all"; }

        @Override
        public String summary() { return "Runs all experiments, each as it is by default, and writes an index of their pages."; }

        @Override
        public List<Option<?>> options() {
            return Stream.concat(Setting.OPTIONS.stream(), Stream.of(REPORT, Trial.JSON)).toList();
        }

        private static Path page(Path folder, Experiment experiment) { return folder.resolve(file(experiment)); }

        @Override
        public List<Output> outputs(Options options) {
            var folder = options.get(REPORT);
            return Stream.concat(Trial.outputs(folder.resolve(INDEX), options).stream(),
                Experiments.ALL.stream().map(experiment -> new Output("--report", page(folder, experiment)))).toList();
        }

        @Override
        public void run(Options options, PrintStream out) {
            var folder = options.get(REPORT);
            var setting = new Setting(name(), options, out);
            var links = new ArrayList<Links.Link>();
            var results = new LinkedHashMap<String, Object>();
            var pages = new ArrayList<Page>();
            for (var trial : trials()) {
                out.println("── " + trial.name() + " (" + (pages.size() + 1) + " of " + trials()
                    .size() + "): " + trial.summary());
                var done = trial.result(options.of(trial), out);
                var page = done.result().page();
                var file = page(folder, trial.experiment());
                // at once, so that what is done is there where the rest is ended; with links to what there will be, in the end
                page.write(file);
                pages.add(page);
                links.add(new Links.Link(file.getFileName().toString(), page.title(), page.lead(), done.result().picture()));
                results.put(trial.experiment().name(), done.written());
            }
            for (int i = 0; i < pages.size(); i++) pages.get(i).around(around(links, i))
                .write(folder.resolve(links.get(i).file()));
            Trial.write(Trial.signed(index(links), setting.facts(options.shell())), folder.resolve(INDEX), results, options, out);
        }
    }
}
