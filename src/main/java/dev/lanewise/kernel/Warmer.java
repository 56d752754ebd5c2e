package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Prepares vector loops on a thread of its own, which lives as long as there are any to prepare: defines one, has it compiled by
/// a few real turns and many idle ones, and publishes it when idle turns take no time and real ones leave no objects. So it is
/// C2's code, and all vectors are in registers. One that C2 compiled badly is thrown away, and its class defined anew, which C2
/// compiles by itself; one that never comes so far is never used.
final class Warmer {

    /// HotSpot believes a branch's counts from 40 on.
    private static final int REAL_TURNS = 44;
    /// A loop's counts are kept from 600,000 turns on even if C1 has had no time for it: so real turns come after these.
    private static final int IDLE_TURNS = 700_000;
    /// What tells whether a loop is compiled, by how long they take. Each try goes on counting: these are more than C2 waits for.
    private static final int TRIED_TURNS = 50_000;
    /// Compiled idle turns, all together, and a call; not compiled they take as long for ten thousand at the most.
    private static final long COMPILED_NANOS = 10_000;
    /// So often compiled real turns may leave objects: C2's code may still have been that of idle turns alone, or give way to a
    /// better one.
    static final int CHANCES = 5;
    /// How often a class is defined.
    static final int CLASSES = 4;
    /// Loops that wait for the compiler at a time.
    private static final int AT_ONCE = 4;
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    /// The name of a loop whose class can't be made.
    static final String UNDEFINED = "a loop that can't be defined";
    /// A busy machine's compilers take long.
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(5);

    /// All that were asked for and aren't over.
    private static final Set<Task<?>> PENDING = new LinkedHashSet<>();
    private static final List<Outcome> OUTCOMES = new ArrayList<>();
    private static final PriorityQueue<Task<?>> WAITING = new PriorityQueue<>(Comparator.comparingDouble(task -> -task.worth));
    private static boolean isWorking;

    private Warmer() {}

    /// What became of a loop, by its class's name, or [#UNDEFINED].
    record Outcome(String loop, boolean isPrepared) {}

    /// One loop, in preparation.
    private static final class Task<L extends Loop> {
        private final Prepared<L> loops;
        private final int number;
        private final double worth;
        private volatile L loop;
        private int classes;
        private int chances;
        private long began;

        Task(Prepared<L> loops, int number, double worth) {
            this.loops = loops;
            this.number = number;
            this.worth = worth;
        }

        private Outcome outcome() { return new Outcome(name(), loops.isMade(number)); }

        private String name() {
            try {
                var made = loop;
                return (made == null ? loops.define(number) : made).getClass().getSimpleName().replaceAll("/.*", "");
            } catch (RuntimeException | Error e) {
                // which is said when its turn comes; others have their names
                return UNDEFINED;
            }
        }

        /// Whether it is over. A fault is said as a thread's own is, and the scalar loop stays.
        boolean advance(float[] array) {
            try {
                if (chances == 0) {
                    if (classes == CLASSES) return true;
                    begin(array);
                }
                if (isCompiled(array)) {
                    if (leavesNothing(array)) loops.set(number, loop);
                    else chances--;
                }
                return loops.isMade(number) || System.nanoTime() - began > PATIENCE;
            } catch (RuntimeException | Error e) {
                var thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                return true;
            }
        }

        private void begin(float[] array) {
            began = System.nanoTime();
            classes++;
            chances = CHANCES;
            loop = loops.define(number);
            // resolves what it names, so that compilers know it
            loop.turn(1, array);
            loop.turn(-IDLE_TURNS, array);
            loop.turn(REAL_TURNS, array);
        }

        private boolean leavesNothing(float[] array) {
            long before = Garbage.ofThisThread();
            loop.turn(REAL_TURNS, array);
            return Garbage.ofThisThread() == before;
        }

        private boolean isCompiled(float[] array) { return idle(array) || idle(array); }

        private boolean idle(float[] array) {
            long start = System.nanoTime();
            loop.turn(-TRIED_TURNS, array);
            return System.nanoTime() - start < COMPILED_NANOS;
        }
    }

    /// Prepares a loop of those, by its number, when its turn comes: before others that are worth less.
    static <L extends Loop> void prepare(Prepared<L> loops, int number, double worth) {
        synchronized (Warmer.class) {
            var task = new Task<>(loops, number, worth);
            WAITING.add(task);
            PENDING.add(task);
            if (isWorking) return;
            isWorking = true;
        }
        try {
            var thread = Pool.thread(Warmer::work);
            thread.setName("lanewise-warmer");
            thread.start();
        } catch (OutOfMemoryError e) {
            // also said of threads, where a process may have no more: the next loop that is due tries again
            stop();
        }
    }

    private static void work() {
        var tasks = new ArrayList<Task<?>>();
        try {
            var array = new float[Loop.ARRAY];
            Arrays.fill(array, 1);
            // which makes some objects the first time
            Garbage.ofThisThread();
            for (long pause = SHORTEST_PAUSE; take(tasks); LockSupport.parkNanos(pause))
                pause = tasks.removeIf(task -> task.advance(array) && end(task)) ? SHORTEST_PAUSE
                : Math.min(2 * pause, LONGEST_PAUSE);
        } catch (OutOfMemoryError e) {
            stop();
        }
    }

    /// Whether there is something to do.
    private static synchronized boolean take(ArrayList<Task<?>> tasks) {
        while (tasks.size() < AT_ONCE && !WAITING.isEmpty()) tasks.add(WAITING.remove());
        if (tasks.isEmpty()) stop();
        return isWorking;
    }

    private static synchronized void stop() {
        isWorking = false;
        Warmer.class.notifyAll();
    }

    private static boolean end(Task<?> task) {
        var outcome = task.outcome();
        synchronized (Warmer.class) {
            PENDING.remove(task);
            OUTCOMES.add(outcome);
        }
        return true;
    }

    /// Loops that were to be prepared so far.
    static synchronized int asked() { return OUTCOMES.size() + PENDING.size(); }

    /// How many of them are over.
    static synchronized int over() { return OUTCOMES.size(); }

    /// What became of those that weren't over when there were so many, and of those asked for since then.
    static List<Outcome> outcomes(int before) {
        List<Outcome> all;
        List<Task<?>> pending;
        synchronized (Warmer.class) {
            all = new ArrayList<>(OUTCOMES.subList(before, OUTCOMES.size()));
            pending = List.copyOf(PENDING);
        }
        for (var task : pending) all.add(task.outcome());
        return all;
    }

    /// Waits until there are none to prepare; no longer than so many nanoseconds.
    ///
    /// @return whether there are none
    static synchronized boolean await(long nanos) throws InterruptedException {
        for (long end = System.nanoTime() + nanos, left; isWorking; TimeUnit.NANOSECONDS.timedWait(Warmer.class, left)) {
            left = end - System.nanoTime();
            if (left <= 0) return false;
        }
        return true;
    }
}
