package dev.lanewise.lab.upsample;

import dev.lanewise.data.Images;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.ImageGrid;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;

/// How the results of [Upsample] are shown.
///
/// @param images of which some are shown that weren't trained on
/// @param source where they came from
record UpsamplePage(UpsampleOutcome outcome, Images images, String source) {

    static final String TITLE = "Learning to upsample";

    Experiment.Result result() { return new Experiment.Result(outcome, table().text(), conclusion(), page(), pictures()); }

    private Table table() {
        var table = new Table(Column.text("start"), Column.number("error at the end"), Column.number("over the best possible"),
            Column.number("epochs to within 10 %"), Column.number("error before"), Column.number("after 1 epoch"));
        for (var run : outcome.runs()) {
            double last = run.last();
            int arrival = outcome.arrival(run);
            table.row(run.start(), error(last), Figures.percent(last / outcome.leastSquaresError() - 1, 1), arrival < 0
                ? "not yet" : "" + arrival,
                error(run.errors()[0]), error(run.errors()[1]));
        }
        return table.row("least squares", error(outcome.leastSquaresError()), "0.0 %", "–", "–", "–");
    }

    private static String error(double loss) { return Figures.fixed(loss, 5); }

    private String conclusion() {
        var words = new ArrayList<String>();
        for (var run : outcome.runs()) {
            int arrival = outcome.arrival(run);
            words.add(run.start() + (arrival < 0 ? " is still further away" : arrival == 0 ? " starts there"
                : " after " + arrival + (arrival == 1 ? " epoch" : " epochs")));
        }
        return "Within a tenth of the least error that such a kernel can have: " + String.join(", ", words)
            + ". All three head for the same kernel: the error is a bowl with one lowest point, so the start decides how"
            + " long it takes,"
            + " not where it ends. Zeros learn here: each weight of the kernel meets other pixels, so that already the"
            + " first gradients differ;"
            + " it is hidden units that zeros keep alike.";
    }

    private Page page() {
        var chart = LineChart.titled("Error on the training images").xLabel("epochs").yLabel("mean squared error").logY();
        outcome.runs().forEach(run -> chart.series(run.start(), run.errors()));
        chart.series("least squares", new double[] {0, outcome.runs().getFirst().errors().length - 1},
            new double[] {outcome.leastSquaresError(), outcome.leastSquaresError()});
        return Page.titled(TITLE)
            .lead("A layer learns to double the size of images, from three starts: random weights, zeros and those of"
                + " bilinear interpolation. The start decides"
                + " how long that takes, not where it ends: all head for the same sixteen weights, which can be computed, too.")
            .section("The images", new Paragraph("None of these was trained on. Each is halved by taking means of 2 x 2"
                + " pixels; the kernel"
                + " is to give the original back. Random weights draw a checkerboard of noise, zeros draw black, bilinear"
                + " ones a soft"
                    + " image from the first"
                + (outcome.runs().stream().allMatch(run -> outcome.arrival(run) >= 0)
                    ? "; after training all three look the same." : ".")),
                pictures())
            .section("The kernels", new Paragraph("The 4 x 4 weights themselves, −0.25 black, 1 white. The last one is"
                + " computed, not"
                + " trained: the solution of the sixteen normal equations."
                + Figures.format(" Its four middle weights are %.2f on average. The bilinear kernel's are"
                + " 0.56: its weights are 1, 3, 3, 1"
                    + " over 4 along each side.", middle(outcome.leastSquaresKernel()))),
                kernels())
            .section("The error", chart, new Folded("The numbers", table()))
            .section("What was done", new Paragraph(Upsample.IMAGES + " images, " + source
                + "; batches of 32, Adam, the same order"
                + " for all. The random start is PyTorch's default for this layer. With the bilinear one a constant image stays"
                    + " constant, but for the border."));
    }

    private static double middle(float[] kernel) { return (kernel[5] + kernel[6] + kernel[9] + kernel[10]) / 4.0; }

    private ImageGrid pictures() {
        int side = images.height();
        var large = Upsampling.rows(images, Upsample.IMAGES, Upsample.SHOWN).reshape(Upsample.SHOWN, 1, side, side);
        var small = Upsampling.halved(large);
        var grid = ImageGrid.titled("Upsampling").columns(2).zoom(3);
        panel(grid, "data", "input", repeated(small), "original", large);
        for (var run : outcome.runs())
            panel(grid, run.start(), "before", Upsampling.enlarged(Upsampling.fixed(run.before()), small), "after",
                Upsampling.enlarged(run.model(), small));
        return grid;
    }

    /// Each pixel as a square of four, that small images are shown as large as the others.
    private static Tensor repeated(Tensor images) {
        int side = images.size(-1);
        return images.reshape(Upsample.SHOWN, 1, side, 1, side, 1).expand(Upsample.SHOWN, 1, side, 2, side, 2)
            .reshape(Upsample.SHOWN, 1, 2 * side, 2 * side);
    }

    private static void panel(ImageGrid grid, String heading, String left, Tensor lefts, String right, Tensor rights) {
        grid.panel(heading);
        int side = lefts.size(-1);
        for (int i = 0; i < Upsample.SHOWN; i++)
            grid.image(left, side, side, lefts.select(0, i).toArray()).image(right, side, side, rights.select(0, i).toArray());
    }

    private ImageGrid kernels() {
        var grid = ImageGrid.titled("Kernels").columns(2).zoom(16);
        for (var run : outcome.runs()) grid.panel(run.start()).image("before", 4, 4, visible(run.before())).image("after", 4, 4,
            visible(run.kernel()));
        return grid.panel("least squares").image("computed", 4, 4, visible(outcome.leastSquaresKernel()));
    }

    private static float[] visible(float[] weights) {
        var greys = new float[weights.length];
        for (int i = 0; i < weights.length; i++) greys[i] = (weights[i] + 0.25f) / 1.25f;
        return greys;
    }
}
