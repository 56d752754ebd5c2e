package dev.lanewise.train;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/// Shows how far training is: a bar that is drawn over itself on a terminal, a line for each epoch elsewhere.
public final class ProgressBar implements Callback {

    private static final int WIDTH = 20;
    private static final long REDRAW_NANOS = 100_000_000;
    /// Share of the new value in the smoothed loss.
    private static final double SMOOTHING = 0.05;

    private final String title;
    private final PrintStream out;
    private final boolean terminal;
    private final boolean unicode;
    private Plan plan;
    private long start;
    private long drawn;
    private long examples;
    private double loss;
    private int width;

    /// A bar for one run, on standard output.
    public ProgressBar(String title) { this(title, System.out); }

    /// A bar for one run; drawn over itself if the program has a terminal.
    public ProgressBar(String title, PrintStream out) { this(title, out, isTerminal(), canPrint(out.charset())); }

    ProgressBar(String title, PrintStream out, boolean terminal, boolean unicode) {
        this.title = title;
        this.out = out;
        this.terminal = terminal;
        this.unicode = unicode;
    }

    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private static boolean canPrint(Charset charset) { return charset.newEncoder().canEncode("━╸─"); }

    @Override
    public void onStart(Run run) { start(run.plan()); }

    void start(Plan plan) {
        this.plan = plan;
        start = System.nanoTime();
        examples = 0;
        loss = Double.NaN;
    }

    @Override
    public void onStep(Run run, Step step) {
        examples += step.examples();
        if (step.weight() > 0) loss = Double.isNaN(loss) ? step.loss() : loss + SMOOTHING * (step.loss() - loss);
        boolean last = step.index() == plan.steps() - 1;
        if (terminal && (last || System.nanoTime() - drawn > REDRAW_NANOS)) draw(step);
    }

    private void draw(Step step) {
        drawn = System.nanoTime();
        long done = (long) step.epoch() * plan.steps() + step.index() + 1;
        long all = plan.allSteps();
        show(String.format(Locale.ROOT, "%-17s %s epoch %d/%d  loss %s  %,.0f/s", title, bar(done, all), step.epoch() + 1,
            plan.epochs(), Metrics.text(loss), examples / seconds()));
    }

    /// Replaces what the line held before.
    private void show(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        out.flush();
        width = line.length();
    }

    private String bar(long done, long all) {
        int halves = (int) (2 * WIDTH * (done / (double) all));
        if (!unicode) return "[" + "#".repeat(halves / 2) + "-".repeat(WIDTH - halves / 2) + "]";
        return "━".repeat(halves / 2) + (halves % 2 == 1 ? "╸" : "") + "─".repeat(WIDTH - (halves + 1) / 2);
    }

    @Override
    public void onEpochEnd(Run run, Epoch epoch) {
        if (!terminal) out.println(String.format(Locale.ROOT, "%-17s epoch %d/%d  mean loss %s  %,.0f/s", title, epoch.number() + 1,
            plan.epochs(), Metrics.text(epoch.meanLoss()), examples / seconds()));
    }

    @Override
    public void onEnd(Run run, History history) {
        if (terminal) out.println();
    }

    private double seconds() { return (System.nanoTime() - start) * 1e-9; }
}
