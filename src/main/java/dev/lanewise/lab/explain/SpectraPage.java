package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.SpectrumPrediction;
import dev.lanewise.figures.Figures;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.List;

/// How spectra and rates of [Explain] are shown.
record SpectraPage(ExplainOutcome outcome) {

    void add(Page page) {
        if (outcome.runs().stream().anyMatch(run -> run.spectrum() != null)) page.section("Singular values", spectra()
            .toArray(Block[]::new));
        if (outcome.runs().stream().anyMatch(run -> run.rates() != null)) page.section("Rates", rates().toArray(Block[]::new));
    }

    /// For the terminal.
    static String words(SpectrumOutcome spectrum) {
        boolean measured = !Double.isNaN(spectrum.meanSquare().measured());
        return spectrum.words() + (measured ? "; measured " + Figures.number(spectrum.meanSquare().measured()) + ", "
            + Figures.number(spectrum.largest().measured()) + ", " + Figures.number(spectrum.spread().measured()) + ", condition "
            + spectrum.conditionText() : "");
    }

    private List<Block> spectra() {
        var blocks = new ArrayList<Block>();
        blocks.add(new Paragraph("Of the Jacobian from the first input to the output: by so much small differences of inputs are"
            + " stretched on their way, and gradients on theirs back. The nearer all are to one number, and that to 1, the"
            + " faster deep networks learn (dynamical isometry). Theory is"
            + " free probability's for wide layers; pairs are theory / measured. spread: the variance of their squares, relative"
            + " to the mean's square, of which each layer of independent weights adds 1, and of orthogonal ones nothing. Up"
            + " to a spread of " + SpectrumPrediction.ISOMETRIC + " we speak of isometry."));
        var table = new Table(Column.text("init"), Column.number("mean square"), Column.number("largest"),
            Column.number("spread"),
            Column.number("condition"), Column.text("isometry"));
        var shown = outcome.runs().stream().filter(run -> run.spectrum() != null).toList();
        for (var run : shown) {
            var spectrum = run.spectrum();
            table.row(run.init(), both(spectrum.meanSquare()), both(spectrum.largest()), both(spectrum.spread()),
                spectrum.conditionText(),
                Double.isNaN(spectrum.meanSquare().predicted()) ? "–" : spectrum.isometric() ? "yes" : "no");
        }
        blocks.add(table);
        for (var run : shown) blocks.add(new Paragraph(run.init() + ": " + run.spectrum().words() + "."));
        var chart = LineChart.titled("Singular values, sorted").xLabel("number").yLabel("singular value").logY().wholeX()
            .legendAsAdded();
        boolean any = false;
        for (var run : shown) {
            var values = run.spectrum().values().stream().mapToDouble(value -> value).toArray();
            if (values.length < 2 || !(values[0] > 0)) continue;
            chart.series(run.init(), 1, values);
            any = true;
        }
        if (any) blocks.add(chart);
        return blocks;
    }

    private List<Block> rates() {
        var table = new Table(Column.text("init"), Column.number("sharpness"), Column.number("Gauss-Newton"),
            Column.number("kernel"),
            Column.number("SGD"), Column.number("momentum 0.9"), Column.number("Adam"));
        for (var run : outcome.runs()) if (run.rates() != null) {
            var rates = run.rates();
            table.row(run.init(), Figures.number(rates.sharpness()), Figures.number(rates.gaussNewton()),
                Figures.number(rates.kernel()),
                RatesOutcome.text(rates.sgd()), RatesOutcome.text(rates.momentum()), RatesOutcome.text(rates.adam()));
        }
        return List.of(new Paragraph("How sharply the loss bends at the start (" + lossText()
            + " on the batch), and the learning rates that this allows."
            + " sharpness: the largest eigenvalue λ of the loss's Hessian; Gauss-Newton: that of the part without the outputs'"
            + " own bends; kernel: that of the neural tangent kernel."), table,
            new Paragraph("The rates are bounds on the first steps: 2/λ, 2(1 + β)/λ with momentum β, and 38/λ of the Hessian"
                + " divided by Adam's denominators as they"
                + " are at its first step, which grow soon. On a quadratic loss training diverges beyond them. Elsewhere the loss"
                + " rises at first, and a network may still be caught where it is flatter, up to about 4/λ of plain gradient"
                + " descent, or not: whether is not told here." + (outcome.seeds() > 1
                    ? " Eigenvalues are means over the networks, rates the least of them." : "")));
    }

    private String lossText() { return outcome.loss().equals(Looks.SQUARES) ? "mean squared error to standard normal targets"
        : "cross-entropy with random labels"; }

    private static String both(Figure figure) { return Figures.number(figure.predicted()) + " / "
        + Figures.number(figure.measured()); }
}
