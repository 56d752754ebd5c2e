package dev.lanewise.lab.seeds;

import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.lab.train.Stack;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.TorchRandom;
import java.util.LinkedHashMap;
import java.util.List;

/// One network from many seeds: how far apart the results are when nothing but the seed changes.
public final class Seeds implements Experiment {

    /// The articles' two, after `torch.manual_seed`.
    static final List<Long> ARTICLES = List.of(420L, 29L);
    private static final Stack STACK = new Stack("ReLU × 2", ReLU::new, 2, 2, 8);
    private static final Scheme SCHEME = Scheme.named("torch-default");
    private static final int ROWS = 400;
    private static final int BATCH = 20;
    private static final double RATE = 0.1;

    private static final Option<Integer> SEEDS = Option.count("--seeds", 200, 2, 100_000, "How many");
    private static final Option<Integer> EPOCHS = Option.count("--epochs", 20, 1, 10_000, "Passes over the data");

    @Override
    public String name() { return "seeds"; }

    @Override
    public String title() { return SeedsPage.TITLE; }

    @Override
    public String summary() { return "One network from many seeds: how much of a result is luck? With 420 against 29."; }

    @Override
    public List<Option<?>> options() { return List.of(SEEDS, EPOCHS); }

    @Override
    public Result run(Setting setting) {
        int seeds = setting.get(SEEDS);
        int epochs = setting.get(EPOCHS);
        setting.say("Data", "y = 2 x1^2 - x2^2 + noise, " + ROWS + " rows, a quarter held out");
        setting.say("Network", "2-8-8-1, ReLU, PyTorch's default start, SGD " + RATE + ", batches of " + BATCH + ", " + epochs
            + " epochs");
        var outcome = outcome(Polynomial.of(ROWS, BATCH, RATE, setting.source()), seeds, epochs, setting);
        return new SeedsPage(outcome).result();
    }

    static SeedsOutcome outcome(Polynomial task, int seeds, int epochs, Setting setting) {
        var results = setting.each(2 * seeds, i -> train(task, setting.weights(i < seeds ? i : 0), epochs,
            i < seeds ? setting.source().stream("order") : setting.source().stream("orders").stream((long) i - seeds)).last());
        var articles = new LinkedHashMap<Long, double[]>();
        for (long seed : ARTICLES) articles.put(seed, train(task, new TorchRandom(seed), epochs, setting.source().stream("order"))
            .testErrors());
        return SeedsOutcome.of(values(results.subList(0, seeds)), values(results.subList(seeds, 2 * seeds)), articles);
    }

    private static Polynomial.Run train(Polynomial task, RandomSource weights, int epochs, RandomSource order) {
        return task.run("", STACK.model(SCHEME).initialize(weights), epochs, epochs - 1, order);
    }

    private static double[] values(List<Double> list) { return list.stream().mapToDouble(v -> v).toArray(); }
}
