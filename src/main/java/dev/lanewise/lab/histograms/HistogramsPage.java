package dev.lanewise.lab.histograms;

import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.histograms.HistogramsOutcome.Net;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.Histogram;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.List;
import java.util.function.Function;

/// How the results of [Histograms] are shown.
record HistogramsPage(HistogramsOutcome outcome) {

    static final String TITLE = "What does each layer hand its activation?";

    /// Of a row's axis: so many times the largest root mean square.
    private static final double REACH = 4;

    Experiment.Result result() {
        var tanh = outcome.tanh();
        var relu = outcome.relu();
        var text = "tanh\n" + tanhTable(tanh).text() + "\nReLU\n" + reluTable(relu).text();
        var conclusion = conclusion(tanh, relu);
        var page = Page.titled(TITLE).lead("Large weights push what tanh gets to its"
            + " flat ends, where no gradient"
                + " passes; small ones let the signal fade from layer to layer. Five ways to draw weights, and all numbers"
                + " that eight layers hand on.")
            .section("What was done", new Paragraph("Data: " + outcome.data() + "."), new Paragraph(outcome.rows()
                + " standardized rows went through " + Histograms.LAYERS + " layers of "
                + Histograms.UNITS + " units without biases, which were not trained. A row of histograms is a weighting, a"
                + " column a layer: all numbers that it hands its activation. The panels of a row share their axis, whose"
                + " ends are written below: four times the largest root mean square."))
            .section("Tanh", blocks("tanh", tanh, tanhTable(tanh), "Saturated: the share of numbers whose tanh is beyond ±0.97,"
                + " where its slope is below 0.06 and a gradient hardly passes. Theory takes the numbers for normal; layers of "
                + Histograms.UNITS
                + " units are narrow, so that it is a rough guide."))
            .section("ReLU", blocks("ReLU", relu, reluTable(relu), "Dead: the share of units that are off on every row; theory"
                + " tells it from how alike the layer's inputs have become, and takes layers to be much wider: one"
                + " unit of " + Histograms.UNITS + " is already " + percent(1.0 / Histograms.UNITS)
                + ", so that a single layer says little. The scale of the weights makes no difference to it."));
        return new Experiment.Result(outcome, text, conclusion, page, chart("tanh", tanh));
    }

    private static String conclusion(List<Net> tanh, List<Net> relu) {
        return Figures.format("With tanh, random normal weights saturate %s of the last layer's numbers, Xavier's"
            + " %s; uniform weights of [0, 1), all positive, %s. With ReLU the root mean square in the last layer is %s, %s"
            + " with Xavier's weights and %s with He's; uniform ones reach %s. Theory, for layers much wider than 16, says %s,"
            + " %s and %s for the first three.",
            percent(last(tanh, 0).saturated().measured()), percent(last(tanh, 1).saturated().measured()),
            percent(last(tanh, 4).saturated().measured()), rms(relu, 0, true), rms(relu, 1, true), rms(relu, 2, true), rms(relu,
                4, true),
            rms(relu, 0, false), rms(relu, 1, false), rms(relu, 2, false));
    }

    private static LayerExplanation last(List<Net> nets, int i) { return nets.get(i).layers().getLast(); }

    private static String rms(List<Net> nets, int i, boolean measured) {
        var square = last(nets, i).square();
        return Figures.number(Math.sqrt(measured ? square.measured() : square.predicted()));
    }

    private static String percent(double share) { return Figures.percent(share, 1); }

    private static Block[] blocks(String activation, List<Net> nets, Table table, String words) {
        return new Block[] {chart(activation, nets), new Folded("First and last layer, beside theory", table),
            new Paragraph("rms: the root of the mean"
            + " square. " + words + " For uniform(0, 1) theory has nothing to say: its weights have a mean.")};
    }

    private static Histogram chart(String activation, List<Net> nets) {
        var chart = Histogram.titled("What " + Histograms.LAYERS + " layers hand their " + activation).xLabel(
            "value before the activation").bins(30);
        for (var net : nets) {
            double reach = REACH * net.layers().stream().mapToDouble(layer -> Math.sqrt(layer.square().measured())).max()
                .orElseThrow();
            // an axis over what isn't finite is one over anything
            if (!Double.isFinite(reach) || reach == 0) reach = 1;
            chart.row(net.scheme().name() + ": " + net.scheme().description(), -reach, reach);
            for (int i = 0; i < Histograms.LAYERS; i++) {
                var layer = net.layers().get(i);
                boolean tanh = !Double.isNaN(layer.saturated().measured());
                chart.panel("layer " + (i + 1), net.handed().get(i)).note("rms "
                    + Figures.number(Math.sqrt(layer.square().measured())))
                    .note(tanh ? "sat. " + percent(layer.saturated().measured()) : "dead " + percent(layer.dead().measured()));
            }
        }
        return chart;
    }

    private static Table tanhTable(List<Net> nets) { return table(nets, "saturated", LayerExplanation::saturated); }

    private static Table reluTable(List<Net> nets) { return table(nets, "dead", LayerExplanation::dead); }

    private static Table table(List<Net> nets, String word, Function<LayerExplanation, Figure> share) {
        var table = new Table(Column.text("weights"), Column.number("rms, layer 1"), Column.number("layer " + Histograms.LAYERS),
            Column.number("theory"), Column.number(word + ", layer 1"), Column.number("layer " + Histograms.LAYERS),
            Column.number("theory"));
        for (var net : nets) {
            var first = net.layers().getFirst();
            var last = net.layers().getLast();
            boolean known = last.gap().isEmpty();
            table.row(net.scheme().name(), Figures.number(Math.sqrt(first.square().measured())),
                Figures.number(Math.sqrt(last.square().measured())), known ? Figures.number(Math.sqrt(last.square()
                    .predicted())) : "–",
                percent(share.apply(first).measured()), percent(share.apply(last).measured()),
                known ? percent(share.apply(last).predicted()) : "–");
        }
        return table;
    }
}
