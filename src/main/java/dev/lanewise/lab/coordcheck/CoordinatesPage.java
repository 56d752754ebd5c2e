package dev.lanewise.lab.coordcheck;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.coordcheck.CoordinatesOutcome.Way;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;

/// How the results of [Coordinates] are shown.
record CoordinatesPage(CoordinatesOutcome outcome) {

    Experiment.Result result() {
        var table = new Table(Column.text("parametrization"), Column.text("optimizer"), Column.text("steepest layer"), Column.number("slope"),
            Column.number("± error"), Column.text("the same at every width"), Column.text("as expected"));
        for (var way : outcome.ways()) table.row(way.parametrization(), way.optimizer(), way.worst().path(), Figures.fixed(way.worst().slope(), 2),
            Figures.fixed(way.worst().error(), 2), way.passed() ? "yes" : "no", way.passed() == way.expected() ? "yes" : "no");
        return new Experiment.Result(outcome, table.text(), conclusion(), page(table));
    }

    private String conclusion() {
        var text = new StringBuilder();
        for (var way : outcome.ways()) text.append(Figures.format("%s: %s, slope %.2f in layer %s. ", way.words(),
            way.passed() ? "each layer learns as much at every width" : "what a layer learns depends on the width", way.worst().slope(),
            way.worst().path()));
        long agree = outcome.ways().stream().filter(way -> way.passed() == way.expected()).count();
        return text.append(agree).append(" of ").append(outcome.ways().size()).append(" are as theory expects.").toString();
    }

    private Page page(Table table) {
        var page = Page.titled("Does what a layer learns depend on the width?").lead(conclusion())
            .section("What was done", new Paragraph("Networks of widths from " + outcome.widths().getFirst() + " to " + outcome.widths().getLast()
                + " (" + outcome.net() + ") were trained for a few steps with one learning rate. The charts show how far each layer's outputs are, activations being"
                + " layers, too,"
                + " from those at the start then, as a root mean square. Both axes count powers: a line that rises by 1 where the width doubles"
                + " has slope 1 in the table."),
                new Paragraph("A learning rate holds at every width if these lines lie flat. In the standard parametrization they don't: hidden"
                    + " layers change ever more with Adam, until the network diverges, and the first ever less with SGD. The maximal update"
                    + " parametrization (Yang and others, 2022) says how starts, multipliers and rates must change with the width that all of them"
                    + " are flat; dividing the readout by the width once too often leaves it behind by a slope of −1."), table);
        for (var way : outcome.ways()) page.section(way.words(), chart(way));
        return page;
    }

    private LineChart chart(Way way) {
        var chart = LineChart.titled("Change of each layer's outputs").xLabel("width, power of two").yLabel("root mean square").logY().wholeX()
            .legendAsAdded();
        var x = outcome.widths().stream().mapToDouble(width -> Math.log(width) / Math.log(2)).toArray();
        for (var layer : way.layers()) {
            var change = layer.change();
            chart.series(layer.path(), x, change[change.length - 1]);
        }
        return chart;
    }
}
