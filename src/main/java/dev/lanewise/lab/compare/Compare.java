package dev.lanewise.lab.compare;

import dev.lanewise.Compute;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.FashionMnistMirror;
import dev.lanewise.data.Images;
import dev.lanewise.data.Split;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.lab.train.Schemes;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.optim.Adam;
import dev.lanewise.train.ProgressBar;
import dev.lanewise.train.Trainer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Trains one classifier from several initializations: 784-256-128-10, ReLU, dropout, cross-entropy, Adam.
public final class Compare implements Experiment {

    static final double DROPOUT = 0.2;
    static final double LEARNING_RATE = 1e-3;
    static final double HELD_OUT = 0.2;
    private static final int FIRST = 256;
    private static final int SECOND = 128;
    /// Images that a start is looked at with.
    private static final int START_BATCH = 128;
    /// Of all networks together: more take longer than compiling vector loops does.
    private static final int FEW_EPOCHS = 3;
    private static final int VALIDATION_BATCH = 500;

    @Override
    public String name() { return "compare"; }

    @Override
    public String summary() {
        return "Trains the same classifier from several initializations: which learn, which don't, and why.";
    }

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
            new Option("--seeds", "K", "Trains each from K seeds, --seed and those after it, and shows means and their errors; it takes K"
                + " times as long. 1 by default."),
            new Option("--epochs", "N", "Passes over the training images; 2 by default."),
            new Option("--batch", "N", "Images in a step; 100 by default."));
    }

    @Override
    public Result run(Setting setting) {
        var options = setting.options();
        var schemes = options.text("--init").map(names -> Schemes.forLinear(name(), names)).orElse(Scheme.CLASSIC);
        int epochs = (int) options.number("--epochs", 2, 1, 10_000);
        int batch = (int) options.number("--batch", 100, 1, 1_000_000);
        int seeds = (int) options.number("--seeds", 1, 1, 1000);
        var source = source(options, setting.out());
        var images = source.images();
        var settings = new Comparison.Settings(source.description(), sizes(images), epochs, batch, seeds, images.classNames());
        requireMemory(images, settings, schemes.size());
        if ((double) schemes.size() * seeds * epochs > FEW_EPOCHS) Compute.endColdStart();
        setting.say("Data", settings.data());
        setting.say("Network", settings.network() + ", Adam " + LEARNING_RATE + ", batches of " + batch + ", "
            + settings.epochsText());
        setting.say("Machine", Compute.provider().name() + ", " + Compute.threads() + (Compute.threads() == 1 ? " thread" : " threads")
            + ", weights: " + setting.weightsText());
        if (seeds > 1) setting.say("Seeds", seeds + ", each with split, order and weights of its own: " + seeds
            + " times the work of one");
        setting.out().println();
        return new Comparison(settings, ComparePictures.grid(images), train(schemes, images, settings, setting)).result();
    }

    /// What is kept of every run, and a batch on its way through the network.
    private static void requireMemory(Images images, Comparison.Settings settings, int schemes) {
        double rows = Math.min(settings.batch(), images.size());
        double steps = Math.ceil(images.size() * (1 - HELD_OUT) / settings.batch()) * settings.epochs();
        Memory.require("compare: " + settings.epochsText() + " in batches of " + settings.batch(),
            Float.BYTES * (rows * (images.features() + FIRST + SECOND) + schemes * settings.seeds() * steps),
            "give a smaller --batch, or fewer --epochs");
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

    private static String sizes(Images images) {
        return images.features() + "-" + FIRST + "-" + SECOND + "-" + images.classNames().size();
    }

    private static List<Linear> layers(Images images, Scheme scheme) {
        return List.of(linear(images.features(), FIRST, scheme), linear(FIRST, SECOND, scheme),
            linear(SECOND, images.classNames().size(), scheme));
    }

    private static Sequential network(List<Linear> layers) {
        return new Sequential(layers.get(0), new ReLU(), new Dropout(DROPOUT), layers.get(1), new ReLU(), new Dropout(DROPOUT),
            layers.get(2));
    }

    private static List<Comparison.Run> train(List<Scheme> schemes, Images images, Comparison.Settings settings,
                                              Setting setting) {
        var runs = new ArrayList<Comparison.Run>();
        for (var scheme : schemes) {
            var starts = new ArrayList<Start>();
            var trained = IntStream.range(0, settings.seeds())
                .mapToObj(seed -> train(scheme, images, settings, setting, seed, starts)).toList();
            runs.add(new Comparison.Run(scheme, starts.getFirst(), trained));
        }
        return runs;
    }

    /// Of one seed, every initialization meets the same images in the same order.
    ///
    /// @param starts gets what the network was before
    private static Comparison.Trained train(Scheme scheme, Images images, Comparison.Settings settings, Setting setting, int seed,
                                            List<Start> starts) {
        var source = setting.source(seed);
        var split = Split.holdOut(images, HELD_OUT, source.stream("split"));
        var training = new DataLoader<>(split.train(), settings.batch()).shuffle(source.stream("shuffle"));
        var validation = new DataLoader<>(split.validation(), VALIDATION_BATCH);
        var layers = layers(images, scheme);
        var model = network(layers).initialize(setting.weights(seed));
        if (seed == 0) starts.add(Start.of(model, layers,
            split.train().batch(IntStream.range(0, Math.min(START_BATCH, split.train().size())).toArray())));
        var title = scheme.name() + (settings.seeds() == 1 ? "" : " " + (seed + 1) + "/" + settings.seeds());
        var history = Trainer.classifier(model, new Adam(model.parameters(), LEARNING_RATE),
            new ProgressBar(title, setting.out())).fit(training, settings.epochs());
        double course = setting.options().isGiven("--course") ? CourseValidation.accuracy(model, validation) : Double.NaN;
        return Comparison.Trained.of(model, validation, course, history);
    }

    private static Linear linear(int in, int out, Scheme start) { return new Linear(in, out, start.weight(), start.bias()); }
}
