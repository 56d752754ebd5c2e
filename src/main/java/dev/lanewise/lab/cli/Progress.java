package dev.lanewise.lab.cli;

import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Screen;
import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// How many of several jobs are done, and how long the rest may take: for what takes so long that somebody asks whether it works at
/// all. A terminal has one line, which is drawn over itself and is gone in the end; elsewhere a line comes now and then.
final class Progress implements AutoCloseable {

    /// What is over sooner says nothing.
    private static final double PATIENCE = 2;
    private static final double SILENCE = 15;

    private final PrintStream out;
    private final int jobs;
    private final Screen screen;
    private final long start = System.nanoTime();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "lanewise-progress");
        thread.setDaemon(true);
        return thread;
    });
    private int done;
    private double said;
    private int drawn;

    Progress(PrintStream out, int jobs) { this(out, jobs, Screen.now()); }

    Progress(PrintStream out, int jobs, Screen screen) {
        this.out = out;
        this.jobs = jobs;
        this.screen = screen;
        clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    synchronized void done() { done++; }

    private void tick() {
        try {
            show((System.nanoTime() - start) * 1e-9);
        } catch (Terminal.Closed e) {
            // who works on finds out when it prints
            clock.shutdown();
        }
    }

    /// @param seconds since the beginning
    synchronized void show(double seconds) {
        if (seconds < PATIENCE || clock.isShutdown() || !screen.isDrawn() && seconds - said < SILENCE) return;
        said = seconds;
        var words = "  " + words(done, jobs, seconds);
        if (!screen.isDrawn()) {
            out.println(words);
            return;
        }
        var line = words.substring(0, Math.min(words.length(), screen.columns() - 1));
        out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
        out.flush();
        drawn = line.length();
    }

    /// Before the first is done nobody knows how long one takes.
    static String words(int done, int jobs, double seconds) {
        return done == 0 ? "0 of " + jobs + " done after " + time(seconds)
            : done + " of " + jobs + " done, about " + time(seconds / done * (jobs - done)) + " left";
    }

    private static String time(double seconds) {
        return seconds < 100 ? Math.round(seconds) + " s" : seconds < 6000 ? Math.round(seconds / 60) + " min" : Figures.format("%.1f h", seconds / 3600);
    }

    @Override
    public synchronized void close() {
        clock.shutdown();
        if (drawn > 0) {
            out.print("\r" + " ".repeat(drawn));
            out.print("\r");
            out.flush();
        }
    }
}
