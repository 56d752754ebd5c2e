package dev.lanewise.lab;

import dev.lanewise.data.Images;
import dev.lanewise.random.RandomSource;
import dev.lanewise.report.Histogram;
import dev.lanewise.report.ImageGrid;
import java.util.Locale;
import java.util.stream.IntStream;

/// What [Compare] shows of its data, and of what the two plainest initializations draw.
record ComparePictures(ImageGrid data, Histogram draws) {

    private static final int OF_EACH_CLASS = 2;
    private static final int DRAWS = 10_000;
    private static final int BOUND = 3;

    static ComparePictures of(Images images, RandomSource source) { return new ComparePictures(grid(images), draws(source)); }

    /// The first images of each class.
    private static ImageGrid grid(Images images) {
        var grid = ImageGrid.titled("The data").columns(images.classNames().size()).zoom(2.5);
        for (int number = 0; number < OF_EACH_CLASS; number++) for (int label = 0; label < images.classNames().size(); label++) {
            int of = label;
            IntStream.range(0, images.size()).filter(row -> images.label(row) == of).skip(number).limit(1).forEach(row ->
                grid.image(images.classNames().get(of), images.height(), images.width(), images.batch(row).inputs().toArray()));
        }
        return grid;
    }

    private static Histogram draws(RandomSource source) {
        var uniform = new float[DRAWS];
        var normal = new float[DRAWS];
        source.stream("uniform").uniform(-BOUND, BOUND, uniform, 0, DRAWS);
        source.stream("normal").normal(normal, 0, DRAWS);
        return Histogram.titled("10,000 draws each, and the densities").xLabel("value").row("", -BOUND - 1, BOUND + 1)
            .panel("uniform from −3 to 3", uniform).density(x -> Math.abs(x) <= BOUND ? 0.5 / BOUND : 0)
            .note(deviations(uniform, BOUND / Math.sqrt(3)))
            .panel("normal", normal).density(x -> Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)).note(deviations(normal, 1));
    }

    /// Of numbers whose mean should be 0.
    private static String deviations(float[] draws, double expected) {
        double squares = 0;
        for (float draw : draws) squares += (double) draw * draw;
        return String.format(Locale.ROOT, "standard deviation %.3f, in theory %.3f", Math.sqrt(squares / draws.length), expected);
    }
}
