package dev.lanewise.lab.depth;

import dev.lanewise.Compute;
import dev.lanewise.diagnose.Explanation;
import dev.lanewise.figures.Statistics;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;

/// What a hundred layers make of a signal, and of its gradient on the way back, for starts with and without scaling.
public final class Depth implements Experiment {

    private static final double ROOT_3 = Math.sqrt(3);

    /// What stands behind each linear layer.
    enum Kind {
        LINEAR("no activation", Nonlinearity.LINEAR, null),
        TANH("tanh", Nonlinearity.TANH, Tanh::new),
        RELU("ReLU", Nonlinearity.RELU, ReLU::new);

        final String words;
        final Nonlinearity function;
        /// Null for none.
        final Supplier<Layer> module;

        Kind(String words, Nonlinearity function, Supplier<Layer> module) {
            this.words = words;
            this.function = function;
            this.module = module;
        }

        /// A second moment before the activation as a standard deviation behind it.
        double behind(double square) {
            double mean = function.mean(square);
            return Math.sqrt(Math.max(0, function.square(square) - mean * mean));
        }
    }

    /// @param name what the course calls it, with the law
    record Start(Kind kind, String name, Initializer weights) {}

    static final List<Start> STARTS = List.of(
        new Start(Kind.LINEAR, "variance 1, normal", Initializers.normal(0, 1)),
        new Start(Kind.LINEAR, "variance 1, uniform", Initializers.uniform(-ROOT_3, ROOT_3)),
        new Start(Kind.LINEAR, "variance 1/n, normal", Initializers.lecunNormal()),
        new Start(Kind.LINEAR, "variance 1/n, uniform", Initializers.lecunUniform()),
        new Start(Kind.TANH, "variance 1/n, normal", Initializers.lecunNormal()),
        new Start(Kind.TANH, "variance 1/n, uniform", Initializers.lecunUniform()),
        new Start(Kind.TANH, "Xavier, gain 5/3, normal", Initializers.xavierNormal(Gain.TANH)),
        new Start(Kind.TANH, "Xavier, gain 5/3, uniform", Initializers.xavierUniform(Gain.TANH)),
        new Start(Kind.RELU, "Xavier, normal", Initializers.xavierNormal()),
        new Start(Kind.RELU, "Xavier, uniform", Initializers.xavierUniform()),
        new Start(Kind.RELU, "Kaiming, normal", Initializers.kaimingNormal()),
        new Start(Kind.RELU, "Kaiming, uniform", Initializers.kaimingUniform()));

    private static final Option<Integer> DEPTH = Option.count("--depth", 100, 1, 1000, "Layers");
    private static final Option<Integer> UNITS = Option.count("--units", 400, 1, 4096, "Inputs, and units of each layer");
    private static final Option<Integer> BATCH = Option.count("--batch", 64, 1, 10_000,
        "Inputs, independent and standard normal");

    @Override
    public String name() { return "depth"; }

    @Override
    public String title() { return DepthPage.TITLE; }

    @Override
    public String summary() { return "A signal and its gradient through 100 layers: which starts blow up, which fade, which"
        + " hold."; }

    @Override
    public List<Option<?>> options() { return List.of(DEPTH, UNITS, BATCH); }

    @Override
    public Result run(Setting setting) {
        int depth = setting.get(DEPTH);
        int units = setting.get(UNITS);
        int batch = setting.get(BATCH);
        // theory's, weights, and each layer's outputs before and after its activation; of the starts that are looked at together
        Memory.require("lab depth: " + depth + " layers of " + units + " units with " + batch + " inputs",
            Math.min(STARTS.size(), Compute.threads()) * (Explanation.bytes(2 * depth + 1)
            + Float.BYTES * (double) depth * units * (units + 2.0 * batch)),
            "give fewer --units, a smaller --depth or --batch, or fewer --threads");
        setting.say("Network", depth + " layers of " + units + " units, without biases");
        setting.say("Inputs", batch + " rows of standard normal numbers");
        var inputs = Tensor.randn(setting.source().stream("inputs"), batch, units);
        // those that take longest first: what they say of the rest is no less than it
        var order = STARTS.reversed();
        var runs = setting.each(order.size(), i -> run(order.get(i), depth, inputs, setting.weights())).reversed();
        return new DepthPage(new DepthOutcome(depth, units, batch, runs)).result();
    }

    static DepthOutcome.Run run(Start start, int depth, Tensor inputs, RandomSource weights) {
        int units = inputs.size(1);
        var modules = new LinkedHashMap<String, Layer>();
        var scheme = new Scheme("depth", start.name, start.weights, Initializers.zeros());
        var std = new double[depth];
        for (int i = 0; i < depth; i++) {
            int layer = i;
            Layer last = new Linear(units, units, scheme.weight(), null);
            modules.put("" + (i + 1), last);
            if (start.kind.module != null) modules.put(i + 1 + "a", last = start.kind.module.get());
            last.registerForwardHook((_, call) -> std[layer] = Statistics.deviation(call.output().toArray()));
        }
        var model = new Sequential(modules);
        model.initialize(weights).requiresGrad(false);
        return DepthOutcome.Run.of(start, std, Explanation.of(model, inputs).layers());
    }
}
