package dev.lanewise.lab.coordcheck;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.coordcheck.CoordinatesOutcome.Way;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.Arrays;
import java.util.Map;

/// How the results of [Coordinates] are shown.
///
/// @param kinds of module, by path
record CoordinatesPage(CoordinatesOutcome outcome, Map<String, String> kinds, double tolerance) {

    static final String TITLE = "Does what a layer learns depend on the width?";

    Experiment.Result result() {
        var table = new Table(Column.text("parametrization"), Column.text("optimizer"), Column.text("the same at every width"),
            Column.text("as expected"), Column.number("slope"), Column.number("± error"), Column.text("steepest layer"));
        for (var way : outcome.ways()) table.row(way.parametrization(), way.optimizer(), way.passed() ? "yes" : "no",
            way.passed() == way.expected() ? "yes" : "no", Figures.fixed(way.worst().slope(), 2),
            Figures.fixed(way.worst().error(), 2), name(way.worst().path()));
        return new Experiment.Result(outcome, table.text(), conclusion(), page(table), chart(outcome.ways().getFirst()));
    }

    /// A layer's path and what it is.
    private String name(String path) { return kinds.containsKey(path) ? path + " " + kinds.get(path) : path; }

    private String conclusion() {
        long agree = outcome.ways().stream().filter(way -> way.passed() == way.expected()).count();
        return "What a layer learns is the same at every width with " + named(true) + "; it depends on the width with "
            + named(false) + ". " + agree + " of "
            + outcome.ways().size() + " are as theory expects.";
    }

    private String named(boolean passed) {
        var ways = outcome.ways().stream().filter(way -> way.passed() == passed).map(Way::words).toList();
        return ways.isEmpty() ? "none" : String.join("; ", ways);
    }

    private Page page(Table table) {
        var page = Page.titled(TITLE).lead("A learning rate found on a narrow"
            + " network suits a wide one only if what a step changes in"
                + " each layer does not depend on the width. With the usual rules it does; with those of muP (maximal"
                + " update parametrization) "
                + (outcome.ways().stream().allMatch(way -> way.passed() == way.expected()) ? "it does not, as the charts"
                + " show." : "it should not: see what the charts show."))
            .section("What was done", new Paragraph("Networks of widths from " + outcome.widths().getFirst() + " to "
                + outcome.widths().getLast()
                + " (" + outcome.net() + ") were trained for a few steps with one learning rate. The charts show how far each"
                + " layer's outputs are then from those at the"
                + " start, as a root mean square; activations are layers, too, and what passes on what it gets is left out. Both"
                + " axes are logarithmic: a line that"
                    + " doubles where the width doubles has slope 1 in the table, one of slope within ±" + tolerance
                    + " counts as flat."),
                new Paragraph("A learning rate holds at every width if these lines lie flat. In the standard parametrization they"
                    + " don't: hidden layers change ever more with Adam, until the network diverges, and the first ever less"
                    + " with SGD. The maximal update"
                    + " parametrization (Yang and others, 2022) says how starts, multipliers and rates must change with the width"
                    + " that all of them are flat; dividing the readout by the width once too often leaves it behind by a"
                    + " slope of −1."), table);
        for (var way : outcome.ways()) page.section(way.words(), chart(way));
        return page;
    }

    private LineChart chart(Way way) {
        var chart = LineChart.titled("Change of each layer's outputs").xLabel("width").yLabel("root mean square").logY().logX()
            .legendAsAdded();
        var x = outcome.widths().stream().mapToDouble(width -> width).toArray();
        double[] before = {};
        for (var layer : way.layers()) {
            var change = layer.change()[layer.change().length - 1];
            // as dropout without chance does
            if (!Arrays.equals(change, before)) chart.series(name(layer.path()), x, change);
            before = change;
        }
        return chart;
    }
}
