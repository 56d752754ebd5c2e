package dev.lanewise.lab.compare;

import dev.lanewise.Compute;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.FashionMnistMirror;
import dev.lanewise.data.Images;
import dev.lanewise.data.Split;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Option;
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
    private static final int VALIDATION_BATCH = 500;

    private static final Option<List<Scheme>> INIT = Schemes.option("compare", Scheme.CLASSIC);
    private static final Option<Boolean> DOWNLOAD = Option.flag("--download",
        "Gets Fashion-MNIST (31 MB) into the user's cache folder, unless it is found");
    private static final Option<Boolean> COURSE = Option.flag("--course",
        "Measures accuracy with dropout switched on, too, as a course does that forgets eval()");
    private static final Option<Integer> SEEDS = Option.count("--seeds", 1, 1, 1000,
        "Trains each from K seeds, --seed and those after it, and shows means and their errors; it takes K times as long")
            .word("K");
    private static final Option<Integer> EPOCHS = Option.count("--epochs", 2, 1, 10_000, "Passes over the training images");
    private static final Option<Integer> BATCH = Option.count("--batch", 100, 1, 1_000_000, "Images in a step");

    @Override
    public String name() { return "compare"; }

    @Override
    public String title() { return ComparePage.TITLE; }

    @Override
    public String summary() {
        return "Trains the same classifier from several initializations: which learn, which don't, and why.";
    }

    @Override
    public List<Option<?>> options() { return List.of(INIT, ImageSource.DATA, DOWNLOAD, COURSE, SEEDS, EPOCHS, BATCH); }

    @Override
    public Result run(Setting setting) {
        var schemes = setting.get(INIT);
        int epochs = setting.get(EPOCHS);
        int batch = setting.get(BATCH);
        int seeds = setting.get(SEEDS);
        var source = source(setting);
        var images = source.images();
        var settings = new Comparison.Settings(source.description(), sizes(images), epochs, batch, seeds, images.classNames());
        requireMemory(images, settings, schemes.size());
        setting.say("Data", settings.data());
        setting.say("Network", settings.network() + ", Adam " + LEARNING_RATE + ", batches of " + batch + ", "
            + settings.epochsText());
        setting.say("Machine", Compute.provider().name() + ", " + Compute.threads()
            + (Compute.threads() == 1 ? " thread" : " threads") + ", weights: " + setting.weightsText());
        if (seeds > 1) setting.say("Seeds", seeds + ", each with split, order and weights of its own: " + seeds
            + " times the work of one");
        setting.out().println();
        return new ComparePage(new Comparison(settings, ComparePictures.grid(images), train(schemes, images, settings, setting)))
            .result();
    }

    /// What is kept of every run, and a batch on its way through the network.
    private static void requireMemory(Images images, Comparison.Settings settings, int schemes) {
        double rows = Math.min(settings.batch(), images.size());
        double steps = Math.ceil(images.size() * (1 - HELD_OUT) / settings.batch()) * settings.epochs();
        Memory.require("compare: " + settings.epochsText() + " in batches of " + settings.batch(),
            Float.BYTES * (rows * (images.features() + FIRST + SECOND) + schemes * settings.seeds() * steps),
            "give a smaller --batch, or fewer --epochs");
    }

    private static ImageSource source(Setting setting) {
        var places = FashionMnist.Places.ofThisMachine();
        var data = setting.get(ImageSource.DATA);
        if (setting.get(DOWNLOAD)) {
            if (data.isPresent())
                throw new IllegalArgumentException("compare: --data names the images and --download gets others; give"
                    + " one of them");
            ImageSource.download(FashionMnistMirror.ofProperties(), places, setting.out()::println);
        }
        return ImageSource.choose(data, places);
    }

    private static String sizes(Images images) {
        return images.features() + "-" + FIRST + "-" + SECOND + "-" + images.classNames().size();
    }

    private static List<Linear> layers(Images images, Scheme scheme) {
        return List.of(Schemes.linear(images.features(), FIRST, scheme), Schemes.linear(FIRST, SECOND, scheme),
            Schemes.linear(SECOND, images.classNames().size(), scheme));
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
        double course = setting.get(COURSE) ? CourseValidation.accuracy(model, validation) : Double.NaN;
        return Comparison.Trained.of(model, validation, course, history);
    }
}
