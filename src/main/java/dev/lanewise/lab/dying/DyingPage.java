package dev.lanewise.lab.dying;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.lab.train.ErrorSpread;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How the results of [Dying] are shown.
record DyingPage(DyingOutcome outcome) {

    static final String TITLE = "How ReLU networks die";

    /// A share may stray by so many standard errors.
    private static final double BAND = 4;

    Experiment.Result result() {
        return new Experiment.Result(outcome, biasTable().text() + "\n" + deadTable().text() + "\n" + boundTable().text(),
            conclusion(), page(), lossChart());
    }

    /// Of a share, by the binomial law.
    private double error(double share) { return Math.sqrt(share * (1 - share) / outcome.networks()); }

    private boolean agrees() {
        var born = outcome.bornDeadInTheory();
        double share = outcome.bornDead();
        return share >= born[0] - BAND * error(born[0]) && share <= born[1] + BAND * error(born[1])
            && Math.abs(outcome.deadAtOneInput() - born[1]) <= BAND * error(born[1]);
    }

    private Table biasTable() {
        var table = DeepMoons.table("bias -8");
        for (var each : outcome.biased()) {
            DeepMoons.row(table, each.activation(), 0, each.norms().first());
            DeepMoons.row(table, each.activation(), Dying.BIASED_STEPS, each.norms().last());
        }
        return table;
    }

    private Table deadTable() {
        var born = outcome.bornDeadInTheory();
        var table = new Table(Column.text("networks that pass nothing"), Column.number("share"), Column.number(
            "± error"), Column.text("theory"))
            .row("at birth, at one input", percent(outcome.deadAtOneInput()), percent(error(outcome.deadAtOneInput())),
                percent(born[1]))
            .row("at birth, at all " + outcome.points() + " points", percent(outcome.bornDead()),
                percent(error(outcome.bornDead())), percent(born[0]) + " to " + percent(born[1]));
        for (int i = 0; i < Dying.RATES.length; i++) {
            int rate = i;
            double dead = outcome.share(fate -> fate.dead()[rate]);
            table.row("after " + outcome.steps() + " steps, rate " + Dying.RATES[i], percent(dead), percent(error(dead)),
                "at least those born so");
        }
        return table;
    }

    /// What could be said before training.
    private Table boundTable() {
        var table = new Table(Column.text("rate"), Column.number("above the bound"), Column.number("killed of these"),
            Column.number("killed of the others"));
        for (int i = 0; i < Dying.RATES.length; i++) table.row("" + Dying.RATES[i],
            percent(outcome.beyond().get("beyondBoundAtRate" + Dying.RATES[i])), percent(outcome.killed(i, true)),
            percent(outcome.killed(i, false)));
        return table;
    }

    private String bound() {
        return Figures.format("Before training, the sharpness of the loss allows rates of %s (median of those born alive; 2(1 +"
            + " 0.9)/λ): %s lies above the"
            + " bound of %s of them, of which it kills %s, and kills %s of the others; %s lies above that of %s",
            Figures.number(outcome.medianBound()), "" + Dying.RATES[0],
            percent(outcome.beyond().get("beyondBoundAtRate" + Dying.RATES[0])), percent(outcome.killed(0, true)),
            percent(outcome.killed(0, false)), "" + Dying.RATES[1],
            percent(outcome.beyond().get("beyondBoundAtRate" + Dying.RATES[1])));
    }

    /// Networks alive at birth that are dead in the end.
    private double killed(int rate) { return outcome.share(fate -> !fate.born() && fate.dead()[rate]); }

    private String conclusion() {
        var relu = outcome.biased().getFirst().norms();
        boolean zero = IntStream.range(0, DeepMoons.LAYERS).allMatch(layer -> relu.first()[layer] == 0
            && relu.last()[layer] == 0);
        var revived = outcome.fates().stream().filter(fate -> fate.born() && !(fate.dead()[0] && fate.dead()[1])).count();
        return Figures.format("With biases of -8 the gradients of all of ReLU's hidden layers %s, at the first step"
            + " and after a hundred; leaky ReLU's first layer gets %s with slope 0.01 and %s with 0.3, ELU's %s. Of %d"
            + " regression networks of four ReLU layers of %d units %s are born dead (standard error: %s; theory: %s to %s, %s);"
            + " a rate of 0.03 kills %s more, 0.001 %s. Of those born dead %s", zero ? "are exactly zero" : "are NOT zero",
            first(1), first(3), first(4), outcome.networks(), outcome.units(), percent(outcome.bornDead()),
            percent(error(outcome.bornDead())), percent(outcome.bornDeadInTheory()[0]), percent(outcome.bornDeadInTheory()[1]),
            agrees() ? "it agrees" : "it does NOT agree", percent(killed(0)), percent(killed(1)), revived == 0 ? "none came back"
            : revived + " came back") + ". " + bound() + ".";
    }

    /// The first layer's gradient at the first step.
    private String first(int kind) { return Figures.number(outcome.biased().get(kind).norms().first()[0]); }

    private Page page() {
        return Page.titled(TITLE).lead(Figures.format("A ReLU that is below 0 for every input has no"
            + " gradient and never comes"
            + " back; where a whole layer is so, the network is dead. Of %d networks %s are born dead, and of the others a"
            + " learning rate of %s kills %s of all, where"
            + " %s kills %s.", outcome.networks(), percent(outcome.bornDead()), "" + Dying.RATES[0], percent(killed(0)),
            "" + Dying.RATES[1], percent(killed(1))))
            .section("By a bias", new Paragraph("The network of the experiment vanishing (2 inputs, "
                + DeepMoons.LAYERS + " hidden layers of "
                + DeepMoons.UNITS + " units, 1 output) with all hidden biases at -8, on two moons: before its activation every"
                + " hidden unit is far below 0. The L2 norms of the layers' gradients, weights and biases, at the first step"
                + " and after 100 steps of SGD with rate " + DeepMoons.LEARNING_RATE + "; a gradient travels from right to"
                + " left:"), chart(), new Folded("The numbers, at the first step and at the last", biasTable()),
                new Paragraph("ReLU's slope is 0 there, so that no hidden layer has a gradient, now or later: nothing that"
                    + " could change changes, but the output's own bias. A zero has no place on a logarithmic axis; the legend"
                    + " says so. Leaky ReLU passes the product of its slopes: 0.01 to the power of five is small, but not"
                    + " nothing. ELU's slope at -8 is e^-8, 0.0003."))
            .section("By birth and by training", new Paragraph(outcome.networks() + " networks of one input, "
                + Dying.LAYERS + " ReLU layers of "
                + outcome.units() + " units and one output, from as many seeds, with He's normal weights and no biases,"
                + " learned y = 2x² - x³ + noise at "
                + outcome.points() + " points of [-1, 1), all at once, by SGD with momentum 0.9. A network passes nothing"
                + " if a whole layer is off at every point: it says the same number for all, and only the output's bias"
                + " learns."), lossChart(), deadTable(), new Folded("How the errors are spread", lossTable()),
                new Paragraph("At one input, all units of a layer are off with probability 2^-" + outcome.units()
                    + ", so that a network passes nothing there with probability 1 - (1 - 2^-" + outcome.units() + ")^"
                    + Dying.LAYERS + ". At many inputs"
                    + " it is less: at least the bound of Lu, Shin, Su and Karniadakis, \"Dying ReLU and"
                    + " initialization\" (2019). Training adds to it where steps are long enough to throw a whole layer below"
                    + " 0. Dead networks get no gradient that could bring them back. The"
                    + " errors are standard errors; theory agrees if it lies within " + (int) BAND + " of them."), boundTable(),
                new Paragraph("That a step is too long can be said before training: on a quadratic loss gradient descent with"
                    + " momentum 0.9 diverges above"
                    + " 2(1 + 0.9)/λ, λ being the largest eigenvalue of the loss's Hessian over all points (see the page of"
                    + " explain). Here it is a bound on the first"
                    + " steps: above it the loss rises at first, and a network may be thrown so far that a layer is off for good,"
                    + " or be caught where the loss is"
                    + " flatter. Below it, steps still grow too long where training leads to sharper places."));
    }

    private LineChart chart() {
        var chart = DeepMoons.chart("Gradients at the first step, biases at -8");
        for (var each : outcome.biased()) chart.series(each.activation(), 1, each.norms().first());
        return chart;
    }

    /// Losses of all networks in order, so that the dead ones show as a plateau.
    private LineChart lossChart() {
        var chart = LineChart.titled("Final errors, sorted").xLabel("network, from the best on").yLabel("mean squared error")
            .logY().wholeX().beside(LineChart.Beside.NOTHING);
        for (int i = 0; i < Dying.RATES.length; i++)
            chart.series("rate " + Dying.RATES[i], 1, Arrays.stream(outcome.losses(i)).sorted().toArray());
        return chart;
    }

    private Table lossTable() {
        var columns = new ArrayList<>(List.of(Column.text("mean squared error")));
        columns.addAll(ErrorSpread.columns());
        var table = new Table(columns.toArray(Column[]::new));
        for (int i = 0; i < Dying.RATES.length; i++) {
            var cells = new ArrayList<>(List.of("rate " + Dying.RATES[i]));
            cells.addAll(ErrorSpread.cells(outcome.losses(i), Figures::number));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static String percent(double share) { return Figures.percent(share, 1); }
}
