package dev.lanewise.lab.dying;

import dev.lanewise.data.Batch;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Synthetic;
import dev.lanewise.diagnose.Sharpness;
import dev.lanewise.diagnose.Units;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.lab.train.Stack;
import dev.lanewise.nn.ELU;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/// ReLU networks that pass nothing: by a bias, by birth, and by steps that were too long.
public final class Dying implements Experiment {

    static final double BIAS = -8;
    static final int BIASED_STEPS = 100;
    /// Of the regression networks.
    static final int LAYERS = 4;
    static final double[] RATES = {0.03, 0.001};
    static final double MOMENTUM = 0.9;
    /// y = 2 x² - x³ + noise.
    private static final double[][] POLYNOMIAL = {{0}, {2}, {-1}};
    private static final double NOISE = 0.05;

    static final List<DeepMoons.Kind> KINDS = List.of(
        new DeepMoons.Kind("ReLU", ReLU::new),
        new DeepMoons.Kind("leaky ReLU, slope 0.01", LeakyReLU::new),
        new DeepMoons.Kind("leaky ReLU, slope 0.1", () -> new LeakyReLU(0.1)),
        new DeepMoons.Kind("leaky ReLU, slope 0.3", () -> new LeakyReLU(0.3)),
        new DeepMoons.Kind("ELU", ELU::new));

    private static final Option<Integer> NETWORKS = Option.count("--networks", 200, 1, 100_000,
        "Regression networks, from as many seeds");
    private static final Option<Integer> UNITS = Option.count("--units", 4, 1, 64, "Of each of their four hidden layers");
    private static final Option<Integer> STEPS = Option.count("--steps", 200, 1, 100_000,
        "Steps of training, each on all points");
    private static final Option<Integer> POINTS = Option.count("--points", 100, 1, 100_000, "Points of the polynomial");

    @Override
    public String name() { return "dying"; }

    @Override
    public String title() { return DyingPage.TITLE; }

    @Override
    public String summary() { return "Dead ReLU networks: by a bias of -8, by birth, and by a learning rate of 0.03 against"
        + " 0.001."; }

    @Override
    public List<Option<?>> options() { return List.of(NETWORKS, UNITS, STEPS, POINTS); }

    @Override
    public Result run(Setting setting) {
        int networks = setting.get(NETWORKS);
        int units = setting.get(UNITS);
        int steps = setting.get(STEPS);
        int points = setting.get(POINTS);
        setting.say("Bias", DeepMoons.LAYERS + " layers of " + DeepMoons.UNITS + " units, hidden biases at " + BIAS);
        setting.say("Networks", LAYERS + " ReLU layers of " + units + " units, " + networks + " seeds, " + steps + " steps");
        var moons = DeepMoons.points(200, setting.source());
        var biased = setting.each(KINDS.size(), i -> new DyingOutcome.Biased(KINDS.get(i).name(),
            DeepMoons.train(biased(KINDS.get(i), setting.weights()), moons, BIASED_STEPS)));
        var data = polynomial(points, setting.source());
        var fates = setting.each(networks, k -> fate(units, setting, k, data, steps));
        return new DyingPage(DyingOutcome.of(biased, fates, units, steps, points)).result();
    }

    static Sequential biased(DeepMoons.Kind kind, RandomSource weights) {
        var scheme = new Scheme("biased", "PyTorch's weights, biases "
            + BIAS, Initializers.torchDefault(), Initializers.constant(BIAS));
        return DeepMoons.network(kind.module(), scheme).initialize(weights);
    }

    static Dataset<Batch<Tensor>> polynomial(int points, RandomSource source) {
        return Synthetic.polynomialRegression(points, POLYNOMIAL, 0, NOISE, source.stream("polynomial"));
    }

    /// One input, [LAYERS] ReLU layers, one output; He's weights and no biases at the start, as in the theory.
    static Sequential network(int units) {
        return new Stack("", ReLU::new, 1, LAYERS, units).model(Scheme.named("kaiming-normal"));
    }

    private static DyingOutcome.Fate fate(int units, Setting setting, int k, Dataset<Batch<Tensor>> data, int steps) {
        var batch = data.batch(IntStream.range(0, data.size()).toArray());
        var dead = new boolean[RATES.length];
        var loss = new double[RATES.length];
        var start = network(units).initialize(setting.weights(k));
        for (int i = 0; i < RATES.length; i++) {
            var model = network(units).initialize(setting.weights(k));
            loss[i] = fit(model, batch.inputs(), batch.targets(), RATES[i], steps);
            dead[i] = isDead(model, batch.inputs());
        }
        double bound = Sharpness.of(start, () -> Losses.mseLoss(start.call(batch.inputs()), batch.targets())).rate(MOMENTUM);
        return new DyingOutcome.Fate(isDead(start, batch.inputs()), isDead(start, Tensor.ones(1, 1)), dead, loss, bound);
    }

    static double fit(Sequential model, Tensor inputs, Tensor targets, double rate, int steps) {
        var optimizer = new SGD(model.parameters(), rate, MOMENTUM);
        double last = Double.NaN;
        for (int step = 0; step < steps; step++) {
            optimizer.zeroGrad();
            var loss = Losses.mseLoss(model.call(inputs), targets);
            last = loss.item();
            loss.backward();
            optimizer.step();
        }
        return last;
    }

    /// Whether some hidden layer gives 0 for every unit and row: then what comes out is the same for all rows, and no weight
    /// before it has a gradient.
    static boolean isDead(Sequential model, Tensor inputs) {
        return Module.predict(() -> {
            var x = inputs;
            for (var layer : model.layers()) {
                x = layer.call(x);
                if (layer instanceof ReLU && x.amax().item() == 0) return true;
            }
            return false;
        });
    }

    /// The least and the most that theory allows for the share of networks that are dead at birth on many points.
    static double[] born(int units) {
        var widths = IntStream.range(0, LAYERS).map(_ -> units).toArray();
        return new double[] {Units.bornDeadAtLeast(units, LAYERS), Units.networkDead(widths)};
    }
}
