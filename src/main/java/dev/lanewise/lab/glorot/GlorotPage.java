package dev.lanewise.lab.glorot;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.glorot.GlorotOutcome.Network;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.lab.train.Polynomial.Run;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.report.Violin;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Snapshot;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/// How the results of [Glorot] are shown.
record GlorotPage(GlorotOutcome outcome) {

    static final String TITLE = "Xavier or Kaiming?";

    /// Below this share of the blind error a network has learned the curve.
    private static final double LEARNED = 0.5;

    Experiment.Result result() {
        return new Experiment.Result(outcome, table().text(), conclusion(), page(),
            errors("", outcome.networks().get(1), Run::testErrors));
    }

    private Table table() {
        var table = new Table(Column.text("network"), Column.text("start"), Column.number("train error"),
            Column.number("test error"),
            Column.text("learned?"), Column.number("gradient, first over last layer"));
        for (var network : outcome.networks()) for (var run : network.runs())
            table.row(network.network(), run.name(), error(run.trainErrors()[run.trainErrors().length - 1]), error(run.last()),
                learned(run) ? "yes" : "no", Figures.format("%.2g", GlorotOutcome.gradientRatio(run)));
        return table;
    }

    private static String error(double value) { return Figures.fixed(value, 4); }

    private boolean learned(Run run) { return run.last() < LEARNED * outcome.errorOfTheMean(); }

    private String conclusion() { return figures() + claim(); }

    private String figures() {
        var words = new ArrayList<String>();
        for (var network : outcome.networks()) {
            var able = network.runs().stream().filter(this::learned).mapToDouble(Run::last).sorted().toArray();
            words.add(network.network() + ": " + (able.length == 0 ? "no start learns the curve"
                : (able.length == network.runs().size() ? "all starts learn" : able.length + " of " + network.runs().size()
                + " starts learn")
                    // of one seed each: which is ahead of which is luck as long as they are of one size
                    + ", at " + error(able[0]) + (able.length == 1 ? "" : " to " + error(able[able.length - 1]))));
        }
        return Figures.format("Test errors; %.4f is that of a network that says the mean whatever it sees, on the same rows,"
            + " %.4f the noise. ",
            outcome.errorOfTheMean(), Polynomial.NOISE * Polynomial.NOISE) + String.join(". ", words) + ". ";
    }

    /// The articles say that Xavier's start is what sigmoids need. Whether that is so here, as the deepest stack of them shows.
    private String claim() {
        var able = outcome.networks().get(1).runs().stream().filter(this::learned).map(Run::name).toList();
        boolean xavier = able.contains("xavier-uniform") || able.contains("xavier-normal");
        return (xavier ? "The articles' claim that Xavier's start lets four sigmoids learn holds here, for this long a training. "
            : "The articles' claim that Xavier's start lets four sigmoids learn does not hold here: its variance is"
                + " worked out for activations of slope 1, a sigmoid's is 1/4 at most, and so each layer takes three"
                + " quarters of the gradient or more. ")
            + (able.contains(Glorot.FOURFOLD.name()) ? "With weights four times as large, which is what that theory asks"
            + " for, they learn."
                : "Weights four times as large, which that theory would ask for, don't learn either.");
    }

    private String lead() {
        var able = outcome.networks().get(1).runs().stream().filter(this::learned).map(Run::name).toList();
        boolean xavier = able.contains("xavier-uniform") || able.contains("xavier-normal");
        return (xavier ? "Four layers of sigmoids learn from Xavier's start, as articles say." : "Articles say that"
            + " Xavier's start lets four layers of"
            + " sigmoids learn; here it doesn't, since it is made for activations of slope 1, and a sigmoid's slope is 1/4"
            + " at most.")
            + (able.contains(Glorot.FOURFOLD.name()) ? " From weights four times as large they learn" : " From weights four"
            + " times as large they don't learn either")
            + (outcome.networks().subList(2, outcome.networks().size()).stream().flatMap(network -> network.runs().stream())
                .allMatch(this::learned)
                ? "; tanh and ReLU learn from every start." : ".");
    }

    private Page page() {
        var page = Page.titled(TITLE)
            .lead(lead())
            .section("What was done", new Paragraph(Glorot.ROWS + " rows, x uniform on [−1, 1)², noise of deviation "
                + Polynomial.NOISE
                + "; a quarter is held out. Three or four hidden layers of " + Glorot.WIDTH + " units, one output; plain SGD at "
                + Glorot.RATE + ", batches of " + Glorot.BATCH
                    + ". All five starts take the same random numbers, each scaled as it says,"
                + " and meet the same batches. The default is PyTorch's: weights and biases uniform on ±1/√n. Sigmoids get"
                + " a sixth start, which the"
                + " articles don't have: Xavier's with four times the deviation, for the slope of 1/4."))
            .section("Results", new Paragraph(figures().strip()),
                new Folded("All " + outcome.networks().stream().mapToInt(network -> network.runs().size())
                .sum() + " networks", table(),
                new Paragraph("Learned: a test error below half of the blind one. The last column compares root"
                + " mean square gradients of weights in epoch " + (Glorot.WATCHED + 1)
                    + ", the first hidden layer's over the last one's:"
                + " far below 1, the first layer hardly moves. A wide layer of sigmoids leaves a quarter of a gradient"
                + " at most, times √(n·variance): over the"
                + " three layers between of four sigmoids that is 0.003 for the default start, 0.016 for Xavier's,"
                + " 0.044 for Kaiming's, up to chance and to what the two layers read.")));
        for (var network : outcome.networks()) page.section(network.network(), blocks(network));
        return page;
    }

    private static Block[] blocks(Network network) {
        var weights = violin("Weights of each layer after " + (Glorot.WATCHED + 1) + " epochs", "weight", network,
            Snapshot::weights, false);
        var gradients = violin("Gradients of each layer after " + (Glorot.WATCHED + 1) + " epochs", "magnitude", network,
            Snapshot::gradients, true);
        return new Block[] {
            errors("Test error, " + network.network(), network, Run::testErrors),
            new Folded("Training error, weights and gradients of each layer",
                errors("Training error, " + network.network(), network, Run::trainErrors), weights, weights.numbers(), gradients,
                gradients.numbers())};
    }

    private static LineChart errors(String title, Network network, Function<Run, double[]> errors) {
        var chart = LineChart.titled(title).xLabel("epoch").yLabel("mean squared error").logY();
        for (var run : network.runs()) chart.series(run.name(), 1, errors.apply(run));
        return chart;
    }

    private static Violin violin(String title, String label, Network network, Function<Snapshot, Map<String, Tensor>> tensors,
                                 boolean magnitudes) {
        int layers = network.stack().hidden() + 1;
        var chart = Violin.titled(title).xLabel("layer").yLabel(label)
            .groups(IntStream.rangeClosed(1, layers).mapToObj(i -> i < layers ? "" + i : "output").toArray(String[]::new));
        if (magnitudes) chart.logY();
        for (var run : network.runs()) chart.series(run.name(), Polynomial.weights(tensors.apply(run.watched())).stream()
            .map(each -> (magnitudes ? each.abs() : each).toArray()).toArray(float[][]::new));
        return chart;
    }
}
