package dev.lanewise.nn.init;

import dev.lanewise.check.Audit;
import dev.lanewise.diagnose.CoordinateCheck;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What whole models start as: what is tied, what a width changes, and the whole of one, which is held to the library's contract
/// for its files.
final class ModelsContract {

    /// @param initializer of what has such a shape and fan
    record Start(Shape shape, Fan fan, Initializer initializer) {

        Start by(Initializer other) { return new Start(shape, fan, other); }
    }

    private static final double STD = 0.02;
    private static final int LAYERS = 3;
    private static final int WIDTH = 48;
    private static final int BASE = 32;
    private static final double RATE = 0.003;

    private ModelsContract() {}

    // ---- tied

    /// It is drawn once, as if nothing were tied to it, and both change as one.
    static void tied(Judge judge) {
        var embedding = new Embedding(7, 5);
        var layers = new LinkedHashMap<String, Layer>();
        layers.put("embedding", embedding);
        var alone = new Sequential(new LinkedHashMap<>(layers));
        alone.initialize(judge.draw.seed());
        var expected = embedding.weight().tensor().toArray();
        var head = judge.candidate.head(embedding.weight());
        layers.put("head", head);
        judge.candidate.start(new Sequential(layers), judge.draw.seed());
        judge.require(Arrays.equals(expected, embedding.weight().tensor().toArray()), Clause.TIED,
            () -> "the embedding starts otherwise than alone");
        judge.require(Arrays.equals(expected, head.weight().tensor().toArray()), Clause.TIED,
            () -> "the head starts otherwise than the embedding");
        embedding.weight().load(Tensor.ones(7, 5));
        judge.require(head.call(Tensor.ones(1, 5)).get(0, 6) == 5, Clause.TIED,
            () -> "what the embedding learns, the head doesn't");
    }

    // ---- wider

    private static Sequential net(int width) {
        return new Sequential(new Linear(8, width, Initializers.kaimingNormal(), Initializers.zeros()), new ReLU(),
            new Linear(width, width, Initializers.kaimingNormal(), Initializers.zeros()), new ReLU(),
            new Linear(width, 5, Initializers.zeros(), Initializers.zeros()));
    }

    /// By muP's table, four times as wide.
    static void transfer(Judge judge) {
        var model = net(4 * BASE);
        var groups = judge.candidate.transfer(model, net(BASE), RATE);
        model.initialize(judge.draw.seed());
        var weights = List.of(0, 2, 4).stream().map(i -> ((Linear) model.layers().get(i)).weight()).toList();
        var rates = List.of(RATE, RATE / 4, RATE);
        for (int i = 0; i < 3; i++) {
            int index = i;
            double rate = groups.groups().stream().filter(group -> group.parameters().contains(weights.get(index))).findFirst()
                .orElseThrow().learningRate().orElse(RATE);
            judge.require(Math.abs(rate - rates.get(i)) < 1e-12, Clause.TRANSFER, () -> "rate " + rate + " of layer " + index);
        }
        weights.getLast().load(Tensor.ones(5, 4 * BASE));
        float out = model.layers().getLast().call(Tensor.ones(1, 4 * BASE)).get(0, 0);
        judge.require(out == BASE, Clause.TRANSFER, () -> "the readout's " + out + " for the base's " + BASE);
    }

    /// Seeds are fixed, and so are slopes.
    static void coordinates(Judge judge) {
        var inputs = Tensor.randn(new Threefry(1), 16, 8);
        var labels = new int[16];
        for (int i = 0; i < labels.length; i++) labels[i] = i * 7 % 5;
        var check = CoordinateCheck.run(ModelsContract::net, (model, seed) -> {
            var groups = judge.candidate.transfer((Sequential) model, net(BASE), RATE);
            model.initialize(seed);
            return new Adam(groups, RATE, Adam.options());
        }, inputs, output -> Losses.crossEntropy(output, labels), new CoordinateCheck.Setting(List.of(32, 64, 128), 3, 3, 0.2));
        judge.require(check.passed(), Clause.COORDINATES, check::toString);
    }

    // ---- a whole model

    /// GPT-2 of a small width, as the paper has it.
    static Map<String, Start> gpt() {
        var normal = Initializers.normal(0, STD);
        var end = Initializers.gptResidual(LAYERS);
        var model = new LinkedHashMap<String, Start>();
        model.put("wte.weight", new Start(Shape.of(100, WIDTH), Fan.embedding(WIDTH), normal));
        model.put("wpe.weight", new Start(Shape.of(40, WIDTH), Fan.embedding(WIDTH), normal));
        for (int i = 0; i < LAYERS; i++) {
            var h = "h." + i + ".";
            addNorm(model, h + "ln_1");
            addLinear(model, h + "attn.c_attn", WIDTH, 3 * WIDTH, normal);
            addLinear(model, h + "attn.c_proj", WIDTH, WIDTH, end);
            addNorm(model, h + "ln_2");
            addLinear(model, h + "mlp.c_fc", WIDTH, 4 * WIDTH, normal);
            addLinear(model, h + "mlp.c_proj", 4 * WIDTH, WIDTH, end);
        }
        addNorm(model, "ln_f");
        return model;
    }

    private static void addNorm(Map<String, Start> model, String name) {
        var shape = Shape.of(WIDTH);
        model.put(name + ".weight", new Start(shape, Fan.linear(1, 1), Initializers.ones()));
        model.put(name + ".bias", new Start(shape, Fan.linear(1, 1), Initializers.zeros()));
    }

    private static void addLinear(Map<String, Start> model, String name, int in, int out, Initializer start) {
        model.put(name + ".weight", new Start(Shape.of(in, out), Fan.linear(in, out), start));
        model.put(name + ".bias", new Start(Shape.of(out), Fan.linear(in, out), Initializers.zeros()));
    }

    /// As a file that has been saved.
    static void gpt(Judge judge) {
        var source = new Threefry(judge.draw.seed());
        var tensors = new LinkedHashMap<String, Tensor>();
        judge.candidate.gpt().forEach((name, start) -> {
            var tensor = Tensor.zeros(start.shape().toArray());
            start.initializer().fill(tensor, start.fan(), source.stream(name));
            tensors.put(name, tensor);
        });
        try {
            var file = Files.createTempFile("gpt", ".safetensors");
            try {
                Safetensors.write(file, tensors);
                audit(judge, file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void audit(Judge judge, Path file) {
        var report = Audit.of(dev.lanewise.check.Contract.named("gpt2"), List.of(file), Map.of());
        judge.require(report.passed(), Clause.MODEL, () -> report.problems() + " " + report.of(Audit.Verdict.BROKEN));
        judge.raise(report.falseAlarm());
    }
}
