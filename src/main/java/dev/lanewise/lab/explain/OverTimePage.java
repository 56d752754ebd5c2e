package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.SequenceExplanation.Step;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.explain.OverTime.Run;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How an [OverTime] is shown.
record OverTimePage(OverTime result) {

    /// What is left of a gradient, relative to the last input's, where the chart of reaches ends.
    private static final double LEAST = 1e-6;

    Page page() {
        var page = Page.titled("What will a recurrent network start from?")
            .lead(result.networkText() + ": what theory expects of each of " + result.steps()
            + " steps before any training, and what a batch shows.");
        page.section("Verdict", verdicts());
        if (result.steps() > 1) page.section("Memory",
            new Paragraph("What is left of a gradient that comes to the last state alone, at the inputs so many steps before it,"
            + " relative to what comes to the last input: how long an input is remembered. Below "
                + Figures.format("%.0e", Verdict.FAINT) + " the verdict calls it"
            + " vanishing. Flat is a long memory; a line that rises explodes."), memory());
        page.section("States", new Paragraph("The second moment of the states after each step. It begins from zeros, and settles"
            + " where as much is forgotten as comes in."),
                chart("Second moment of the states", "mean square", true, Step::square, step ->
                step.squares().low(), step -> step.squares().high()));
        page.section("Gradient", new Paragraph("The second moment of the gradient at each step's input, where the states of each"
            + " step get one of their own: what"
            + " later states send back adds up, so that an early input's gradient is larger the more of its state is remembered."
            + " Flat to the left is good; what still rises there explodes in longer sequences."),
                chart("Gradient at the inputs", "mean square", true, Step::gradient, step ->
                step.gradients().low(),
            step -> step.gradients().high()).beside(LineChart.Beside.FIRST));
        if (result.batch() > 1) page.section("Likeness",
            new Paragraph("How alike the states of two sequences are that have nothing in common: what biases, which"
            + " are the same for all, make of them."), chart("Correlation of two inputs' states", "correlation", false,
                Step::correlation,
            step -> step.correlation().predicted(), step -> step.correlation().predicted()));
        for (var run : result.runs()) page.section("Steps with " + run.init(),
            new Folded("All steps, theory and batch side by side", OverTime.table(run)));
        return page.section("How to read it",
            new Paragraph("Lines are what the batch shows, with what theory expects beside them. "
            + OverTime.LEGEND.replace('\n', ' '))).section("Settings", new Facts().and("network", result.networkText())
                .and("inputs", result.inputs())
            .and("seed", result.seedText()));
    }

    private Block[] verdicts() {
        var blocks = new ArrayList<Block>();
        var table = new Table(Column.text("init"), Column.text("verdict"), Column.number("memory, steps"),
            Column.text("weights and biases"));
        for (var run : result.runs()) table.row(run.init(), run.verdict(), run.memory().predicted() + " / " + run.memory()
            .measured(), run.description());
        blocks.add(table);
        for (var run : result.runs()) blocks.add(new Paragraph(run.init() + " is " + run.words() + "."));
        if (!result.remedy().isEmpty()) blocks.add(new Paragraph(result.remedy()));
        return blocks.toArray(Block[]::new);
    }

    private LineChart memory() {
        var chart = LineChart.titled("What is left of the last state's gradient").xLabel("steps before the last")
            .yLabel("mean square, of the last input's").wholeX().logY()
            .legendAsAdded();
        for (var run : result.runs()) {
            var steps = run.explained().reversed();
            double measured = steps.getFirst().reach().measured();
            double predicted = steps.getFirst().reach().predicted();
            int shown = (int) IntStream.range(0, steps.size()).takeWhile(i -> steps.get(i).reach().measured() > LEAST * measured
                && steps.get(i).reach().predicted() > LEAST * predicted).count();
            var xs = IntStream.range(0, shown).asDoubleStream().toArray();
            chart.series(run.init(), xs, IntStream.range(0, shown).mapToDouble(i -> steps.get(i).reach().measured() / measured)
                .toArray())
                .expected(IntStream.range(0, shown).mapToDouble(i -> steps.get(i).reach().predicted() / predicted).toArray(),
                    IntStream.range(0, shown).mapToDouble(i -> end(steps.get(i), steps.get(i).reaches().low()) / predicted)
                        .toArray(),
                    IntStream.range(0, shown).mapToDouble(i -> end(steps.get(i), steps.get(i).reaches().high()) / predicted)
                        .toArray());
        }
        return chart;
    }

    private double end(Step step, double end) { return result.seeds() == 1 ? step.reach().predicted() : end; }

    private LineChart chart(String title, String yLabel, boolean logarithmic, Function<Step, Figure> figure,
        ToDoubleFunction<Step> low, ToDoubleFunction<Step> high) {
        var chart = LineChart.titled(title).xLabel("step").yLabel(yLabel).wholeX().legendAsAdded();
        if (logarithmic) chart.logY();
        else chart.yRange(-0.2, 1);
        for (var run : result.runs()) chart.series(run.init(), 1, values(run, step -> figure.apply(step).measured()))
            .expected(values(run, step -> figure.apply(step).predicted()), known(run, low, figure), known(run, high, figure));
        return chart;
    }

    /// What is predicted, where there is no range.
    private double[] known(Run run, ToDoubleFunction<Step> end, Function<Step, Figure> figure) {
        return values(run, step -> result.seeds() == 1 ? figure.apply(step).predicted() : end.applyAsDouble(step));
    }

    private static double[] values(Run run, ToDoubleFunction<Step> value) { return run.explained().stream().mapToDouble(value)
        .toArray(); }
}
