package dev.lanewise.lab;

import dev.lanewise.nn.init.Scheme;
import dev.lanewise.report.Column;
import dev.lanewise.report.Facts;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.train.History;
import dev.lanewise.train.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// The results of [Compare], and how they are shown: as a table, a page and JSON.
record Comparison(Settings settings, ComparePictures pictures, List<Run> runs) {

    /// Batches whose losses are shown.
    private static final int FIRST = 100;
    /// Batches whose mean is the last training loss.
    private static final int LAST = 100;

    /// @param data what was trained on, and why
    record Settings(String data, int epochs, int batch) {}

    /// @param course the accuracy with dropout switched on; NaN if that wasn't asked for
    record Run(Scheme scheme, double accuracy, double course, History history) {
        double trainLoss() { return history.lastLoss(LAST); }
    }

    Experiment.Result result() {
        return new Experiment.Result(table().text(), "Best on held-out images: " + best().scheme().name() + ", "
            + percent(best().accuracy()) + ". Train loss is the mean of the last " + LAST
            + " batches, with dropout; accuracy is on held-out images, without." + cost(), page(), json());
    }

    private boolean isCourse() { return runs.stream().noneMatch(run -> Double.isNaN(run.course())); }

    /// What it costs to leave dropout on, over all runs: nothing where nothing was learned, so the most is said beside the mean.
    private String cost() {
        if (!isCourse()) return "";
        var costs = runs.stream().mapToDouble(run -> 100 * (run.accuracy() - run.course())).summaryStatistics();
        var winner = runs.stream().max(Comparator.comparingDouble(Run::course)).orElseThrow();
        return String.format(Locale.ROOT, " With dropout left on, as the course measures it, accuracy is %.1f percentage"
            + " points lower on"
            + " average, %.1f at most: a number about a network that nobody will use. The best by that measure is %s.",
                costs.getAverage(),
                costs.getMax(), winner.scheme().name());
    }

    private Run best() { return runs.stream().max(Comparator.comparingDouble(Run::accuracy)).orElseThrow(); }

    private Table table() {
        var columns = new ArrayList<>(List.of(Column.text("init"), Column.text("weights"), Column.number("val accuracy")));
        if (isCourse()) columns.add(Column.number("with dropout"));
        columns.addAll(List.of(Column.number("train loss"), Column.number("seconds")));
        var table = new Table(columns.toArray(Column[]::new));
        for (var run : runs) {
            var cells = new ArrayList<>(List.of(run.scheme().name(), run.scheme().description(), percent(run.accuracy())));
            if (isCourse()) cells.add(percent(run.course()));
            cells.addAll(List.of(Metrics.text(run.trainLoss()), String.format(Locale.ROOT, "%.1f", run.history().seconds())));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private Page page() {
        var chart = LineChart.titled("Training loss of the first " + FIRST + " batches").xLabel("batch").yLabel("cross-entropy")
            .robustRange().smoothing(9);
        runs.forEach(run -> chart.series(run.scheme().name(), run.history().firstLosses(FIRST)));
        return Page.titled("Which initialization learns?")
            .lead("The same network, trained from " + runs.size() + (runs.size() == 1 ? " initialization. " : " initializations. ")
                + "Best on held-out images: " + best().scheme().name() + ", " + percent(best().accuracy()) + "." + cost())
            .section("The data", pictures.data())
            .section("Loss", new Paragraph("Every run meets the same images in the same order; only the weights it starts from differ."),
                chart)
            .section("Results", table(), new Paragraph("Train loss is the mean of the last " + LAST
                + " batches, with dropout; accuracy is measured without it, on a fifth of the images that training never saw."))
            .section("What is drawn", new Paragraph("The courses' first two ideas, drawn by this library: uniform numbers"
                + " from −3 to 3, and"
                + " normal ones. The line is the density that they should have. As weights both are far too large for"
                + " hundreds of inputs:"
                + " the schemes that learn best divide by a layer's size."), pictures.draws())
            .section("Settings", new Facts()
                .and("data", settings.data())
                .and("network", "256 and 128 hidden units, ReLU, dropout " + Compare.DROPOUT)
                .and("training", "Adam " + Compare.LEARNING_RATE + ", " + settings.epochs() + " epochs, batches of " + settings.batch()));
    }

    private SequencedMap<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("data", settings.data());
        json.put("epochs", settings.epochs());
        json.put("batch", settings.batch());
        json.put("runs", runs.stream().map(run -> {
            var each = new LinkedHashMap<String, Object>();
            each.put("init", run.scheme().name());
            each.put("valAccuracy", run.accuracy());
            if (isCourse()) each.put("valAccuracyWithDropout", run.course());
            each.put("trainLoss", run.trainLoss());
            each.put("seconds", run.history().seconds());
            each.put("losses", run.history().firstLosses(FIRST));
            return each;
        }).toList());
        return json;
    }

    private static String percent(double share) { return String.format(Locale.ROOT, "%.2f %%", 100 * share); }
}
