package dev.lanewise.lab.vanishing;

import dev.lanewise.diagnose.MeanField;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.init.Scheme;
import java.util.List;

/// How long each layer's gradient is in a small deep network, at the first step and after a hundred.
public final class Vanishing implements Experiment {

    static final List<DeepMoons.Kind> KINDS = List.of(new DeepMoons.Kind("sigmoid", Sigmoid::new),
        new DeepMoons.Kind("ReLU", ReLU::new), new DeepMoons.Kind("leaky ReLU", LeakyReLU::new));

    private static final Option<Integer> NETWORKS = Option.count("--networks", 51, 1, 10_000, "Networks from as many seeds");
    private static final Option<Integer> STEPS = Option.count("--steps", 100, 1, 100_000, "Steps between the two looks");
    private static final Option<Integer> POINTS = Option.count("--points", 200, 2, 1_000_000, "Points of two moons");

    @Override
    public String name() { return "vanishing"; }

    @Override
    public String title() { return VanishingPage.TITLE; }

    @Override
    public String summary() { return "Five layers of three units: how long each layer's gradient is, for sigmoid, ReLU and"
        + " leaky ReLU."; }

    @Override
    public List<Option<?>> options() { return List.of(NETWORKS, STEPS, POINTS); }

    @Override
    public Result run(Setting setting) {
        int networks = setting.get(NETWORKS);
        int steps = setting.get(STEPS);
        int points = setting.get(POINTS);
        setting.say("Network", "2 inputs, " + DeepMoons.LAYERS + " layers of " + DeepMoons.UNITS + " units, 1 output; " + networks
            + " seeds");
        setting.say("Training", points + " points of two moons at once, SGD " + DeepMoons.LEARNING_RATE + ", " + steps
            + " steps");
        var data = DeepMoons.points(points, setting.source());
        var runs = KINDS.stream().map(kind -> VanishingOutcome.Run.of(kind, factor(kind), setting.each(networks, k ->
            DeepMoons.train(DeepMoons.network(kind.module(), Scheme.torchDefault()).initialize(setting.weights(k)), data,
                steps)))).toList();
        return new VanishingPage(new VanishingOutcome(networks, steps, points, runs)).result();
    }

    /// By what factor theory expects a gradient to shrink from one hidden layer to the one before: of wide layers whose weights
    /// start as PyTorch's, at the fixed point.
    static double factor(DeepMoons.Kind kind) {
        var function = ((Pointwise) kind.module().get()).nonlinearity();
        var field = new MeanField(function, 1.0 / 3, 1.0 / (3 * DeepMoons.UNITS));
        return Math.sqrt(field.chi());
    }
}
