package dev.lanewise.lab.dying;

import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Figures;
import dev.lanewise.lab.dying.Dying.Fate;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.lab.train.DeepMoons.Norms;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// How the results of [Dying] are shown.
///
/// @param biased one for each of [Dying#KINDS]
record DyingPage(List<Norms> biased, List<Fate> fates, int units, int steps, int points) {

    /// A share may stray by so many standard errors.
    private static final double BAND = 4;

    Experiment.Result result() {
        var json = new LinkedHashMap<String, Object>();
        json.put("biased", IntStream.range(0, biased.size()).mapToObj(i -> {
            var each = new LinkedHashMap<String, Object>();
            each.put("activation", Dying.KINDS.get(i).name());
            each.put("first", biased.get(i).first());
            each.put("last", biased.get(i).last());
            return each;
        }).toList());
        json.put("networks", fates.size());
        json.put("bornDead", share(Fate::born));
        json.put("bornDeadInTheory", Dying.born(units));
        json.put("deadAtOneInput", share(Fate::atOne));
        for (int i = 0; i < Dying.RATES.length; i++) {
            int rate = i;
            json.put("deadAtRate" + Dying.RATES[i], share(fate -> fate.dead()[rate]));
        }
        return new Experiment.Result(biasTable().text() + "\n" + deadTable().text(), conclusion(), page(), json);
    }

    private double share(Predicate<Fate> which) { return fates.stream().filter(which).count() / (double) fates.size(); }

    /// Of a share, by the binomial law.
    private double error(double share) { return Math.sqrt(share * (1 - share) / fates.size()); }

    private boolean agrees() {
        var born = Dying.born(units);
        double share = share(Fate::born);
        return share >= born[0] - BAND * error(born[0]) && share <= born[1] + BAND * error(born[1])
            && Math.abs(share(Fate::atOne) - born[1]) <= BAND * error(born[1]);
    }

    private Table biasTable() {
        var columns = new ArrayList<Column>(List.of(Column.text("bias -8"), Column.text("step")));
        for (int layer = 1; layer <= DeepMoons.LAYERS; layer++) columns.add(Column.number("layer " + layer));
        columns.add(Column.number("output"));
        var table = new Table(columns.toArray(Column[]::new));
        for (int i = 0; i < biased.size(); i++)
            for (var last : List.of(false, true)) {
                var cells = new ArrayList<>(List.of(Dying.KINDS.get(i).name(), last ? "101" : "1"));
                Arrays.stream(last ? biased.get(i).last() : biased.get(i).first()).mapToObj(Figures::number).forEach(cells::add);
                table.row(cells.toArray(String[]::new));
            }
        return table;
    }

    private Table deadTable() {
        var born = Dying.born(units);
        var table = new Table(Column.text("networks that pass nothing"), Column.number("share"), Column.number(
            "± error"), Column.text("theory"))
            .row("at birth, at one input", percent(share(Fate::atOne)), percent(error(share(Fate::atOne))), percent(born[1]))
            .row("at birth, at all " + points + " points", percent(share(Fate::born)), percent(error(share(Fate::born))),
                percent(born[0]) + " to " + percent(born[1]));
        for (int i = 0; i < Dying.RATES.length; i++) {
            int rate = i;
            double dead = share(fate -> fate.dead()[rate]);
            table.row("after " + steps + " steps, rate " + Dying.RATES[i], percent(dead), percent(error(dead)),
                "at least those born so");
        }
        return table;
    }

    /// Networks alive at birth that are dead in the end.
    private double killed(int rate) { return share(fate -> !fate.born() && fate.dead()[rate]); }

    private String conclusion() {
        var relu = biased.getFirst();
        boolean zero = IntStream.range(0, DeepMoons.LAYERS).allMatch(layer -> relu.first()[layer] == 0 && relu.last()[layer] == 0);
        var revived = fates.stream().filter(fate -> fate.born() && !(fate.dead()[0] && fate.dead()[1])).count();
        return String.format(Locale.ROOT, "With biases of -8 the gradients of all of ReLU's hidden layers %s, at the first step"
            + " and after a hundred; leaky ReLU's first layer gets %s with slope 0.01 and %s with 0.3, ELU's %s. Of %d"
            + " regression networks of four ReLU layers of %d units %s are born dead (standard error: %s; theory: %s to %s, %s); a rate of 0.03"
            + " kills %s more, 0.001 %s. Of those born dead %s.", zero
                ? "are exactly zero" :
                    "are NOT zero", Figures.number(biased.get(1).first()[0]), Figures.number(biased.get(3).first()[0]),
            Figures.number(biased.get(4).first()[0]), fates.size(), units, percent(share(Fate::born)),
            percent(error(share(Fate::born))), percent(Dying.born(units)[0]), percent(Dying.born(units)[1]), agrees() ? "it agrees" : "it does NOT agree", percent(killed(0)), percent(killed(1)),
            revived == 0 ? "none came back" : revived + " came back");
    }

    private Page page() {
        return Page.titled("How ReLU networks die").lead(conclusion())
            .section("By a bias", new Paragraph("The network of the experiment vanishing (2 inputs, "
                + DeepMoons.LAYERS + " hidden layers of "
                + DeepMoons.UNITS + " units, 1 output) with all hidden biases at -8, on two moons: before its activation every"
                + " hidden unit is far below 0. The L2 norms of the layers' gradients, weights and biases, at the first step"
                + " and after 100 steps of SGD with rate " + DeepMoons.LEARNING_RATE + ":"), chart(), biasTable(),
                new Paragraph("ReLU's slope is 0 there, so that no hidden layer has a gradient, now or later: nothing that"
                    + " could change changes, but the output's own bias. A zero has no place on a logarithmic axis; the legend"
                    + " says so. Leaky ReLU passes the product of its slopes: 0.01 to the power of five is small, but not"
                    + " nothing. ELU's slope at -8 is e^-8, 0.0003."))
            .section("By birth and by training", new Paragraph(fates.size() + " networks of one input, "
                + Dying.LAYERS + " ReLU layers of "
                + units + " units and one output, from as many seeds, with He's normal weights and no biases, learned y = 2x² -"
                + " x³ + noise at "
                + points + " points of [-1, 1), all at once, by SGD with momentum 0.9. A network passes nothing if a whole"
                + " layer is off at every point: it says the same number for all, and only the output's bias"
                + " learns."), lossChart(), lossTable(), deadTable(),
                new Paragraph("At one input, all units of a layer are off with probability 2^-" + units + ", so that a network"
                    + " passes nothing there with probability 1 - (1 - 2^-" + units + ")^" + Dying.LAYERS + ". At many inputs"
                    + " it is less: at least the bound of Lu, Shin, Su and Karniadakis, \"Dying ReLU and"
                    + " initialization\" (2019). Training adds to it where steps are long enough to throw a whole layer below"
                    + " 0; theory knows no number for that. Dead networks get no gradient that could bring them back. The"
                    + " errors are standard errors; theory agrees if it lies within " + (int) BAND + " of them."));
    }

    private LineChart chart() {
        var chart = LineChart.titled("Gradients at the first step, biases at -8").xLabel(
            "layer (" + (DeepMoons.LAYERS + 1) + ": output)")
            .yLabel("L2 norm of the gradient").logY().wholeX();
        var xs = IntStream.rangeClosed(1, DeepMoons.LAYERS + 1).asDoubleStream().toArray();
        for (int i = 0; i < biased.size(); i++) chart.series(Dying.KINDS.get(i).name(), xs, biased.get(i).first());
        return chart;
    }

    /// Losses of all networks in order, so that the dead ones show as a plateau.
    private LineChart lossChart() {
        var chart = LineChart.titled("Final errors, sorted").xLabel("network, from the best on").yLabel("mean squared error").logY().wholeX();
        var xs = IntStream.rangeClosed(1, fates.size()).asDoubleStream().toArray();
        for (int i = 0; i < Dying.RATES.length; i++) {
            int rate = i;
            chart.series("rate " + Dying.RATES[i], xs, fates.stream().mapToDouble(fate -> fate.loss()[rate]).sorted().toArray());
        }
        return chart;
    }

    private Table lossTable() {
        var table = new Table(Column.text("mean squared error"), Column.number("best"), Column.number("10 %"), Column.number("median"),
            Column.number("90 %"), Column.number("worst"));
        for (int i = 0; i < Dying.RATES.length; i++) {
            int rate = i;
            var losses = fates.stream().mapToDouble(fate -> fate.loss()[rate]).toArray();
            table.row(DoubleStream.of(0, 0.1, 0.5, 0.9, 1).mapToObj(share -> Figures.number(Figures.quantile(losses, share)))
                .collect(() -> new ArrayList<>(List.of("rate " + Dying.RATES[rate])), List::add, List::addAll).toArray(String[]::new));
        }
        return table;
    }

    private static String percent(double share) { return String.format(Locale.ROOT, "%.1f %%", 100 * share); }
}
