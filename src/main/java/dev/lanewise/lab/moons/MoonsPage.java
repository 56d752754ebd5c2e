package dev.lanewise.lab.moons;

import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.moons.MoonsOutcome.Run;
import dev.lanewise.nn.Layer;
import dev.lanewise.report.Column;
import dev.lanewise.report.DecisionMap;
import dev.lanewise.report.Folded;
import dev.lanewise.report.HeatMap;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.Snapshot;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How the results of [Moons] are shown.
record MoonsPage(MoonsOutcome outcome) {

    static final String TITLE = "Two moons, and why weights must not start alike";

    private static final int POINTS = 300;
    /// Above this share of the points a network has learned something; a straight line can have nine in ten of them.
    private static final double LEARNED = 0.75;
    /// As [Moons#unit] gives them.
    private static final List<String> WEIGHTS = List.of("weight of input 1", "weight of input 2", "bias", "weight in the output");

    Experiment.Result result() {
        var text = results(outcome.runs())
            .text() + "\nAll zero, hidden units after each step: weight of the first input | weight in the"
            + " output\n" + steps(zeros()).text()
            + "\nGaussian, likewise\n" + steps(outcome.runs().get(3)).text();
        return new Experiment.Result(outcome, text, conclusion(), page(), maps());
    }

    private Run zeros() { return outcome.runs().get(2); }

    private static Table results(List<Run> runs) {
        var table = new Table(Column.text("network"), Column.number("test accuracy"), Column.number("test loss"),
            Column.number("dev accuracy"), Column.number("dev loss"), Column.number("train loss"), Column.number("best epoch"));
        for (var run : runs) {
            var dev = run.trained().history().validation().getLast();
            table.row(run.network(), percent(run.testAccuracy()), fixed(run.testLoss()), percent(dev.metric()), fixed(dev.loss()),
                fixed(run.trained().train().getLast().loss()), "" + run.bestEpoch());
        }
        return table;
    }

    /// A row a step, a column a hidden unit: the weight of its first input, and the weight with which the output reads it.
    private static Table steps(Run run) {
        var table = new Table(IntStream.rangeClosed(0, Moons.UNITS).mapToObj(i -> i == 0 ? Column.text("step")
            : Column.text("unit " + i))
            .toArray(Column[]::new));
        for (int step = 0; step < run.trained().firstSteps().size(); step++) {
            var weights = run.trained().firstSteps().get(step).weights();
            var cells = new String[1 + Moons.UNITS];
            cells[0] = "" + (step + 1);
            for (int unit = 0; unit < Moons.UNITS; unit++) {
                var each = Moons.unit(weights, unit);
                cells[unit + 1] = Figures.format("%.2g | %.2g", each[0], each[3]);
            }
            table.row(cells);
        }
        return table;
    }

    /// A panel a weight, a row a step, a column a hidden unit.
    private static HeatMap weights(Run run) {
        var steps = run.trained().firstSteps();
        var map = HeatMap.titled("Weights after each step: " + run.network())
            .rows("step", IntStream.rangeClosed(1, steps.size()).mapToObj(Integer::toString).toArray(String[]::new))
            .columns("hidden unit", IntStream.rangeClosed(1, Moons.UNITS).mapToObj(Integer::toString).toArray(String[]::new));
        for (int i = 0; i < WEIGHTS.size(); i++) {
            int weight = i;
            map.panel(WEIGHTS.get(i), steps.stream().map(step -> IntStream.range(0, Moons.UNITS)
                .mapToDouble(unit -> Moons.unit(step.weights(), unit)[weight]).toArray()).toArray(double[][]::new));
        }
        return map;
    }

    private static boolean alike(List<Snapshot> steps) {
        return steps.stream().allMatch(step -> Moons.unitsAlike(step.weights()));
    }

    private String conclusion() {
        var first = zeros().trained().history().validation().getFirst().metric();
        return Figures.format("On points that neither training nor the choice of the epoch saw, 2-5-1 is right in"
            + " %s and 2-5-3-1 in %s (one standard error from their number; one seed)."
            + " With all weights at zero the five hidden units %s after each of the first %d steps, and"
            + " %s in the end, as theory says: equal units get equal gradients for ever. After one epoch that network is right"
            + " in %s of the dev set. %s; the Gaussian start reaches %s.",
            judged(outcome.runs().get(0)), judged(outcome.runs().get(1)), alike(zeros().trained().firstSteps())
                ? "are equal to the bit" : "DIFFER", zeros().trained().firstSteps().size(), zeros().unitsAlike().orElseThrow()
                    ? "are so" : "DIFFER", percent(first), Figures.format(zeros().testAccuracy() > LEARNED
                ? "It is not stuck there: its five units learn as one, and tell the moons apart by a straight line, %s"
                : "In so few epochs it gets no further than %s", percent(zeros().testAccuracy())),
            percent(outcome.runs().get(3).testAccuracy()));
    }

    /// Of the points to judge by, which are few.
    private String judged(Run run) {
        return Figures.format("%s ± %.1f", percent(run.testAccuracy()).replace(" %", ""),
            100 * Statistics.standardError(run.testAccuracy(), outcome.data().test().size())) + " %";
    }

    private Page page() {
        return Page.titled(TITLE).lead(Figures.format("A network that starts"
            + " with all weights at zero gets no more out of five hidden"
            + " units than out of one: they stay equal for ever, and it ends at %s, where random weights reach %s. How"
            + " networks of one and of two hidden layers"
            + " tell two moons apart is shown beside it.", percent(zeros().testAccuracy()),
            percent(outcome.runs().get(3).testAccuracy())))
            .section("What was done", new Paragraph("Points of two interleaved half circles, noise " + Moons.NOISE + " ("
                + outcome.data().train().size() + " to train on, " + outcome.data().dev()
                .size() + " to choose the best epoch by, " + outcome.data().test().size() + " to judge by) were classified by"
                + " networks of two inputs, sigmoid hidden units and one output, trained by SGD with rate "
                + Moons.LEARNING_RATE + " in batches of "
                + outcome.batch() + " for " + outcome.epochs()
                + " epochs. The weights of the epoch with the best dev accuracy were kept in a"
                + " safetensors file, read into a new model, and judged on the test set."))
            .section("2-5-1 against 2-5-3-1", new Paragraph("Both start as PyTorch's layers do. A straight boundary is found"
                + " soon; there the curves stand still for long, until it is bent. How many hundreds of epochs that takes depends"
                + " on the start."),
                chart("Loss", "binary cross-entropy", outcome.runs().subList(0, 2), Evaluation::loss),
                chart("Accuracy", "share of points", outcome.runs().subList(0, 2), Evaluation::metric),
                new Folded("The numbers", results(outcome.runs().subList(0, 2))))
            .section("Symmetry", new Paragraph("The same 2-5-1 with every weight and bias at zero, and with normal weights of"
                + " variance 1. Units that are equal see the same and are read the same, so that their gradients are equal: no"
                + " number of steps tells them apart. Courses leave it at 50 % accuracy. That holds at first; later the network"
                + " does learn, but no more than one unit can: a straight boundary."),
                chart("Loss from an equal and an unequal start", "binary cross-entropy", outcome.runs().subList(2, 4),
                    Evaluation::loss),
                chart("Accuracy from an equal and an unequal start", "share of points", outcome.runs().subList(2, 4),
                    Evaluation::metric),
                new Folded("The numbers", results(outcome.runs().subList(2, 4))),
                new Paragraph("All four weights of each hidden unit after each of the first steps: from zero all units have the"
                    + " same, from a Gaussian start none."),
                weights(zeros()), weights(outcome.runs().get(3)), new Folded("The weight of the first input | the weight in"
                    + " the output, step by step",
                    new Paragraph(zeros().network() + ":"), steps(zeros()), new Paragraph(outcome.runs().get(3).network() + ":"),
                    steps(outcome.runs().get(3))))
            .section("What they learned", maps(), new Paragraph("The maps show the best weights of each network over test"
                + " points."),
                new Folded("The numbers of all four", results(outcome.runs())));
    }

    private static LineChart chart(String title, String yLabel, List<Run> shown, ToDoubleFunction<Evaluation> value) {
        var chart = LineChart.titled(title).xLabel("epoch").yLabel(yLabel);
        // after each epoch, and so from 1 on
        for (var run : shown) {
            chart.series(run.network() + ": train", 1, run.trained().train().stream().mapToDouble(value).toArray());
            chart.series(run.network() + ": dev", 1, run.trained().history().validation().stream().mapToDouble(value).toArray());
        }
        return chart;
    }

    private DecisionMap maps() {
        var map = DecisionMap.titled("Where each network says which moon", new double[] {-1.6, 2.6}, new double[] {-1.2, 1.7},
            "upper moon", "lower moon").xLabel("input 1").yLabel("input 2");
        for (var run : outcome.runs()) map.panel(run.network(), (x, y) -> probability(run.trained().best(), x, y));
        var test = outcome.data().test().batch(IntStream.range(0, Math.min(POINTS, outcome.data().test().size())).toArray());
        for (int i = 0; i < test.size(); i++)
            map.point(test.inputs().get(i, 0), test.inputs().get(i, 1), test.targets()[i]);
        return map;
    }

    private static double probability(Layer model, double x, double y) {
        return 1 / (1 + Math.exp(-model.predict(Tensor.of(new float[] {(float) x, (float) y}, 1, 2)).item()));
    }

    private static String fixed(double value) { return Figures.fixed(value, 4); }

    private static String percent(double share) { return Figures.percent(share, 1); }
}
