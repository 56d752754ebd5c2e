package dev.lanewise.lab.compare;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.compare.Comparison.Run;
import dev.lanewise.lab.compare.Ranking.Standing;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Intervals;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.train.Metrics;
import java.util.ArrayList;
import java.util.List;

/// How the results of [Compare] are shown.
record ComparePage(Comparison comparison) {

    static final String TITLE = "Which initialization learns?";

    /// Standard errors on either side that make a range of 95 %.
    private static final double SURE = 1.96;

    private static final int WIDTH = 110;

    Experiment.Result result() {
        return new Experiment.Result(CompareOutcome.of(comparison), table(false).text() + terminalWhy(),
            comparison.conclusion(), page(), chart("", runs()));
    }

    private List<Run> runs() { return comparison.runs(); }

    private Comparison.Settings settings() { return comparison.settings(); }

    private boolean isAlone() { return runs().size() == 1; }

    private Page page() {
        return Page.titled(TITLE)
            .lead(comparison.lead())
            .section("What was done", new Paragraph(done()), comparison.data())
            .section("Accuracy", accuracy())
            .section("Results", table(true), new Paragraph("Train loss is the mean of the last " + Comparison.LAST
                + " batches, with dropout. Seconds include the JVM's warm-up in the first run."))
            .section("The whole run", loss())
            .section("Why", why())
            .section("What the weights are drawn from", new Paragraph("Every run's weights before the first step, layer by"
                + " layer, each named by its inputs and units;"
                + " the line is the density that theory gives. A row shares its axis. A sum over n inputs keeps its size if"
                + " the weights' deviation is near √(1/n), or √(2/n) before a ReLU: laws that follow such a rule are"
                + " narrower where a unit has more inputs."),
                    new Folded("Histograms of all weights at the start", ComparePictures.draws(runs())))
            .section("Settings", new Facts().and("data", settings().data()).and("network", settings().network())
                .and("training", "Adam " + Compare.LEARNING_RATE + ", " + settings().epochsText()
                    + ", batches of " + settings().batch())
                .and("held out", Figures.format("%,d images", comparison.ranking().images()))
                .and("seeds", settings().seeds()));
    }

    private String done() {
        return "A network of " + settings().network() + " (inputs, two hidden layers, classes), was trained for "
            + settings().epochsText() + " from " + Ranking.number(runs().size())
            + (isAlone() ? " initialization."
                : " initializations. " + (settings().seeds() == 1 ? "Every run meets" : "Of one seed, every run meets")
            + " the same images in the same order; only the weights it starts from differ.")
            + " A fifth of the images is held out: training never sees them, and accuracy is measured on them, without dropout.";
    }

    private Block[] accuracy() {
        var blocks = new ArrayList<Block>(List.of(new Paragraph("The bars are " + bars() + "." + (isAlone() ? "" : " " + apart()
            + "; at 5 % for all pairs together, since among many equals some look better by luck.")),
            chart("Accuracy on held-out images", runs())));
        var front = runs().stream().filter(run -> comparison.standing(run) == Standing.FRONT).toList();
        if (front.size() > 1 && front.size() < runs().size()) blocks.add(chart("Those in front, closer", front));
        return blocks.toArray(Block[]::new);
    }

    private String bars() {
        return settings().seeds() == 1
            ? "95 % ranges from the number of held-out images alone. They say how far the accuracy on other"
            + " images may lie; not what another seed would give, which moves the figures by as much again or more"
            : "95 % ranges of the means over " + settings().seeds()
            + " seeds, as the normal law gives them: rough, where seeds are few";
    }

    private String apart() {
        return settings().seeds() == 1
            ? "Two starts are called apart only if their difference is beyond chance in McNemar's test, image by"
            + " image, and also as if each had been judged on images of its own"
            : "Two starts are called apart if a t test of their differences, seed by seed, says so; or, since that sees little of"
            + " few seeds, if each seed puts the same one in front and McNemar's test says so on the images of all";
    }

    private Intervals chart(String title, List<Run> shown) {
        var chart = Intervals.titled(title).xLabel("per cent, with 95 % ranges");
        for (var run : shown) {
            var entry = comparison.entry(run);
            double accuracy = 100 * entry.accuracy();
            double reach = 100 * SURE * entry.standardError();
            chart.row(run.scheme().name(), accuracy, Math.max(0, accuracy - reach), Math.min(100, accuracy + reach));
        }
        if (shown.size() == runs().size()) chart.mark("always the most frequent answer", 100 * comparison.ranking().constant());
        return chart;
    }

    private Block[] loss() {
        var whole = LineChart.titled("Training loss, from the first batch to the last").xLabel("batch").yLabel("cross-entropy")
            .logY();
        for (var run : runs()) whole.series(run.scheme().name(), run.curve()[0], run.curve()[1]);
        return new Block[] {new Paragraph(Figures.format("Means of neighbouring batches, with dropout%s. One who gives all"
            + " classes the same probability has %.2f: what stays there has learned nothing.%s",
            settings().seeds() == 1 ? "" : ", of the first seed", settings().guess(),
            isAlone() ? "" : " Lines that can't be told from each other are starts that make no difference.")), whole};
    }

    private Block[] why() {
        var blocks = new ArrayList<Block>(List.of(new Paragraph("Before the first step, theory and a batch of images say"
            + " what a start promises. A sum over many inputs keeps its size if the weights' variance is near 1 or 2 over"
            + " their number; where it grows"
            + " from layer to layer, the first outputs are so large and so wrong that training is spent on taking them back."
            + " Units that start alike stay alike; where all is 0, nothing moves."), starts(),
            new Paragraph("Start: explain's verdict, whose bounds"
            + " are wide. Output²: the mean square of the network's outputs; theory has nothing to say of weights whose"
            + " mean isn't 0. Gradient 0: the share of weights that the batch doesn't move at all, such as those of pixels"
            + " that are black in all its images.")));
        for (var run : runs()) if (!comparison.why(run).isEmpty())
            blocks.add(new Paragraph(run.scheme().name() + ": " + comparison.why(run)));
        return blocks.toArray(Block[]::new);
    }

    private Table starts() {
        var table = new Table(Column.text("init"), Column.text("standing"), Column.text("start"),
            Column.number("output², theory / batch"), Column.number("first loss"), Column.number("gradient 0"),
            Column.text("units alike"));
        for (var run : runs()) {
            var start = run.start();
            var output = start.output();
            table.row(run.scheme().name(), comparison.standing(run).word(), start.verdict().word(), output == null ? "–"
                : Figures.number(output.square().predicted()) + " / " + Figures.number(output.square().measured()),
                Figures.number(start.loss()), Figures.percent(start.still(), 0),
                start.alike() ? "yes" : "no");
        }
        return table;
    }

    /// The accuracy is where a phone shows it, too.
    ///
    /// @param laws whether weights are described, for which terminals are too narrow
    private Table table(boolean laws) {
        var columns = new ArrayList<>(List.of(Column.text("init"), Column.number("val accuracy"), Column.text("standing")));
        if (comparison.isCourse()) columns.add(Column.number("with dropout"));
        columns.addAll(List.of(Column.number("train loss"), Column.number("seconds")));
        if (laws) columns.add(Column.text("weights"));
        var table = new Table(columns.toArray(Column[]::new));
        for (var run : runs()) {
            var cells = new ArrayList<>(List.of(run.scheme().name(), Ranking.figure(comparison.entry(run)),
                comparison.standing(run).word()));
            if (comparison.isCourse()) cells.add(Ranking.percent(run.course()));
            cells.addAll(List.of(Metrics.text(run.trainLoss()), Figures.fixed(run.seconds(), 1)));
            if (laws) cells.add(run.scheme().description());
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private String terminalWhy() {
        var text = new StringBuilder();
        for (var run : runs()) if (!comparison.why(run).isEmpty())
            text.append('\n').append(Terminal.wrapped(run.scheme().name() + ": " + comparison.why(run), WIDTH)).append('\n');
        return text.toString();
    }
}
