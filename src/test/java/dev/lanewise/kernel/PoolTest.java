package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.function.Executable;

class PoolTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<Pool> POOLS = IntStream.rangeClosed(1, 7).mapToObj(Pool::new).toList();

    @Property(tries = 300)
    void everyTaskRunsOnceAndBeforeRunReturns(@ForAll @IntRange(min = 1, max = 7) int threads,
                                              @ForAll @IntRange(max = 200) int tasks) {
        patiently(() -> assertTrue(runsEachOnce(pool(threads), tasks)));
    }

    /// Tasks that wait for each other end only if as many threads work.
    @Property(tries = 30)
    void allThreadsWork(@ForAll @IntRange(min = 2, max = 7) int threads) {
        patiently(() -> pool(threads).run(threads, meetingOf(threads)));
    }

    @Property(tries = 50)
    void aJobWithinAJobIsComputed(@ForAll @IntRange(min = 1, max = 4) int threads,
                                  @ForAll @IntRange(min = 1, max = 9) int tasks) {
        var pool = pool(threads);
        var right = new AtomicInteger();
        patiently(() -> pool.run(tasks, _ -> {
            if (runsEachOnce(pool, tasks)) right.incrementAndGet();
        }));
        assertEquals(tasks, right.get());
    }

    @Example
    void callersAtTheSameTimeAllGetTheirResults() {
        var right = new AtomicInteger();
        patiently(() -> {
            var callers = IntStream.range(0, 4).mapToObj(_ -> Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 1000; i++) if (runsEachOnce(pool(3), 5)) right.incrementAndGet();
            })).toList();
            for (var caller : callers) caller.join();
        });
        assertEquals(4000, right.get());
    }

    @Property(tries = 100)
    void anExceptionReachesTheCaller(@ForAll @IntRange(min = 1, max = 4) int threads,
                                     @ForAll @IntRange(min = 1, max = 9) int tasks,
                                     @ForAll @IntRange(max = 8) int culprit) {
        var failure = new IllegalStateException("on purpose");
        patiently(() -> {
            var thrown = assertThrows(IllegalStateException.class, () -> pool(threads).run(tasks, task -> {
                if (task == culprit % tasks) throw failure;
            }));
            assertSame(failure, thrown);
            assertTrue(runsEachOnce(pool(threads), tasks), "afterwards");
        });
    }

    @Example
    void anExceptionOfAWorkerReachesTheCaller() {
        patiently(() -> {
            var caller = Thread.currentThread();
            var meeting = meetingOf(2);
            assertThrows(ArithmeticException.class, () -> pool(2).run(2, task -> {
                meeting.accept(task);
                if (Thread.currentThread() != caller) throw new ArithmeticException("on purpose");
            }));
            pool(2).run(2, meetingOf(2));
        });
    }

    @Example
    void aWorkerWakesUpAfterALongSleep() {
        patiently(() -> {
            for (int i = 0; i < 5; i++) {
                Thread.sleep(40);
                pool(3).run(3, meetingOf(3));
            }
        });
    }

    /// Pauses around the time for which a worker spins: jobs find it spinning, about to park and parked.
    @Property(tries = 2)
    void noWakeUpIsLost(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        patiently(() -> {
            for (int i = 0; i < 3000; i++) {
                pool(2).run(2, meetingOf(2));
                long until = System.nanoTime() + random.nextInt(300_000);
                while (System.nanoTime() < until) Thread.onSpinWait();
            }
        });
    }

    @Example
    void sizesOutOfRangeAreRefused() {
        for (int threads : new int[] {0, -1, 1025}) {
            var message = assertThrows(IllegalArgumentException.class, () -> Pool.setThreads(threads)).getMessage();
            assertTrue(message.contains("1 to 1024"), message);
        }
    }

    private static Pool pool(int threads) { return POOLS.get(threads - 1); }

    private static boolean runsEachOnce(Pool pool, int tasks) {
        var runs = new AtomicIntegerArray(tasks);
        pool.run(tasks, runs::incrementAndGet);
        return IntStream.range(0, tasks).allMatch(i -> runs.get(i) == 1);
    }

    /// A task that waits until `n` threads are in it.
    private static IntConsumer meetingOf(int n) {
        var barrier = new CyclicBarrier(n);
        return _ -> {
            try {
                barrier.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError("the others did not come", e);
            }
        };
    }

    private static void patiently(Executable body) {
        assertTimeoutPreemptively(PATIENCE, body);
    }

    /// A worker that sleeps after its last job must not keep the arrays that the job worked on.
    @Example
    void finishedJobsLetGoOfTheirTasks() throws InterruptedException {
        var pool = new Pool(3);
        var array = runOn(pool);
        for (int i = 0; i < 50 && array.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertNull(array.get());
    }

    private static WeakReference<float[]> runOn(Pool pool) {
        var array = new float[1 << 20];
        pool.run(30, task -> array[task] = task);
        return new WeakReference<>(array);
    }
}
