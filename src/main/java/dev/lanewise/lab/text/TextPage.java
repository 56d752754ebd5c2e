package dev.lanewise.lab.text;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.Locale;
import java.util.stream.Collectors;

/// How the results of [TextJob] are shown.
record TextPage(TextOutcome outcome) {

    private static final int WIDTH = 79;

    Experiment.Result result() {
        var samples = outcome.samples().stream().map(sample -> Terminal.wrapped("…" + Terminal.oneLine(sample), WIDTH))
            .collect(Collectors.joining("\n"));
        return new Experiment.Result(outcome, table().text() + "\nThe text goes on, as the network has it:\n" + samples,
            conclusion(), page());
    }

    private String conclusion() {
        return Figures.format("On the tenth of the text that it did not see, the %s says %s of the %ss right, at %s bits a %s,"
            + " where knowing nothing but how often each comes has %s.", named(), Figures.percent(outcome.valAccuracy(), 1),
            outcome.unit(), Figures.fixed(outcome.bitsPerCharacter(), 3), outcome.unit(),
            Figures.fixed(outcome.blindLoss() / Math.log(2), 3));
    }

    private String named() {
        return outcome.net().equals("transformer") ? outcome.net() : outcome.net().toUpperCase(Locale.ROOT);
    }

    private Table table() {
        var table = new Table(Column.number("epoch"), Column.number("training loss"), Column.number("held-out loss"),
            Column.number("bits a " + outcome.unit()), Column.number("accuracy"));
        for (int epoch = 0; epoch < outcome.valLosses().length; epoch++) table.row(epoch + 1 + "",
            Figures.fixed(outcome.trainLosses()[epoch], 4), Figures.fixed(outcome.valLosses()[epoch], 4),
            Figures.fixed(outcome.valLosses()[epoch] / Math.log(2), 3), Figures.percent(outcome.valAccuracies()[epoch], 1));
        return table;
    }

    private Page page() {
        var page = Page.titled("What comes next in a text").lead(conclusion())
            .section("What was done", new Paragraph("Data: " + outcome.data() + ", " + outcome.characters() + " "
                + outcome.unit() + "s" + (outcome.unit().equals("byte") ? "" : ", " + outcome.vocabulary() + " different ones")
                + ". The network, a " + named() + ", has " + outcome.parameters() + " weights; the vectors of " + outcome.unit()
                + "s are those that the last layer compares with, too."))
            .section("How it learned", LineChart.titled("Loss of each step").xLabel("step").yLabel("cross-entropy, nats")
                .series("training", outcome.stepLosses()),
                LineChart.titled("Loss of each epoch").xLabel("epoch").wholeX().yLabel("cross-entropy, nats")
                .series("training", 1, outcome.trainLosses()).series("held out", 1, outcome.valLosses()))
            .section("How good it is", table());
        return page.section("How the text goes on", outcome.samples().stream()
            .map(sample -> new Paragraph("…" + Terminal.oneLine(sample))).toArray(Paragraph[]::new));
    }
}
