package dev.lanewise.lab;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.FashionMnistMirror;
import dev.lanewise.data.Images;
import dev.lanewise.data.Split;
import dev.lanewise.kernel.Pool;
import dev.lanewise.kernel.Provider;
import dev.lanewise.lab.Options.Option;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.train.Metrics;
import dev.lanewise.train.ProgressBar;
import dev.lanewise.train.Trainer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Trains one classifier from several initializations: 784-256-128-10, ReLU, dropout, cross-entropy, Adam.
final class Compare implements Experiment {

    static final double DROPOUT = 0.2;
    static final double LEARNING_RATE = 1e-3;
    static final double HELD_OUT = 0.2;
    /// Of all networks together: more take longer than compiling vector loops does.
    private static final int FEW_EPOCHS = 3;
    private static final int VALIDATION_BATCH = 500;

    @Override
    public String name() { return "compare"; }

    @Override
    public String summary() { return "Trains the same classifier from several initializations and shows which one learns."; }

    @Override
    public List<Option> options() {
        return List.of(
            new Option("--init", "A,B,…", "Which initializations; by default " + Schemes.names(Scheme.CLASSIC) + "; there are also "
                + Schemes.names(Scheme.ALL.stream().filter(scheme -> !Scheme.CLASSIC.contains(scheme)).toList()) + ". "
                + Schemes.forms()),
            new Option("--data", "DIR", "The folder of the IDX files (plain or .gz), or \"builtin\"; by default LANEWISE_DATA,"
                + " else Fashion-MNIST where it is found, else the built-in set."),
            new Option("--download", "", "Gets Fashion-MNIST (31 MB) into the user's cache folder, unless it is found."),
            new Option("--course", "", "Measures accuracy with dropout switched on, too, as a course does that forgets eval()."),
            new Option("--epochs", "N", "Passes over the training images; 2 by default."),
            new Option("--batch", "N", "Images in a step; 100 by default."));
    }

    @Override
    public Result run(Setting setting) {
        var options = setting.options();
        var schemes = options.text("--init").map(names -> Schemes.forLinear(name(), names)).orElse(Scheme.CLASSIC);
        int epochs = (int) options.number("--epochs", 2, 1, 10_000);
        int batch = (int) options.number("--batch", 100, 1, 1_000_000);
        var source = source(options, setting.out());
        var settings = new Comparison.Settings(source.description(), epochs, batch);
        if (schemes.size() * epochs > FEW_EPOCHS) Provider.endColdStart();
        setting.say("Data", settings.data());
        setting.say("Network", sizes(source.images()) + ", ReLU, dropout " + DROPOUT + ", Adam " + LEARNING_RATE
            + ", batches of " + batch + ", " + epochs + (epochs == 1 ? " epoch" : " epochs"));
        setting.say("Machine", Provider.current().name() + ", " + Pool.threads() + (Pool.threads() == 1 ? " thread" : " threads")
            + ", weights: " + setting.weightsText());
        setting.out().println();
        return new Comparison(settings, ComparePictures.of(source.images(), setting.source().stream("draws")),
            train(schemes, source.images(), settings, setting)).result();
    }

    private static ImageSource source(Options options, PrintStream out) {
        var places = FashionMnist.Places.ofThisMachine();
        if (options.text("--download").isPresent()) {
            if (options.text("--data").isPresent())
                throw new IllegalArgumentException("compare: --data names the images and --download gets others; give one of them");
            ImageSource.download(FashionMnistMirror.ofProperties(), places, out::println);
        }
        return ImageSource.choose(options.text("--data"), places);
    }

    private static String sizes(Images images) { return images.features() + "-256-128-" + images.classNames().size(); }

    private static Sequential network(Images images, Scheme scheme) {
        return new Sequential(
            new Linear(images.features(), 256, true, scheme), new ReLU(), new Dropout(DROPOUT),
            new Linear(256, 128, true, scheme), new ReLU(), new Dropout(DROPOUT),
            new Linear(128, images.classNames().size(), true, scheme));
    }

    /// Every initialization meets the same images in the same order.
    private static List<Comparison.Run> train(List<Scheme> schemes, Images images, Comparison.Settings settings,
                                              Setting setting) {
        var source = setting.source();
        var split = Split.holdOut(images, HELD_OUT, source.stream("split"));
        var training = new DataLoader<>(split.train(), settings.batch()).shuffle(source.stream("shuffle"));
        var validation = new DataLoader<>(split.validation(), VALIDATION_BATCH);
        var runs = new ArrayList<Comparison.Run>();
        for (var scheme : schemes) {
            var model = network(images, scheme).initialize(setting.weights());
            var history = new Trainer<int[]>(model, Losses::crossEntropy, new Adam(model.parameters(), LEARNING_RATE),
                new ProgressBar(scheme.name(), setting.out())).fit(training, settings.epochs());
            double course = setting.options().isGiven("--course") ? CourseValidation.accuracy(model, validation) : Double.NaN;
            runs.add(new Comparison.Run(scheme, Metrics.accuracy(model, validation), course, history));
        }
        return runs;
    }
}
