package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Explanation;
import dev.lanewise.file.Quote;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Outputs.Output;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.lab.train.Schemes;
import dev.lanewise.nn.ELU;
import dev.lanewise.nn.GELU;
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
import dev.lanewise.nn.Softsign;
import dev.lanewise.nn.Tanh;
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
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Says what a network's start promises, before it is trained: theory beside what a batch of normal numbers shows.
public final class Explain implements Command {

    private static final String LAYERS = "784-256-128-10";
    private static final String SCHEMES = "kaiming-normal,xavier-normal,torch-default";
    private static final int MOST_LAYERS = 1000;
    private static final Map<String, Supplier<Layer>> ACTIVATIONS = activations();

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
        return all;
    }

    @Override
    public String name() { return "explain"; }

    @Override
    public String summary() { return "Says before training what becomes of signal and gradient, in theory and on a batch."; }

    @Override
    public List<Option> options() {
        return List.of(
            new Option("--layers", "A-B-…", "Numbers of units, the input's first; " + LAYERS + " by default."),
            new Option("--depth", "N", "Hidden layers: the last hidden number is repeated; as many as --layers says by default."),
            new Option("--activation", "NAME", "Behind each hidden layer; relu by default. There are "
                + String.join(", ", ACTIVATIONS.keySet()) + "."),
            new Option("--init", "A,B,…", "Which initializations; " + SCHEMES + " by default. There are "
                + Schemes.names(Scheme.ALL.stream().filter(Schemes::fitsLinear).toList())
                + ". " + Schemes.forms()),
            new Option("--batch", "N", "Inputs, independent and standard normal; 64 by default."),
            new Option("--seed", "N", "Decides weights and inputs; 42 by default."),
            new Option("--seeds", "N", "Networks to average over; 1 by default."),
            new Option("--report", "FILE", "The page to write; lanewise-explain.html by default."),
            new Option("--json", "FILE", "Writes the results as JSON, too."));
    }

    private static Path report(Options options) { return options.path("--report").orElse(Path.of("lanewise-explain.html")); }

    @Override
    public List<Output> outputs(Options options) { return Trial.outputs(report(options), options); }

    @Override
    public void run(Options options, PrintStream out) {
        var sizes = sizes(options.text("--layers").orElse(LAYERS), (int) options.number("--depth", -1, 1, MOST_LAYERS));
        var activation = activation(options.text("--activation").orElse("relu"));
        var schemes = Schemes.forLinear(name(), options.text("--init").orElse(SCHEMES));
        int batch = (int) options.number("--batch", 64, 1, 100_000);
        long seed = options.number("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE);
        int seeds = (int) options.number("--seeds", 1, 1, 10_000);
        var report = report(options);
        var json = options.path("--json");
        requireMemory(sizes, batch, seeds);

        var settings = new Explained.Settings(sizes, activation.getKey(), batch, seed, seeds);
        out.println("Network   " + settings.network());
        out.println("Inputs    " + settings.inputs());
        out.println("Seed      " + settings.seedText());
        out.println();
        var inputs = Tensor.randn(new Threefry(seed).stream("inputs"), batch, sizes[0]);
        var runs = new ArrayList<Explained.Run>();
        for (var scheme : schemes) {
            var run = new Explained.Run(scheme,
                explain(network(sizes, activation.getValue(), scheme).initialize(seed), inputs, settings));
            runs.add(run);
            out.println(scheme.name() + " is " + run.explanation().words());
            if (!run.limit().isEmpty()) out.println(run.limit());
            out.println();
            out.println(run.table(Explained.TERMINAL_ROWS).text());
        }
        out.println(Explained.LEGEND);
        out.println();
        var explained = new Explained(settings, runs);
        Trial.signed(explained.page(), new Facts().and("command", options.shell(name()))).write(report);
        out.println("Report    " + Terminal.oneLine(report));
        json.ifPresent(file -> {
            explained.writeJson(file);
            out.println("JSON      " + Terminal.oneLine(file));
        });
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

    private static Explanation explain(Sequential model, Tensor inputs, Explained.Settings settings) {
        if (settings.seeds() == 1) return Explanation.of(model, inputs);
        return Explanation.averaged(model, inputs, LongStream.range(0, settings.seeds()).map(i -> settings.seed() + i).toArray());
    }

    private static Map.Entry<String, Supplier<Layer>> activation(String name) {
        if (!ACTIVATIONS.containsKey(name)) throw new IllegalArgumentException("--activation: " + Quote.of(name)
            + " is not known; there are "
            + String.join(", ", ACTIVATIONS.keySet()));
        return Map.entry(name, ACTIVATIONS.get(name));
    }

    /// @param depth hidden layers; negative for as many as there are
    static int[] sizes(String text, int depth) {
        int[] sizes;
        try {
            sizes = Arrays.stream(text.split("-", -1)).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            sizes = new int[0];
        }
        boolean positive = Arrays.stream(sizes).allMatch(size -> size > 0);
        if (!positive || sizes.length < 2 || sizes.length > MOST_LAYERS) throw new IllegalArgumentException(
            "--layers: " + Quote.of(text) + " is not allowed; give from two to " + MOST_LAYERS
                + " positive numbers joined by \"-\", such as " + LAYERS);
        if (depth < 0) return sizes;
        if (sizes.length == 2) throw new IllegalArgumentException(
            "--depth: " + text + " has no hidden layer to repeat; give --layers three numbers, such as 784-256-10");
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
