package dev.lanewise.lab.seeds;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.train.ErrorSpread;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.report.Violin;
import java.util.ArrayList;
import java.util.List;

/// How the results of [Seeds] are shown.
record SeedsPage(SeedsOutcome outcome) {

    static final String TITLE = "How much is luck?";

    Experiment.Result result() { return new Experiment.Result(outcome, table().text(), conclusion(), page(), violin()); }

    private Table table() {
        var columns = new ArrayList<>(List.of(Column.text("the seed decides"), Column.number("networks")));
        columns.addAll(ErrorSpread.columns());
        var table = new Table(columns.toArray(Column[]::new));
        row(table, "weights", outcome.errorsByWeights());
        row(table, "order of the batches", outcome.errorsByOrder());
        return table;
    }

    private static void row(Table table, String name, double[] errors) {
        var cells = new ArrayList<>(List.of(name, "" + errors.length));
        cells.addAll(ErrorSpread.cells(errors, SeedsPage::error));
        table.row(cells.toArray(String[]::new));
    }

    private static String error(double value) { return Figures.fixed(value, 4); }

    private String conclusion() {
        var weights = outcome.errorsByWeights();
        double ratio = ErrorSpread.quantile(weights, 0.9) / ErrorSpread.quantile(weights, 0.1);
        double order = ErrorSpread.quantile(outcome.errorsByOrder(), 0.9) / ErrorSpread.quantile(outcome.errorsByOrder(), 0.1);
        var first = outcome.last(Seeds.ARTICLES.getFirst());
        var second = outcome.last(Seeds.ARTICLES.getLast());
        return Figures.format("Of %d seeds for the weights, one in ten ends at a test error of %.4f or less,"
            + " one in ten at %.4f"
            + " or more: %.1f times as much, from luck alone; of the order of batches, %.1f times. Seed 420 ends at %.4f"
            + " (it would be"
            + " number %d), seed 29 at %.4f (number %d): %s. Two seeds say which was luckier, and nothing about networks;"
            + " compare distributions.", weights.length, ErrorSpread.quantile(weights, 0.1), ErrorSpread.quantile(weights, 0.9),
                ratio, order, first, outcome.rank(first),
            second, outcome.rank(second), second < first ? "29 is ahead here" : "420 is ahead here");
    }

    private String lead() {
        var weights = outcome.errorsByWeights();
        return Figures.format("One small network, trained from %d seeds that differ in nothing but luck: the unluckiest"
            + " tenth ends with %.1f times the error of the"
            + " luckiest. So a comparison of two single runs, such as seed 420 against 29, says little about networks;"
            + " compare many.", weights.length,
            ErrorSpread.quantile(weights, 0.9) / ErrorSpread.quantile(weights, 0.1));
    }

    private Violin violin() {
        return Violin.titled("Final test errors").xLabel("the seed decides").yLabel("mean squared error").logY()
            .groups("weights", "order").series("networks", outcome.errorsByWeights(), outcome.errorsByOrder());
    }

    private Page page() {
        var curves = LineChart.titled("Two seeds").xLabel("epoch").yLabel("test error, mean squared").logY();
        for (long seed : Seeds.ARTICLES) curves.series("seed " + seed, 1, outcome.article(seed));
        var articles = new Table(Column.number("seed"), Column.number("final test error"), Column.number("would be number"));
        for (long seed : Seeds.ARTICLES) {
            double last = outcome.last(seed);
            articles.row("" + seed, error(last), outcome.rank(last) + " of " + outcome.errorsByWeights().length);
        }
        return Page.titled(TITLE)
            .lead(lead())
            .section("The spread", new Paragraph("The network is 2-8-8-1 with ReLU, and learns y = 2·x₁² − x₂² + noise."
                + " Left: data and order of the batches are the same for all, and the seed"
                + " decides the weights."
                + " Right: the weights are the same, and the seed decides the order. Each violin shows the final test errors of "
                + outcome.errorsByWeights().length + " networks; the noise alone is " + error(Polynomial.NOISE * Polynomial.NOISE)
                + ", a network that says the mean whatever it sees has about " + error(Polynomial.BLIND) + "."),
                violin(), new Folded("The numbers", table()))
            .section("420 against 29", new Paragraph("Articles show these two seeds side by side: the weights that PyTorch"
                + " draws after"
                + " torch.manual_seed, which this library draws, too. Neither is special: among the networks above they"
                + " have these places."),
                curves, articles);
    }
}
