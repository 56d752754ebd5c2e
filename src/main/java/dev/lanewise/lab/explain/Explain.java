package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.Repair;
import dev.lanewise.diagnose.StartRanking;
import dev.lanewise.file.Quote;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Nearest;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Progress;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.lab.networks.NamedNetwork;
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
import dev.lanewise.nn.LogSigmoid;
import dev.lanewise.nn.Mish;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.SELU;
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
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Says what a network's start promises, before it is trained: theory beside what a batch of normal numbers shows.
public final class Explain implements Command {

    private static final int MOST_LAYERS = 1000;
    private static final int WIDEST = 8192;
    private static final int FEW_INPUTS = 8;
    private static final int FEW_SEEDS = 4;
    private static final String EXAMPLE = "784-256-128-10";
    /// The network of which --layers says all.
    private static final String MLP = "mlp";
    private static final Map<String, Supplier<Layer>> ACTIVATIONS = activations();
    private static final List<String> NAMED = Arrays.stream(NamedNetwork.values()).map(NamedNetwork::word).toList();
    private static final List<String> NETWORKS = Stream.of(List.of(MLP), NAMED, OverTime.KINDS).flatMap(List::stream).toList();

    private static final Option<String> NETWORK = Option.text("--network", "NAME", MLP, "What is looked at: "
        + String.join(", ", NETWORKS), Explain::network);
    private static final Option<Optional<int[]>> LAYERS = Option.optionalText("--layers", "A-B-…",
        "Of an mlp numbers of units, the input's first, " + EXAMPLE
            + " by default; of others one number, how many layers, blocks or levels there are", Explain::sizes);
    private static final Option<Optional<Integer>> WIDTH = Option.count("--width", 1, WIDEST,
        "Of all but an mlp: of a token's vector, or units, or channels");
    private static final Option<Integer> STEPS = Option.count("--steps", 200, 1, OverTime.MOST_STEPS, "Of "
        + String.join(", ", OverTime.KINDS)
        + ": how long sequences are");
    private static final Option<Optional<Integer>> DEPTH = Option.count("--depth", 1, MOST_LAYERS,
        "Of an mlp: hidden layers; the last hidden number is repeated; as many as --layers says by default");
    private static final Option<String> ACTIVATION = Option.text("--activation", "NAME", "relu",
        "Of an mlp: behind each hidden layer: " + String.join(", ", ACTIVATIONS.keySet()), Explain::activation);
    private static final Option<List<Scheme>> INIT = Schemes.option("explain",
        List.of(Scheme.named("kaiming-normal"), Scheme.named("xavier-normal"), Scheme.named("torch-default")));
    private static final Option<Optional<Integer>> BATCH = Option.count("--batch", 1, 100_000,
        "Inputs, independent and standard normal; 64 of an mlp, " + FEW_INPUTS + " of others by default");
    private static final Option<Long> SEED = Option.whole("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE,
        "Decides weights and inputs");
    private static final Option<Optional<Integer>> SEEDS = Option.count("--seeds", 1, 10_000,
        "Networks to average over; 1 of an mlp, " + FEW_SEEDS + " of others by default");
    private static final Option<Optional<List<Scheme>>> COMPARE = Option.optionalText("--compare", "A,B,…",
        "Ranks these initializations by their health, in place of explaining those of --init", names ->
            Schemes.forLinear("explain", "--compare", names));
    private static final Option<Boolean> FIX = Option.flag("--fix",
        "Rewrites each initialization layer by layer, so that signal and gradient keep their size, and shows it before"
        + " and after");
    private static final Option<Boolean> SPECTRUM = Option.flag("--spectrum",
        "Measures the Jacobian's singular values however long that takes; else where it is cheap");
    private static final Option<Boolean> RATES = Option.flag("--rates",
        "Measures the loss's sharpness, and the rates that it allows, however long that takes; else where it is cheap");
    private static final Option<String> LOSS = Option.text("--loss", "NAME", Looks.SQUARES,
        "Of which rates are: mse, to standard normal targets, or cross_entropy, with random labels", Explain::loss);
    private static final Option<Path> REPORT = Trial.report("lanewise-explain.html");
    /// Options that not all networks have, and those that have them.
    private static final Map<Option<?>, List<String>> ONLY = only();

    private static Map<Option<?>, List<String>> only() {
        var only = new LinkedHashMap<Option<?>, List<String>>();
        for (var option : List.of(DEPTH, ACTIVATION)) only.put(option, List.of(MLP));
        only.put(WIDTH, NETWORKS.stream().filter(name -> !name.equals(MLP)).toList());
        only.put(STEPS, OverTime.KINDS);
        for (var option : List.of(COMPARE, FIX, SPECTRUM, RATES, LOSS)) only.put(option, NETWORKS.stream()
            .filter(name -> !OverTime.KINDS.contains(name)).toList());
        return only;
    }

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
    public List<Option<?>> options() { return List.of(NETWORK, LAYERS, WIDTH, STEPS, DEPTH, ACTIVATION, INIT, COMPARE, FIX, BATCH,
        SEED, SEEDS, SPECTRUM, RATES, LOSS,
        REPORT, Trial.JSON); }

    @Override
    public List<Output> outputs(Options options) { return Trial.outputs(options.get(REPORT), options); }

    @Override
    public void run(Options options, PrintStream out) {
        var name = options.get(NETWORK);
        ONLY.forEach((option, names) -> {
            if (options.isGiven(option) && !names.contains(name)) throw new IllegalArgumentException("explain: " + option.name()
                + " doesn't apply to --network "
                + name + "; it is for " + String.join(", ", names));
        });
        boolean mlp = name.equals(MLP);
        int batch = options.get(BATCH).orElse(mlp ? 64 : FEW_INPUTS);
        int seeds = options.get(SEEDS).orElse(mlp ? 1 : FEW_SEEDS);
        if (OverTime.KINDS.contains(name)) overTime(options, name, batch, seeds, out);
        else layers(options, mlp ? chain(options) : named(options, name), batch, seeds, out);
    }

    private static Subject chain(Options options) {
        var sizes = options.get(LAYERS).orElseGet(() -> sizes(EXAMPLE));
        if (sizes.length < 2) throw unusable("" + sizes[0]);
        var activation = options.get(ACTIVATION);
        return new Subject.Chain(deep(sizes, options.get(DEPTH)), activation, ACTIVATIONS.get(activation));
    }

    private static Subject named(Options options, String name) {
        var network = NamedNetwork.named(name);
        return new Subject.Named(network, new NamedNetwork.Size(options.get(WIDTH).orElse(network.usual().width()),
            count(options, name, network.usual().layers())));
    }

    /// How many layers there are of what has a width.
    private static int count(Options options, String name, int standard) {
        var given = options.get(LAYERS);
        if (given.isEmpty()) return standard;
        if (given.get().length > 1 || given.get()[0] > MOST_LAYERS) throw new IllegalArgumentException("--layers: of " + name
            + " it is one number, from 1 to "
            + MOST_LAYERS + ", as " + standard + "; --width says how wide they are");
        return given.get()[0];
    }

    private static void overTime(Options options, String kind, int batch, int seeds, PrintStream out) {
        var size = new NamedNetwork.Size(options.get(WIDTH).orElse(OverTime.USUAL_WIDTH), count(options, kind, 1));
        var schemes = options.isGiven(INIT) ? options.get(INIT) : List.of(Scheme.named("torch-default"));
        var steps = Progress.during(out, kind,
            () -> OverTime.of(kind, size, options.get(STEPS), schemes, batch, options.get(SEED), seeds));
        out.println(steps.text());
        out.println();
        Trial.write(Trial.signed(steps.page(), new Facts().and("command", options.shell())), options.get(REPORT), steps, options,
            out);
    }

    private static void layers(Options options, Subject subject, int batch, int seeds, PrintStream out) {
        long seed = options.get(SEED);
        subject.requireMemory(batch, seeds);
        var runs = new ArrayList<ExplainOutcome.Run>();
        var ranking = new ArrayList<ExplainOutcome.Place>();
        var page = new ExplainPage(ExplainOutcome.of(subject, batch, seed, seeds, options.get(LOSS), runs, ranking), subject);
        out.println("Network   " + subject.text());
        out.println("Inputs    " + subject.inputs(batch));
        out.println("Seed      " + page.seedText());
        out.println();
        var inputs = subject.inputs(batch, new Threefry(seed).stream("inputs"));
        var looks = Looks.at(subject, inputs, options.get(LOSS), seed, seeds);
        boolean spectrum = options.get(SPECTRUM) || looks.isSpectrumCheap();
        boolean rates = options.get(RATES) || looks.areRatesCheap();
        if (options.get(RATES)) Memory.require("explain: the sharpness of such a network", looks.memory(),
            "give smaller --layers, or leave out --rates");
        for (var scheme : schemes(options, subject)) {
            var model = subject.of(scheme).initialize(seed);
            runs.add(Progress.during(out, scheme.name(), () -> advised(ExplainOutcome.Run.of(scheme,
                explain(model, inputs, seed, seeds), looks.spectrum(model, spectrum), rates ? looks.rates(model)
                : null, List.of()),
                subject, inputs, seed, seeds)));
            page.print(runs.getLast(), out);
            if (!options.get(FIX)) continue;
            var repaired = scheme.name() + ", fixed";
            var repair = Progress.during(out, repaired, () -> Repair.of(model, inputs, seeds(seed, seeds)));
            if (repair.changes().isEmpty()) {
                out.println(scheme.name() + " stays as it is: " + (repair.gap().isEmpty() ? "every layer keeps its signal's size"
                    : repair.gap()));
                out.println();
                continue;
            }
            repair.apply();
            runs.add(Progress.during(out, repaired, () -> ExplainOutcome.Run.of(new Scheme(repaired, scheme.description()
                + ", rewritten layer by layer", scheme.weight(), scheme.bias()), repair.after(), looks.spectrum(model, spectrum),
                rates ? looks.rates(model) : null, repair.changes())));
            page.print(runs.getLast(), out);
            out.println(ExplainPage.changes(runs.get(runs.size() - 2), runs.getLast()).text());
        }
        if (options.get(COMPARE).isPresent()) {
            var starts = new LinkedHashMap<String, Explanation>();
            runs.forEach(run -> starts.put(run.init(), run.explanation()));
            StartRanking.of(starts).places().forEach(place -> ranking.add(ExplainOutcome.Place.of(place)));
            out.println(ExplainPage.ranking(ranking).text());
        }
        out.println(page.legend());
        out.println();
        Trial.write(Trial.signed(page.page(), new Facts().and("command", options.shell())), options.get(REPORT), page.outcome(),
            options, out);
    }

    private static ExplainOutcome.Run advised(ExplainOutcome.Run run, Subject subject, Tensor inputs, long seed, int seeds) {
        if (!(subject instanceof Subject.Named named)) return run;
        return run.advised(Advice.growth(run) + Advice.remedy(subject, run,
            () -> explain(named.of(named.own()).initialize(seed), inputs, seed, seeds)));
    }

    /// Of a network with a name its own, with which others are compared.
    private static List<Scheme> schemes(Options options, Subject subject) {
        if (!(subject instanceof Subject.Named named)) return options.get(COMPARE).orElse(options.get(INIT));
        if (options.get(COMPARE).isPresent()) return Stream.concat(Stream.of(named.own()), options.get(COMPARE).get().stream())
            .toList();
        return options.isGiven(INIT) ? options.get(INIT) : List.of(named.own());
    }

    private static Explanation explain(Layer model, Tensor inputs, long seed, int seeds) {
        if (seeds == 1) return Explanation.of(model, inputs);
        return Explanation.averaged(model, inputs, seeds(seed, seeds));
    }

    private static long[] seeds(long first, int count) { return LongStream.range(0, count).map(i -> first + i).toArray(); }

    private static String loss(String name) {
        if (!Looks.LOSSES.contains(name)) throw new IllegalArgumentException("--loss: " + Quote.of(name)
            + " is not known" + Nearest.among(name, Looks.LOSSES));
        return name;
    }

    private static String activation(String name) {
        if (!ACTIVATIONS.containsKey(name)) throw new IllegalArgumentException("--activation: " + Quote.of(name)
            + " is not known" + Nearest.among(name, ACTIVATIONS.keySet()));
        return name;
    }

    private static String network(String name) {
        if (!NETWORKS.contains(name)) throw new IllegalArgumentException("--network: " + Quote.of(name)
            + " is not known" + Nearest.among(name, NETWORKS));
        return name;
    }

    /// One number, or several joined by "-".
    static int[] sizes(String text) {
        int[] sizes;
        try {
            sizes = Arrays.stream(text.split("-", -1)).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            throw unusable(text);
        }
        if (sizes.length > MOST_LAYERS || Arrays.stream(sizes).anyMatch(size -> size < 1)) throw unusable(text);
        return sizes;
    }

    private static IllegalArgumentException unusable(String layers) {
        return new IllegalArgumentException("--layers: " + Quote.of(layers) + " is not allowed; give from two to " + MOST_LAYERS
            + " positive numbers joined by \"-\", such as " + EXAMPLE
                + ", or, with a --network of another kind, how many layers there are");
    }

    /// With as many hidden layers; the last one is repeated.
    static int[] deep(int[] sizes, Optional<Integer> hidden) {
        if (hidden.isEmpty()) return sizes;
        int depth = hidden.get();
        if (sizes.length == 2) throw new IllegalArgumentException(
            "--depth: " + sizes[0] + "-" + sizes[1]
                + " has no hidden layer to repeat; give --layers three numbers, such as 784-256-10");
        var deep = new int[depth + 2];
        for (int i = 0; i <= depth; i++) deep[i] = sizes[Math.min(i, sizes.length - 2)];
        deep[depth + 1] = sizes[sizes.length - 1];
        return deep;
    }
}
