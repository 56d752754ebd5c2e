package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.lab.explain.ExplainOutcome.Run;
import dev.lanewise.report.Block;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Paragraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// The charts of [ExplainPage]: of a chain one with a line for each start, of other networks one for each start with a line for
/// each place in a block.
record ExplainCharts(List<Run> runs, boolean chain) {

    /// @param xs where its rows stand
    private record Line(String name, List<LayerExplanation> rows, double[] xs) {

        static Line of(Run run) { return new Line(run.init(), run.theory(), IntStream.rangeClosed(1, run.theory().size())
            .asDoubleStream().toArray()); }
    }

    /// What is shown of a row.
    ///
    /// @param isGradient whether it travels from right to left, so that what arrives is on the left
    private record Shown(String title, String yLabel, boolean logarithmic, boolean isGradient,
        Function<LayerExplanation, Figure> figure,
                         ToDoubleFunction<LayerExplanation> low, ToDoubleFunction<LayerExplanation> high) {

        Shown(String title, String yLabel, boolean logarithmic, boolean isGradient, Function<LayerExplanation, Figure> figure) {
            this(title, yLabel, logarithmic, isGradient, figure, layer -> figure.apply(layer).predicted(),
                layer -> figure.apply(layer)
                .predicted());
        }
    }

    List<Block> signal() {
        return charts(chain ? "The second moment of each layer's outputs before the activation. Flat is good:"
            + " what shrinks or grows from layer to layer does so by a factor, and a deep network multiplies it."
            : "The second moment of each layer's outputs before the activation, and of what blocks give, from block to"
                + " block: blocks count from 1 in the order in which they run, and a star stands for their numbers in the"
                + " table. Flat is good; where each"
                + " block adds a part a line bends and flattens, where each multiplies it goes on straight, the worse the deeper"
                + " the network is." + numbers(),
            new Shown("Second moment", "mean square", true, false, LayerExplanation::square, LayerExplanation::low,
                LayerExplanation::high));
    }

    List<Block> gradient() {
        return charts("The second moment of the gradient at each layer's outputs, relative to that at"
            + " the network's output; it travels from right to left, and shrinks where it spreads over more units"
            + (chain ? "." : ": so compare a line with itself, not with others. A sum passes a gradient on as it is:"
                + " a block's last layer has the block's own, unless a norm or an activation stands between."),
            new Shown("Gradient", "relative mean square", true, true, LayerExplanation::gradient));
    }

    /// What units of the one kind or the other do nothing.
    static Figure idle(LayerExplanation layer) { return Double.isNaN(layer.dead().best()) ? layer.saturated() : layer.dead(); }

    boolean anyIdle() { return runs.stream().flatMap(run -> run.theory().stream())
        .anyMatch(layer -> !Double.isNaN(idle(layer).best())); }

    List<Block> idle() {
        return charts("The share of rectifiers that are off on the whole batch, or of squashed"
            + " numbers near their limits. The more alike the inputs have become, the more rectifiers are off on all of them: up"
            + " to one half.",
            new Shown("Idle units", "share", false, false, ExplainCharts::idle));
    }

    private List<Block> charts(String words, Shown shown) {
        var blocks = new ArrayList<Block>(List.of(new Paragraph(words)));
        if (chain) blocks.add(chart(shown.title + " of each layer", "layer", runs.stream().map(Line::of).toList(), shown));
        else for (var run : runs) {
            var lines = lines(run).stream().filter(line -> isKnown(line.rows, shown)).toList();
            if (!lines.isEmpty()) blocks.add(chart(shown.title + (runs.size() == 1 ? "" : ", " + run.init()), "block", lines,
                shown));
        }
        if (blocks.size() == 1) blocks.add(new Paragraph(runs.stream().flatMap(run -> lines(run).stream())
            .flatMap(line -> line.rows.stream())
            .allMatch(LayerExplanation::waiting)
                ? "There is nothing to draw: it is 0 in all blocks at the start, which is meant, as the verdict says."
            : "There is nothing to draw: it is 0, or not known, in all blocks."));
        return blocks;
    }

    /// Of each place in a block a line, over the blocks in the order in which they run.
    private static List<Line> lines(Run run) {
        var groups = RowGroup.of(run.theory()).stream().filter(group -> group.rows().size() > 1).toList();
        var order = blocks(run).stream().map(RowGroup::block).toList();
        return groups.stream().map(group -> new Line(group.name(), group.rows(),
            group.rows().stream().mapToDouble(row -> order.indexOf(RowGroup.block(row)) + 1).toArray())).toList();
    }

    /// Of each block that is drawn a row, in the order in which they run.
    private static List<LayerExplanation> blocks(Run run) {
        var drawn = RowGroup.of(run.theory()).stream().filter(group -> group.rows().size() > 1)
            .flatMap(group -> group.rows().stream()).toList();
        var blocks = new LinkedHashMap<String, LayerExplanation>();
        for (var row : run.theory()) if (drawn.contains(row)) blocks.putIfAbsent(RowGroup.block(row), row);
        return List.copyOf(blocks.values());
    }

    /// Which of the chart's numbers are whose, if there are blocks of several kinds; else empty.
    private String numbers() {
        var blocks = blocks(runs.getFirst());
        var parts = new ArrayList<String>();
        for (int start = 0, end; start < blocks.size(); start = end) {
            var kind = RowGroup.blocks(blocks.get(start));
            end = start;
            while (end < blocks.size() && RowGroup.blocks(blocks.get(end)).equals(kind)) end++;
            parts.add(kind + (end == start + 1 ? " is " + end : " are " + (start + 1) + " to " + end));
        }
        return parts.size() < 2 ? "" : " Blocks are numbered in the order in which they run: " + String.join(", ", parts) + ".";
    }

    private static boolean isKnown(List<LayerExplanation> rows, Shown shown) {
        // what is 0 everywhere has no place on a logarithmic axis
        return rows.stream().mapToDouble(row -> shown.figure.apply(row).best())
            .anyMatch(value -> shown.logarithmic ? value > 0 : !Double.isNaN(value));
    }

    private static LineChart chart(String title, String xLabel, List<Line> lines, Shown shown) {
        var chart = LineChart.titled(title).xLabel(xLabel).yLabel(shown.yLabel).wholeX().legendAsAdded();
        double most = lines.stream().flatMap(line -> line.rows.stream()).mapToDouble(layer -> shown.figure.apply(layer).best())
            .filter(Double::isFinite).max().orElse(0);
        if (shown.isGradient) chart.beside(LineChart.Beside.FIRST);
        if (shown.logarithmic) chart.logY();
        else chart.yRange(0, Math.max(1, Math.ceil(10 * most)) / 10);
        for (var line : lines) {
            var numbers = IntStream.range(0, line.rows.size()).filter(i -> !Double.isNaN(shown.figure.apply(line.rows.get(i))
                .best())).toArray();
            if (numbers.length == 0) continue;
            var rows = Arrays.stream(numbers).mapToObj(line.rows::get).toList();
            var xs = Arrays.stream(numbers).mapToDouble(i -> line.xs[i]).toArray();
            chart.series(line.name, xs, values(rows, layer -> shown.figure.apply(layer).measured()))
                .expected(values(rows, layer -> shown.figure.apply(layer).predicted()), values(rows, shown.low),
                    values(rows, shown.high));
        }
        return chart;
    }

    private static double[] values(List<LayerExplanation> layers, ToDoubleFunction<LayerExplanation> value) {
        return layers.stream().mapToDouble(value).toArray();
    }
}
