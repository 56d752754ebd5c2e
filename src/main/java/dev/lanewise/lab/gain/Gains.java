package dev.lanewise.lab.gain;

import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.report.Column;
import dev.lanewise.report.Histogram;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The factor that an activation takes from a signal, measured, integrated, and as PyTorch's table has it.
public final class Gains implements Experiment {

    /// A measurement may stray by so many of its standard errors.
    private static final double BAND = 4;
    /// Of the histograms' axes.
    private static final double RANGE = 4;

    /// One activation on the same numbers.
    ///
    /// @param ratio    of the standard deviations, before and after: the recipe of the articles
    /// @param measured one over the root of the second moment that is left: what a next layer must make up for
    /// @param torch    PyTorch's constant, if it has one
    /// @param values   what came out
    record Measured(Nonlinearity function, int normals, double ratio, double measured, Optional<Gain> torch, float[] values) {

        double forward() { return Gain.forward(function).value(); }

        double backward() { return Gain.backward(function).value(); }

        /// The standard error of [#measured], by theory.
        double error() { return forward() / 2 * Math.sqrt(function.fluctuation(1) / normals); }

        boolean agrees() { return Math.abs(measured - forward()) <= BAND * error(); }
    }

    @Override
    public String name() { return "gain"; }

    @Override
    public String summary() { return "What each activation takes from 10,000 normal numbers, beside PyTorch's gains and the"
        + " integrals."; }

    @Override
    public List<Option> options() { return List.of(new Option("--normals", "N", "How many normal numbers; 10000 by default.")); }

    @Override
    public Result run(Setting setting) {
        int count = (int) setting.options().number("--normals", 10_000, 10, 10_000_000);
        Memory.require("lab gain: " + count + " numbers and what each activation makes of them",
            (double) Float.BYTES * count * (1 + Nonlinearity.ALL.size()), "give fewer --normals");
        setting.say("Numbers", count + " standard normal ones, the same for every activation");
        var normals = new float[count];
        // PyTorch's or NumPy's own, as an article's listing draws them first of all
        setting.weights().normal(normals, 0, count);
        return result(Nonlinearity.ALL.stream().map(function -> measure(function, normals)).toList());
    }

    static Measured measure(Nonlinearity function, float[] normals) {
        var out = new float[normals.length];
        double after = 0;
        for (int i = 0; i < out.length; i++) {
            double value = function.value().applyAsDouble(normals[i]);
            after += value * value;
            out[i] = (float) value;
        }
        return new Measured(function, normals.length, std(normals) / std(out), Math.sqrt(out.length / after), torch(function), out);
    }

    private static double std(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) sum += value;
        for (float value : values) squares += Math.pow(value - sum / values.length, 2);
        return Math.sqrt(squares / values.length);
    }

    private static Optional<Gain> torch(Nonlinearity function) {
        try {
            return Optional.of(Gain.calculate(function.name().startsWith("leaky_relu") ? "leaky_relu" : function.name()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Result result(List<Measured> all) {
        var table = new Table(Column.text("activation"), Column.number("std ratio"), Column.number("measured gain"),
            Column.number("± error"), Column.number("theory, forward"), Column.number("theory, backward"),
            Column.number("calculate_gain"), Column.text("agrees"));
        for (var each : all) table.row(each.function.name(), fixed(each.ratio), fixed(each.measured), fixed(each.error()),
            fixed(each.forward()), fixed(each.backward()), each.torch.map(gain -> fixed(gain.value())).orElse("–"),
            each.agrees() ? "yes" : "no");
        var chart = Histogram.titled("What is left of " + all.getFirst().normals + " normal numbers").xLabel(
            "value behind the activation");
        for (int i = 0; i < all.size(); i++) {
            if (i % 4 == 0) chart.row("", -RANGE, RANGE);
            var each = all.get(i);
            chart.panel(each.function.name(), each.values).note("gain " + fixed(each.measured));
            if (each.function == Nonlinearity.LINEAR) chart.density(x -> Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));
        }
        var conclusion = conclusion(all);
        var page = Page.titled("What is a gain?").lead(conclusion)
            .section("What was done", new Paragraph("The same normal numbers of mean 0 and variance 1 went through each"
                + " activation. The gain is the factor by which the next layer's weights must be wider to make up for what was"
                + " lost. The curve over the first panel is the normal density."), chart)
            .section("Results", table, new Paragraph("Std ratio: the standard deviation before over that after, the recipe of many"
                + " articles. It is the gain only where the mean stays 0: a layer's sums see the mean, too, so that what counts is"
                + " the second moment (measured gain), and for ReLU the ratio misleads: 1.71 in theory, where √2 is"
                + " right."
                + " Theory's gains are integrals over the normal law: forward keeps the signal, backward the gradient. The error is"
                + " the measured gain's standard error; theory agrees if it is within " + (int) BAND + " of them."),
                new Paragraph("calculate_gain is PyTorch's constant, where it has one. For tanh it has 5/3, which neither keeps"
                    + " a signal (1.59) nor its gradient (1.47); for sigmoid 1, for SELU 3/4: found by trying, or a"
                    + " placeholder."));
        var json = new LinkedHashMap<String, Object>();
        json.put("normals", all.getFirst().normals);
        json.put("activations", all.stream().map(Gains::json).toList());
        return new Result(table.text(), conclusion, page, json);
    }

    private static String conclusion(List<Measured> all) {
        var tanh = all.stream().filter(each -> each.function == Nonlinearity.TANH).findFirst().orElseThrow();
        long agree = all.stream().filter(Measured::agrees).count();
        return String.format(Locale.ROOT, "Tanh needs a gain of %.3f by measurement and %.3f by theory to keep a signal's size,"
            + " %.3f to keep its gradient's; PyTorch's 5/3 is neither. Theory agrees with %d of %d activations, within %.0f"
            + " standard errors.",
            tanh.measured, tanh.forward(), tanh.backward(), agree, all.size(), BAND);
    }

    private static LinkedHashMap<String, Object> json(Measured each) {
        var json = new LinkedHashMap<String, Object>();
        json.put("activation", each.function.name());
        json.put("stdRatio", each.ratio);
        json.put("measured", each.measured);
        json.put("error", each.error());
        json.put("forward", each.forward());
        json.put("backward", each.backward());
        json.put("torch", each.torch.map(Gain::value).orElse(null));
        return json;
    }

    private static String fixed(double value) { return String.format(Locale.ROOT, "%.4f", value); }
}
