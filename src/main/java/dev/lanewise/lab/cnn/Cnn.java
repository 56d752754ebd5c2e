package dev.lanewise.lab.cnn;

import dev.lanewise.Compute;
import dev.lanewise.data.Augmentation;
import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.FashionMnistMirror;
import dev.lanewise.data.Images;
import dev.lanewise.data.Sampler;
import dev.lanewise.data.Split;
import dev.lanewise.figures.Figures;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.job.Fingerprint;
import dev.lanewise.lab.job.Job;
import dev.lanewise.lab.job.Training;
import dev.lanewise.lab.train.ImageSets;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.LambdaLR;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.random.RandomSource;
import dev.lanewise.train.ConfusionMatrix;
import dev.lanewise.train.Metric;
import dev.lanewise.train.Metrics;
import dev.lanewise.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Trains a convolutional network on Fashion-MNIST, or images like it, and measures it on images that it never saw.
///
/// The rate falls by three tenths from epoch to epoch, however many there will be, so that a run may be made longer: what is
/// judged and kept is an average of the weights, which has at any time what a rate near 0 would bring.
public final class Cnn extends Job {

    static final double MOMENTUM = 0.9;
    static final double WEIGHT_DECAY = 5e-4;
    static final double RATE_KEPT = 0.7;
    static final double AVERAGE = 0.998;
    static final int WARM_UP = 200;
    static final double HELD_OUT = 1 / 12.0;
    private static final double FLIP = 0.5;
    private static final int MEASURED_AT_ONCE = 500;
    static final String AUGMENTATION = "augmentation";

    private static final Option<Network> NET = Option.text("--net", "NET", Network.RESIDUAL.word(),
        "Which network: residual or lenet", Network::named);
    private static final Option<Boolean> DOWNLOAD = Option.flag("--download",
        "Gets Fashion-MNIST (31 MB) into the user's cache folder, unless it is found");
    private static final Option<Integer> BATCH = Option.count("--batch", 128, 2, 1_000_000, "Images in a step");
    private static final Option<Integer> IMAGES = Option.count("--images", Integer.MAX_VALUE, 24, Integer.MAX_VALUE,
        "Of training images and of test images, takes the first N").word("N").otherwise("all", () -> Integer.MAX_VALUE);
    private static final Option<Optional<Path>> EXPORT = Option.output("--export", "FILE",
        "Writes starting weights, order and losses, for src/test/python/cnn_against_torch.py");

    @Override
    public String name() { return "cnn"; }

    @Override
    public String summary() { return "A convolutional network, residual or LeNet, learns Fashion-MNIST."; }

    @Override
    protected List<Option<?>> own() { return List.of(NET, ImageSource.DATA, DOWNLOAD, BATCH, IMAGES, EXPORT); }

    @Override
    protected int epochs() { return 10; }

    @Override
    protected List<Output> files(Options options) {
        return options.get(EXPORT).stream().map(file -> new Output(EXPORT.name(), file)).toList();
    }

    @Override
    protected Result run(Setting setting, Training training) {
        var network = setting.get(NET);
        var sets = sets(setting);
        var images = sets.train();
        if (Math.min(images.height(), images.width()) < Network.LEAST_SIDE) throw new IllegalArgumentException("cnn: images of "
            + images.height() + " x " + images.width() + "; the networks need sides of " + Network.LEAST_SIDE + " or more");
        var source = setting.source();
        var split = split(first(images, setting), source);
        var test = first(sets.test(), setting);
        var grey = Grey.of(images);
        var plain = Augmentation.of(1, images.height(), images.width());
        var loader = loader(grey.normalized(augmentation(network, images.height(), images.width())), split.train(),
            setting.get(BATCH), source)
            .sampler(order(split.train().size(), source));
        var validation = loader(grey.normalized(plain), split.validation(), MEASURED_AT_ONCE, source);
        var model = network.make(images.height(), images.width(), images.classNames().size()).initialize(setting.weights());
        var export = new CnnExport(network, model.stateDict(), split.train().size() + split.validation().size(), source);
        setting.say("Data", sets.description());
        setting.say("Images", Figures.format("%,d to learn from, %,d held out, %,d to test", split.train().size(),
            split.validation().size(), test.size()));
        int parameters = model.parameters().stream().mapToInt(each -> each.shape().numel()).sum();
        setting.say("Network", Figures.format("%s, %,d parameters", network.word(), parameters));
        setting.say("Machine", Compute.provider().name() + ", " + Compute.threads()
            + (Compute.threads() == 1 ? " thread" : " threads") + ", weights: " + setting.weightsText());
        setting.out().println();
        training.data(fingerprint(images));
        var trainer = trainer(network, model, loader).validate(validation, Metrics.accuracy(), Mode.MAX)
            .keepBest(training.best());
        var history = training.fit(trainer, loader);
        trainer.loadBest();
        var counts = new ConfusionMatrix.Counts();
        var mistakes = new Mistakes(CnnPage.MISTAKES);
        trainer.evaluate(loader(grey.normalized(plain), test, MEASURED_AT_ONCE, source),
            Map.of("accuracy", Metric.streamed(() -> counts), "mistakes", Metric.streamed(() -> mistakes)));
        var outcome = CnnOutcome.of(network, parameters, history, counts.matrix(), images.classNames());
        setting.get(EXPORT).ifPresent(file -> Safetensors.write(file, export.tensors(outcome),
            recipe(setting, grey, test.size())));
        return new CnnPage(outcome, sets.description(), test, images.height(), counts.matrix(), mistakes.first()).result();
    }

    private static Map<String, String> recipe(Setting setting, Grey grey, int tested) {
        var network = setting.get(NET);
        return Map.ofEntries(Map.entry("net", network.word()), Map.entry("rate", "" + network.learningRate()),
            Map.entry("momentum", "" + MOMENTUM), Map.entry("weightDecay", "" + WEIGHT_DECAY),
            Map.entry("rateKept", "" + RATE_KEPT), Map.entry("warmUp", "" + WARM_UP), Map.entry("average", "" + AVERAGE),
            Map.entry("batch", "" + setting.get(BATCH)), Map.entry("mean", "" + grey.mean),
            Map.entry("deviation", "" + grey.deviation), Map.entry("tested", "" + tested));
    }

    static <B> Split<B> split(Dataset<B> images, RandomSource source) {
        return Split.holdOut(images, HELD_OUT, source.stream("split"));
    }

    static Sampler order(int rows, RandomSource source) { return Sampler.shuffled(rows, source.stream("order")); }

    static Augmentation augmentation(Network network, int height, int width) {
        var plain = Augmentation.of(1, height, width);
        return network.flips() ? plain.flip(FLIP) : plain;
    }

    private static Trainer<Batch<int[]>> trainer(Network network, Sequential model, DataLoader<Batch<int[]>> data) {
        var optimizer = new SGD(model.parameters(), network.learningRate(),
            SGD.options().momentum(MOMENTUM).nesterov(true).weightDecay(WEIGHT_DECAY));
        int steps = data.batches();
        return Trainer.classifier(model, optimizer)
            .scheduleSteps(new LambdaLR(optimizer,
                step -> Math.min(1, (step + 1.0) / WARM_UP) * StrictMath.pow(RATE_KEPT, step / steps)))
            .average(new WeightAverage(model, WeightAverage.exponential(AVERAGE).warmUp(true).averageBuffers(true)))
            .validateAverage();
    }

    private static ImageSets sets(Setting setting) {
        var places = FashionMnist.Places.ofThisMachine();
        var data = setting.get(ImageSource.DATA);
        if (setting.get(DOWNLOAD)) {
            if (data.isPresent())
                throw new IllegalArgumentException("cnn: --data names the images and --download gets others; give one of them");
            ImageSource.download(FashionMnistMirror.ofProperties(), places, setting.out()::println);
        }
        return ImageSets.choose(data, places);
    }

    private static Fingerprint fingerprint(Images images) {
        var print = new Fingerprint();
        for (int i = 0; i < images.size(); i++) print.add(images.pixels(i)).add(new int[] {images.label(i)});
        return print;
    }

    private static Dataset<Batch<int[]>> first(Images images, Setting setting) {
        int count = setting.get(IMAGES);
        return count >= images.size() ? images : images.subset(IntStream.range(0, count).toArray());
    }

    private static DataLoader<Batch<int[]>> loader(Augmentation augmentation, Dataset<Batch<int[]>> images, int batch,
        RandomSource source) {
        return new DataLoader<>(augmentation.of(images, source.stream(AUGMENTATION)), batch);
    }

    /// What brings a set's pixels to mean 0 and deviation 1.
    private record Grey(double mean, double deviation) {

        static Grey of(Images images) {
            var counts = new long[256];
            for (int i = 0; i < images.size(); i++) for (byte pixel : images.pixels(i)) counts[pixel & 0xff]++;
            double n = (double) images.size() * images.features();
            double mean = 0;
            for (int grey = 0; grey < counts.length; grey++) mean += counts[grey] / n * grey / 255;
            double variance = 0;
            for (int grey = 0; grey < counts.length; grey++) variance += counts[grey] / n * (grey / 255.0 - mean)
                * (grey / 255.0 - mean);
            return new Grey(mean, variance > 0 ? Math.sqrt(variance) : 1);
        }

        Augmentation normalized(Augmentation augmentation) { return augmentation.normalize(mean, deviation); }
    }
}
