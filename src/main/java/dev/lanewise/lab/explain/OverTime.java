package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.SequenceExplanation;
import dev.lanewise.diagnose.SequenceExplanation.Step;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.report.Column;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Json;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/// A recurrent network step by step, as [Explain] shows it.
///
/// @param network one of [#KINDS]
/// @param width   of its states, and of what it gets at each step
/// @param seed    of the first network; those of others follow it
/// @param seeds   how many networks were averaged
record OverTime(String network, int layers, int width, int steps, int batch, long seed, int seeds, List<Run> runs) {

    static final List<String> KINDS = List.of("lstm", "gru", "rnn");
    static final int USUAL_WIDTH = 256;
    /// As many as theory takes.
    static final int MOST_STEPS = 512;
    private static final int TERMINAL_ROWS = 12;
    private static final String LEGEND = """
        Pairs are theory / batch. q: second moment of the states after a step; range: where the mean over so many networks may
        lie: four standard errors, as the networks differ from each other, and 2 %. alike: correlation of two inputs' states;
        gradient: second moment at a step's input, where independent gradients of second moment 1 come to the states of all steps.""";

    /// One initialization.
    record Run(String init, String description, String words, @Json.Omit List<Step> explained, List<Shown> steps) {

        Run(Scheme scheme, List<Step> steps) {
            this(scheme.name(), scheme.description(), words(steps), steps, steps.stream().map(Shown::of).toList());
        }

        /// What becomes of states and gradients.
        private static String words(List<Step> steps) {
            var first = steps.getFirst();
            var last = steps.getLast();
            return "states have a second moment of " + Figures.number(first.square().measured()) + " after the first step and of "
                + Figures.number(last.square().measured()) + " after the last, where those of two inputs have a correlation of " + Figures.number(last.correlation().measured())
                + "; the gradient at the first input is " + Figures.number(first.gradient().measured() / last.gradient().measured()) + " times that at the last";
        }
    }

    /// A step as JSON has it.
    ///
    /// @param range of the second moment, that chance explains; null of one network
    record Shown(Figure secondMoment, double[] range, Figure correlation, Figure gradient, double[] gradientRange) {

        static Shown of(Step step) {
            return new Shown(step.square(), range(step.squares()), step.correlation(), step.gradient(), range(step.gradients()));
        }

        private static double[] range(SequenceExplanation.Range range) { return Double.isNaN(range.low()) ? null : new double[] {range.low(), range.high()}; }
    }

    static OverTime of(String kind, Size size, int steps, List<Scheme> schemes, int batch, long seed, int seeds) {
        double width = size.width();
        Memory.require("explain: " + steps + " steps of this --width with " + batch + " inputs",
            Float.BYTES * size.layers() * (12.0 * steps * batch * width + (seeds > 1 ? 16 : 8) * width * width), "give a smaller --width, --steps or --batch");
        var inputs = Tensor.randn(new Threefry(seed).stream("inputs"), steps, batch, size.width());
        var all = LongStream.range(0, seeds).map(i -> seed + i).toArray();
        return new OverTime(kind, size.layers(), size.width(), steps, batch, seed, seeds, schemes.stream().map(scheme -> new Run(scheme,
            explain(kind, size, RecurrentOptions.layers(size.layers()).initializers(scheme.weight(), scheme.weight(), scheme.bias()), inputs, all).steps()))
            .toList());
    }

    private static SequenceExplanation explain(String kind, Size size, RecurrentOptions options, Tensor inputs, long[] seeds) {
        int width = size.width();
        return switch (kind) {
            case "lstm" -> SequenceExplanation.of(new LSTM(width, width, options), inputs, seeds);
            case "gru" -> SequenceExplanation.of(new GRU(width, width, options), inputs, seeds);
            default -> SequenceExplanation.of(new RNN(width, width, options), inputs, seeds);
        };
    }

    private String network(String kind) { return kind + " of " + width + " units" + (layers == 1 ? "" : ", " + layers + " layers"); }

    private String inputs() {
        return batch + (batch == 1 ? " sequence" : " sequences") + " of " + steps + (steps == 1 ? " step" : " steps") + " of " + width + " independent standard normal numbers";
    }

    private String seedText() { return seed + (seeds == 1 ? "" : " and the " + (seeds - 1) + " after it, averaged"); }

    String text() {
        var text = new StringBuilder("Network   " + network(network) + "\nInputs    " + inputs() + "\nSeed      " + seedText() + "\n");
        for (var run : runs) text.append('\n').append(run.init).append(": ").append(run.words).append("\n\n").append(table(run).text());
        return text.append('\n').append(LEGEND).toString();
    }

    /// For the terminal; of many steps, evenly spread ones are shown.
    private static Table table(Run run) {
        var table = new Table(Column.number("step"), Column.number("q"), Column.number("range"), Column.number("alike"), Column.number("gradient"),
            Column.number("range"));
        int size = run.explained.size();
        int shown = Math.min(TERMINAL_ROWS, size);
        for (int row = 0; row < shown; row++) {
            int at = shown == 1 ? 0 : Math.round((float) row * (size - 1) / (shown - 1));
            var step = run.explained.get(at);
            table.row("" + (at + 1), both(step.square()), text(step.squares()), both(step.correlation()), both(step.gradient()), text(step.gradients()));
        }
        return table;
    }

    private static String text(SequenceExplanation.Range range) {
        return Double.isNaN(range.low()) ? "–" : Figures.number(range.low()) + " … " + Figures.number(range.high());
    }

    private static String both(Figure figure) {
        return Double.isNaN(figure.best()) ? "–" : Figures.number(figure.predicted()) + " / " + Figures.number(figure.measured());
    }

    Page page() {
        var page = Page.titled("What will a recurrent network start from?").lead(network(network) + ": what theory expects of each step before any"
            + " training, and what a batch shows.");
        page.section("What becomes of states and gradients", runs.stream().map(run -> new Paragraph(run.init + " (" + run.description + "): " + run.words + "."))
            .toArray(Paragraph[]::new));
        page.section("States", new Paragraph("The second moment of the states after each step. It begins from zeros, and settles where as much is"
            + " forgotten as comes in."), chart("Second moment of the states", "mean square", true, Step::square, step -> step.squares().low(), step -> step.squares().high()));
        page.section("Gradient", new Paragraph("The second moment of the gradient at each step's input, where the states of each step get one of their own: what"
            + " later states send back adds up, so that an early input's gradient is larger the more of its state is remembered. Flat to the left is good; what still rises there"
            + " explodes in longer sequences."), chart("Gradient at the inputs", "mean square", true, Step::gradient, step -> step.gradients().low(),
            step -> step.gradients().high()));
        if (batch > 1) page.section("Likeness", new Paragraph("How alike the states of two sequences are that have nothing in common: what biases, which"
            + " are the same for all, make of them."), chart("Correlation of two inputs' states", "correlation", false, Step::correlation,
            step -> step.correlation().predicted(), step -> step.correlation().predicted()));
        for (var run : runs) page.section("Steps with " + run.init, table(run));
        return page.section("How to read it", new Paragraph("Lines are what the batch shows, with what theory expects beside them. "
            + LEGEND.replace('\n', ' '))).section("Settings", new Facts().and("network", network(network)).and("inputs", inputs()).and("seed", seedText()));
    }

    private LineChart chart(String title, String yLabel, boolean logarithmic, Function<Step, Figure> figure, ToDoubleFunction<Step> low, ToDoubleFunction<Step> high) {
        var chart = LineChart.titled(title).xLabel("step").yLabel(yLabel).wholeX().legendAsAdded();
        if (logarithmic) chart.logY();
        else chart.yRange(-0.2, 1);
        for (var run : runs) chart.series(run.init, 1, values(run, step -> figure.apply(step).measured()))
            .expected(values(run, step -> figure.apply(step).predicted()), known(run, low, figure), known(run, high, figure));
        return chart;
    }

    /// What is predicted, where there is no range.
    private double[] known(Run run, ToDoubleFunction<Step> end, Function<Step, Figure> figure) {
        return values(run, step -> seeds == 1 ? figure.apply(step).predicted() : end.applyAsDouble(step));
    }

    private static double[] values(Run run, ToDoubleFunction<Step> value) { return run.explained.stream().mapToDouble(value).toArray(); }
}
