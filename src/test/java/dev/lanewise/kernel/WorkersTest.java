package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.function.Executable;

/// A pool's threads belong to nobody, end and come back, and are done without where there are none; interrupts, failures and a
/// full stack leave nothing undone.
class WorkersTest {

    /// Of what would wait for ever, were it wrong: a busy machine may take long.
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long LONG = Duration.ofMinutes(5).toNanos();
    private static final long SHORT = Duration.ofMillis(20).toNanos();
    private static final InheritableThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

    /// Threads as the pool makes them, but of which the first few are refused, and which are remembered.
    private static final class Threads implements ThreadFactory {
        private final Queue<Thread> made = new ConcurrentLinkedQueue<>();
        private final AtomicInteger refusals;
        private final boolean atStart;

        Threads(int refusals, boolean atStart) {
            this.refusals = new AtomicInteger(refusals);
            this.atStart = atStart;
        }

        @Override
        public Thread newThread(Runnable work) {
            boolean refused = refusals.getAndDecrement() > 0;
            if (refused && !atStart) throw new OutOfMemoryError("unable to create native thread");
            var thread = refused ? new Unstartable() : Thread.ofPlatform().daemon().unstarted(work);
            made.add(thread);
            return thread;
        }
    }

    private static final class Unstartable extends Thread {
        @Override
        public void start() { throw new OutOfMemoryError("unable to create native thread"); }
    }

    @Property(tries = 40)
    void whereThreadsAreRefusedTheOthersDoAllTasks(@ForAll @IntRange(min = 2, max = 6) int threads,
                                                   @ForAll @IntRange(max = 7) int refusals, @ForAll boolean atStart,
                                                   @ForAll @IntRange(max = 50) int tasks) {
        var pool = new Pool(threads, SHORT, new Threads(refusals, atStart));
        patiently(() -> {
            for (int i = 0; i < 3; i++) assertRunsEachOnce(pool, tasks);
        });
    }

    @Example
    void refusedThreadsAreAskedForAgainLater() {
        var threads = new Threads(1, true);
        var pool = new Pool(3, LONG, threads);
        patiently(() -> {
            assertRunsEachOnce(pool, 9);
            assertRunsEachOnce(pool, 9);
            assertEquals(1, threads.made.size(), "not at each job");
            Thread.sleep(1_050);
            assertEquals(3, workersOf(pool, 3).size());
        });
    }

    @Example
    void workersTakeNothingFromTheirFirstCaller() throws Exception {
        var group = new ThreadGroup("the caller's");
        group.setMaxPriority(Thread.MIN_PRIORITY);
        var pool = new Pool(3);
        var inherited = new ConcurrentHashMap<Thread, String>();
        try (var loader = new URLClassLoader(new URL[0])) {
            var caller = new Thread(group, () -> {
                Thread.currentThread().setContextClassLoader(loader);
                INHERITABLE.set("the caller's");
                var together = new CountDownLatch(3);
                pool.run(3, _ -> {
                    await(together);
                    inherited.put(Thread.currentThread(), String.valueOf(INHERITABLE.get()));
                });
            });
            caller.start();
            caller.join();
            assertEquals("the caller's", inherited.remove(caller));
        }
        assertEquals(List.of("null", "null"), List.copyOf(inherited.values()));
        for (var worker : inherited.keySet()) {
            assertFalse(group.parentOf(worker.getThreadGroup()), () -> worker + "'s group");
            assertFalse(Thread.currentThread().getThreadGroup().parentOf(worker.getThreadGroup()), () -> worker + "'s group");
            assertEquals(Thread.NORM_PRIORITY, worker.getPriority());
            assertTrue(worker.isDaemon());
            assertNull(worker.getContextClassLoader());
            assertTrue(worker.getName().matches("lanewise-[12]"), worker::getName);
        }
    }

    @Example
    void idleWorkersEndAndComeBack() {
        var pool = new Pool(3, SHORT, new Threads(0, true));
        patiently(() -> {
            for (int round = 0; round < 3; round++) {
                var workers = workersOf(pool, 3);
                workers.remove(Thread.currentThread());
                assertEquals(2, workers.size());
                for (var worker : workers) worker.join();
            }
        });
    }

    /// Jobs come when workers are about to end, have ended, or are parked.
    @Property(tries = 3)
    void noJobIsLostWhereWorkersEnd(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var pool = new Pool(2, 50_000, new Threads(0, true));
        patiently(() -> {
            for (int i = 0; i < 500; i++) {
                assertEquals(2, workersOf(pool, 2).size());
                long until = System.nanoTime() + random.nextInt(300_000);
                while (System.nanoTime() < until) Thread.onSpinWait();
            }
        });
    }

    @Example
    void anInterruptedWorkerSleeps() {
        var threads = new Threads(0, true);
        var pool = new Pool(2, LONG, threads);
        patiently(() -> {
            for (int i = 0; i < 3; i++) {
                workersOf(pool, 2);
                var worker = threads.made.element();
                worker.interrupt();
                Thread.sleep(20);
                assertMostlyWaits(worker, () -> Thread.sleep(300));
            }
            assertEquals(1, threads.made.size());
        });
    }

    /// While a worker is busy, its own share being done.
    @Property(tries = 3)
    void anInterruptedCallerSleepsAndStaysInterrupted(@ForAll boolean before) {
        var pool = new Pool(2, LONG, new Threads(0, true));
        patiently(() -> {
            var self = Thread.currentThread();
            var runs = new AtomicIntegerArray(2);
            if (before) self.interrupt();
            assertMostlyWaits(self, () -> pool.run(2, slowOutsideOf(self, runs, before ? null : self)));
            assertTrue(Thread.interrupted());
            assertEquals("[1, 1]", runs.toString());
            assertRunsEachOnce(pool, 20);
            assertFalse(self.isInterrupted());
        });
    }

    private static IntConsumer slowOutsideOf(Thread caller, AtomicIntegerArray runs, Thread interrupted) {
        var together = new CountDownLatch(2);
        return task -> {
            boolean was = Thread.interrupted();
            await(together);
            if (was) caller.interrupt();
            if (Thread.currentThread() != caller) {
                pause(100);
                if (interrupted != null) interrupted.interrupt();
                pause(300);
            }
            runs.incrementAndGet(task);
        };
    }

    @Property(tries = 30)
    void whatHasBegunEndsBeforeAFailureIsThrown(@ForAll @IntRange(min = 2, max = 5) int threads,
                                                @ForAll @IntRange(min = 2, max = 40) int tasks,
                                                    @ForAll @IntRange(max = 39) int culprit) {
        var pool = new Pool(threads, LONG, new Threads(0, true));
        var within = new AtomicInteger();
        patiently(() -> {
            assertThrows(InternalError.class, () -> pool.run(tasks, task -> {
                within.incrementAndGet();
                try {
                    pause(1);
                    if (task == culprit % tasks) throw new InternalError("on purpose");
                } finally {
                    within.decrementAndGet();
                }
            }));
            assertEquals(0, within.get());
            assertRunsEachOnce(pool, tasks);
        });
    }

    /// Wherever the caller's stack ends, in its own tasks or on the way to them.
    @Example
    void whatHasBegunEndsWhereTheStackOverflows() {
        var pool = new Pool(3, LONG, new Threads(0, true));
        var within = new AtomicInteger();
        var left = new AtomicInteger();
        patiently(() -> {
            try {
                dive(pool, within, left);
            } catch (StackOverflowError e) {
                assertEquals(0, within.get());
            }
            assertEquals(0, left.get());
            assertRunsEachOnce(pool, 20);
        });
    }

    private static void dive(Pool pool, AtomicInteger within, AtomicInteger left) {
        try {
            pool.run(6, _ -> {
                within.incrementAndGet();
                for (int i = 0; i < 100; i++) Thread.onSpinWait();
                within.decrementAndGet();
            });
        } finally {
            if (within.get() != 0) left.incrementAndGet();
        }
        dive(pool, within, left);
    }

    private static void assertRunsEachOnce(Pool pool, int tasks) {
        var runs = new AtomicIntegerArray(tasks);
        pool.run(tasks, runs::incrementAndGet);
        for (int i = 0; i < tasks; i++) assertEquals(1, runs.get(i));
    }

    /// The threads that run tasks, which wait for each other.
    private static Set<Thread> workersOf(Pool pool, int threads) {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        var together = new CountDownLatch(threads);
        pool.run(threads, _ -> {
            seen.add(Thread.currentThread());
            await(together);
        });
        return seen;
    }

    private static void await(CountDownLatch latch) {
        latch.countDown();
        try {
            assertTrue(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "the others did not come");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertMostlyWaits(Thread thread, Executable body) throws Throwable {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(thread.threadId());
        long start = System.nanoTime();
        body.execute();
        long worked = threads.getThreadCpuTime(thread.threadId()) - before;
        long took = System.nanoTime() - start;
        assertTrue(worked < took / 3, () -> worked + " ns of " + took);
    }

    private static void patiently(Executable body) { assertTimeoutPreemptively(PATIENCE, body); }
}
