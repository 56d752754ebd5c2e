package dev.lanewise.spark;

import dev.lanewise.report.Column;
import dev.lanewise.report.Facts;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// What a run was, and how it went, for a reader.
///
/// @param facts     that decide its bits, by name
/// @param providers which loops ran, of each process
/// @param stages    that Spark ran
record RunPage(LinkedHashMap<String, String> facts, Fitted fitted, List<String> providers, List<Stage> stages) {

    /// @param epochs what it trained
    record Stage(String epochs, double seconds) {}

    Page page() {
        var losses = fitted.epochLosses();
        int epochs = losses.length;
        var page = Page.titled("A run on Spark").lead((epochs == 1 ? "1 epoch" : epochs + " epochs")
            + (fitted.processes() == 1 ? " in 1 process" : " in " + fitted.processes() + " processes")
            + (epochs == 0 ? "" : ", to a loss of " + fixed(losses[epochs - 1])) + ".");
        if (epochs > 0) page.section("How it learned", stepsChart(), epochsChart(losses), epochsTable(losses));
        page.section("What decides its bits", new Facts(facts), new Paragraph("The same of these gives the same weights to the "
            + "bit, on however many executors, and in one process without Spark."));
        return page.section("Where it ran", stagesTable(), providersTable());
    }

    private LineChart stepsChart() {
        return LineChart.titled("Loss of each step").xLabel("step").yLabel("loss").series("training", fitted.stepLosses());
    }

    private LineChart epochsChart(double[] losses) {
        var chart = LineChart.titled("Loss of each epoch").xLabel("epoch").wholeX().yLabel("loss").series("training", 1, losses);
        return fitted.validations().size() != losses.length ? chart
            : chart.series("held out", 1, fitted.validations().stream().mapToDouble(Fitted.Validation::loss).toArray());
    }

    private Table epochsTable(double[] losses) {
        boolean validated = fitted.validations().size() == losses.length;
        var table = !validated ? new Table(Column.number("epoch"), Column.number("training loss"))
            : new Table(Column.number("epoch"), Column.number("training loss"), Column.number("held-out loss"),
                Column.number("metric"));
        for (int epoch = 0; epoch < losses.length; epoch++) {
            var number = epoch + 1 + "";
            var loss = fixed(losses[epoch]);
            if (!validated) table.row(number, loss);
            else {
                var validation = fitted.validations().get(epoch);
                table.row(number, loss, fixed(validation.loss()),
                    Double.isNaN(validation.metric()) ? "" : fixed(validation.metric()));
            }
        }
        return table;
    }

    private static String fixed(double number) { return String.format(Locale.ROOT, "%.4f", number); }

    private Table stagesTable() {
        var table = new Table(Column.text("stage of Spark's"), Column.number("seconds"));
        for (var stage : stages) table.row(stage.epochs, String.format(Locale.ROOT, "%.1f", stage.seconds));
        return table;
    }

    private Table providersTable() {
        var table = new Table(Column.number("process"), Column.text("loops"));
        IntStream.range(0, providers.size()).forEach(rank -> table.row(rank + "", providers.get(rank)));
        return table;
    }
}
