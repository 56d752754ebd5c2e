package dev.lanewise.lab.audit;

import dev.lanewise.check.Audit;
import dev.lanewise.check.Audit.Line;
import dev.lanewise.check.Audit.Verdict;
import dev.lanewise.check.Guess;
import dev.lanewise.file.Quote;
import dev.lanewise.figures.Figures;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Intervals;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How the results of [AuditFiles] are shown: as tables and a page.
record AuditPage(Audit.Report report) {

    /// Of a terminal; more are those that need a look, and how many hold.
    private static final int MOST_ROWS = 40;
    private static final int MOST_SENTENCES = 20;
    private static final int MOST_INTERVALS = 30;
    private static final int MOST_GUESSES = 3;

    private List<Line> ranked() {
        return report.lines().stream().sorted(Comparator.comparingInt(line -> AuditFiles.rank(line.verdict()))).toList();
    }

    /// For the terminal.
    Table table() {
        var lines = ranked();
        if (lines.size() > MOST_ROWS) {
            var wrong = lines.stream().filter(line -> AuditFiles.rank(line.verdict()) < AuditFiles.rank(Verdict.HOLDS)).toList();
            lines = wrong.isEmpty() || wrong.size() > MOST_ROWS ? lines.subList(0, MOST_ROWS) : wrong;
        }
        return table(lines);
    }

    private static Table table(List<Line> lines) {
        var table = new Table(Column.text("parameter"), Column.text("verdict"), Column.text("should be"), Column.number("std"),
            Column.number("is"),
            Column.number("values"), Column.text("would show"));
        for (var line : lines) table.row(Quote.whole(line.tensor()), line.verdict().words(), Quote.whole(line.law()),
            Figures.number(line.should()), Figures.number(line.is()),
            line.values() == 0 ? "" : Figures.format("%,d", line.values()), shows(line));
        return table;
    }

    /// What laws a file's parameters fit.
    static Table guesses(List<Guess> guesses) {
        var table = new Table(Column.text("parameter"), Column.text("shape"), Column.number("mean"), Column.number("std"),
            Column.text("fits"));
        for (var guess : guesses) table.row(Quote.whole(guess.tensor()), guess.shape().toString(), Figures.number(guess.mean()),
            Figures.number(guess.std()),
            guess.values() == 0 ? "it has no elements" : guess.laws().isEmpty() ? "no law that is known"
                : (guess.known() ? "" : "no known law; ")
                + guess.laws().stream().limit(MOST_GUESSES).collect(Collectors.joining("; "))
                + (guess.laws().size() > MOST_GUESSES ? "; and " + (guess.laws().size() - MOST_GUESSES) + " more" : ""));
        return table;
    }

    /// Of what is guessed without a contract.
    static Page page(AuditOutcome.Guessed guessed) {
        return Page.titled("Which laws does it start by?").lead(name(guessed.file())
            + ": the known laws that the values of each of " + guessed.parameters().size()
                + " parameters fit.")
            .section("Parameters", guesses(guessed.parameters()),
                new Paragraph("The commonest law stands first. A small parameter may fit laws that it wasn't"
                + " drawn by; where no known law fits, the normal or uniform one of its own mean and deviation is named, if it"
                + " has that form."));
    }

    private static String shows(Line line) {
        var reveal = line.reveal();
        if (line.values() == 0) return "";
        if (reveal.up() == 1) return "any change";
        return (Double.isInfinite(reveal.up()) ? "–" : "× " + factor(reveal.up())) + ", "
            + (reveal.down() == 0 ? "–" : "÷ " + factor(1 / reveal.down()));
    }

    private static String factor(double factor) { return Figures.format(factor < 1.1 ? "%.3f" : factor < 100 ? "%.2f" : "%,.0f",
        factor); }

    /// What is wrong, one each.
    List<String> sentences() {
        var sentences = Stream.concat(ranked().stream().filter(line -> line.verdict() == Verdict.BROKEN)
            .map(line -> Quote.whole(line.tensor()) + ": " + line.why() + "; it should be: " + Quote.whole(line.law()) + " (line "
                + line.rule() + ")."), report.problems().stream()
            .map(problem -> Character.toUpperCase(problem.charAt(0)) + problem.substring(1) + ".")).toList();
        if (sentences.size() <= MOST_SENTENCES) return sentences;
        var first = new ArrayList<>(sentences.subList(0, MOST_SENTENCES));
        first.add("… and " + (sentences.size() - MOST_SENTENCES) + " more.");
        return first;
    }

    private static String counted(Verdict verdict) {
        return switch (verdict) {
            case BROKEN -> "broken";
            case NO_RULE -> "without a rule";
            case CANNOT_TELL -> "too small to tell";
            case HOLDS -> "as the contract says";
            case NOT_LOOKED_AT -> "not looked at";
        };
    }

    /// A path of many folders would be wider than a phone.
    private static String name(String path) { return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
        + 1); }

    String conclusion() {
        int broken = report.of(Verdict.BROKEN).size();
        int untold = report.of(Verdict.CANNOT_TELL).size();
        int all = report.lines().size();
        var counts = Stream.of(Verdict.values()).filter(verdict -> !report.of(verdict).isEmpty())
            .map(verdict -> report.of(verdict).size() + " " + counted(verdict)).collect(Collectors.joining(", "));
        return (report.passed() ? "Nothing is found wrong" : broken > 0 || !report.likenesses().isEmpty()
            ? "The model doesn't start as it should" : "The contract doesn't fit the model")
            + ": " + all + (all == 1 ? " parameter" : " parameters") + (counts.isEmpty() ? "." : ", " + counts + ".")
            + (untold > 0 ? " What can't be told has too few values for a std that is " + (int) Audit.FACTOR
                + " times too large or small to be sure to show;"
                + " more files, of other seeds, tell more." : "")
            + Figures.format(" A model that starts as the contract says would be found wrong with a probability of less than"
                + " %.0e.", Audit.BUDGET);
    }

    Page page() {
        var page = Page.titled("Does it start as it should?").lead(report.files().stream().map(AuditPage::name)
            .collect(Collectors.joining(", "))
            + ": " + report.lines().size() + " parameters, each held to what " + name(report.contract()) + " says of it.");
        var blocks = new ArrayList<Block>();
        blocks.add(new Paragraph(conclusion()));
        for (var sentence : sentences()) blocks.add(new Paragraph(sentence));
        page.section("Verdict", blocks.toArray(Block[]::new));
        var drawn = ranked().stream().filter(line -> line.should() > 0 && line.is() > 0 && Double.isFinite(line.reveal().up())
            && line.reveal().down() > 0)
            .limit(MOST_INTERVALS).toList();
        if (!drawn.isEmpty()) {
            var chart = Intervals.titled("Standard deviation, relative to what it should be").xLabel("times what it should be");
            for (var line : drawn) {
                double ratio = line.is() / line.should();
                chart.row(Quote.whole(line.tensor()), ratio, Math.min(ratio, ratio * line.reveal().down()),
                    Math.max(ratio, ratio * line.reveal().up()));
            }
            page.section("Spread", new Paragraph("How far each parameter's values spread; bars: what so many can't tell apart."
                + " What is wrong stands before what is right" + (drawn.size() < MOST_INTERVALS ? "." : ", and no more than "
                    + MOST_INTERVALS + ".")), chart.mark("right", 1));
        }
        return page.section("Parameters", table(ranked()),
            new Paragraph("std: the standard deviation that the law has, beside it what the values show."
            + " would show: the factors by which the deviation could be wrong and be found out, with a probability of 99 %, by as"
            + " many values; smaller mistakes may be there."))
            .section("Settings", new Facts().and("contract", name(report.contract())).and("files", report.files().size())
                .and("false alarms", Figures.format("below %.0e", Audit.BUDGET))
                    .and("odds of a check, one side", Figures.format("e^-%.1f", report.odds())));
    }
}
