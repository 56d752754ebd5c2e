package dev.lanewise.lab.gain;

import dev.lanewise.figures.Statistics;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Memory;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.gain.GainsOutcome.Activation;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.List;

/// The factor that an activation takes from a signal, measured, integrated, and as PyTorch's table has it.
public final class Gains implements Experiment {

    private static final Option<Integer> NORMALS = Option.count("--normals", 10_000, 10, 10_000_000, "How many normal numbers");

    @Override
    public String name() { return "gain"; }

    @Override
    public String title() { return GainsPage.TITLE; }

    @Override
    public String summary() { return "What each activation takes from 10,000 normal numbers, beside PyTorch's gains and the"
        + " integrals."; }

    @Override
    public List<Option<?>> options() { return List.of(NORMALS); }

    @Override
    public Result run(Setting setting) {
        int count = setting.get(NORMALS);
        Memory.require("lab gain: " + count + " numbers and what each activation makes of them",
            (double) Float.BYTES * count * (1 + Nonlinearity.ALL.size()), "give fewer --normals");
        setting.say("Numbers", count + " standard normal ones, the same for every activation");
        var normals = new float[count];
        // PyTorch's or NumPy's own, as an article's listing draws them first of all
        setting.weights().normal(normals, 0, count);
        return new GainsPage(new GainsOutcome(count, Nonlinearity.ALL.stream().map(function -> measure(function, normals))
            .toList())).result();
    }

    static Activation measure(Nonlinearity function, float[] normals) {
        var out = new float[normals.length];
        double after = 0;
        for (int i = 0; i < out.length; i++) {
            double value = function.value().applyAsDouble(normals[i]);
            after += value * value;
            out[i] = (float) value;
        }
        var forward = Gain.forward(function).value();
        return new Activation(function.name(), Statistics.deviation(normals) / Statistics.deviation(out),
            Math.sqrt(out.length / after), forward / 2 * Math.sqrt(function.fluctuation(1) / normals.length), forward,
            Gain.backward(function).value(), torch(function), function, out);
    }

    private static Double torch(Nonlinearity function) {
        try {
            return Gain.calculate(function.name().startsWith("leaky_relu") ? "leaky_relu" : function.name()).value();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
