package dev.lanewise.lab.cnn;

import dev.lanewise.data.Batch;
import dev.lanewise.data.Dataset;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.HeatMap;
import dev.lanewise.report.ImageGrid;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.train.ConfusionMatrix;
import java.util.List;

/// How the results of [Cnn] are shown.
///
/// @param data     where the images came from
/// @param test     the images that were tested on
/// @param height   of each
/// @param measured on them
/// @param mistakes the first
record CnnPage(CnnOutcome outcome, String data,
    Dataset<Batch<int[]>> test, int height, ConfusionMatrix measured, List<Mistakes.Mistake> mistakes) {

    static final int MISTAKES = 20;
    private static final int SMOOTHING = 51;

    Experiment.Result result() { return new Experiment.Result(outcome, table().text(), conclusion(), page()); }

    private Table table() {
        var table = new Table(Column.text("net"), Column.number("parameters"), Column.number("epochs"),
            Column.number("held-out accuracy"), Column.number("test accuracy"));
        table.row(outcome.net(), Figures.format("%,d", outcome.parameters()), "" + outcome.epochLosses().length,
            percent(outcome.valAccuracy()), percent(outcome.testAccuracy()));
        return table;
    }

    private static String percent(double share) { return Figures.percent(share, 2); }

    private String conclusion() {
        double error = Math.sqrt(outcome.testAccuracy() * (1 - outcome.testAccuracy()) / test.size());
        return Figures.format("After epoch %d, the best on held-out images, the network is right about %s of the test images,"
            + " give or take %s (one standard error, from their number alone).", outcome.bestEpoch(),
            percent(outcome.testAccuracy()), percent(error));
    }

    private Page page() {
        return Page.titled("A convolutional network")
            .lead(conclusion())
            .section("Accuracy", table(), LineChart.titled("Held-out images").xLabel("epochs").yLabel("accuracy").wholeX()
                .series("average of the weights", 1, outcome.valAccuracies()))
            .section("Loss", LineChart.titled("Each step's loss").xLabel("step").yLabel("cross-entropy").smoothing(SMOOTHING)
                .series(outcome.net(), outcome.stepLosses()))
            .section("What is taken for what", mistakes.isEmpty() ? new Block[] {confusion()}
                : new Block[] {confusion(), pictures()})
            .section("What was done", new Paragraph(Figures.format("SGD with Nesterov's momentum of %s and a weight decay of %s."
                + " The rate rises in %d steps and is multiplied by %s after each epoch; what is judged and kept is an"
                + " exponential average of the weights, with a decay of %s. One image in twelve is held out.", Cnn.MOMENTUM,
                Figures.fixed(Cnn.WEIGHT_DECAY, 4), Cnn.WARM_UP, Cnn.RATE_KEPT, Cnn.AVERAGE)))
            .section("Data", new Paragraph(data));
    }

    private HeatMap confusion() {
        var names = test.classNames().toArray(String[]::new);
        var shares = new double[names.length][names.length];
        for (int label = 0; label < names.length; label++)
            for (int taken = 0; taken < names.length; taken++)
                shares[label][taken] = measured.count(label, taken) / Math.max(1.0, measured.examples(label));
        return HeatMap.titled("Test images: shares of each class, by the class that they are taken for").rows("is", names)
            .columns("is taken for", names).panel(outcome.net(), shares);
    }

    private ImageGrid pictures() {
        var grid = ImageGrid.titled("The first mistakes").columns(5).zoom(2.5);
        for (var mistake : mistakes) {
            var greys = test.batch(mistake.row()).inputs().toArray();
            grid.image(test.classNames().get(mistake.label()) + ", taken for " + test.classNames().get(mistake.taken()), height,
                greys.length / height, greys);
        }
        return grid;
    }
}
