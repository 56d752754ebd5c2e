package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.SequenceExplanation;
import dev.lanewise.diagnose.SequenceExplanation.Step;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.report.Column;
import dev.lanewise.report.Json;
import dev.lanewise.report.Page;
import dev.lanewise.report.Table;
import dev.lanewise.tensor.Tensor;
import java.util.List;
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
    private static final int WIDTH = 110;
    static final String LEGEND = """
        Pairs are theory / batch. q: second moment of the states after a step; range: where the mean over so many networks may
        lie: four standard errors, as the networks differ from each other, and 2 %. alike: correlation of two inputs' states;
        gradient: second moment at a step's input, where independent gradients of second moment 1 come to the states of all steps;
        reach: the same where one comes to the last state alone.""";

    /// One initialization.
    ///
    /// @param words  the verdict and what it is about
    /// @param memory over how many steps a gradient from the last state goes back
    record Run(String init, String description, String verdict, String words, Memorized memory, @Json.Omit List<Step> explained,
        List<Shown> steps) {

        Run(Scheme scheme, SequenceExplanation explanation) {
            this(scheme.name(), scheme.description(), explanation.verdict().word(), explanation.words(),
                new Memorized(explanation.memory(),
                explanation.measuredMemory()), explanation.steps(), explanation.steps().stream().map(Shown::of).toList());
        }
    }

    /// Steps.
    record Memorized(int predicted, int measured) {}

    /// A step as JSON has it.
    ///
    /// @param range of the second moment, that chance explains; null of one network
    record Shown(Figure secondMoment, double[] range, Figure correlation, Figure gradient, double[] gradientRange, Figure reach,
        double[] reachRange) {

        static Shown of(Step step) {
            return new Shown(step.square(), range(step.squares()), step.correlation(), step.gradient(), range(step.gradients()),
                step.reach(),
                range(step.reaches()));
        }

        private static double[] range(SequenceExplanation.Range range) { return Double.isNaN(range.low()) ? null
            : new double[] {range.low(), range.high()}; }
    }

    static OverTime of(String kind, Size size, int steps, List<Scheme> schemes, int batch, long seed, int seeds) {
        double width = size.width();
        Memory.require("explain: " + steps + " steps of this --width with " + batch + " inputs",
            Float.BYTES * size.layers() * (12.0 * steps * batch * width + (seeds > 1 ? 16 : 8) * width * width),
                "give a smaller --width, --steps or --batch");
        var inputs = Tensor.randn(new Threefry(seed).stream("inputs"), steps, batch, size.width());
        var all = LongStream.range(0, seeds).map(i -> seed + i).toArray();
        return new OverTime(kind, size.layers(), size.width(), steps, batch, seed, seeds, schemes.stream()
            .map(scheme -> new Run(scheme,
            explain(kind, size, RecurrentOptions.layers(size.layers()).initializers(scheme.weight(), scheme.weight(),
                scheme.bias()), inputs, all))).toList());
    }

    private static SequenceExplanation explain(String kind, Size size, RecurrentOptions options, Tensor inputs, long[] seeds) {
        int width = size.width();
        return switch (kind) {
            case "lstm" -> SequenceExplanation.of(new LSTM(width, width, options), inputs, seeds);
            case "gru" -> SequenceExplanation.of(new GRU(width, width, options), inputs, seeds);
            default -> SequenceExplanation.of(new RNN(width, width, options), inputs, seeds);
        };
    }

    private String network(String kind) { return kind + " of " + width + " units"
        + (layers == 1 ? "" : ", " + layers + " layers"); }

    String inputs() {
        return batch + (batch == 1 ? " sequence" : " sequences") + " of " + steps + (steps == 1 ? " step" : " steps") + " of "
            + width + " independent standard normal numbers";
    }

    String seedText() { return seed + (seeds == 1 ? "" : " and the " + (seeds - 1) + " after it, averaged"); }

    String text() {
        var text = new StringBuilder("Network   " + network(network) + "\nInputs    " + inputs() + "\nSeed      " + seedText()
            + "\n");
        for (var run : runs) text.append('\n').append(run.init).append(" is ").append(run.words).append("\n\n")
            .append(table(run).text());
        return text.append('\n').append(remedy().isEmpty() ? "" : Terminal.wrapped(remedy(), WIDTH) + "\n\n").append(LEGEND)
            .toString();
    }

    /// For the terminal; of many steps, evenly spread ones are shown.
    static Table table(Run run) {
        var table = new Table(Column.number("step"), Column.number("q"), Column.number("range"), Column.number("alike"),
            Column.number("gradient"),
            Column.number("range"), Column.number("reach"));
        int size = run.explained.size();
        int shown = Math.min(TERMINAL_ROWS, size);
        for (int row = 0; row < shown; row++) {
            int at = shown == 1 ? 0 : Math.round((float) row * (size - 1) / (shown - 1));
            var step = run.explained.get(at);
            table.row("" + (at + 1), both(step.square()), text(step.squares()), both(step.correlation()), both(step.gradient()),
                text(step.gradients()), both(step.reach()));
        }
        return table;
    }

    private static String text(SequenceExplanation.Range range) {
        return Double.isNaN(range.low()) ? "–" : Figures.number(range.low()) + " … " + Figures.number(range.high());
    }

    private static String both(Figure figure) {
        return Double.isNaN(figure.best()) ? "–" : Figures.number(figure.predicted()) + " / " + Figures.number(figure.measured());
    }

    /// What lets such a network remember longer; empty where no start forgets.
    String remedy() {
        if (runs.stream().noneMatch(run -> run.verdict.equals(Verdict.VANISHING.word()))) return "";
        return "Memory of more steps than a start has must be learned against gradients that vanish. " + switch (network) {
            case "lstm" -> "Forget gates that start open remember longer: RecurrentOptions.forgetBias(1), or chrono(" + steps
                + ") for so many steps.";
            case "gru" -> "Update gates that start closed remember longer: RecurrentOptions.chrono(" + steps
                + ") for so many steps.";
            default -> "Orthogonal recurrent weights keep a gradient longer (RecurrentOptions.orthogonal()), the identity with"
                + " rectifiers as long as inputs are small (RNN.irnn).";
        };
    }

    String networkText() { return network(network); }

    Page page() { return new OverTimePage(this).page(); }
}
