package dev.lanewise.lab.histograms;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.Standardize;
import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Figures;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.AbaloneSource;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Initializers.Law;
import dev.lanewise.nn.init.Initializers.Mode;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Histogram;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What each of eight small layers hands its activation, for five weightings that courses compare.
public final class Histograms implements Experiment {

    static final int LAYERS = 8;
    static final int UNITS = 16;
    /// Of a row's axis: so many times the largest root mean square.
    private static final double REACH = 4;

    /// Kaiming's as two courses spell it: where layers are as wide as their inputs, they are the same.
    static final List<Scheme> WEIGHTINGS = List.of(
        new Scheme("random normal", "normal, variance 1", Initializers.normal(0, 1), Initializers.zeros()),
        new Scheme("Xavier", "normal / √in", Initializers.normalRule(), Initializers.zeros()),
        new Scheme("He", "normal / √(in/2)", Initializers.kaimingNormal(), Initializers.zeros()),
        new Scheme("MSRA", "normal, variance 2 / mean of in and out",
            Initializers.varianceScaling(2, Mode.FAN_AVERAGE, Law.NORMAL), Initializers.zeros()),
        new Scheme("uniform(0, 1)", "uniform on [0, 1)", Initializers.uniform(0, 1), Initializers.zeros()));

    /// @param handed what each layer hands its activation
    record Net(Scheme scheme, List<float[]> handed, List<LayerExplanation> layers) {}

    @Override
    public String name() { return "histograms"; }

    @Override
    public String summary() { return "What eight layers hand their activations, tanh or ReLU, on Abalone: five weightings, 80"
        + " histograms."; }

    @Override
    public List<Option> options() { return AbaloneSource.OPTIONS; }

    @Override
    public Result run(Setting setting) {
        var data = AbaloneSource.choose(setting.options(), FashionMnist.Places.ofThisMachine(), setting.out()::println);
        setting.say("Data", data.description());
        setting.say("Network", LAYERS + " layers of " + UNITS + " units, without biases, not trained");
        var all = data.rows().batch(IntStream.range(0, data.rows().size()).toArray()).inputs();
        var inputs = Standardize.fit(data.rows()).apply(all);
        var tanh = WEIGHTINGS.stream().map(scheme -> net(scheme, true, inputs, setting.weights())).toList();
        var relu = WEIGHTINGS.stream().map(scheme -> net(scheme, false, inputs, setting.weights())).toList();
        return result(data.description(), inputs.size(0), tanh, relu);
    }

    static Net net(Scheme scheme, boolean tanh, Tensor inputs, RandomSource weights) {
        var modules = new ArrayList<Layer>();
        var handed = new ArrayList<float[]>();
        for (int i = 0; i < LAYERS; i++) {
            modules.add(new Linear(i == 0 ? inputs.size(1) : UNITS, UNITS, scheme.weight(), null));
            modules.getLast().registerForwardHook((_, call) -> handed.add(call.output().toArray()));
            modules.add(tanh ? new Tanh() : new ReLU());
        }
        var model = new Sequential(modules.toArray(Layer[]::new)).initialize(weights);
        return new Net(scheme, handed, Explanation.of(model, inputs).layers());
    }

    private static Result result(String data, int rows, List<Net> tanh, List<Net> relu) {
        var text = "tanh\n" + tanhTable(tanh).text() + "\nReLU\n" + reluTable(relu).text();
        var conclusion = conclusion(tanh, relu);
        var page = Page.titled("What does each layer hand its activation?").lead(conclusion)
            .section("What was done", new Paragraph("Data: " + data + "."), new Paragraph(rows
                + " standardized rows went through " + LAYERS + " layers of "
                + UNITS + " units without biases, which were not trained. A row of histograms is a weighting, a column a layer:"
                + " all numbers that it hands its activation. The panels of a row share their axis, whose ends are written"
                + " below: four times the largest root mean square."))
            .section("Tanh", blocks("tanh", tanh, tanhTable(tanh), "Saturated: the share of numbers whose tanh is beyond ±0.97,"
                + " where its slope is below 0.06 and a gradient hardly passes. Theory takes the numbers for normal; layers of "
                + UNITS
                + " units are narrow, so that it is a rough guide."))
            .section("ReLU", blocks("ReLU", relu, reluTable(relu), "Dead: the share of units that are off on every row; theory"
                + " tells it from how alike the layer's inputs have become, and takes layers to be much wider: one"
                + " unit of " + UNITS + " is already " + percent(1.0 / UNITS) + ", so that a single layer says little. The scale of the"
                + " weights makes no difference to it."));
        var json = new LinkedHashMap<String, Object>();
        json.put("data", data);
        json.put("tanh", tanh.stream().map(Histograms::json).toList());
        json.put("relu", relu.stream().map(Histograms::json).toList());
        return new Result(text, conclusion, page, json);
    }

    private static String conclusion(List<Net> tanh, List<Net> relu) {
        return String.format(Locale.ROOT, "With tanh, random normal weights saturate %s of the last layer's numbers, Xavier's"
            + " %s; uniform weights of [0, 1), all positive, %s. With ReLU the root mean square in the last layer is %s, %s"
            + " with Xavier's weights and %s with He's; uniform ones reach %s. Theory, for layers much wider than 16, says %s,"
            + " %s and %s for the first three.",
            percent(last(tanh, 0).saturated().measured()), percent(last(tanh, 1).saturated().measured()),
            percent(last(tanh, 4).saturated().measured()), rms(relu, 0, true), rms(relu, 1, true), rms(relu, 2, true), rms(relu,
                4, true),
            rms(relu, 0, false), rms(relu, 1, false), rms(relu, 2, false));
    }

    private static LayerExplanation last(List<Net> nets, int i) { return nets.get(i).layers.getLast(); }

    private static String rms(List<Net> nets, int i, boolean measured) {
        var square = last(nets, i).square();
        return Figures.number(Math.sqrt(measured ? square.measured() : square.predicted()));
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static Block[] blocks(String activation, List<Net> nets, Table table, String words) {
        var chart = Histogram.titled("What " + LAYERS + " layers hand their " + activation).xLabel(
            "value before the activation").bins(30);
        for (var net : nets) {
            double reach = REACH * net.layers.stream().mapToDouble(layer -> Math.sqrt(layer.square().measured())).max().orElseThrow();
            // an axis over what isn't finite is one over anything
            if (!Double.isFinite(reach) || reach == 0) reach = 1;
            chart.row(net.scheme.name() + ": " + net.scheme.description(), -reach, reach);
            for (int i = 0; i < LAYERS; i++) {
                var layer = net.layers.get(i);
                boolean tanh = !Double.isNaN(layer.saturated().measured());
                chart.panel("layer " + (i + 1), net.handed.get(i)).note("rms "
                    + Figures.number(Math.sqrt(layer.square().measured())))
                    .note(tanh ? "sat. " + percent(layer.saturated().measured()) : "dead " + percent(layer.dead().measured()));
            }
        }
        return new Block[] {chart, table, new Paragraph("rms: the root of the mean square. " + words
            + " For uniform(0, 1) theory has nothing to say: its weights have a mean.")};
    }

    private static Table tanhTable(List<Net> nets) { return table(nets, "saturated", LayerExplanation::saturated); }

    private static Table reluTable(List<Net> nets) { return table(nets, "dead", LayerExplanation::dead); }

    private static Table table(List<Net> nets, String word, Function<LayerExplanation, Figure> share) {
        var table = new Table(Column.text("weights"), Column.number("rms, layer 1"), Column.number("layer " + LAYERS),
            Column.number("theory"), Column.number(word + ", layer 1"), Column.number("layer " + LAYERS), Column.number("theory"));
        for (var net : nets) {
            var first = net.layers.getFirst();
            var last = net.layers.getLast();
            boolean known = last.gap().isEmpty();
            table.row(net.scheme.name(), Figures.number(Math.sqrt(first.square().measured())),
                Figures.number(Math.sqrt(last.square().measured())), known ? Figures.number(Math.sqrt(last.square()
                    .predicted())) : "–",
                percent(share.apply(first).measured()), percent(share.apply(last).measured()),
                known ? percent(share.apply(last).predicted()) : "–");
        }
        return table;
    }

    private static LinkedHashMap<String, Object> json(Net net) {
        var json = new LinkedHashMap<String, Object>();
        json.put("weights", net.scheme.name());
        json.put("rms", net.layers.stream().mapToDouble(layer -> Math.sqrt(layer.square().measured())).toArray());
        json.put("predictedRms", net.layers.stream().mapToDouble(layer -> Math.sqrt(layer.square().predicted())).toArray());
        json.put("saturated", net.layers.stream().mapToDouble(layer -> layer.saturated().measured()).toArray());
        json.put("dead", net.layers.stream().mapToDouble(layer -> layer.dead().measured()).toArray());
        return json;
    }
}
