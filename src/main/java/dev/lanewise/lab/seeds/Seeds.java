package dev.lanewise.lab.seeds;

import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Figures;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.lab.train.Polynomial.Stack;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.report.Violin;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// One network from many seeds: how far apart the results are when nothing but the seed changes.
public final class Seeds implements Experiment {

    /// The articles' two, after `torch.manual_seed`.
    private static final List<Long> ARTICLES = List.of(420L, 29L);
    private static final Stack STACK = new Stack("ReLU × 2", ReLU::new, 2, 8);
    private static final Scheme SCHEME = Scheme.named("torch-default");
    private static final int ROWS = 400;
    private static final int BATCH = 20;
    private static final double RATE = 0.1;

    /// @param weights  final test errors where the seed decides the weights alone
    /// @param order    where it decides the order of the batches alone
    /// @param articles the curves of the articles' seeds
    record Outcome(double[] weights, double[] order, List<Polynomial.Run> articles) {}

    @Override
    public String name() { return "seeds"; }

    @Override
    public String summary() { return "One network from many seeds: how much of a result is luck? With 420 against 29."; }

    @Override
    public List<Option> options() {
        return List.of(new Option("--seeds", "N", "How many; 200 by default."),
            new Option("--epochs", "N", "Passes over the data; 20 by default."));
    }

    @Override
    public Result run(Setting setting) {
        int seeds = (int) setting.options().number("--seeds", 200, 2, 100_000);
        int epochs = (int) setting.options().number("--epochs", 20, 1, 10_000);
        setting.say("Data", "y = 2 x1^2 - x2^2 + noise, " + ROWS + " rows, a quarter held out");
        setting.say("Network", "2-8-8-1, ReLU, PyTorch's default start, SGD " + RATE + ", batches of " + BATCH + ", " + epochs
            + " epochs");
        var outcome = outcome(Polynomial.of(ROWS, BATCH, RATE, setting.source()), seeds, epochs, setting);
        return new Result(table(outcome).text(), conclusion(outcome), page(outcome, epochs), json(outcome));
    }

    static Outcome outcome(Polynomial task, int seeds, int epochs, Setting setting) {
        var results = setting.each(2 * seeds, i -> train(task, setting.weights(i < seeds ? i : 0), epochs,
            i < seeds ? setting.source().stream("order") : setting.source().stream("orders").stream((long) i - seeds)).last());
        var articles = ARTICLES.stream().map(seed -> train(task, new TorchRandom(seed), epochs,
            setting.source().stream("order"))).toList();
        return new Outcome(values(results.subList(0, seeds)), values(results.subList(seeds, 2 * seeds)), articles);
    }

    private static Polynomial.Run train(Polynomial task, RandomSource weights, int epochs, RandomSource order) {
        return task.run("", STACK.model(SCHEME).initialize(weights), epochs, epochs - 1, order);
    }

    private static double[] values(List<Double> list) { return list.stream().mapToDouble(v -> v).toArray(); }

    // ---- what it says

    /// Which place an error would have among those of the seeds, 1 the best.
    static int rank(double[] errors, double error) { return 1 + (int) Arrays.stream(errors).filter(each -> each < error).count(); }

    private static Table table(Outcome outcome) {
        var table = new Table(Column.text("the seed decides"), Column.number("networks"), Column.number("best"),
            Column.number("10 %"),
            Column.number("median"), Column.number("90 %"), Column.number("worst"));
        return row(row(table, "weights", outcome.weights()), "order of the batches", outcome.order());
    }

    private static Table row(Table table, String name, double[] errors) {
        return table.row(name, "" + errors.length, error(Figures.quantile(errors, 0)), error(Figures.quantile(errors, 0.1)),
            error(Figures.quantile(errors, 0.5)),
            error(Figures.quantile(errors, 0.9)), error(Figures.quantile(errors, 1)));
    }

    private static String error(double value) { return String.format(Locale.ROOT, "%.4f", value); }

    private static String conclusion(Outcome outcome) {
        var weights = outcome.weights();
        double ratio = Figures.quantile(weights, 0.9) / Figures.quantile(weights, 0.1);
        double order = Figures.quantile(outcome.order(), 0.9) / Figures.quantile(outcome.order(), 0.1);
        var first = outcome.articles().getFirst().last();
        var second = outcome.articles().getLast().last();
        return String.format(Locale.ROOT, "Of %d seeds for the weights, one in ten ends at a test error of %.4f or less,"
            + " one in ten at %.4f"
            + " or more: %.1f times as much, from luck alone; of the order of batches, %.1f times. Seed 420 ends at %.4f"
            + " (it would be"
            + " number %d), seed 29 at %.4f (number %d): %s. Two seeds say which was luckier, and nothing about networks;"
            + " compare distributions.", weights.length, Figures.quantile(weights, 0.1), Figures.quantile(weights, 0.9), ratio, order, first,
                rank(weights, first),
            second, rank(weights, second), second < first ? "29 is ahead here" : "420 is ahead here");
    }

    private static Page page(Outcome outcome, int epochs) {
        var curves = LineChart.titled("Two seeds").xLabel("epoch").yLabel("test error, mean squared").logY();
        var xs = IntStream.rangeClosed(1, epochs).asDoubleStream().toArray();
        for (int i = 0; i < ARTICLES.size(); i++)
            curves.series("seed " + ARTICLES.get(i), xs, outcome.articles().get(i).testErrors());
        var articles = new Table(Column.number("seed"), Column.number("final test error"), Column.number("would be number"));
        for (int i = 0; i < ARTICLES.size(); i++) {
            double last = outcome.articles().get(i).last();
            articles.row("" + ARTICLES.get(i), error(last), rank(outcome.weights(), last) + " of " + outcome.weights().length);
        }
        return Page.titled("How much is luck?")
            .lead("One small network, 2-8-8-1 with ReLU, learns y = 2·x₁² − x₂² + noise from many seeds. " + conclusion(outcome))
            .section("The spread", new Paragraph("Left: data and order of the batches are the same for all, and the seed"
                + " decides the weights."
                + " Right: the weights are the same, and the seed decides the order. Each violin shows the final test errors of "
                + outcome.weights().length + " networks; the noise alone is " + error(Polynomial.NOISE * Polynomial.NOISE)
                + ", a network that says the mean whatever it sees has " + error(Polynomial.BLIND) + "."),
                Violin.titled("Final test errors").xLabel("the seed decides").yLabel("mean squared error").logY()
                    .groups("weights", "order").series("networks", outcome.weights(), outcome.order()), table(outcome))
            .section("420 against 29", new Paragraph("Articles show these two seeds side by side: the weights that PyTorch"
                + " draws after"
                + " torch.manual_seed, which this library draws, too. Neither is special: among the networks above they"
                + " have these places."),
                curves, articles);
    }

    private static LinkedHashMap<String, Object> json(Outcome outcome) {
        var json = new LinkedHashMap<String, Object>();
        json.put("errorsByWeights", outcome.weights());
        json.put("errorsByOrder", outcome.order());
        for (int i = 0; i < ARTICLES.size(); i++) json.put("seed" + ARTICLES.get(i), outcome.articles().get(i).testErrors());
        return json;
    }
}
