package dev.lanewise.lab.table;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.report.Block;
import dev.lanewise.report.HeatMap;
import dev.lanewise.report.Histogram;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// How the results of [TableJob] are shown.
///
/// @param file where the model is
record TablePage(TableOutcome outcome, Path file) {

    /// Beyond them a confusion can't be read.
    private static final int MOST_CLASSES = 15;

    Experiment.Result result() {
        return new Experiment.Result(outcome, Scores.table(outcome.scores()).text(), conclusion(), page());
    }

    private boolean isClass() { return !outcome.classes().isEmpty(); }

    private String conclusion() {
        var said = isClass()
            ? Figures.format("Of rows that neither training nor the choice of the epoch saw, the network is right about %s"
                + " in %s, where always saying the most frequent class is in %s.", outcome.target(),
                percent(outcome.testAccuracy().orElseThrow()), percent(outcome.blind()))
            : Figures.format("On rows that neither training nor the choice of the epoch saw, the network misses %s by %s (root"
                + " mean square), where always saying the mean misses by %s%s.", outcome.target(),
                Figures.number(outcome.testRmse().orElseThrow()), Figures.number(outcome.blind()),
                explained(outcome.testR2().orElseThrow()));
        return outcome.epochs() == 1 ? said
            : said + Figures.format(" The best of %d epochs was number %d.", outcome.epochs(), outcome.bestEpoch());
    }

    /// Of a single row there is no variance.
    private static String explained(double r2) {
        return Double.isNaN(r2) ? "" : r2 < 0 ? "; it explains none of their variance"
            : "; it explains " + percent(r2) + " of their variance";
    }

    private static String percent(double share) { return Figures.percent(share, 1); }

    private Page page() {
        return Page.titled("Predicting " + outcome.target()).lead(conclusion())
            .section("What was done", new Paragraph("Data: " + outcome.data() + ", " + outcome.rows()
                + " rows. Columns of numbers (" + names(outcome.numbers())
                + ") were standardized, gaps filled with the mean; of each column of categories (" + names(outcome.categories())
                + ") a vector is learned for each category, a gap being one. " + outcome.parameters()
                + " weights were trained by Adam on three fifths of the rows, a fifth chose the epoch, a fifth judged."))
            .section("How it learned", LineChart.titled("Loss").xLabel("epoch").wholeX()
                .yLabel(isClass() ? "cross-entropy" : "mean squared error, standardized")
                .series("training", 1, outcome.trainLosses()).series("validation", 1, outcome.valLosses()))
            .section("How good it is", Scores.table(outcome.scores()), errors());
    }

    private static String names(List<String> columns) { return columns.isEmpty() ? "none" : String.join(", ", columns); }

    private Block errors() {
        var test = outcome.scores().get("test");
        int classes = outcome.classes().size();
        if (!isClass()) {
            var off = new double[test.rows()];
            for (int i = 0; i < off.length; i++) off[i] = (double) test.predicted().get(i, 0) - test.actual().get(i, 0);
            return Histogram.titled("Predicted less actual " + outcome.target() + ", test rows").xLabel(outcome.target())
                .panel("", off);
        }
        if (classes > MOST_CLASSES) return new Paragraph("There are " + classes
            + " classes, too many to show which is taken for which.");
        var counts = Arrays.stream(test.confusion().counts()).map(row -> Arrays.stream(row).asDoubleStream().toArray())
            .toArray(double[][]::new);
        var names = outcome.classes().toArray(String[]::new);
        return HeatMap.titled("Test rows of each class, by the class that is said").rows("actual", names)
            .columns("predicted", names).panel("", counts);
    }
}
