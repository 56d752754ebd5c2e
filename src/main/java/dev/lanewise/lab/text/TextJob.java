package dev.lanewise.lab.text;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.TokenBatch;
import dev.lanewise.data.TokenWindows;
import dev.lanewise.io.Npz;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.job.Fingerprint;
import dev.lanewise.lab.job.Job;
import dev.lanewise.lab.job.Training;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.History;
import dev.lanewise.train.Metrics;
import dev.lanewise.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A network that learns what comes next in a text, character by character, and goes on with it.
public final class TextJob extends Job {

    private static final double HELD_OUT = 0.1;
    private static final int VALIDATION_BATCH = 64;
    private static final int SAMPLES = 3;
    /// Steps that a trace has at the most.
    private static final int TRACED = 200;

    private static final Option<TextNetwork.Kind> NET = Option.text("--net", "NAME", "transformer", "transformer, gru or lstm",
        TextJob::kind);
    private static final Option<Integer> WIDTH = Option.count("--width", 64, 1, 4096,
        "Size of a character's vector, and of hidden states");
    private static final Option<Integer> LAYERS = Option.count("--layers", 4, 1, 100, "Layers one behind the other");
    private static final Option<Integer> HEADS = Option.count("--heads", 4, 1, 64, "Heads of a transformer's attention");
    private static final Option<Integer> LENGTH = Option.count("--length", 64, 1, 4096,
        "Characters of a piece, and how far a sample looks back");
    private static final Option<Integer> BATCH = Option.count("--batch", 16, 1, 100_000, "Pieces in a step");
    private static final Option<Double> RATE = Option.number("--rate", 1e-3, 0, 10, "Adam's learning rate");
    private static final Option<Double> DROPOUT = Option.number("--dropout", 0, 0, 0.99,
        "Share of units and weights that a step leaves out");
    private static final Option<Integer> SAMPLE = Option.count("--sample", 160, 1, 10_000, "Characters of a sample");
    private static final Option<Double> TEMPERATURE = Option.number("--temperature", 0.8, 0.01, 100,
        "Below 1 a sample is more likely than what it learned from, above less");
    private static final Option<Optional<Path>> EXPORT = Option.output("--export", "FILE.npz",
        "Keeps the first weights, and the batches and losses of the first " + TRACED
        + " steps, to compare with another library's");

    private static TextNetwork.Kind kind(String name) {
        return Arrays.stream(TextNetwork.Kind.values()).filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("--net: there is no network \"" + name
                + "\"; there are transformer, gru and lstm"));
    }

    @Override
    public String name() { return "text"; }

    @Override
    public String summary() {
        return "Learns what comes next in a text, by a transformer, a GRU or an LSTM, and goes on with it.";
    }

    @Override
    protected List<Option<?>> own() {
        return List.of(TextSource.DATA, TextSource.CHARACTERS, TextSource.BYTES, NET, WIDTH, LAYERS, HEADS, LENGTH, BATCH,
            RATE, DROPOUT, SAMPLE, TEMPERATURE, EXPORT);
    }

    @Override
    protected int epochs() { return 5; }

    @Override
    protected List<Output> files(Options options) {
        return options.get(EXPORT).map(file -> List.of(new Output(EXPORT.name(), file))).orElse(List.of());
    }

    @Override
    protected Result run(Setting setting, Training training) {
        var source = TextSource.choose(setting);
        int length = setting.get(LENGTH);
        var parts = source.parts(HELD_OUT, length);
        var size = new TextNetwork.Size(setting.get(NET), setting.get(WIDTH), setting.get(LAYERS), setting.get(HEADS), length,
            setting.get(DROPOUT));
        if (size.kind() == TextNetwork.Kind.TRANSFORMER
            && size.width() % size.heads() != 0) throw new IllegalArgumentException("train text: --width "
            + size.width() + " is no multiple of --heads " + size.heads() + "; each head has an equal part");
        var network = new TextNetwork(source.vocabulary().size(), size);
        network.initialize(setting.weights());
        say(setting, source, size, network);
        training.data(new Fingerprint().add(source.tokens()));
        var before = setting.get(EXPORT).isPresent() ? network.stateDict() : Map.<String, Tensor>of();
        var windows = new TokenWindows(parts[0], length);
        var pieces = windows.tiles(setting.source().stream("pieces"));
        // each step has as many: what they come to, and a trace of them, is of one size
        var loader = new DataLoader<>(windows, Math.min(setting.get(BATCH), pieces.size())).sampler(pieces).dropLast(true);
        var judged = new TokenWindows(parts[1], length);
        var validation = new DataLoader<>(judged, VALIDATION_BATCH).sampler(judged.tiles());
        var trainer = new Trainer<TokenBatch>(network, batch -> network.call(batch.inputs(), batch.size(), batch.length()),
            (logits, batch) -> Loss.crossEntropy(logits, batch.targets()), new Adam(network.parameters(), setting.get(RATE)))
            .validate(validation, Metrics.accuracy(), Mode.MAX);
        var history = training.fit(trainer, loader);
        setting.get(EXPORT).ifPresent(file -> Npz.write(file, trace(setting, before, loader, history)));
        var samples = samples(setting, source, parts[1], network);
        var outcome = TextOutcome.of(source, size, network, history, samples);
        return new TextPage(outcome).result();
    }

    private static void say(Setting setting, TextSource source, TextNetwork.Size size, TextNetwork network) {
        setting.say("Data", source.description() + ": " + source.tokens().length + (setting.get(TextSource.BYTES) ? " bytes"
            : " characters, " + source.vocabulary().size() + " different ones") + "; the last tenth is held out");
        setting.say("Network", size.kind().name().toLowerCase(Locale.ROOT) + " of " + size.layers() + " layers, "
            + network.weights() + " weights, Adam " + setting.get(RATE) + ", batches of " + setting.get(BATCH) + " pieces of "
            + size.length() + ", weights: " + setting.weightsText());
    }

    private static List<String> samples(Setting setting, TextSource source, int[] heldOut, TextNetwork network) {
        int length = setting.get(LENGTH);
        var sampler = new Sampler(network, length, setting.get(TEMPERATURE));
        var samples = new ArrayList<String>();
        for (int i = 0; i < SAMPLES; i++) {
            int from = i * (heldOut.length - length) / SAMPLES;
            var beginning = Arrays.copyOfRange(heldOut, from, from + length);
            samples.add(source.vocabulary()
                .decode(sampler.continued(beginning, setting.get(SAMPLE), setting.source().stream("sample").stream(i))));
        }
        return samples;
    }

    /// By name: `start.` and the state's names; `inputs` and `targets` `[steps, batch, length]`; `losses`; `rate` and `heads`.
    private static Map<String, Tensor> trace(Setting setting, Map<String, Tensor> start, DataLoader<TokenBatch> loader,
        History history) {
        var tensors = new LinkedHashMap<String, Tensor>();
        start.forEach((name, values) -> tensors.put("start." + name, values));
        var inputs = new ArrayList<Tensor>();
        var targets = new ArrayList<Tensor>();
        int steps = Math.min(TRACED, history.stepLosses().length);
        for (int epoch = 0; inputs.size() < steps; epoch++) for (var batch : loader.epoch(epoch)) {
            if (inputs.size() == steps) break;
            inputs.add(floats(batch.inputs(), batch));
            targets.add(floats(batch.targets(), batch));
        }
        tensors.put("inputs", Tensor.stack(0, inputs.toArray(Tensor[]::new)));
        tensors.put("targets", Tensor.stack(0, targets.toArray(Tensor[]::new)));
        tensors.put("losses", Tensor.of(Arrays.copyOf(history.stepLosses(), inputs.size())));
        tensors.put("rate", Tensor.scalar(setting.get(RATE).floatValue()));
        tensors.put("heads", Tensor.scalar(setting.get(HEADS)));
        return tensors;
    }

    private static Tensor floats(int[] indices, TokenBatch batch) {
        var floats = new float[indices.length];
        for (int i = 0; i < floats.length; i++) floats[i] = indices[i];
        return Tensor.wrap(floats, batch.size(), batch.length());
    }
}
