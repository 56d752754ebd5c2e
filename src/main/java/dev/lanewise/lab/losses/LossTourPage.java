package dev.lanewise.lab.losses;

import static dev.lanewise.lab.losses.LossExamples.coin;
import static dev.lanewise.lab.losses.LossExamples.coinLoss;
import static dev.lanewise.lab.losses.LossExamples.divergence;
import static dev.lanewise.lab.losses.LossExamples.entropy;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.losses.LossExamples.Point;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// How the results of [LossTour] are shown.
record LossTourPage(LossTourOutcome outcome) {

    static final String TITLE = "What is in a loss?";

    /// How often the true coin shows heads.
    private static final double TRUE_COIN = 0.3;

    Experiment.Result result() {
        return new Experiment.Result(outcome, meansTable().text() + "\n" + identity().text() + "\n" + extremesTable().text(),
            conclusion(), page(), identityChart());
    }

    private String conclusion() {
        double apart = outcome.means().stream().mapToDouble(pair -> Math.abs(pair.byHand() - pair.loss()) / pair.byHand()).max()
            .orElseThrow();
        return Figures.format("By hand and by the loss: the same within %.0e. The naive sigmoid-then-log form"
            + " is infinite or has no"
            + " slope in %d of %d cases; cutting the logarithm makes it finite, but not right; the loss that takes logits"
            + " is right in all.",
                Math.max(apart, 1e-9), broken(), outcome.cases().size());
    }

    /// Cases that the naive form can't do.
    private long broken() {
        return outcome.cases().stream().filter(each -> !Double.isFinite(each.naive().value())
            || !Double.isFinite(each.naive().slope())).count();
    }

    // ---- tables

    private static Table linesTable() {
        var table = new Table(Column.number("line"), Column.text("logits: " + String.join(", ", LossExamples.CLASSES)),
            Column.text("label"), Column.number("p(label)"), Column.number("−log p(label)"), Column.number("class weight"));
        var lines = LossExamples.lines();
        for (int i = 0; i < lines.length; i++) {
            int label = LossExamples.LABELS[i];
            boolean kept = label != LossExamples.IGNORED;
            var logits = LossExamples.LOGITS[i];
            table.row("" + (i + 1), Figures.format("%.1f, %.1f, %.1f", logits[0], logits[1], logits[2]),
                kept ? LossExamples.CLASSES.get(label) : "none (" + label + ")", kept ? fixed(Math.exp(-lines[i])) : "–",
                kept ? fixed(lines[i]) : "ignored", kept ? "" + (int) LossExamples.WEIGHTS[label] : "–");
        }
        return table;
    }

    private Table meansTable() {
        var table = new Table(Column.text("cross-entropy"), Column.number("by hand"), Column.number("crossEntropy"));
        for (var pair : outcome.means()) table.row(pair.name(), fixed(pair.byHand()), fixed(pair.loss()));
        return table;
    }

    private static Table identity() {
        var table = new Table(Column.number("model's coin q"), Column.number("cross-entropy"), Column.number("KL divergence"),
            Column.number("their difference"), Column.number("entropy of p"));
        for (double q : new double[] {0.05, 0.1, TRUE_COIN, 0.5, 0.9}) {
            double cross = coinLoss(TRUE_COIN, q);
            double divergence = divergence(coin(TRUE_COIN), coin(q));
            table.row("" + q, fixed(cross), fixed(divergence), fixed(cross - divergence), fixed(entropy(coin(TRUE_COIN))));
        }
        return table;
    }

    private Table extremesTable() {
        var table = new Table(Column.number("logit"), Column.number("target"), Column.number("exact"), Column.number("naive"),
            Column.number("cut at −100"), Column.number("from logits"), Column.number("exact slope"),
            Column.number("naive slope"), Column.number("cut slope"), Column.number("slope from logits"));
        for (var each : outcome.cases()) {
            var points = List.of(each.exact(), each.naive(), each.cut(), each.safe());
            var cells = new ArrayList<String>(List.of("" + (int) each.logit(), "" + each.target()));
            points.stream().map(Point::value).forEach(value -> cells.add(brief(value)));
            points.stream().map(Point::slope).forEach(slope -> cells.add(brief(slope)));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static String fixed(double value) { return Figures.fixed(value, 4); }

    private static String brief(double value) {
        if (!Double.isFinite(value)) return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        return value == 0 ? "0" : Figures.format(Math.abs(value) < 1e-3 ? "%.2e" : "%.4g", value);
    }

    // ---- page

    private Page page() {
        return Page.titled(TITLE)
            .lead(Figures.format("Cross-entropy, the loss of classifiers, written out by hand and compared with the"
                + " library's. Taken in the naive way it is infinite, or has no"
                + " slope, in %d of %d cases of large numbers; the loss that takes logits (what the last layer gives) is"
                + " right in all.", broken(), outcome.cases().size()))
            .section("Ten lines by hand", new Paragraph("A line's loss is −log of the probability that the model gives to"
                + " its label:"
                + " log(e^z₁ + e^z₂ + e^z₃) − z of the label. Two lines have no label, which the index −100 says: they"
                + " don't count."),
                linesTable(), meansTable(), new Paragraph("The mean is over the lines that count, not over all ten. With class"
                    + " weights it is over the sum of the labels' weights, as in PyTorch: giving every class the weight 5 changes"
                    + " nothing, and the result is not the plain mean of the weighted lines."))
            .section("Entropy = cross-entropy − divergence", identityBlocks())
            .section("The entropy of a coin", coinBlocks())
            .section("Logits at ±100", new Paragraph("The naive form takes the sigmoid, then its logarithm, in float."
                + " Beyond a logit of"
                + " about 17, the sigmoid is 1 to the last bit, and the logarithm of 1 − 1 is infinite; its slope is ∞"
                + " times 0, which is"
                + " NaN, and NaN stays in the weights. At −100 and target 1 the sigmoid is so small a float that the"
                + " logarithm loses digits"
                + " and the slope overflows. Losses on probabilities cut the logarithm at −100: finite, and by accident"
                + " right at a logit"
                + " of 100, but wrong at 20 and 50, and the slope is gone. The loss on logits never takes that detour."),
                new Folded("All " + outcome.cases().size() + " cases", extremesTable()));
    }

    private static LineChart identityChart() {
        var xs = IntStream.rangeClosed(1, 99).mapToDouble(i -> i / 100.0).toArray();
        return LineChart.titled("A true coin of p = " + TRUE_COIN
            + ", and a model that says q").xLabel("q, the model's probability of heads")
            .yLabel("nats").beside(LineChart.Beside.LEAST)
            .series("cross-entropy", xs, map(xs, q -> coinLoss(TRUE_COIN, q)))
            .series("KL divergence", xs, map(xs, q -> divergence(coin(TRUE_COIN), coin(q))))
            .series("entropy of p", xs, map(xs, _ -> entropy(coin(TRUE_COIN))));
    }

    private static Block[] identityBlocks() {
        return new Block[] {new Paragraph("Cross-entropy is what it costs to code a coin that shows heads with probability"
            + " p by the code"
            + " for q; entropy is what it costs at best; the divergence is the waste. So minimizing the one minimizes the"
            + " other: they"
                + " differ by a number that the model can't change. Curve and table: the library's losses; entropy by its"
                + " formula."),
            identityChart(), new Folded("The numbers", identity())};
    }

    private static Block[] coinBlocks() {
        var xs = IntStream.rangeClosed(0, 100).mapToDouble(i -> i / 100.0).toArray();
        var table = new Table(Column.number("p"), Column.number("entropy, bits"));
        for (double p : new double[] {0, 0.01, 0.1, 0.25, 0.5}) table.row("" + p, fixed(bits(p)));
        return new Block[] {new Paragraph("In bits: 1 for a fair coin, 0 for one with two heads. A coin that shows heads"
            + " 11 times in 100 carries half a bit."),
            LineChart.titled("Entropy of a coin").xLabel("p, the probability of heads").yLabel("bits").yRange(0, 1)
                .beside(LineChart.Beside.MOST)
                .series("entropy", xs, map(xs, LossTourPage::bits)), new Folded("The numbers", table)};
    }

    static double bits(double p) { return entropy(coin(p)) / Math.log(2); }

    private static double[] map(double[] xs, DoubleUnaryOperator function) {
        return Arrays.stream(xs).map(function).toArray();
    }
}
