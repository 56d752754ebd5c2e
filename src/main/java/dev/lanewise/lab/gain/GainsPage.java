package dev.lanewise.lab.gain;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.gain.GainsOutcome.Activation;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.Histogram;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.List;

/// How the results of [Gains] are shown.
record GainsPage(GainsOutcome outcome) {

    static final String TITLE = "What is a gain?";

    /// Of the histograms' axes.
    private static final double RANGE = 4;

    Experiment.Result result() {
        var all = outcome.activations();
        var table = new Table(Column.text("activation"), Column.number("measured gain"), Column.number("± error"),
            Column.number("theory"), Column.text("these agree"), Column.number("gradient's gain, theory"),
            Column.number("PyTorch's calculate_gain"), Column.number("std ratio"));
        for (var each : all) table.row(each.activation(), fixed(each.measured()), fixed(each.error()), fixed(each.forward()),
            each.agrees() ? "yes" : "no", fixed(each.backward()), each.torch() == null ? "–" : fixed(each.torch()),
            fixed(each.stdRatio()));
        var chart = Histogram.titled("What is left of " + outcome.normals() + " normal numbers").xLabel(
            "value behind the activation");
        for (int i = 0; i < all.size(); i++) {
            if (i % 4 == 0) chart.row("", -RANGE, RANGE);
            var each = all.get(i);
            chart.panel(each.activation(), each.values()).note("gain " + fixed(each.measured()));
            if (each.function() == Nonlinearity.LINEAR) chart.density(x -> Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));
        }
        var conclusion = conclusion(all);
        var page = Page.titled(TITLE).lead(lead(all))
            .section("What was done", new Paragraph("The same normal numbers of mean 0 and variance 1 went through each"
                + " activation. The gain is the factor by which the next layer's weights must be wider to make up for what was"
                + " lost. The curve over the first panel is the normal density."), chart)
            .section("Results", new Folded("The gains of all " + all.size() + " activations", table), new Paragraph("Std"
                + " ratio: the standard deviation before over that after, the recipe of many"
                + " articles. It is the gain only where the mean stays 0: a layer's sums see the mean, too, so that"
                + " what counts is the second moment (measured gain), and for ReLU the ratio misleads: 1.71 in theory,"
                + " where √2 is right."
                + " Theory's gains are integrals over the normal law: one keeps the signal, the other the gradient. The error is"
                + " the measured gain's standard error; measurement and theory agree if they are within "
                + (int) GainsOutcome.BAND + " of them."),
                new Paragraph("calculate_gain is PyTorch's constant, where it has one. For tanh it has 5/3, which neither keeps"
                    + " a signal (1.59) nor its gradient (1.47); for sigmoid 1, for SELU 3/4: found by trying, or a"
                    + " placeholder."));
        return new Experiment.Result(outcome, table.text(), conclusion, page, chart);
    }

    private static String lead(List<Activation> all) {
        var tanh = all.stream().filter(each -> each.function() == Nonlinearity.TANH).findFirst().orElseThrow();
        return Figures.format("An activation takes a part of what passes through it, and the gain is the factor by which"
            + " the next weights must be larger to"
            + " make up for that. Tanh needs %.2f for the signal and %.2f for the gradient; the 5/3 that PyTorch has for it"
            + " is neither.",
            tanh.forward(), tanh.backward());
    }

    private static String conclusion(List<Activation> all) {
        var tanh = all.stream().filter(each -> each.function() == Nonlinearity.TANH).findFirst().orElseThrow();
        long agree = all.stream().filter(Activation::agrees).count();
        return Figures.format("Tanh needs a gain of %.3f by measurement and %.3f by theory to keep a signal's size,"
            + " %.3f to keep its gradient's; PyTorch's 5/3 is neither. Theory agrees with %d of %d activations, within %.0f"
            + " standard errors.",
            tanh.measured(), tanh.forward(), tanh.backward(), agree, all.size(), GainsOutcome.BAND);
    }

    private static String fixed(double value) { return Figures.fixed(value, 4); }
}
