package dev.lanewise.lab.coordcheck;

import dev.lanewise.diagnose.CoordinateCheck;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.Parametrization;
import dev.lanewise.optim.Parametrization.Steps;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// How much each layer's outputs change in the first steps of training, against the width: a right parametrization makes no
/// difference of it.
public final class Coordinates implements Experiment {

    /// The narrowest network, where the rates hold.
    private static final int BASE = 32;
    private static final int CLASSES = 8;
    private static final double TOLERANCE = 0.2;

    /// What is trained.
    private enum Net {
        CHAIN("chain", 16, 0.003, 0.1) {
            @Override
            Layer of(int width) {
                return new Sequential(new Linear(CLASSES, width, Initializers.kaimingNormal(), Initializers.zeros()), new ReLU(),
                    new Linear(width, width, Initializers.kaimingNormal(), Initializers.zeros()), new ReLU(),
                    new Linear(width, width, Initializers.kaimingNormal(), Initializers.zeros()), new ReLU(), readout(width));
            }
        },
        TRANSFORMER("transformer", 8, 0.003, 0.1) {
            @Override
            Layer of(int width) {
                var options = TransformerOptions.feedForward(4 * width).dropout(0).batchFirst(true).normFirst(true);
                return new Sequential(new Embedding(CLASSES, width), new TransformerEncoderLayer(width, 4, options),
                    new TransformerEncoderLayer(width, 4, options), new LayerNorm(width), readout(width));
            }
        };

        private final String word;
        /// Of the inputs: examples, or sequences of eight tokens.
        private final int batch;
        private final double adam;
        private final double sgd;

        Net(String word, int batch, double adam, double sgd) {
            this.word = word;
            this.batch = batch;
            this.adam = adam;
            this.sgd = sgd;
        }

        /// From 0, so that its outputs are what was learned alone, as the authors advise.
        private static Linear readout(int width) { return new Linear(width, CLASSES, Initializers.zeros(),
            Initializers.zeros()); }

        abstract Layer of(int width);

        double rate(Steps steps) { return steps == Steps.ADAM ? adam : sgd; }

        Tensor inputs(Setting setting) {
            if (this == CHAIN) return Tensor.randn(setting.source().stream("inputs"), batch, CLASSES);
            var source = setting.source().stream("inputs");
            return Tensor.generate((data, offset, length) -> {
                source.uniform(data, offset, length);
                for (int i = offset; i < offset + length; i++) data[i] = (int) (CLASSES * data[i]);
            }, batch, CLASSES);
        }

        static Net named(String word) {
            for (var net : values()) if (net.word.equals(word)) return net;
            throw new IllegalArgumentException("lab coordcheck: --net " + word + "; give chain or transformer");
        }
    }

    /// A parametrization, and what may be done wrong after it.
    private record Way(String name, Steps steps, Function<Net, Parametrization> rules, UnaryOperator<Linear> readout,
        Predicate<Net> flat) {

        Way(String name, Steps steps, Function<Net, Parametrization> rules,
            Predicate<Net> flat) { this(name, steps, rules, layer -> layer, flat); }
    }

    private static final Predicate<Net> ALWAYS = _ -> true;
    private static final Predicate<Net> NEVER = _ -> false;
    /// Embeddings learn ever less in u-muP, which its authors found best.
    private static final List<Way> WAYS = List.of(
        new Way("standard", Steps.ADAM, _ -> Parametrization.standard(), NEVER),
        new Way("muP", Steps.ADAM, net -> Parametrization.muP(net.of(BASE)), ALWAYS),
        new Way("u-muP", Steps.ADAM, net -> Parametrization.unitScaled(net.of(2 * BASE)), net -> net == Net.CHAIN),
        new Way("muP, readout divided twice", Steps.ADAM, net -> Parametrization.muP(net.of(BASE)), layer -> {
            layer.multiplier(layer.multiplier() * layer.multiplier());
            return layer;
        }, NEVER),
        new Way("standard", Steps.SGD, _ -> Parametrization.standard(), NEVER),
        new Way("muP", Steps.SGD, net -> Parametrization.muP(net.of(BASE)), ALWAYS));

    private static final Option<Net> NET = Option.text("--net", "NAME", "chain", "chain or transformer", Net::named);
    private static final Option<Integer> LARGEST = Option.count("--largest", 512, 2 * BASE, 8192,
        "The largest width; others are halves of it, down to 32");
    private static final Option<Integer> STEPS = Option.count("--steps", 4, 1, 1000, "Steps of training");
    private static final Option<Integer> SEEDS = Option.count("--seeds", 3, 2, 100, "Networks of each width");

    @Override
    public String name() { return "coordcheck"; }

    @Override
    public String title() { return CoordinatesPage.TITLE; }

    @Override
    public String summary() { return "What the first steps of training change in each layer, against the width: standard, muP,"
        + " u-muP, and muP with a mistake."; }

    @Override
    public List<Option<?>> options() { return List.of(NET, LARGEST, STEPS, SEEDS); }

    @Override
    public Result run(Setting setting) {
        var net = setting.get(NET);
        int largest = setting.get(LARGEST);
        if (Integer.bitCount(largest) != 1)
            throw new IllegalArgumentException("lab coordcheck: --largest " + largest + "; give a power of two, as 512");
        var widths = IntStream.iterate(BASE, width -> width <= largest, width -> 2 * width).boxed().toList();
        // weights, gradients and what Adam remembers, of each of those that run together
        Memory.require("lab coordcheck: networks of width " + largest, 4.0 * Float.BYTES * WAYS.size() * 30 * largest * largest,
            "give a smaller --largest");
        setting.say("Network", net.word + ", widths " + widths.getFirst() + " to " + largest);
        var inputs = net.inputs(setting);
        var measured = new CoordinateCheck.Setting(widths, setting.get(STEPS), setting.get(SEEDS), TOLERANCE);
        var checks = setting.each(WAYS.size(), i -> check(WAYS.get(i), net, inputs, measured, setting));
        var ways = IntStream.range(0, checks.size()).mapToObj(i -> new CoordinatesOutcome.Way(WAYS.get(i).name, WAYS.get(i)
            .steps == Steps.ADAM
            ? "Adam" : "SGD", WAYS.get(i).flat.test(net), checks.get(i).passed(), checks.get(i).layers(), checks.get(i)))
                .toList();
        var kinds = new HashMap<String, String>();
        net.of(BASE).namedModules().forEach((path, module) -> kinds.put(path, module.getClass().getSimpleName()));
        return new CoordinatesPage(new CoordinatesOutcome(net.word, widths, ways), kinds, TOLERANCE).result();
    }

    private static CoordinateCheck check(Way way, Net net, Tensor inputs, CoordinateCheck.Setting measured, Setting setting) {
        double rate = net.rate(way.steps);
        int rows = inputs.numel() / (net == Net.CHAIN ? CLASSES : 1);
        var labels = IntStream.range(0, rows).map(i -> (i * 5 + i / CLASSES) % CLASSES).toArray();
        return CoordinateCheck.run(net::of, (model, seed) -> {
            var groups = way.rules.apply(net).apply(model, way.steps, rate);
            way.readout.apply((Linear) ((Sequential) model).layers().getLast());
            model.initialize(setting.weights((int) seed - 1));
            return way.steps == Steps.ADAM ? new Adam(groups, rate, Adam.options()) : new SGD(groups, rate, SGD.options());
        }, inputs, output -> Losses.crossEntropy(output.reshape(rows, CLASSES), labels), measured);
    }
}
