package dev.lanewise.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/// The library's worker threads: daemons that wait for the next job spinning for a short while, then parked.
///
/// `-Dlanewise.threads=N` sets how many threads compute, the caller included; one a processor by default. One job runs
/// at a time: a caller that finds the pool busy, and a job within a job, computes alone. Tasks are independent of each
/// other, so who runs them changes no bit.
public final class Pool {

    /// Handing a job to a sleeping worker takes several microseconds; a job should be worth many times that.
    static final long WORTHWHILE_NANOS = 40_000;

    private static final int SPINS = 4_000;

    /// Replaced by a smaller or larger pool when that is asked for.
    private static volatile Pool current = new Pool(configuredThreads());

    private final int threads;
    private final Worker[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Job job;
    private volatile boolean closed;

    Pool(int threads) {
        this.threads = threads;
        this.workers = new Worker[threads - 1];
    }

    private static int configuredThreads() {
        var property = System.getProperty("lanewise.threads");
        if (property == null) return Runtime.getRuntime().availableProcessors();
        try {
            return checkThreads(Integer.parseInt(property.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("lanewise.threads: \"" + property + "\" is not a number; use 1 or more", e);
        }
    }

    private static int checkThreads(int threads) {
        if (threads < 1 || threads > 1024)
            throw new IllegalArgumentException("threads: " + threads + "; use 1 to 1024, or leave it out for one a processor");
        return threads;
    }

    /// Threads that compute, the caller included.
    public static int threads() { return current.threads; }

    /// Lets `threads` threads compute from now on, the caller included. Results don't depend on it.
    public static void setThreads(int threads) {
        var old = current;
        if (checkThreads(threads) == old.threads) return;
        current = new Pool(threads);
        old.close();
    }

    /// Runs `task` for each of 0 … tasks - 1, and returns when all are done.
    static void forEach(int tasks, IntConsumer task) { current.run(tasks, task); }

    void run(int tasks, IntConsumer task) {
        if (tasks <= 1 || workers.length == 0 || !busy.compareAndSet(false, true)) {
            for (int i = 0; i < tasks; i++) task.accept(i);
            return;
        }
        try {
            startWorkers();
            var mine = new Job(tasks, task, Thread.currentThread());
            job = mine;
            for (int i = 0; i < Math.min(workers.length, tasks - 1); i++)
                if (workers[i].parked) LockSupport.unpark(workers[i]);
            mine.work();
            mine.await();
            if (mine.failure != null) throw rethrow(mine.failure);
        } finally {
            job = null;
            busy.set(false);
        }
    }

    private void startWorkers() {
        if (workers.length == 0 || workers[0] != null) return;
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
            workers[i].start();
        }
    }

    private void close() {
        closed = true;
        for (var worker : workers) if (worker != null) LockSupport.unpark(worker);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException rethrow(Throwable failure) throws T { throw (T) failure; }

    /// Tasks that any thread may take, one after the other, until none is left.
    private static final class Job {
        // without objects of their own: a step gives a dozen jobs
        private static final AtomicIntegerFieldUpdater<Job> NEXT = AtomicIntegerFieldUpdater.newUpdater(Job.class, "next");
        private static final AtomicIntegerFieldUpdater<Job> UNFINISHED = AtomicIntegerFieldUpdater.newUpdater(Job.class, "unfinished");

        private final int tasks;
        /// Null once all is done: a sleeping worker remembers the job, and must not keep the task's arrays.
        private volatile IntConsumer task;
        private final Thread caller;
        private volatile int next;
        private volatile int unfinished;
        private volatile Throwable failure;

        Job(int tasks, IntConsumer task, Thread caller) {
            this.tasks = tasks;
            this.task = task;
            this.caller = caller;
            this.unfinished = tasks;
        }

        void work() {
            for (int i = NEXT.getAndIncrement(this); i < tasks; i = NEXT.getAndIncrement(this)) {
                try {
                    task.accept(i);
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    if (UNFINISHED.decrementAndGet(this) == 0) {
                        task = null;
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        void await() {
            for (int spin = 0; unfinished > 0; spin++) {
                if (spin < SPINS) Thread.onSpinWait();
                else LockSupport.park(this);
            }
        }
    }

    private final class Worker extends Thread {
        volatile boolean parked;

        Worker(int number) {
            super("lanewise-" + number);
            setDaemon(true);
        }

        @Override
        public void run() {
            Job last = null;
            for (int spin = 0; !closed; ) {
                var next = job;
                if (next != null && next != last) {
                    last = next;
                    next.work();
                    spin = 0;
                } else if (spin++ < SPINS) {
                    Thread.onSpinWait();
                } else {
                    parked = true;
                    // a job given between the look above and the flag would not wake us
                    if ((job == null || job == last) && !closed) LockSupport.park(Pool.this);
                    parked = false;
                    spin = 0;
                }
            }
        }
    }
}
