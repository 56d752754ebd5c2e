package dev.lanewise.lab.depth;

import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.depth.Depth.Kind;
import dev.lanewise.lab.depth.DepthOutcome.Run;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.List;

/// How the results of [Depth] are shown.
record DepthPage(DepthOutcome outcome) {

    static final String TITLE = "How deep does a signal get?";

    Experiment.Result result() {
        var text = new StringBuilder();
        for (var kind : Kind.values()) text.append(kind.words).append('\n').append(table(kind).text()).append('\n');
        return new Experiment.Result(outcome, text.toString(), conclusion(), page(), forward(Kind.RELU));
    }

    private Table table(Kind kind) {
        var table = new Table(Column.text("start"), Column.number("std, layer " + outcome.depth()), Column.number("theory"),
            Column.number("gradient, layer 1"), Column.number("theory"), Column.text("NaN"), Column.number("std, layer 1"),
            Column.number("std, layer " + (outcome.depth() + 1) / 2));
        for (var run : outcome.of(kind)) {
            var first = run.layers().getFirst();
            table.row(run.start(), number(run.std()[outcome.depth() - 1]),
                number(run.kind().behind(run.layers().getLast().square().predicted())),
                number(Math.sqrt(first.gradient().measured())), number(Math.sqrt(first.gradient().predicted())), end(run),
                number(run.std()[0]), number(run.std()[(outcome.depth() - 1) / 2]));
        }
        return table;
    }

    private static String end(Run run) { return run.firstNaN() == 0 ? "never" : "at layer " + run.firstNaN(); }

    private static String number(double value) {
        return Double.isInfinite(value) ? "∞" : Double.isNaN(value) ? "NaN" : Figures.number(value);
    }

    /// By what factor the standard deviation changes in a layer, on the average over all that stayed finite.
    private double growth(Run run) {
        int end = run.firstNaN() == 0 ? outcome.depth() : run.firstNaN() - 1;
        return end < 1 ? Double.NaN : Math.pow(run.std()[end - 1], 1.0 / end);
    }

    private String conclusion() {
        var unscaled = outcome.runs().getFirst();
        var tanh = outcome.of(Kind.TANH).get(2);
        int measured = outcome.runs().stream().mapToInt(Run::measured).sum();
        int astray = outcome.runs().stream().mapToInt(Run::layersOutsideTheory).sum();
        return Figures.format("Weights of variance 1 multiply the standard deviation by %.1f a layer (theory: the"
            + " root of %d, %.1f)%s. Tanh with Xavier's weights and gain 5/3 ends at %.3f, and its gradient has grown by %s at"
            + " layer 1 (theory: %s): that gain keeps activations, not gradients. ReLU at layer %d: %s with Xavier, %s with"
            + " Kaiming. Theory agrees: %d of %d layers lie within its band of four standard"
            + " deviations.", growth(unscaled), outcome.units(), Math.sqrt(outcome.units()),
            unscaled.firstNaN() == 0 ? "" : ", and it is NaN at layer " + unscaled.firstNaN() + ", where numbers leave"
                + " float32", tanh.std()[outcome.depth() - 1],
            number(Math.sqrt(tanh.layers().getFirst().gradient().measured())),
            number(Math.sqrt(tanh.layers().getFirst().gradient().predicted())), outcome.depth(),
            number(outcome.of(Kind.RELU).get(0).std()[outcome.depth() - 1]),
            number(outcome.of(Kind.RELU).get(2).std()[outcome.depth() - 1]), measured - astray, measured);
    }

    private String lead() {
        var unscaled = outcome.runs().getFirst();
        return Figures.format("A signal goes through %d layers, and a gradient comes back: weights of variance 1 multiply"
            + " it by %.1f in each layer%s; of"
            + " variance 1/n, where a layer has n inputs, they keep its size. Behind ReLU, which drops half of it, they"
            + " must be larger, and behind tanh"
            + " what keeps the signal makes the gradient grow.",
            outcome.depth(), growth(unscaled), unscaled.firstNaN() == 0 ? ""
            : ", until at layer " + unscaled.firstNaN() + " it is no number any more");
    }

    private Page page() {
        var page = Page.titled(TITLE).lead(lead())
            .section("What was done", new Paragraph("Standard normal numbers (" + outcome.batch() + " rows) went through "
                + outcome.depth() + " linear layers of " + outcome.units()
                + " units without biases; then a standard normal gradient went back. Each start was"
                + " tried with normal and with uniform weights of the same variance. No network was trained."),
                new Paragraph("The charts have the standard deviation of what each layer hands on (forward) and the root mean"
                    + " square of the gradient at each layer, before its activation, relative to that at the network's output"
                    + " (backward, to be read from right to left). Lines that lie on their dashed prediction are as theory"
                    + " says. Both axes of size are logarithmic: a straight line is a factor per layer."));
        var words = List.of(
            "With variance 1 each layer multiplies by the root of " + outcome.units()
                + ", until a number leaves float32: then the"
                + " standard deviation is NaN, and the line ends in a cross. With variance 1/n the factor is 1, up to chance,"
                + " which the shaded band allows for. That the weights are normal or uniform makes no difference: only their"
                + " variance counts.",
            "Variance 1/n fades, ever more slowly, since tanh bends large numbers down. Xavier's weights with PyTorch's gain of"
                + " 5/3 settle where bending and widening balance: 0.65 in theory. Courses stop here; the second chart shows"
                + " the price: the gradient's mean square grows by 1.21 a layer there, which would be 1e8 in 100 such layers,"
                + " its root 1e4; the first layers are not there yet.",
            "ReLU drops half of the mean square in each layer. Xavier's weights don't make up for it, so that signal and gradient"
                + " fade; Kaiming's, twice as large in variance, do.");
        for (var kind : Kind.values())
            page.section(Character.toUpperCase(kind.words.charAt(0)) + kind.words.substring(1),
                new Paragraph(words.get(kind.ordinal())),
                forward(kind), backward(kind), new Folded("The numbers", table(kind), new Paragraph("std: of what the layer"
                    + " hands on, activation"
                    + " included; theory is for layer " + outcome.depth() + " and, of the gradient, for layer 1.")));
        return page;
    }

    private LineChart forward(Kind kind) {
        var chart = LineChart.titled("Forward: " + kind.words).xLabel("layer").yLabel("standard deviation").logY().wholeX();
        for (var run : outcome.of(kind)) {
            double most = run.firstNaN() == 0 ? outcome.depth() : run.firstNaN();
            chart.series(run.start(), numbers(run), run.std()).expected(
                until(most, run.values(layer -> layer.square().predicted(), run.kind()::behind)),
                until(most, run.values(LayerExplanation::low, run.kind()::behind)),
                until(most, run.values(LayerExplanation::high, run.kind()::behind)));
        }
        return chart;
    }

    private LineChart backward(Kind kind) {
        var chart = LineChart.titled("Backward: " + kind.words).xLabel("layer").yLabel(
            "root mean square of the gradient, at the output 1").logY().wholeX().beside(LineChart.Beside.FIRST);
        for (var run : outcome.of(kind)) {
            var middle = run.values(layer -> layer.gradient().predicted(), square -> float32(Math.sqrt(square)));
            chart.series(run.start(), numbers(run), run.values(layer -> layer.gradient().measured(),
                square -> float32(Math.sqrt(square)))).expected(middle, middle, middle);
        }
        return chart;
    }

    private static double float32(double value) { return value <= Float.MAX_VALUE ? value : Double.POSITIVE_INFINITY; }

    private static double[] until(double layer, double[] values) {
        var shown = new ArrayList<Double>();
        for (int i = 0; i < values.length; i++) shown.add(i < layer ? values[i] : Double.NaN);
        return shown.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private double[] numbers(Run run) {
        var xs = new double[run.std().length];
        for (int i = 0; i < xs.length; i++) xs[i] = i + 1;
        return xs;
    }
}
