package dev.lanewise.lab.autograd;

import dev.lanewise.Compute;
import dev.lanewise.figures.Statistics;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import java.util.List;
import java.util.stream.IntStream;

/// Gradients by hand against autograd: [ByHand], at several sizes.
public final class HandAgainstAutograd implements Experiment {

    static final int BATCH = 64;
    static final int IN = 256;
    static final int OUT = 10;
    private static final int[] HIDDEN = {16, 64, 256, 1024};

    private static final Option<Integer> ROUNDS = Option.count("--rounds", 300, 1, 1_000_000,
        "How often each way is timed at each size");

    @Override
    public String name() { return "autograd"; }

    @Override
    public String title() { return HandAgainstAutogradPage.TITLE; }

    @Override
    public String summary() { return "Gradients by hand against autograd: are they equal, and what does autograd cost?"; }

    @Override
    public List<Option<?>> options() { return List.of(ROUNDS); }

    @Override
    public Result run(Setting setting) {
        int rounds = setting.get(ROUNDS);
        setting.say("Network", IN + "-h-" + OUT + ", ReLU, mean squared error, batches of " + BATCH);
        return new HandAgainstAutogradPage(new HandAgainstAutogradOutcome(measure(rounds, setting), rounds)).result();
    }

    /// Sizes and ways take turns: whatever else the machine does, and the compiler, slows all alike. The first rounds, as many as
    /// are timed, are the compiler's.
    private static List<HandAgainstAutogradOutcome.Size> measure(int rounds, Setting setting) {
        Compute.endColdStart();
        var networks = IntStream.of(HIDDEN).mapToObj(hidden -> new ByHand(BATCH, IN, hidden, OUT, setting.weights(),
            setting.source())).toList();
        var hand = new double[HIDDEN.length][rounds];
        var autograd = new double[HIDDEN.length][rounds];
        for (int round = -rounds; round < rounds; round++)
            for (int i = 0; i < HIDDEN.length; i++) {
                long start = System.nanoTime();
                networks.get(i).byHand();
                long middle = System.nanoTime();
                networks.get(i).byAutograd();
                long end = System.nanoTime();
                if (round < 0) continue;
                hand[i][round] = (middle - start) * 1e-3;
                autograd[i][round] = (end - middle) * 1e-3;
            }
        return IntStream.range(0, HIDDEN.length)
            .mapToObj(i -> new HandAgainstAutogradOutcome.Size(HIDDEN[i], networks.get(i).differences(),
            Statistics.median(hand[i]), Statistics.median(autograd[i]))).toList();
    }
}
