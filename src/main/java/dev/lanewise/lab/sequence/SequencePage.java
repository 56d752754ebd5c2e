package dev.lanewise.lab.sequence;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.report.Column;
import dev.lanewise.report.HeatMap;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;

/// How the results of [SequenceJob] are shown.
record SequencePage(SequenceOutcome outcome) {

    /// Who sees the signals but not their order can't tell two classes of four from each other.
    private static final double WITHOUT_ORDER = 0.75;

    Experiment.Result result() { return new Experiment.Result(outcome, table().text(), conclusion(), page()); }

    private Table table() {
        var table = new Table(Column.text("test sequences"), Column.number("how many"),
            Column.number(outcome.cell() + " accuracy"), Column.number("without order"));
        int count = outcome.lengths().stream().mapToInt(SequenceOutcome.ByLength::count).sum();
        for (var each : outcome.lengths()) table.row("of " + each.from() + (each.to() == each.from() ? ""
            : " to " + each.to()) + " steps",
            "" + each.count(), percent(each.accuracy()), percent(each.blindAccuracy()));
        return table.row("all", "" + count, percent(outcome.testAccuracy()), percent(outcome.blindAccuracy()));
    }

    private String conclusion() {
        return Figures.format("Of sequences that it was not trained on, the %s puts %s into their class. A network that sees"
            + " every step, but not their order, has %s; by chance alone it would be %s, and without order %s can be"
            + " expected at best. %s", outcome.cell(),
            percent(outcome.testAccuracy()), percent(outcome.blindAccuracy()), percent(1.0 / outcome.classes().size()),
            percent(WITHOUT_ORDER), outcome.testAccuracy() > WITHOUT_ORDER ? "So it remembers what came first."
            : "So nothing shows yet that it remembers what came first.");
    }

    private static String percent(double share) { return Figures.percent(share, 1); }

    private Page page() {
        var names = outcome.classes().toArray(String[]::new);
        var counts = new double[names.length][names.length];
        for (int i = 0; i < names.length; i++) for (int j = 0; j < names.length; j++) counts[i][j] = outcome.confusion()[i][j];
        return Page.titled("What came first").lead(conclusion())
            .section("What was done", new Paragraph("Each sequence has two features, noise, and somewhere in it two signals, each"
                + " in the first feature (A) or in the second (B); its class is which came when. Sequences of different"
                + " lengths are packed, so that no step is made behind a sequence's end. The class is read from the "
                + outcome.cell() + "'s state after the last step."
                + " The network beside it looks at each step alone and adds up what it sees. Both are trained by Adam on three"
                + " fifths of the sequences; a fifth validates, a fifth judges."))
            .section("How it learned", LineChart.titled("Loss").xLabel("epoch").wholeX().yLabel("cross-entropy")
                    .series("training", 1, outcome.trainLosses()).series("validation", 1, outcome.valLosses()),
                LineChart.titled("Validation accuracy").xLabel("epoch").wholeX().yLabel("share")
                .series(outcome.cell(), 1, outcome.valAccuracies()))
            .section("How good it is", table(), HeatMap.titled("Test sequences of each class, by the class that is said")
                .rows("actual", names).columns("said", names).panel("", counts));
    }
}
