package dev.lanewise.lab.vanishing;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.List;

/// How the results of [Vanishing] are shown.
record VanishingPage(VanishingOutcome outcome) {

    static final String TITLE = "Where gradients vanish";

    Experiment.Result result() { return new Experiment.Result(outcome, table().text(), conclusion(), page(), chart("", false)); }

    private Table table() {
        var table = DeepMoons.table("activation", Column.number("a layer"), Column.number("theory"), Column.number("all zero"));
        for (var run : outcome.runs()) for (var last : List.of(false, true))
            DeepMoons.row(table, run.activation(), last ? outcome.steps() : 0, run.norms(last), factor(run.factor(last)),
                last ? "–" : factor(run.theory()), Figures.percent(run.zero(last), 0));
        return table;
    }

    private static String factor(double value) { return Double.isNaN(value) ? "–" : Figures.format("× %.2f", value); }

    private String conclusion() {
        var sigmoid = outcome.runs().get(0);
        var relu = outcome.runs().get(1);
        var leaky = outcome.runs().get(2);
        return Figures.format("With sigmoid a gradient shrinks to %.2f of itself a layer on its way back at the"
            + " first step (theory for wide layers: %.2f), so that the first layer gets %.0e of the last hidden one's. With ReLU"
            + " the factor is %.2f (theory: %.2f), but in %.0f %% of the networks some layer is off for every point, and"
            + " all before it get nothing; with leaky ReLU it is %.2f (theory: %.2f), and"
            + " %s.", sigmoid.factor(false), sigmoid.theory(),
            sigmoid.left(false), relu.factor(false), relu.theory(),
            100 * relu.zeroAtFirst(), leaky.factor(false), leaky.theory(),
            leaky.zeroAtFirst() == 0 ? "no network is without a gradient" : "some are without a gradient");
    }

    private String lead() {
        var relu = outcome.runs().get(1);
        var leaky = outcome.runs().get(2);
        return Figures.format("On its way back through a layer of sigmoids a gradient shrinks to %.2f of itself, so that"
            + " the first layers hardly learn."
            + " ReLU lets more of it through, but in %.0f %% of these small networks a whole layer is off and passes nothing%s.",
            outcome.runs().getFirst().factor(false), 100 * relu.zeroAtFirst(),
            leaky.zeroAtFirst() == 0 ? ", which never happens to leaky ReLU" : "");
    }

    private Page page() {
        return Page.titled(TITLE).lead(lead())
            .section("What was done", new Paragraph("Networks of two inputs, " + DeepMoons.LAYERS + " hidden layers of "
                + DeepMoons.UNITS + " units and one output, which start as PyTorch's layers do, from "
                + outcome.networks() + " seeds, met " + outcome.points()
                + " points of two moons at once. The L2 norm of each layer's gradient, weights and biases together, was"
                + " taken at the first step and after " + outcome.steps() + " steps of SGD with rate "
                + DeepMoons.LEARNING_RATE + "."),
                new Paragraph("Leaky ReLU's slope below 0 is 0.01. The charts have the median over all networks, those included"
                    + " whose gradient is exactly zero, of which the legend says how many there are. The axis is"
                    + " logarithmic: a straight line is a"
                    + " factor per layer. A gradient travels from right to left."))
            .section("Gradients", chart("The first step", false), chart("After " + outcome.steps() + " steps", true),
                new Folded("The numbers", table()),
                    new Paragraph("A layer: the factor between two hidden layers, on the average. Theory: the root of χ at the"
                    + " fixed point of wide layers with these weights and biases, which three units only resemble; of"
                    + " networks that are alive. All"
                    + " zero: the share of networks whose first layer's gradient is exactly zero."));
    }

    private LineChart chart(String title, boolean last) {
        var chart = DeepMoons.chart(title);
        for (var run : outcome.runs()) chart.series(run.activation()
            + (run.zero(last) == 0 ? "" : ", " + Figures.percent(run.zero(last), 0) + " of them zero"), 1, run.norms(last));
        return chart;
    }
}
