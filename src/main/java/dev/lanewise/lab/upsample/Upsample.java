package dev.lanewise.lab.upsample;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.Images;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.report.Column;
import dev.lanewise.report.ImageGrid;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// A transposed convolution learns to upsample, from three starts: [Upsampling].
public final class Upsample implements Experiment {

    private static final int IMAGES = 512;
    /// Shown, and never trained on.
    private static final int SHOWN = 4;

    /// @param loss at the least-squares kernel: no training can do better
    private record Best(float[] kernel, double loss) {}

    @Override
    public String name() { return "upsample"; }

    @Override
    public String summary() { return "A transposed convolution learns to upsample, from random, zero and bilinear weights."; }

    @Override
    public List<Option> options() {
        return List.of(new Option("--data", "DIR", "The folder of the IDX files, or \"builtin\"; as for compare by default."),
            new Option("--epochs", "N", "Passes over the " + IMAGES + " images; 40 by default."));
    }

    @Override
    public Result run(Setting setting) {
        int epochs = (int) setting.options().number("--epochs", 40, 1, 10_000);
        var source = ImageSource.choose(setting.options().text("--data"), FashionMnist.Places.ofThisMachine());
        var images = source.images();
        if (images.height() != images.width() || images.height() % 2 != 0 || images.size() < IMAGES + SHOWN)
            throw new IllegalArgumentException("upsample: " + images.size() + " images of " + images.height() + " x "
                + images.width()
                + "; there must be " + (IMAGES + SHOWN) + " or more, as high as wide, of an even number of rows");
        setting.say("Data", source.description());
        setting.say("Network", "one transposed convolution, kernel 4 x 4, stride 2, padding 1, no bias: 16 weights; Adam");
        var task = new Upsampling(images, IMAGES);
        var starts = Upsampling.Start.ALL;
        var runs = setting.each(starts.size(), i -> task.train(starts.get(i), epochs, setting.weights(),
            setting.source().stream("order")));
        var kernel = task.best();
        var best = new Best(kernel, task.loss(fixed(kernel)));
        return new Result(table(runs, best).text(), conclusion(runs, best), page(runs, best, images, source), json(runs, best));
    }

    private static Layer fixed(float[] kernel) {
        return Upsampling.model(Initializers.copyOf(Tensor.of(kernel, 1, 1, Upsampling.KERNEL, Upsampling.KERNEL))).initialize(0);
    }

    /// The epochs that it takes to come within a tenth of the best possible error; -1 if never.
    private static int arrival(Upsampling.Run run, Best best) {
        for (int epoch = 0; epoch < run.losses().length; epoch++) if (run.losses()[epoch] <= 1.1 * best.loss()) return epoch;
        return -1;
    }

    private static Table table(List<Upsampling.Run> runs, Best best) {
        var table = new Table(Column.text("start"), Column.number("error before"), Column.number("after 1 epoch"),
            Column.number("at the end"),
            Column.number("over the best possible"), Column.number("epochs to within 10 %"));
        for (var run : runs) {
            double last = run.losses()[run.losses().length - 1];
            int arrival = arrival(run, best);
            table.row(run.name(), error(run.losses()[0]), error(run.losses()[1]), error(last),
                String.format(Locale.ROOT, "%.1f %%", 100 * (last / best.loss() - 1)), arrival < 0 ? "not yet" : "" + arrival);
        }
        return table.row("least squares", error(best.loss()), "–", error(best.loss()), "0.0 %", "–");
    }

    private static String error(double loss) { return String.format(Locale.ROOT, "%.5f", loss); }

    private static String conclusion(List<Upsampling.Run> runs, Best best) {
        var words = new ArrayList<String>();
        for (var run : runs) {
            int arrival = arrival(run, best);
            words.add(run.name() + (arrival < 0 ? " is still further away" : arrival == 0 ? " starts there"
                : " after " + arrival + (arrival == 1 ? " epoch" : " epochs")));
        }
        return "Within a tenth of the least error that such a kernel can have: " + String.join(", ", words)
            + ". All three head for the same kernel: the error is a bowl with one lowest point, so the start decides how"
            + " long it takes,"
            + " not where it ends. Zeros learn here: each weight of the kernel meets other pixels, so that already the"
            + " first gradients differ;"
            + " it is hidden units that zeros keep alike.";
    }

    private static Page page(List<Upsampling.Run> runs, Best best, Images images, ImageSource source) {
        var chart = LineChart.titled("Error on the training images").xLabel("epochs").yLabel("mean squared error").logY();
        runs.forEach(run -> chart.series(run.name(), run.losses()));
        chart.series("least squares", new double[] {0, runs.getFirst().losses().length - 1}, new double[] {best.loss(),
            best.loss()});
        return Page.titled("Learning to upsample")
            .lead("One transposed convolution doubles the size of images: what it draws before and after training, from"
                + " three starts. "
                + conclusion(runs, best))
            .section("The images", new Paragraph("None of these was trained on. Each is halved by taking means of 2 x 2"
                + " pixels; the kernel"
                + " is to give the original back. Random weights draw a checkerboard of noise, zeros draw black, bilinear"
                + " ones a soft"
                    + " image from the first"
                + (runs.stream().allMatch(run -> arrival(run, best) >= 0) ? "; after training all three look the same." : ".")),
                pictures(runs, images))
            .section("The kernels", new Paragraph("The 4 x 4 weights themselves, −0.25 black, 1 white. The last one is"
                + " computed, not"
                + " trained: the solution of the sixteen normal equations."
                + String.format(Locale.ROOT, " Its four middle weights are %.2f on average. The bilinear kernel's are"
                + " 0.56: its weights are 1, 3, 3, 1"
                    + " over 4 along each side.", middle(best.kernel()))),
                kernels(runs, best))
            .section("The error", chart, table(runs, best))
            .section("What was done", new Paragraph(IMAGES + " images, " + source.description()
                + "; batches of 32, Adam, the same order"
                + " for all. The random start is PyTorch's default for this layer. With the bilinear one a constant image stays"
                    + " constant, but for the border."));
    }

    private static double middle(float[] kernel) { return (kernel[5] + kernel[6] + kernel[9] + kernel[10]) / 4.0; }

    private static ImageGrid pictures(List<Upsampling.Run> runs, Images images) {
        int side = images.height();
        var large = Upsampling.rows(images, IMAGES, SHOWN).reshape(SHOWN, 1, side, side);
        var small = Upsampling.halved(large);
        var grid = ImageGrid.titled("Upsampling").columns(2).zoom(3);
        panel(grid, "data", "input", repeated(small), "original", large);
        for (var run : runs)
            panel(grid, run.name(), "before", Upsampling.enlarged(fixed(run.before()), small), "after",
                Upsampling.enlarged(run.model(), small));
        return grid;
    }

    /// Each pixel as a square of four, that small images are shown as large as the others.
    private static Tensor repeated(Tensor images) {
        int side = images.size(-1);
        return images.reshape(SHOWN, 1, side, 1, side, 1).expand(SHOWN, 1, side, 2, side, 2).reshape(SHOWN, 1, 2 * side, 2 * side);
    }

    private static void panel(ImageGrid grid, String heading, String left, Tensor lefts, String right, Tensor rights) {
        grid.panel(heading);
        int side = lefts.size(-1);
        for (int i = 0; i < SHOWN; i++)
            grid.image(left, side, side, lefts.select(0, i).toArray()).image(right, side, side, rights.select(0, i).toArray());
    }

    private static ImageGrid kernels(List<Upsampling.Run> runs, Best best) {
        var grid = ImageGrid.titled("Kernels").columns(2).zoom(16);
        for (var run : runs) grid.panel(run.name()).image("before", 4, 4, visible(run.before())).image("after", 4, 4,
            visible(run.after()));
        return grid.panel("least squares").image("computed", 4, 4, visible(best.kernel()));
    }

    private static float[] visible(float[] weights) {
        var greys = new float[weights.length];
        for (int i = 0; i < weights.length; i++) greys[i] = (weights[i] + 0.25f) / 1.25f;
        return greys;
    }

    private static LinkedHashMap<String, Object> json(List<Upsampling.Run> runs, Best best) {
        var json = new LinkedHashMap<String, Object>();
        json.put("leastSquaresError", best.loss());
        json.put("leastSquaresKernel", best.kernel());
        json.put("runs", runs.stream().map(run -> {
            var each = new LinkedHashMap<String, Object>();
            each.put("start", run.name());
            each.put("errors", run.losses());
            each.put("kernel", run.after());
            return each;
        }).toList());
        return json;
    }
}
