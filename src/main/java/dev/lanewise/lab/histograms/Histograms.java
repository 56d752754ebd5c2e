package dev.lanewise.lab.histograms;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.Standardize;
import dev.lanewise.diagnose.Explanation;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.AbaloneSource;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Initializers.Law;
import dev.lanewise.nn.init.Initializers.Mode;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What each of eight small layers hands its activation, for five weightings that courses compare.
public final class Histograms implements Experiment {

    static final int LAYERS = 8;
    static final int UNITS = 16;
    /// Kaiming's as two courses spell it: where layers are as wide as their inputs, they are the same.
    static final List<Scheme> WEIGHTINGS = List.of(
        new Scheme("random normal", "normal, variance 1", Initializers.normal(0, 1), Initializers.zeros()),
        new Scheme("Xavier", "normal / √in", Initializers.normalRule(), Initializers.zeros()),
        new Scheme("He", "normal / √(in/2)", Initializers.kaimingNormal(), Initializers.zeros()),
        new Scheme("MSRA", "normal, variance 2 / mean of in and out",
            Initializers.varianceScaling(2, Mode.FAN_AVERAGE, Law.NORMAL), Initializers.zeros()),
        new Scheme("uniform(0, 1)", "uniform on [0, 1)", Initializers.uniform(0, 1), Initializers.zeros()));


    @Override
    public String name() { return "histograms"; }

    @Override
    public String title() { return HistogramsPage.TITLE; }

    @Override
    public String summary() { return "What eight layers hand their activations, tanh or ReLU: five weightings, 80"
        + " histograms."; }

    @Override
    public List<Option<?>> options() { return List.of(AbaloneSource.DATA, AbaloneSource.DOWNLOAD); }

    @Override
    public Result run(Setting setting) {
        var data = AbaloneSource.choose(setting.get(AbaloneSource.DATA), setting.get(AbaloneSource.DOWNLOAD),
            FashionMnist.Places.ofThisMachine(), setting.out()::println);
        setting.say("Data", data.description());
        setting.say("Network", LAYERS + " layers of " + UNITS + " units, without biases, not trained");
        var all = data.rows().batch(IntStream.range(0, data.rows().size()).toArray()).inputs();
        var inputs = Standardize.fit(data.rows()).apply(all);
        var tanh = WEIGHTINGS.stream().map(scheme -> net(scheme, true, inputs, setting.weights())).toList();
        var relu = WEIGHTINGS.stream().map(scheme -> net(scheme, false, inputs, setting.weights())).toList();
        return new HistogramsPage(new HistogramsOutcome(data.description(), inputs.size(0), tanh, relu)).result();
    }

    static HistogramsOutcome.Net net(Scheme scheme, boolean tanh, Tensor inputs, RandomSource weights) {
        var modules = new ArrayList<Layer>();
        var handed = new ArrayList<float[]>();
        for (int i = 0; i < LAYERS; i++) {
            modules.add(new Linear(i == 0 ? inputs.size(1) : UNITS, UNITS, scheme.weight(), null));
            modules.getLast().registerForwardHook((_, call) -> handed.add(call.output().toArray()));
            modules.add(tanh ? new Tanh() : new ReLU());
        }
        var model = new Sequential(modules.toArray(Layer[]::new)).initialize(weights);
        return HistogramsOutcome.Net.of(scheme, handed, Explanation.of(model, inputs).layers());
    }
}
