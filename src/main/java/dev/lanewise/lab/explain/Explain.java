package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.Repair;
import dev.lanewise.diagnose.StartRanking;
import dev.lanewise.file.Quote;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.lab.train.Schemes;
import dev.lanewise.nn.CELU;
import dev.lanewise.nn.ELU;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.Hardshrink;
import dev.lanewise.nn.Hardsigmoid;
import dev.lanewise.nn.Hardswish;
import dev.lanewise.nn.Hardtanh;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LogSigmoid;
import dev.lanewise.nn.Mish;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.SELU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SiLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Sin;
import dev.lanewise.nn.Softplus;
import dev.lanewise.nn.Softshrink;
import dev.lanewise.nn.Softsign;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.Tanhshrink;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import dev.lanewise.report.Facts;
import dev.lanewise.tensor.Tensor;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Says what a network's start promises, before it is trained: theory beside what a batch of normal numbers shows.
public final class Explain implements Command {

    private static final int MOST_LAYERS = 1000;
    private static final String EXAMPLE = "784-256-128-10";
    private static final Map<String, Supplier<Layer>> ACTIVATIONS = activations();

    private static final Option<int[]> LAYERS = Option.text("--layers", "A-B-…", EXAMPLE, "Numbers of units, the input's first", Explain::sizes);
    private static final Option<Optional<Integer>> DEPTH = Option.count("--depth", 1, MOST_LAYERS,
        "Hidden layers: the last hidden number is repeated; as many as --layers says by default");
    private static final Option<String> ACTIVATION = Option.text("--activation", "NAME", "relu",
        "Behind each hidden layer: " + String.join(", ", ACTIVATIONS.keySet()), Explain::activation);
    private static final Option<List<Scheme>> INIT = Schemes.option("explain",
        List.of(Scheme.named("kaiming-normal"), Scheme.named("xavier-normal"), Scheme.named("torch-default")));
    private static final Option<Integer> BATCH = Option.count("--batch", 64, 1, 100_000, "Inputs, independent and standard normal");
    private static final Option<Long> SEED = Option.whole("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE, "Decides weights and inputs");
    private static final Option<Integer> SEEDS = Option.count("--seeds", 1, 1, 10_000, "Networks to average over");
    private static final Option<Optional<List<Scheme>>> COMPARE = Option.optionalText("--compare", "A,B,…",
        "Ranks these initializations by their health, in place of explaining those of --init", names -> Schemes.forLinear("explain", "--compare", names));
    private static final Option<Boolean> FIX = Option.flag("--fix",
        "Rewrites each initialization layer by layer, so that signal and gradient keep their size, and shows it before and after");
    private static final Option<Boolean> SPECTRUM = Option.flag("--spectrum",
        "Measures the Jacobian's singular values however long that takes; else where it is cheap");
    private static final Option<Boolean> RATES = Option.flag("--rates",
        "Measures the loss's sharpness, and the rates that it allows, however long that takes; else where it is cheap");
    private static final Option<String> LOSS = Option.text("--loss", "NAME", Looks.SQUARES,
        "Of which rates are: mse, to standard normal targets, or cross_entropy, with random labels", Explain::loss);
    private static final Option<Path> REPORT = Trial.report("lanewise-explain.html");

    private static Map<String, Supplier<Layer>> activations() {
        var all = new LinkedHashMap<String, Supplier<Layer>>();
        all.put("relu", ReLU::new);
        all.put("leaky_relu", LeakyReLU::new);
        all.put("tanh", Tanh::new);
        all.put("sigmoid", Sigmoid::new);
        all.put("selu", SELU::new);
        all.put("elu", ELU::new);
        all.put("gelu", GELU::new);
        all.put("silu", SiLU::new);
        all.put("softplus", Softplus::new);
        all.put("softsign", Softsign::new);
        all.put("mish", Mish::new);
        all.put("hardtanh", Hardtanh::new);
        all.put("logsigmoid", LogSigmoid::new);
        all.put("sin", Sin::new);
        all.put("hardswish", Hardswish::new);
        all.put("hardsigmoid", Hardsigmoid::new);
        all.put("celu", CELU::new);
        all.put("softshrink", Softshrink::new);
        all.put("hardshrink", Hardshrink::new);
        all.put("tanhshrink", Tanhshrink::new);
        return all;
    }

    @Override
    public String name() { return "explain"; }

    @Override
    public String summary() { return "Says before training what becomes of signal and gradient, in theory and on a batch."; }

    @Override
    public List<Option<?>> options() { return List.of(LAYERS, DEPTH, ACTIVATION, INIT, COMPARE, FIX, BATCH, SEED, SEEDS, SPECTRUM, RATES, LOSS,
        REPORT, Trial.JSON); }

    @Override
    public List<Output> outputs(Options options) { return Trial.outputs(options.get(REPORT), options); }

    @Override
    public void run(Options options, PrintStream out) {
        var sizes = deep(options.get(LAYERS), options.get(DEPTH));
        var activation = options.get(ACTIVATION);
        int batch = options.get(BATCH);
        long seed = options.get(SEED);
        int seeds = options.get(SEEDS);
        requireMemory(sizes, batch, seeds);

        var runs = new ArrayList<ExplainOutcome.Run>();
        var ranking = new ArrayList<ExplainOutcome.Place>();
        var page = new ExplainPage(new ExplainOutcome(sizes, activation, batch, seed, seeds, options.get(LOSS), runs, ranking));
        out.println("Network   " + page.network());
        out.println("Inputs    " + page.inputs());
        out.println("Seed      " + page.seedText());
        out.println();
        var inputs = Tensor.randn(new Threefry(seed).stream("inputs"), batch, sizes[0]);
        var looks = new Looks(sizes, inputs, options.get(LOSS), seed, seeds);
        boolean spectrum = options.get(SPECTRUM) || looks.isSpectrumCheap();
        boolean rates = options.get(RATES) || looks.areRatesCheap();
        if (options.get(RATES)) Memory.require("explain: the sharpness of a network of these --layers", looks.memory(), "give smaller --layers, or leave out --rates");
        for (var scheme : options.get(COMPARE).orElse(options.get(INIT))) {
            var model = network(sizes, ACTIVATIONS.get(activation), scheme).initialize(seed);
            runs.add(ExplainOutcome.Run.of(scheme, explain(model, inputs, seed, seeds), looks.spectrum(model, spectrum),
                rates ? looks.rates(model) : null, List.of()));
            ExplainPage.print(runs.getLast(), out);
            if (!options.get(FIX)) continue;
            var repair = Repair.of(model, inputs, seeds(seed, seeds));
            if (repair.changes().isEmpty()) {
                out.println(scheme.name() + " stays as it is: " + (repair.gap().isEmpty() ? "every layer keeps its signal's size" : repair.gap()));
                out.println();
                continue;
            }
            repair.apply();
            runs.add(ExplainOutcome.Run.of(new Scheme(scheme.name() + ", fixed", scheme.description() + ", rewritten layer by layer", scheme.weight(),
                scheme.bias()), repair.after(), looks.spectrum(model, spectrum), rates ? looks.rates(model) : null, repair.changes()));
            ExplainPage.print(runs.getLast(), out);
            out.println(ExplainPage.changes(runs.get(runs.size() - 2), runs.getLast()).text());
        }
        if (options.get(COMPARE).isPresent()) {
            var starts = new LinkedHashMap<String, Explanation>();
            runs.forEach(run -> starts.put(run.init(), run.explanation()));
            StartRanking.of(starts).places().forEach(place -> ranking.add(ExplainOutcome.Place.of(place)));
            out.println(ExplainPage.ranking(ranking).text());
        }
        out.println(ExplainPage.LEGEND);
        out.println();
        Trial.write(Trial.signed(page.page(), new Facts().and("command", options.shell())), options.get(REPORT), page.outcome(), options, out);
    }

    /// The weights, a copy of them where more than one seed needs them back, and each layer's outputs before and after its
    /// activation.
    private static void requireMemory(int[] sizes, int batch, int seeds) {
        double weights = IntStream.range(1, sizes.length).mapToDouble(i -> (sizes[i - 1] + 1.0) * sizes[i]).sum();
        double units = Arrays.stream(sizes).asDoubleStream().sum();
        Memory.require("explain: a network of these --layers with " + batch + " inputs",
            Float.BYTES * ((seeds > 1 ? 2 : 1) * weights + 2 * batch * units),
            "give smaller --layers, a smaller --depth or --batch");
    }

    private static Explanation explain(Sequential model, Tensor inputs, long seed, int seeds) {
        if (seeds == 1) return Explanation.of(model, inputs);
        return Explanation.averaged(model, inputs, seeds(seed, seeds));
    }

    private static long[] seeds(long first, int count) { return LongStream.range(0, count).map(i -> first + i).toArray(); }

    private static String loss(String name) {
        if (!Looks.LOSSES.contains(name)) throw new IllegalArgumentException("--loss: " + Quote.of(name) + " is not known; there are "
            + String.join(", ", Looks.LOSSES));
        return name;
    }

    private static String activation(String name) {
        if (!ACTIVATIONS.containsKey(name)) throw new IllegalArgumentException("--activation: " + Quote.of(name)
            + " is not known; there are " + String.join(", ", ACTIVATIONS.keySet()));
        return name;
    }

    static int[] sizes(String text) {
        int[] sizes;
        try {
            sizes = Arrays.stream(text.split("-", -1)).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            sizes = new int[0];
        }
        boolean positive = Arrays.stream(sizes).allMatch(size -> size > 0);
        if (!positive || sizes.length < 2 || sizes.length > MOST_LAYERS) throw new IllegalArgumentException(
            "--layers: " + Quote.of(text) + " is not allowed; give from two to " + MOST_LAYERS
                + " positive numbers joined by \"-\", such as " + EXAMPLE);
        return sizes;
    }

    /// With as many hidden layers; the last one is repeated.
    static int[] deep(int[] sizes, Optional<Integer> hidden) {
        if (hidden.isEmpty()) return sizes;
        int depth = hidden.get();
        if (sizes.length == 2) throw new IllegalArgumentException(
            "--depth: " + sizes[0] + "-" + sizes[1] + " has no hidden layer to repeat; give --layers three numbers, such as 784-256-10");
        var deep = new int[depth + 2];
        for (int i = 0; i <= depth; i++) deep[i] = sizes[Math.min(i, sizes.length - 2)];
        deep[depth + 1] = sizes[sizes.length - 1];
        return deep;
    }

    private static Sequential network(int[] sizes, Supplier<Layer> activation, Scheme scheme) {
        var modules = new LinkedHashMap<String, Layer>();
        for (int i = 1; i < sizes.length; i++) {
            modules.put("" + i, new Linear(sizes[i - 1], sizes[i], scheme.weight(), scheme.bias()));
            if (i < sizes.length - 1) modules.put(i + "a", activation.get());
        }
        return new Sequential(modules);
    }
}
