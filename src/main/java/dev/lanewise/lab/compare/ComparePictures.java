package dev.lanewise.lab.compare;

import dev.lanewise.data.Images;
import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.report.Histogram;
import dev.lanewise.report.ImageGrid;
import java.util.List;
import java.util.stream.IntStream;

/// What [Compare] shows of its data, and of what its networks started from.
final class ComparePictures {

    private static final int OF_EACH_CLASS = 2;
    private static final double MARGIN = 0.08;

    private ComparePictures() {}

    /// The first images of each class.
    static ImageGrid grid(Images images) {
        var grid = ImageGrid.titled("The data").columns(images.classNames().size()).zoom(2.5);
        for (int number = 0; number < OF_EACH_CLASS; number++) for (int label = 0; label < images.classNames().size(); label++) {
            int of = label;
            IntStream.range(0, images.size()).filter(row -> images.label(row) == of).skip(number).limit(1).forEach(row ->
                grid.image(images.classNames().get(of), images.height(), images.width(), images.batch(row).inputs().toArray()));
        }
        return grid;
    }

    /// The weights of every run before its first step, layer by layer, under the law that they were drawn from.
    static Histogram draws(List<Comparison.Run> runs) {
        var histogram = Histogram.titled("The weights at the start, and the densities they are drawn from").xLabel("weight");
        for (var run : runs) {
            double most = run.start().weights().stream().flatMapToDouble(drawn -> IntStream.range(0, drawn.values().length)
                .mapToDouble(i -> Math.abs(drawn.values()[i]))).filter(Double::isFinite).max().orElse(1);
            double reach = (most == 0 ? 1 : most) * (1 + MARGIN);
            histogram.row(run.scheme().name() + ": " + run.scheme().description(), -reach, reach);
            for (var drawn : run.start().weights()) {
                histogram.panel(drawn.layer(), drawn.values()).note(deviations(drawn));
                if (drawn.law().variance() > 0) histogram.density(x -> density(drawn.law(), x, reach / 400));
            }
        }
        return histogram;
    }

    private static double density(Distribution law, double x, double step) {
        return (law.cdf(x + step) - law.cdf(x - step)) / (2 * step);
    }

    private static String deviations(Start.Drawn drawn) {
        return Figures.format("mean %s, deviation %s; by the law %s, %s", number(Statistics.mean(drawn.values())),
            number(Statistics.deviation(drawn.values())), number(drawn.law().mean()),
            number(Math.sqrt(drawn.law().variance())));
    }

    private static String number(double value) { return Figures.fixed(value + 0.0, 3); }
}
