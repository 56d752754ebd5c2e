package dev.lanewise.lab.finetune;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Images;
import dev.lanewise.data.Rows;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.Metrics;
import dev.lanewise.train.Trainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// A classifier that learns five of ten classes, and what it knows handed to one that is to learn the other five.
final class Transfer {

    static final List<String> LAYERS = List.of("first", "second");
    private static final int BATCH = 50;
    private static final double LEARNING_RATE = 1e-3;
    /// Of a head that is trained alone: with the other rate it would be far from done.
    private static final double HEAD_RATE = 1e-2;
    private static final Scheme SCHEME = Scheme.named("kaiming-uniform");

    enum Start {
        FRESH, TRANSFERRED, FROZEN;

        String word() { return name().toLowerCase(Locale.ROOT); }
    }

    /// @param accuracy before training, then after each epoch, on held-out images
    /// @param trained  how many numbers training may change
    record Run(Start start, Layer model, double[] accuracy, long trained) {

        double last() { return accuracy[accuracy.length - 1]; }
    }

    private Transfer() {}

    /// Images of five classes, the labels counted from 0.
    ///
    /// @param from the first of the classes
    /// @param rows of each class, from `skip` on in the order of the data set; fewer, if there are no more
    static Dataset<Batch<int[]>> five(Images images, int from, int skip, int rows) {
        var chosen = new ArrayList<Integer>();
        var seen = new int[images.classNames().size()];
        for (int row = 0; row < images.size(); row++) {
            int label = images.label(row);
            if (label < from || label >= from + 5) continue;
            int number = seen[label]++;
            if (number >= skip && number < skip + rows) chosen.add(row);
        }
        Batch<int[]> all = images.batch(chosen.stream().mapToInt(i -> i).toArray());
        var labels = IntStream.of(all.targets()).map(label -> label - from).toArray();
        return Rows.classification(all.inputs().toArray(), images.features(), labels,
            images.classNames().subList(from, from + 5));
    }

    /// The rows again and again, until there are as many as asked for: an epoch then has as many steps, however few the images.
    static Dataset<Batch<int[]>> repeated(Dataset<Batch<int[]>> data, int rows) {
        return data.subset(IntStream.range(0, rows).map(i -> i % data.size()).toArray());
    }

    /// features-128-64-5; the head is small at the start, so that it says nothing yet.
    static Sequential model(int features) {
        var modules = new LinkedHashMap<String, Layer>();
        modules.put("first", new Linear(features, 128, SCHEME.weight(), SCHEME.bias()));
        modules.put("relu1", new ReLU());
        modules.put("second", new Linear(128, 64, SCHEME.weight(), SCHEME.bias()));
        modules.put("relu2", new ReLU());
        modules.put("head", new Linear(64, 5, Initializers.kaimingUniform(Gain.LINEAR), Initializers.zeros()));
        return new Sequential(modules);
    }

    /// What training on the first task leaves.
    ///
    /// @param accuracy of the model on held-out images of the same classes
    record Source(Map<String, Tensor> state, double accuracy) {}

    static Source learn(Dataset<Batch<int[]>> training, Dataset<Batch<int[]>> heldOut, int epochs, RandomSource weights,
            RandomSource order) {
        var model = model(training.batch(0).inputs().size(1)).initialize(weights);
        trainer(model, heldOut, LEARNING_RATE).fit(new DataLoader<>(training, BATCH).shuffle(order), epochs);
        return new Source(model.stateDict(), Metrics.accuracy(model, new DataLoader<>(heldOut, heldOut.size())));
    }

    /// All three meet the same batches, and their heads start alike.
    static List<Run> transfer(Source source, Dataset<Batch<int[]>> training, Dataset<Batch<int[]>> heldOut, int epochs,
        List<RandomSource> weights,
                              RandomSource order) {
        var models = new ArrayList<Layer>();
        var trainers = new ArrayList<Trainer<Batch<int[]>>>();
        var before = new ArrayList<Evaluation>();
        for (var start : Start.values()) {
            var model = started(start, source, training.batch(0).inputs().size(1), weights.get(start.ordinal()));
            models.add(model);
            trainers.add(trainer(model, heldOut, start == Start.FROZEN ? HEAD_RATE : LEARNING_RATE));
            before.add(trainers.getLast().evaluate(new DataLoader<>(heldOut, heldOut.size())));
        }
        var histories = Trainer.sideBySide(trainers, new DataLoader<>(training, BATCH).shuffle(order), epochs);
        var runs = new ArrayList<Run>();
        for (var start : Start.values()) {
            int i = start.ordinal();
            var accuracy = new double[epochs + 1];
            accuracy[0] = before.get(i).metric();
            for (int epoch = 0; epoch < epochs; epoch++) accuracy[epoch + 1] = histories.get(i).validation().get(epoch).metric();
            long trained = models.get(i).parameters().stream()
                .filter(each -> each.requiresGrad()).mapToLong(each -> each.shape().numel()).sum();
            runs.add(new Run(start, models.get(i), accuracy, trained));
        }
        return runs;
    }

    private static Layer started(Start start, Source source, int features, RandomSource weights) {
        var model = model(features);
        if (start != Start.FRESH) model.namedParameters().forEach((path, parameter) -> {
            if (!path.startsWith("head")) parameter.initializer(Initializers.copyOf(source.state().get(path)));
        });
        model.initialize(weights);
        if (start == Start.FROZEN) for (var layer : LAYERS) model.children().get(layer).requiresGrad(false);
        return model;
    }

    private static Trainer<Batch<int[]>> trainer(Layer model, Dataset<Batch<int[]>> heldOut, double rate) {
        return Trainer.classifier(model, new Adam(model.parameters(), rate))
            .validate(new DataLoader<>(heldOut, heldOut.size()), Metrics.accuracy(), Mode.MAX);
    }
}
