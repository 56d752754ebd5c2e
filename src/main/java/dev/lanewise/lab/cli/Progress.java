package dev.lanewise.lab.cli;

import dev.lanewise.diagnose.Watcher;
import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Screen;
import java.io.PrintStream;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/// How many of several jobs are done, what the first of those that run is at, and how long the rest may take: for what takes so
/// long that somebody asks whether it works at all. A terminal has one line, which is drawn over itself and is gone in the end;
/// elsewhere a line comes now and then.
public final class Progress implements AutoCloseable {

    /// What is over sooner says nothing.
    private static final double PATIENCE = 2;
    private static final double SILENCE = 15;

    /// What a job is at.
    ///
    /// @param since seconds since the beginning of all, when the phase began
    /// @param first how many of its parts were done then
    private record Phase(String name, int done, int all, double since, int first) {

        Phase to(String next, int nextDone, int nextAll, double seconds) {
            return next.equals(name) ? new Phase(name, nextDone, nextAll, since, first)
                : new Phase(next, nextDone, nextAll, seconds, nextDone);
        }

        String words() { return name + (all > 0 ? ", " + done + " of " + all : done > 0 ? ", " + done : ""); }

        /// With how long it has been going on, or may.
        String words(double seconds) {
            double spent = seconds - since;
            return words() + (all == 0 || done == first ? ", for " + time(spent)
                : ", about " + time(spent / (done - first) * (all - done)) + " of that left");
        }
    }

    private final PrintStream out;
    private final String title;
    private final int jobs;
    private final Screen screen;
    private final DoubleSupplier seconds;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "lanewise-progress");
        thread.setDaemon(true);
        return thread;
    });
    /// Of the jobs that run and have said so, by their numbers.
    private final TreeMap<Integer, Phase> phases = new TreeMap<>();
    private int done;
    private double said;
    private int drawn;

    Progress(PrintStream out, int jobs) { this(out, "", jobs, Screen.now(), stopwatch()); }

    /// @param title   of the line; empty for none
    /// @param seconds since the beginning
    Progress(PrintStream out, String title, int jobs, Screen screen, DoubleSupplier seconds) {
        this.out = out;
        this.title = title.isEmpty() ? "" : title + ": ";
        this.jobs = jobs;
        this.screen = screen;
        this.seconds = seconds;
        clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private static DoubleSupplier stopwatch() {
        long start = System.nanoTime();
        return () -> (System.nanoTime() - start) * 1e-9;
    }

    /// What one piece of work gives; how far it is can be seen meanwhile, and is gone from a terminal before this returns.
    ///
    /// @param title what the line begins with
    public static <T> T during(PrintStream out, String title, Supplier<T> work) {
        try (var progress = new Progress(out, title, 1, Screen.now(), stopwatch())) {
            return progress.of(0).watch(work);
        }
    }

    /// Who hears how far a job is.
    ///
    /// @param job its number
    Watcher of(int job) {
        return (phase, done, all) -> {
            synchronized (this) {
                double now = seconds.getAsDouble();
                phases.merge(job, new Phase(phase, done, all, now, done), (before, _) -> before.to(phase, done, all, now));
            }
        };
    }

    /// @param job its number
    synchronized void done(int job) {
        phases.remove(job);
        done++;
    }

    private void tick() {
        try {
            show();
        } catch (Terminal.Closed e) {
            // who works on finds out when it prints
            clock.shutdown();
        }
    }

    synchronized void show() {
        double now = seconds.getAsDouble();
        if (now < PATIENCE || clock.isShutdown() || !screen.isDrawn() && now - said < SILENCE) return;
        said = now;
        var words = "  " + title + words(now);
        if (!screen.isDrawn()) {
            out.println(words);
            return;
        }
        var line = words.substring(0, Math.min(words.length(), screen.columns() - 1));
        out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
        out.flush();
        drawn = line.length();
    }

    /// Of one job, what it is at is all that can be said.
    private String words(double now) {
        if (phases.isEmpty()) return words(done, jobs, now);
        var phase = phases.firstEntry().getValue();
        return jobs == 1 ? phase.words(now) : words(done, jobs, now) + "; " + phase.words();
    }

    /// Before the first is done nobody knows how long one takes.
    static String words(int done, int jobs, double seconds) {
        return done == 0 ? "0 of " + jobs + " done after " + time(seconds)
            : done + " of " + jobs + " done, about " + time(seconds / done * (jobs - done)) + " left";
    }

    private static String time(double seconds) {
        return seconds < 100 ? Math.round(seconds) + " s" : seconds < 6000 ? Math.round(seconds / 60) + " min"
            : Figures.format("%.1f h", seconds / 3600);
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
