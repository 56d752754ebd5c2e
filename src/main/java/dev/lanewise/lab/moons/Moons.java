package dev.lanewise.lab.moons;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Split;
import dev.lanewise.data.Synthetic;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.Schemes;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Callback;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.History;
import dev.lanewise.train.Metric;
import dev.lanewise.train.Metrics;
import dev.lanewise.train.Snapshot;
import dev.lanewise.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Two moons told apart by small sigmoid networks; and what becomes of one whose units all start alike.
public final class Moons implements Experiment {

    static final double LEARNING_RATE = 0.2;
    static final double NOISE = 0.15;
    /// The best model of each run.
    private static final List<String> FILES = List.of("moons-2-5-1.safetensors", "moons-2-5-3-1.safetensors",
        "moons-zeros.safetensors",
        "moons-gaussian.safetensors");

    /// Whose weights are written down.
    static final int STEPS = 5;
    /// Hidden ones of a 2-5-1.
    static final int UNITS = 5;

    /// What the networks are trained, chosen and judged on.
    record Data(Dataset<Batch<int[]>> train, Dataset<Batch<int[]>> dev, Dataset<Batch<int[]>> test) {

        DataLoader<Batch<int[]>> training(Setting setting, int batch) {
            return new DataLoader<>(train, batch).shuffle(setting.source().stream("shuffle"));
        }

        static DataLoader<Batch<int[]>> whole(Dataset<Batch<int[]>> part) { return new DataLoader<>(part, part.size()); }
    }

    /// One network and how it was trained.
    ///
    /// @param train       after each epoch, as the history's validation is on the dev set
    /// @param best        the weights that were kept on disk, in a new model
    /// @param test        of those
    /// @param firstSteps  what the weights were after each of the first steps
    record Trained(String name, List<Evaluation> train, History history, Sequential best, Evaluation test,
                   List<Snapshot> firstSteps) {}

    private static final Option<Integer> EPOCHS = Option.count("--epochs", 1000, 1, 100_000, "Passes over the training points");
    private static final Option<Integer> BATCH = Option.count("--batch", 20, 1, 1_000_000, "Points in a step");
    private static final Option<Integer> POINTS = Option.count("--points", 1000, 20, 1_000_000,
        "Points, of which 60 % train, 20 % choose the epoch, 20 % judge");
    private static final Option<Optional<Path>> KEEP = Option.output("--keep", "DIR",
        "Keeps the best models there, as safetensors files");

    @Override
    public String name() { return "moons"; }

    @Override
    public String title() { return MoonsPage.TITLE; }

    @Override
    public String summary() { return "Two moons told apart by 2-5-1 and 2-5-3-1; and why weights must not all start at zero."; }

    @Override
    public List<Option<?>> options() { return List.of(EPOCHS, BATCH, POINTS, KEEP); }

    @Override
    public List<Output> outputs(Options options) {
        return options.get(KEEP).stream()
            .flatMap(folder -> FILES.stream().map(file -> new Output("--keep", folder.resolve(file))))
            .toList();
    }

    @Override
    public Result run(Setting setting) {
        int epochs = setting.get(EPOCHS);
        int batch = setting.get(BATCH);
        int points = setting.get(POINTS);
        var keep = setting.get(KEEP);
        // 2 coordinates a point; the loss of every step of four networks
        Memory.require("lab moons: " + epochs + " epochs of " + points + " points in batches of " + batch,
            Float.BYTES * (2.0 * points + 4.0 * epochs * Math.ceil(0.6 * points / batch)),
            "give fewer --epochs, or a larger --batch");
        setting.say("Data", points + " points of two moons, noise " + NOISE);
        setting.say("Training", "SGD " + LEARNING_RATE + ", batches of " + batch + ", " + epochs + " epochs");
        var data = data(setting, points);
        var normal = new Scheme("gaussian", "normal, variance 1", Initializers.normal(0, 1), Initializers.zeros());
        var names = List.of("2-5-1", "2-5-3-1", "2-5-1, all zero", "2-5-1, Gaussian");
        var schemes = List.of(Scheme.torchDefault(), Scheme.torchDefault(), Scheme.named("zeros"), normal);
        return inFolder(keep.orElse(null), folder -> {
            var runs = setting.each(names.size(), i -> run(names.get(i), i == 1, schemes.get(i), data, setting, epochs, batch,
                folder.resolve(FILES.get(i))));
            return new MoonsPage(new MoonsOutcome(epochs, batch, runs.stream().map(MoonsOutcome.Run::of).toList(), data))
                .result();
        });
    }

    static Data data(Setting setting, int points) {
        var all = Synthetic.twoMoons(points, NOISE, setting.source().stream("points"));
        var parts = Split.byFractions(all, setting.source().stream("split"), 0.6, 0.2, 0.2);
        return new Data(parts.get(0), parts.get(1), parts.get(2));
    }

    static Sequential network(boolean deep, Scheme scheme) {
        return deep ? new Sequential(Schemes.linear(2, 5, scheme), new Sigmoid(), Schemes.linear(5, 3, scheme), new Sigmoid(),
            Schemes.linear(3, 1, scheme))
            : new Sequential(Schemes.linear(2, 5, scheme), new Sigmoid(), Schemes.linear(5, 1, scheme));
    }

    static Trained run(String name, boolean deep, Scheme scheme, Data data, Setting setting, int epochs, int batch, Path file) {
        var model = network(deep, scheme).initialize(setting.weights());
        var first = new ArrayList<Snapshot>();
        var train = new ArrayList<Evaluation>();
        var trainer = Trainer.classifier(model, Moons::loss, new SGD(model.parameters(), LEARNING_RATE))
            .validate(Data.whole(data.dev), ACCURACY, Mode.MAX).keepBest(file)
            .watchSteps(_ -> first.size() < STEPS, first::add);
        trainer.callback(new Callback() {
            @Override
            public void onEpochEnd(dev.lanewise.train.Run run, Epoch epoch) {
                train.add(trainer.evaluate(Data.whole(data.train)));
            }
        });
        var history = trainer.fit(data.training(setting, batch), epochs);
        // as another program would take it up
        var best = network(deep, scheme);
        best.loadStateDict(Safetensors.read(file).tensors());
        var whole = Data.whole(data.test);
        var tested = new Evaluation(Metrics.loss(best, Moons::loss, whole), ACCURACY.of(each -> best.call(each.inputs()), whole));
        return new Trained(name, train, history, best, tested, first);
    }

    private static Loss loss(Tensor logits, int[] labels) {
        var targets = new float[labels.length];
        for (int i = 0; i < targets.length; i++) targets[i] = labels[i];
        return Loss.binaryCrossEntropyWithLogits(logits, Tensor.wrap(targets, labels.length, 1));
    }

    /// The share of points whose logit has the right sign; 0 says class 0.
    static final Metric<Batch<int[]>> ACCURACY = Metric.mean(Moons::right);

    private static int right(Tensor logits, int[] labels) {
        var values = logits.toArray();
        int right = 0;
        for (int i = 0; i < labels.length; i++) if ((values[i] > 0 ? 1 : 0) == labels[i]) right++;
        return right;
    }

    interface Work {
        Result in(Path folder);
    }

    /// @param keep null for a folder that is gone afterwards
    private static Result inFolder(Path keep, Work work) {
        try {
            if (keep != null) return work.in(Files.createDirectories(keep));
            var folder = Files.createTempDirectory("lanewise-moons");
            // after Ctrl-C, too: what was named last is deleted first
            folder.toFile().deleteOnExit();
            for (var file : FILES) folder.resolve(file).toFile().deleteOnExit();
            try {
                return work.in(folder);
            } finally {
                try (var files = Files.list(folder)) {
                    for (var file : files.toList()) Files.delete(file);
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("moons: the models can't be kept: " + e, e);
        }
    }

    /// The weights of a hidden unit: those of its inputs, its bias, and the one with which it is read.
    static float[] unit(Map<String, Tensor> weights, int unit) {
        return new float[] {weights.get("0.weight").get(unit, 0), weights.get("0.weight").get(unit, 1),
            weights.get("0.bias").get(unit), weights.get("2.weight").get(0, unit)};
    }

    static List<float[]> units(Map<String, Tensor> weights) {
        return IntStream.range(0, UNITS).mapToObj(unit -> unit(weights, unit)).toList();
    }

    /// Whether the hidden units of a 2-5-1 have the same weights, to the bit.
    static boolean unitsAlike(Map<String, Tensor> weights) {
        for (int i = 1; i < UNITS; i++) if (!Arrays.equals(unit(weights, 0), unit(weights, i))) return false;
        return true;
    }
}
