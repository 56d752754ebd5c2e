package dev.lanewise.kernel;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/// The library's worker threads: daemons that wait for the next job spinning for a short while, then parked, and end when none
/// has come for long.
///
/// `-Dlanewise.threads=N` sets how many threads compute, the caller included; one a processor by default.
/// `-Dlanewise.idleSeconds=S` sets after how long without a job they end; 10 by default. One job runs at a time: a caller that
/// finds the pool busy, and a job within a job, computes alone. Tasks are independent of each other, so who runs them changes no
/// bit; where the system refuses threads, those that it allows do.
public final class Pool {

    private static final int SPINS = 4_000;
    private static final int MOST_THREADS = 1024;
    private static final String ALLOWED = "1 to " + MOST_THREADS;
    /// After the system has refused a thread: twice as long each time, as long as it does.
    private static final long FIRST_PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toNanos(1);

    private static final String IDLE = "lanewise.idleSeconds";
    private static final Setting<Long> IDLE_NANOS = Setting.of(() -> Setting.nanos(IDLE, System.getProperty(IDLE, "10")));
    private static final Setting<Pool> CONFIGURED =
        Setting.of(() -> new Pool(configuredThreads(System.getProperty("lanewise.threads"))));

    /// Replaced by a smaller or larger pool when that is asked for; null where the settings can't be followed.
    private static volatile Pool current = CONFIGURED.orElse(null);

    private final int threads;
    private final long idleNanos;
    private final ThreadFactory factory;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Job job;
    private volatile boolean closed;
    // of the caller for whom the pool is busy
    private final Worker[] workers;
    private int jobs;
    private long refusedAt;
    private long pause;

    Pool(int threads) { this(threads, IDLE_NANOS.get(), Pool::thread); }

    Pool(int threads, long idleNanos, ThreadFactory factory) {
        this.threads = threads;
        this.idleNanos = idleNanos;
        this.factory = factory;
        this.workers = new Worker[threads - 1];
    }

    static int configuredThreads(String property) {
        if (property == null) return Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        try {
            int threads = Integer.parseInt(property.strip());
            if (isAllowed(threads)) return threads;
        } catch (NumberFormatException e) {
            // the same message
        }
        throw new IllegalArgumentException("lanewise.threads: \"" + property + "\" is not allowed; use " + ALLOWED
            + ", or leave it out for one a processor");
    }

    private static boolean isAllowed(int threads) { return threads >= 1 && threads <= MOST_THREADS; }

    private static int checkThreads(int threads) {
        if (isAllowed(threads)) return threads;
        throw new IllegalArgumentException("threads: " + threads + " is not allowed; use " + ALLOWED);
    }

    /// Takes nothing from the thread that happens to need it first, which may be short-lived, interrupted with its group, or of
    /// an application that is to be unloaded: not its group, its priority, its context class loader or its thread-local values.
    static Thread thread(Runnable work) {
        var group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) group = group.getParent();
        var thread = new Thread(new ThreadGroup(group, "lanewise"), work, "lanewise", 0, false);
        thread.setDaemon(true);
        thread.setPriority(Thread.NORM_PRIORITY);
        // it runs nothing that asks for one
        thread.setContextClassLoader(null);
        return thread;
    }

    /// Threads that compute, the caller included.
    ///
    /// @throws IllegalArgumentException if the settings can't be followed, at each call
    public static int threads() { return current().threads; }

    private static Pool current() {
        var pool = current;
        return pool != null ? pool : CONFIGURED.get();
    }

    /// Lets `threads` threads compute from now on, the caller included; jobs that have begun end on the threads that they have.
    public static synchronized void setThreads(int threads) {
        var old = current();
        if (checkThreads(threads) == old.threads) return;
        current = new Pool(threads);
        old.close();
    }

    /// Runs `task` for each of 0 … tasks - 1, and returns when all are done. If one fails, no more are begun, and its exception
    /// is thrown when those that were have ended.
    static void forEach(int tasks, IntConsumer task) { current().run(tasks, task); }

    void run(int tasks, IntConsumer task) {
        if (tasks <= 1 || workers.length == 0 || closed || !busy.compareAndSet(false, true)) {
            for (int i = 0; i < tasks; i++) task.accept(i);
            return;
        }
        try {
            var mine = new Job(++jobs, tasks, task);
            job = mine;
            try {
                wake(Math.min(workers.length, tasks - 1));
                mine.work();
            } finally {
                mine.await();
                job = null;
            }
            if (mine.failure != null) throw rethrow(mine.failure);
        } finally {
            busy.set(false);
        }
    }

    /// After the job is published: a worker that ends looks for one once more, so either it is seen to have ended, or it helps.
    private void wake(int wanted) {
        for (int i = 0; i < wanted; i++) {
            var worker = workers[i];
            if (worker == null || worker.ended) start(i);
            else if (worker.parked) LockSupport.unpark(worker.thread);
        }
    }

    private void start(int place) {
        if (pause > 0 && System.nanoTime() - refusedAt < pause) return;
        try {
            var worker = new Worker();
            worker.thread = factory.newThread(worker);
            worker.thread.setName("lanewise-" + (place + 1));
            worker.thread.start();
            workers[place] = worker;
            pause = 0;
        } catch (OutOfMemoryError e) {
            // also said of threads, where a process may have no more
            refusedAt = System.nanoTime();
            pause = Math.clamp(2 * pause, FIRST_PAUSE, LONGEST_PAUSE);
        }
    }

    private void close() {
        closed = true;
        for (var worker : workers) if (worker != null) LockSupport.unpark(worker.thread);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException rethrow(Throwable failure) throws T { throw (T) failure; }

    /// Tasks that any thread may take, one after the other, until none is left.
    private static final class Job {
        // without objects of their own: a step gives a dozen jobs
        private static final AtomicIntegerFieldUpdater<Job> NEXT = AtomicIntegerFieldUpdater.newUpdater(Job.class, "next");
        private static final AtomicIntegerFieldUpdater<Job> HELPERS = AtomicIntegerFieldUpdater.newUpdater(Job.class, "helpers");

        private final int number;
        private final int tasks;
        private final IntConsumer task;
        private volatile int next;
        /// Workers that may be within a task.
        private volatile int helpers;
        /// The caller, once it sleeps.
        private volatile Thread waiting;
        private volatile Throwable failure;

        Job(int number, int tasks, IntConsumer task) {
            this.number = number;
            this.tasks = tasks;
            this.task = task;
        }

        void work() {
            for (int i = NEXT.getAndIncrement(this); i < tasks; i = NEXT.getAndIncrement(this)) {
                try {
                    task.accept(i);
                } catch (Throwable e) {
                    failure = e;
                    next = tasks;
                }
            }
        }

        /// A worker's part.
        void help() {
            HELPERS.incrementAndGet(this);
            try {
                work();
            } finally {
                if (HELPERS.decrementAndGet(this) == 0) LockSupport.unpark(waiting);
            }
        }

        /// Until no worker touches what the task works on: whoever comes later finds no task left.
        void await() {
            next = tasks;
            boolean interrupted = false;
            for (int spin = 0; helpers > 0; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                    continue;
                }
                waiting = Thread.currentThread();
                if (helpers > 0) LockSupport.park(this);
                // the caller's own affair, for afterwards; until it is cleared no thread can be parked
                interrupted |= Thread.interrupted();
            }
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private final class Worker implements Runnable {
        private Thread thread;
        /// The job that it helped with last, by number: the job itself would keep the arrays that it worked on.
        private int last;
        private volatile boolean parked;
        private volatile boolean ended;

        @Override
        public void run() {
            while (!closed && (spin() || sleep())) { }
            ended = true;
            help();
        }

        private boolean hasJob() {
            var next = job;
            return next != null && next.number != last;
        }

        private boolean help() {
            var next = job;
            if (next == null || next.number == last) return false;
            last = next.number;
            next.help();
            return true;
        }

        /// Whether there was a job.
        private boolean spin() {
            for (int spin = 0; spin < SPINS; spin++) {
                if (help()) return true;
                Thread.onSpinWait();
            }
            return false;
        }

        /// Whether there is a job before it is time to end.
        private boolean sleep() {
            long since = System.nanoTime();
            parked = true;
            // a job given before the flag was set would not wake us
            for (long left = idleNanos; left > 0 && !closed && !hasJob(); left = idleNanos - (System.nanoTime() - since)) {
                LockSupport.parkNanos(Pool.this, left);
                // nobody has reason to interrupt a worker, and no sleep would follow
                Thread.interrupted();
            }
            parked = false;
            return hasJob();
        }
    }
}
