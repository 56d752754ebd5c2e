package dev.lanewise.train;

import java.io.PrintStream;

/// Prints a line every few epochs, and for the last one.
final class EpochLines implements Callback {

    private final int every;
    private final PrintStream out;

    EpochLines(int every, PrintStream out) {
        if (every < 1) throw new IllegalArgumentException("printEvery: every " + every + " epochs; it must be 1 or more");
        this.every = every;
        this.out = out;
    }

    @Override
    public void onEpochEnd(Run run, Epoch epoch) {
        int epochs = run.plan().epochs();
        int done = epoch.number() + 1;
        if (done % every != 0 && done != epochs) return;
        var line = new StringBuilder("epoch " + done + "/" + epochs + "  loss " + Metrics.text(epoch.meanLoss()));
        if (epoch.validation() != null) {
            line.append("  validation ").append(Metrics.text(epoch.validation().loss()));
            double metric = epoch.validation().metric();
            if (!Double.isNaN(metric)) line.append("  metric ").append(Metrics.text(metric));
            if (epoch.best()) line.append("  best so far");
        }
        out.println(line);
    }
}
