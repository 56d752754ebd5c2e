package dev.lanewise.lab.glorot;

import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.glorot.GlorotOutcome.Network;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.lab.train.Stack;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Polynomial regression from five initializations, in four networks: [Polynomial].
public final class Glorot implements Experiment {

    static final int WIDTH = 64;
    static final int ROWS = 1000;
    static final int BATCH = 10;
    static final double RATE = 0.03;
    /// The epoch, from 0, after which weights and gradients are looked at.
    static final int WATCHED = 1;
    static final List<Scheme> SCHEMES = Stream.of("torch-default", "xavier-uniform", "xavier-normal", "kaiming-uniform",
        "kaiming-normal")
        .map(Scheme::named).toList();

    static List<Stack> stacks(int width) {
        return List.of(new Stack("sigmoid × 3", Sigmoid::new, 2, 3, width), new Stack("sigmoid × 4", Sigmoid::new, 2, 4, width),
            new Stack("tanh × 3", Tanh::new, 2, 3, width), new Stack("ReLU × 3", ReLU::new, 2, 3, width));
    }

    /// What theory says of sigmoids: their slope at 0 is 1/4, so that Xavier's deviation must be four times as large.
    static final Scheme FOURFOLD = new Scheme("xavier × 4", "normal, variance 16 · 2/(in + out)",
        Initializers.xavierNormal(new Gain(4, Gain.Status.BACKWARD)), Initializers.zeros());

    private static final Option<Integer> EPOCHS = Option.count("--epochs", 30, WATCHED + 1, 10_000, "Passes over the data");

    @Override
    public String name() { return "glorot"; }

    @Override
    public String title() { return GlorotPage.TITLE; }

    @Override
    public String summary() { return "Polynomial regression by sigmoid, tanh and ReLU: default, Xavier and Kaiming starts."; }

    @Override
    public List<Option<?>> options() { return List.of(EPOCHS); }

    @Override
    public Result run(Setting setting) {
        int epochs = setting.get(EPOCHS);
        setting.say("Data", "y = 2 x1^2 - x2^2 + noise, " + ROWS + " rows, a quarter held out");
        setting.say("Networks", "3 or 4 hidden layers of " + WIDTH + ", SGD " + RATE + ", batches of " + BATCH + ", " + epochs
            + " epochs");
        var task = Polynomial.of(ROWS, BATCH, RATE, setting.source());
        return new GlorotPage(outcome(task, stacks(WIDTH), epochs, setting, setting::weights)).result();
    }

    /// All start from the same random numbers, scaled as each initialization says, and meet the same batches.
    static GlorotOutcome outcome(Polynomial task, List<Stack> stacks, int epochs, Setting setting,
                                  IntFunction<RandomSource> weights) {
        var jobs = stacks.stream().flatMap(stack -> schemes(stack).stream().map(scheme -> Map.entry(stack, scheme))).toList();
        var runs = setting.each(jobs.size(), i -> {
            var scheme = jobs.get(i).getValue();
            var model = jobs.get(i).getKey().model(scheme).initialize(weights.apply(0));
            return task.run(scheme.name(), model, epochs, WATCHED, setting.source().stream("order"));
        });
        return new GlorotOutcome(task.blind(), stacks.stream().map(stack -> Network.of(stack,
            IntStream.range(0, jobs.size()).filter(i -> jobs.get(i).getKey() == stack).mapToObj(runs::get).toList())).toList());
    }

    private static List<Scheme> schemes(Stack stack) {
        return stack.activation().get() instanceof Sigmoid ? Stream.concat(SCHEMES.stream(),
            Stream.of(FOURFOLD)).toList() : SCHEMES;
    }
}
