package dev.lanewise.train;

import dev.lanewise.figures.Screen;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/// Shows how far training is: a bar that is drawn over itself on a terminal, a line for each epoch elsewhere.
public final class ProgressBar implements Callback {

    private static final int WIDTH = 20;
    private static final int SHORTEST = 4;
    private static final long REDRAW_NANOS = 100_000_000;
    /// Share of the new value in the smoothed loss.
    private static final double SMOOTHING = 0.05;

    private final String title;
    private final PrintStream out;
    private final boolean terminal;
    private final int columns;
    private final boolean unicode;
    private Plan plan;
    private long start;
    private long drawn;
    private long examples;
    private double loss;
    private int width;

    /// A bar for one run, on standard output.
    public ProgressBar(String title) { this(title, System.out); }

    /// A bar for one run; drawn over itself if the program has a terminal that can do that, and no longer than its lines.
    public ProgressBar(String title, PrintStream out) { this(title, out, Screen.now(), canPrint(out.charset())); }

    ProgressBar(String title, PrintStream out, Screen screen, boolean unicode) {
        this.title = title;
        this.out = out;
        this.terminal = screen.isDrawn();
        this.columns = screen.columns();
        this.unicode = unicode;
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
        var words = String.format(Locale.ROOT, " epoch %d/%d  loss %s  %,.0f/s", step.epoch() + 1, plan.epochs(),
            Metrics.text(loss), examples / seconds());
        show(fitted(words, done / (double) all));
    }

    /// In less room than a line has, whose last place makes some terminals go on to the next: with a shorter bar, then without
    /// one and without the title, then as far as it goes.
    private String fitted(String words, double share) {
        int room = columns - 1 - words.length();
        var name = String.format(Locale.ROOT, "%-17s ", title);
        int around = unicode ? 0 : 2;
        int cells = Math.min(WIDTH, room - name.length() - around);
        if (cells < SHORTEST) {
            name = title + " ";
            cells = Math.min(WIDTH, room - name.length() - around);
        }
        var line = cells >= SHORTEST ? name + bar(share, cells) + words : name.length() + words.length() - 1 < columns - 1
            ? title + words : words.strip();
        return line.substring(0, Math.min(line.length(), columns - 1));
    }

    /// Replaces what the line held before.
    private void show(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        out.flush();
        width = line.length();
    }

    private String bar(double share, int cells) {
        int halves = (int) (2 * cells * share);
        if (!unicode) return "[" + "#".repeat(halves / 2) + "-".repeat(cells - halves / 2) + "]";
        return "━".repeat(halves / 2) + (halves % 2 == 1 ? "╸" : "") + "─".repeat(cells - (halves + 1) / 2);
    }

    @Override
    public void onEpochEnd(Run run, Epoch epoch) {
        if (!terminal) out.println(String.format(Locale.ROOT, "%-17s epoch %d/%d  mean loss %s  %,.0f/s", title,
            epoch.number() + 1, plan.epochs(), Metrics.text(epoch.meanLoss()), examples / seconds()));
    }

    @Override
    public void onEnd(Run run, History history) {
        if (terminal) out.println();
    }

    private double seconds() { return (System.nanoTime() - start) * 1e-9; }
}
