package dev.lanewise.lab.sequence;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Sampler;
import dev.lanewise.data.SequenceBatch;
import dev.lanewise.data.Sequences;
import dev.lanewise.data.Split;
import dev.lanewise.data.Synthetic;
import dev.lanewise.file.Quote;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.job.Job;
import dev.lanewise.lab.job.Training;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.History;
import dev.lanewise.train.Metrics;
import dev.lanewise.train.ProgressBar;
import dev.lanewise.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Sequences of different lengths put into classes: which of two signals came first, with noise between and around them. A
/// network with memory learns it; one that sees every step, but not their order, is beside it.
public final class SequenceJob extends Job {

    private static final double HELD_OUT = 0.2;
    private static final int WHOLE_BATCH = 512;
    /// What [Split] can cut into three parts that have all classes.
    private static final int FEWEST = 20;

    private static final Option<SequenceModel.Cell> CELL = Option.text("--cell", "NAME", "lstm",
        "What remembers: lstm, gru or rnn", SequenceJob::cell);
    private static final Option<Integer> HIDDEN = Option.count("--hidden", 32, 1, 4096, "Units of each layer");
    private static final Option<Integer> LAYERS = Option.count("--layers", 1, 1, 16, "Recurrent layers");
    private static final Option<Integer> COUNT = Option.count("--sequences", 4000, FEWEST, 10_000_000,
        "Sequences, of which 60 % train, 20 % validate, 20 % judge");
    private static final Option<Integer> SHORTEST = Option.count("--shortest", 10, 2, 100_000, "Steps of the shortest sequence");
    private static final Option<Integer> LONGEST = Option.count("--longest", 40, 2, 100_000, "Steps of the longest sequence");
    private static final Option<Double> NOISE = Option.number("--noise", 0.2, 0, 10,
        "Standard deviation around the signals, whose height is 1");
    private static final Option<Integer> BATCH = Option.count("--batch", 32, 1, 1_000_000, "Sequences in a step");
    private static final Option<Double> RATE = Option.number("--rate", 0.005, 0, 10, "Adam's learning rate");
    private static final Option<Optional<Path>> EXPORT = Option.output("--export", "FILE",
        "Writes starting weights, data, order and losses, for src/test/python/sequence_against_torch.py");

    /// @param order of the training rows in each epoch
    record Parts(Dataset<SequenceBatch> training, Dataset<SequenceBatch> validation, Dataset<SequenceBatch> test, Sampler order) {

        static SequenceBatch all(Dataset<SequenceBatch> part) { return part.batch(IntStream.range(0, part.size()).toArray()); }
    }

    private static SequenceModel.Cell cell(String text) {
        for (var cell : SequenceModel.Cell.values()) if (cell.name().toLowerCase(Locale.ROOT).equals(text)) return cell;
        throw new IllegalArgumentException("--cell: " + Quote.of(text) + " is not allowed; give lstm, gru or rnn");
    }

    @Override
    public String name() { return "sequence"; }

    @Override
    public String summary() {
        return "Sequences of different lengths put into classes by what came first: a recurrent network's memory.";
    }

    @Override
    protected List<Option<?>> own() {
        return List.of(CELL, HIDDEN, LAYERS, COUNT, SHORTEST, LONGEST, NOISE, BATCH, RATE, EXPORT);
    }

    @Override
    protected int epochs() { return 20; }

    @Override
    protected List<Output> files(Options options) {
        return options.get(EXPORT).stream().map(file -> new Output(EXPORT.name(), file)).toList();
    }

    @Override
    protected Result run(Setting setting, Training training) {
        var sequences = sequences(setting);
        var parts = parts(sequences, setting);
        int classes = sequences.classNames().size();
        var model = new SequenceModel(setting.get(CELL), sequences.features(), setting.get(HIDDEN), setting.get(LAYERS), classes);
        model.initialize(setting.weights());
        setting.say("Data", sequences.size() + " sequences of " + setting.get(SHORTEST) + " to " + setting.get(LONGEST)
            + " steps, two signals of height 1 in noise of " + setting.get(NOISE));
        setting.say("Network", setting.get(CELL).name() + ", " + model.parameterCount() + " weights, Adam " + setting.get(RATE)
            + ", batches of " + setting.get(BATCH) + ", weights: " + setting.weightsText());
        var start = model.stateDict();
        var loader = new DataLoader<>(parts.training, setting.get(BATCH)).sampler(parts.order);
        var trainer = trainer(model, model::call, setting.get(RATE), parts);
        var history = training.fit(trainer, loader);
        var blind = new OrderBlind(sequences.features(), setting.get(HIDDEN), classes);
        blind.initialize(setting.weights());
        var blindTrainer = trainer(blind, blind::call, setting.get(RATE), parts);
        blindTrainer.callback(new ProgressBar("without order", setting.out())).fit(loader, training.epochs());
        var test = new DataLoader<>(parts.test, WHOLE_BATCH);
        var outcome = SequenceOutcome.of(setting.get(CELL).name(), model.parameterCount(), sequences.classNames(), history,
            Parts.all(parts.test), trainer.predict(test), blindTrainer.predict(test));
        setting.get(EXPORT).ifPresent(file -> Safetensors.write(file, exported(start, parts, history, outcome),
            Map.of("cell", setting.get(CELL).name(), "layers", "" + setting.get(LAYERS), "batch", "" + setting.get(BATCH),
                "rate", "" + setting.get(RATE))));
        return new SequencePage(outcome).result();
    }

    private static Sequences sequences(Setting setting) {
        int count = setting.get(COUNT);
        int longest = setting.get(LONGEST);
        if (setting.get(SHORTEST) > longest) throw new IllegalArgumentException("train sequence: --shortest "
            + setting.get(SHORTEST) + " is more than --longest " + longest + "; give a longest sequence that is no shorter");
        Memory.require("train sequence: " + count + " sequences of up to " + longest + " steps",
            Float.BYTES * 3.0 * count * longest, "give fewer --sequences, or shorter ones");
        return Synthetic.temporalOrder(count, setting.get(SHORTEST), longest, setting.get(NOISE),
            setting.source().stream("sequences"));
    }

    private static Parts parts(Sequences sequences, Setting setting) {
        var parts = Split.byFractions(sequences, setting.source().stream("split"), 1 - 2 * HELD_OUT, HELD_OUT, HELD_OUT);
        return new Parts(parts.get(0), parts.get(1), parts.get(2),
            Sampler.shuffled(parts.get(0).size(), setting.source().stream("shuffle")));
    }

    private static Trainer<SequenceBatch> trainer(Module model, Function<SequenceBatch, Tensor> call, double rate, Parts parts) {
        return new Trainer<>(model, call, (logits, batch) -> Loss.crossEntropy(logits, batch.targets()),
            new Adam(model.parameters(), rate))
            .validate(new DataLoader<>(parts.validation, WHOLE_BATCH), Metrics.accuracy(), Mode.MAX);
    }

    /// All that another library needs to do the same.
    private static Map<String, Tensor> exported(Map<String, Tensor> start, Parts parts, History history,
        SequenceOutcome outcome) {
        var all = new LinkedHashMap<String, Tensor>();
        start.forEach((name, values) -> all.put("start." + name, values));
        put(all, "training", Parts.all(parts.training));
        put(all, "test", Parts.all(parts.test));
        int epochs = history.epochLosses().length;
        var order = new float[epochs * parts.training.size()];
        for (int epoch = 0, next = 0; epoch < epochs; epoch++) for (int row : parts.order.rows(epoch)) order[next++] = row;
        all.put("order", Tensor.wrap(order, epochs, parts.training.size()));
        all.put("losses", Tensor.of(history.stepLosses()));
        all.put("accuracy", Tensor.scalar((float) outcome.testAccuracy()));
        return all;
    }

    private static void put(Map<String, Tensor> all, String name, SequenceBatch part) {
        all.put(name + ".inputs", part.inputs());
        all.put(name + ".lengths", whole(part.lengths()));
        all.put(name + ".targets", whole(part.targets()));
    }

    private static Tensor whole(int[] numbers) {
        var values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) values[i] = numbers[i];
        return Tensor.wrap(values, values.length);
    }
}
