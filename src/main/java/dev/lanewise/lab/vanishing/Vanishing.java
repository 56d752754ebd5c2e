package dev.lanewise.lab.vanishing;

import dev.lanewise.diagnose.MeanField;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Figures;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// How long each layer's gradient is in a small deep network, at the first step and after a hundred.
public final class Vanishing implements Experiment {

    static final List<DeepMoons.Kind> KINDS = List.of(new DeepMoons.Kind("sigmoid", Sigmoid::new), new DeepMoons.Kind("ReLU", ReLU::new),
        new DeepMoons.Kind("leaky ReLU", LeakyReLU::new));

    @Override
    public String name() { return "vanishing"; }

    @Override
    public String summary() { return "Five layers of three units: how long each layer's gradient is, for sigmoid, ReLU and"
        + " leaky ReLU."; }

    @Override
    public List<Option> options() {
        return List.of(new Option("--networks", "N", "Networks from as many seeds; 51 by default."),
            new Option("--steps", "N", "Steps between the two looks; 100 by default."),
            new Option("--points", "N", "Points of two moons; 200 by default."));
    }

    @Override
    public Result run(Setting setting) {
        int networks = (int) setting.options().number("--networks", 51, 1, 10_000);
        int steps = (int) setting.options().number("--steps", 100, 1, 100_000);
        int points = (int) setting.options().number("--points", 200, 2, 1_000_000);
        setting.say("Network", "2 inputs, " + DeepMoons.LAYERS + " layers of " + DeepMoons.UNITS + " units, 1 output; " + networks + " seeds");
        setting.say("Training", points + " points of two moons at once, SGD " + DeepMoons.LEARNING_RATE + ", " + steps + " steps");
        var data = DeepMoons.points(points, setting.source());
        var runs = new LinkedHashMap<DeepMoons.Kind, List<DeepMoons.Norms>>();
        for (var kind : KINDS) runs.put(kind, setting.each(networks, k -> DeepMoons.train(DeepMoons.network(kind.module(), Scheme.torchDefault()).initialize(setting.weights(k)), data, steps)));
        return new Shown(runs, steps, points).result();
    }

    /// By what factor theory expects a gradient to shrink from one hidden layer to the one before: of wide layers whose weights
    /// start as PyTorch's, at the fixed point.
    static double factor(DeepMoons.Kind kind) {
        var function = ((Pointwise) kind.module().get()).nonlinearity();
        var field = new MeanField(function, 1.0 / 3, 1.0 / (3 * DeepMoons.UNITS));
        return Math.sqrt(field.chi());
    }

    /// Of those that aren't zero; NaN if all are.
    static double median(List<DeepMoons.Norms> runs, boolean last, int layer) {
        var values = values(runs, last, layer).filter(norm -> norm > 0).sorted().toArray();
        return values.length == 0 ? Double.NaN : (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    static double zero(List<DeepMoons.Norms> runs, boolean last) {
        return values(runs, last, 0).filter(norm -> norm == 0).count() / (double) runs.size();
    }

    private static DoubleStream values(List<DeepMoons.Norms> runs, boolean last, int layer) {
        return runs.stream().mapToDouble(run -> (last ? run.last() : run.first())[layer]);
    }

    /// To what share of itself the median gradient shrinks a layer, from the last hidden layer to the first.
    static double measured(List<DeepMoons.Norms> runs, boolean last) {
        return Math.pow(median(runs, last, 0) / median(runs, last, DeepMoons.LAYERS - 1), 1.0 / (DeepMoons.LAYERS - 1));
    }

    private record Shown(LinkedHashMap<DeepMoons.Kind, List<DeepMoons.Norms>> runs, int steps, int points) {

        Result result() {
            var json = new LinkedHashMap<String, Object>();
            json.put("networks", runs.firstEntry().getValue().size());
            json.put("steps", steps);
            json.put("runs", runs.entrySet().stream().map(run -> {
                var each = new LinkedHashMap<String, Object>();
                each.put("activation", run.getKey().name());
                each.put("first", medians(run.getValue(), false));
                each.put("last", medians(run.getValue(), true));
                each.put("zeroAtFirst", zero(run.getValue(), false));
                each.put("zeroInTheEnd", zero(run.getValue(), true));
                return each;
            }).toList());
            return new Result(table().text(), conclusion(), page(), json);
        }

        private static double[] medians(List<DeepMoons.Norms> runs, boolean last) {
            return IntStream.rangeClosed(0, DeepMoons.LAYERS).mapToDouble(layer -> median(runs, last, layer)).toArray();
        }

        private Table table() {
            var columns = new ArrayList<Column>(List.of(Column.text("activation"), Column.text("step")));
            for (int layer = 1; layer <= DeepMoons.LAYERS; layer++) columns.add(Column.number("layer " + layer));
            columns.addAll(List.of(Column.number("output"), Column.number(
                "a layer"), Column.number("theory"), Column.number("all zero")));
            var table = new Table(columns.toArray(Column[]::new));
            runs.forEach((kind, all) -> {
                for (var last : List.of(false, true)) {
                    var cells = new ArrayList<>(List.of(kind.name(), last ? "" + (steps + 1) : "1"));
                    Arrays.stream(medians(all, last)).mapToObj(Figures::number).forEach(cells::add);
                    cells.add(factor(measured(all, last)));
                    cells.add(last ? "–" : factor(Vanishing.factor(kind)));
                    cells.add(String.format(Locale.ROOT, "%.0f %%", 100 * zero(all, last)));
                    table.row(cells.toArray(String[]::new));
                }
            });
            return table;
        }

        private static String factor(double value) { return Double.isNaN(value) ? "–" : String.format(Locale.ROOT,
            "× %.2f", value); }

        private String conclusion() {
            var sigmoid = runs.get(KINDS.get(0));
            var relu = runs.get(KINDS.get(1));
            var leaky = runs.get(KINDS.get(2));
            return String.format(Locale.ROOT, "With sigmoid a gradient shrinks to %.2f of itself a layer on its way back at the"
                + " first step (theory for wide layers: %.2f), so that the first layer gets %.0e of the last hidden one's. With ReLU"
                + " the factor is %.2f (theory: %.2f), but in %.0f %% of the networks some layer is off for every point, and"
                + " all before it get nothing; with leaky ReLU it is %.2f (theory: %.2f), and"
                + " %s.", measured(sigmoid, false), Vanishing.factor(KINDS.get(0)),
                median(sigmoid, false, 0) / median(sigmoid, false, DeepMoons.LAYERS - 1), measured(relu, false), Vanishing.factor(KINDS.get(1)),
                100 * zero(relu, false), measured(leaky, false), Vanishing.factor(KINDS.get(2)),
                zero(leaky, false) == 0 ? "no network is without a gradient" : "some are without a gradient");
        }

        private Page page() {
            return Page.titled("Where gradients vanish").lead(conclusion())
                .section("What was done", new Paragraph("Networks of two inputs, " + DeepMoons.LAYERS + " hidden layers of "
                    + DeepMoons.UNITS + " units and one output, which start as PyTorch's layers do, from "
                    + runs.firstEntry().getValue().size() + " seeds, met " + points
                    + " points of two moons at once. The L2 norm of each layer's gradient, weights and biases together, was"
                    + " taken at the first step and after " + steps + " steps of SGD with rate " + DeepMoons.LEARNING_RATE + "."),
                    new Paragraph("Leaky ReLU's slope below 0 is 0.01. The charts have the median over the"
                        + " networks whose first layer's gradient isn't exactly zero. The axis is logarithmic: a straight line is a factor per layer."))
                .section("Gradients", chart("The first step", false), chart("After " + steps + " steps", true), table(),
                    new Paragraph("A layer: the factor between two hidden layers, on the average. Theory: the root of χ at the"
                        + " fixed point of wide layers with these weights and biases, which three units only resemble. All"
                        + " zero: the share of networks whose first layer's gradient is exactly zero; they are left out of the"
                        + " medians."));
        }

        private LineChart chart(String title, boolean last) {
            var chart = LineChart.titled(title).xLabel("layer (" + (DeepMoons.LAYERS + 1) + ": output)").yLabel("L2 norm of the"
                + " gradient").logY().wholeX();
            var xs = IntStream.rangeClosed(1, DeepMoons.LAYERS + 1).asDoubleStream().toArray();
            runs.forEach((kind, all) -> chart.series(kind.name(), xs, medians(all, last)));
            return chart;
        }
    }
}
