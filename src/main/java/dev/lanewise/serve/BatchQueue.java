package dev.lanewise.serve;

import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// One model for many callers: they bring a row or a few from any threads, one thread of the queue's runs what has gathered as a
/// batch, in evaluation and without a record for gradients, and each gets the answers of its rows.
///
/// ```java
/// try (var queue = new BatchQueue(model::call, Shape.of(784), BatchOptions.DEFAULT)) {
///     float[] scores = queue.predict(pixels);                  // waits for its turn; in any thread, virtual ones too
///     var later = queue.submit(otherPixels);                   // doesn't wait
/// }
/// ```
///
/// A row's answer doesn't depend on which others are in its batch: it has the bits that the model gives it alone.
///
/// At most [BatchOptions#capacity] rows wait to be run. Who finds no room is refused ([#submit(float\[\])]) or waits for it,
/// first come, first served ([#predict(float\[\])], [#submit(float\[\], Duration)]). Rows run in the order in which they came; a
/// request of more rows than a batch takes runs in several. A model that throws, be it for want of memory, fails the callers of
/// that batch, and the next batch runs.
///
/// What is chained to a future without an executor runs on the queue's thread and holds up the others: it had better be brief. It
/// can't wait for the queue itself.
///
/// The thread is a daemon and lives until the queue is closed.
public final class BatchQueue implements AutoCloseable {

    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private final Function<Tensor, Tensor> model;
    private final int[] shape;
    private final int columns;
    private final BatchOptions options;
    private final Thread worker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Request> queue = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    /// Rows of the queue that aren't taken yet.
    private int waiting;
    private boolean closed;
    private long requests;
    private long rows;
    private long batches;
    private long failed;
    private long refused;
    private final long[] latencies = new long[Latencies.CLASSES];

    /// The worker's own: those of whom rows are in this batch. Holds all that a batch can have, as nothing may fail between a
    /// request's leaving the queue and its being here.
    private final ArrayList<Request> batch;

    /// Rows that wait for their answers.
    private final class Request extends CompletableFuture<float[]> {

        private final float[] values;
        private final int count;
        private long since;
        /// How many are in batches, up to this one, and how many before it.
        private int taken;
        private int done;
        private float[] answers;

        Request(float[] values) {
            this.values = values;
            this.count = values.length / columns;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean now = super.cancel(mayInterruptIfRunning);
            withdraw(this);
            return now;
        }

        /// Keeps the answers of this batch's rows, which begin at `from`.
        void keep(float[] outputs, int from, int width) {
            if (answers == null) answers = new float[Math.multiplyExact(count, width)];
            if (answers.length != count * width) throw new IllegalStateException("BatchQueue: the model gave " + width
                + " numbers for a row, and " + answers.length / count + " in the batch before; they must be as many");
            System.arraycopy(outputs, from * width, answers, done * width, (taken - done) * width);
        }
    }

    /// Who waits for room, and is woken when he is the first.
    private record Waiter(int rows, Condition first) {}

    /// Starts the queue and its thread. To be closed.
    ///
    /// @param model   of a batch `[rows, …]` to answers `[rows, …]`; called by one thread at a time, other than the callers'
    /// @param row     the shape of one row: `[784]`, or `[1, 28, 28]` for a network of images
    /// @param options how rows are gathered
    /// @throws IllegalArgumentException if a row has no numbers, or a batch of them no room in an array
    public BatchQueue(Function<Tensor, Tensor> model, Shape row, BatchOptions options) {
        this.options = Objects.requireNonNull(options, "BatchQueue: no options");
        this.model = Objects.requireNonNull(model, "BatchQueue: no model");
        shape = new int[row.rank() + 1];
        System.arraycopy(row.toArray(), 0, shape, 1, row.rank());
        columns = row.numel();
        if (columns == 0 || (long) columns
            * options.maxRows() > Integer.MAX_VALUE) throw new IllegalArgumentException("BatchQueue: batches of "
            + options.maxRows() + " rows of shape " + row + "; a row has at least one number, and a batch at most "
            + Integer.MAX_VALUE);
        batch = new ArrayList<>(options.maxRows());
        worker = Thread.ofPlatform().daemon().name("lanewise-batches").start(this::work);
    }

    // ---- asking

    /// The answers of a row, or of several, one after another; refused at once if there is no room. The array is copied.
    ///
    /// What the future fails with is what the model threw. To cancel it withdraws the rows that don't run yet.
    ///
    /// @return the outputs of each row, row after row
    /// @throws RejectedExecutionException if there is no room
    /// @throws IllegalArgumentException   if the numbers aren't whole rows, or more rows than the queue ever holds
    /// @throws IllegalStateException      if the queue is closed
    public CompletableFuture<float[]> submit(float[] rows) {
        var request = request(rows);
        lock.lock();
        try {
            requireOpen();
            if (!waiters.isEmpty() || !hasRoom(request.count)) throw refusal(request);
            enter(request);
        } finally {
            lock.unlock();
        }
        return request;
    }

    /// As [#submit(float\[\])]; but where there is no room waits for it, so long.
    ///
    /// @throws RejectedExecutionException if there is none by then
    /// @throws InterruptedException       if this thread is interrupted as it waits; nothing has been asked then
    public CompletableFuture<float[]> submit(float[] rows, Duration atMost) throws InterruptedException {
        return submit(request(rows), nanos("submit", atMost));
    }

    /// The answers of a row, or of several, one after another, for which it waits, however long that takes.
    ///
    /// @return the outputs of each row, row after row
    /// @throws CompletionException      if the model failed; its cause is what the model threw
    /// @throws CancellationException    if the queue was closed by [#closeNow]
    /// @throws InterruptedException     if this thread is interrupted as it waits; rows that don't run yet are withdrawn
    /// @throws IllegalArgumentException as [#submit(float\[\])]
    /// @throws IllegalStateException    if the queue is closed, or this is its own thread, which can't wait for itself
    public float[] predict(float[] rows) throws InterruptedException {
        try {
            return predict(rows, FOREVER);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /// As [#predict(float\[\])], for so long at most, room and answer together.
    ///
    /// @throws TimeoutException if there is no answer by then; rows that don't run yet are withdrawn
    public float[] predict(float[] rows, Duration atMost) throws InterruptedException, TimeoutException {
        if (Thread.currentThread() == worker) throw new IllegalStateException("BatchQueue.predict: the queue's own thread would"
            + " wait for itself;" + " chain what asks again by an …Async method of the future");
        long nanos = nanos("predict", atMost);
        long start = System.nanoTime();
        var request = request(rows);
        try {
            submit(request, nanos);
            // without a clock where none is needed, which a virtual thread pays for
            return nanos == Long.MAX_VALUE ? request.get()
                : request.get(Math.max(0, nanos - (System.nanoTime() - start)), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException | TimeoutException e) {
            request.cancel(false);
            throw new TimeoutException("BatchQueue.predict: no answer to " + request.count + " rows within " + atMost + "; "
                + options.capacity() + " rows may wait");
        } catch (InterruptedException e) {
            request.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw new CompletionException("BatchQueue.predict: the model failed on these rows' batch: " + e.getCause(),
                e.getCause());
        }
    }

    private static long nanos(String operation, Duration atMost) {
        if (atMost.isNegative()) throw new IllegalArgumentException("BatchQueue." + operation + ": at most " + atMost
            + "; it can't be negative");
        return atMost.compareTo(FOREVER) > 0 ? Long.MAX_VALUE : atMost.toNanos();
    }

    private Request request(float[] rows) {
        if (rows.length == 0 || rows.length % columns != 0) throw new IllegalArgumentException("BatchQueue: " + rows.length
            + " numbers; a row of shape " + Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length)) + " has " + columns
            + ", give one row or several, one after another");
        if (rows.length / columns > options.capacity()) throw new IllegalArgumentException("BatchQueue: " + rows.length / columns
            + " rows at once, where " + options.capacity()
            + " may wait; ask for fewer at a time, or give the queue more capacity");
        return new Request(rows.clone());
    }

    private Request submit(Request request, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireOpen();
            if (!waiters.isEmpty() || !hasRoom(request.count)) awaitRoom(request, nanos);
            enter(request);
        } finally {
            lock.unlock();
        }
        return request;
    }

    private void awaitRoom(Request request, long nanos) throws InterruptedException {
        // the one who would make room
        if (Thread.currentThread() == worker) throw refusal(request);
        var waiter = new Waiter(request.count, lock.newCondition());
        waiters.add(waiter);
        // a batch that waits for more rows gets none
        arrived.signal();
        try {
            long left = nanos;
            while (waiters.peek() != waiter || !hasRoom(request.count)) {
                if (left <= 0) throw refusal(request);
                left = waiter.first.awaitNanos(left);
                requireOpen();
            }
        } finally {
            waiters.remove(waiter);
            wakeNext();
        }
    }

    private boolean hasRoom(int rows) { return rows <= options.capacity() - waiting; }

    private RejectedExecutionException refusal(Request request) {
        refused++;
        return new RejectedExecutionException("BatchQueue: no room for " + request.count + " rows, as " + waiting + " of at most "
            + options.capacity() + " wait; ask again later, or wait for room by predict or submit(rows, atMost)");
    }

    private void requireOpen() {
        if (closed) throw new IllegalStateException("BatchQueue: it is closed");
    }

    private void enter(Request request) {
        request.since = System.nanoTime();
        queue.add(request);
        int before = waiting;
        waiting += request.count;
        // in between the worker is busy, or waits for more
        if (before == 0 || before < options.maxRows() && waiting >= options.maxRows()) arrived.signal();
    }

    /// The first who waits for room, if there is some for him.
    private void wakeNext() {
        var next = waiters.peek();
        if (next != null && hasRoom(next.rows)) next.first.signal();
    }

    /// Takes rows back that aren't in a batch yet.
    private void withdraw(Request request) {
        lock.lock();
        try {
            if (!queue.remove(request)) return;
            waiting -= request.count - request.taken;
            wakeNext();
        } finally {
            lock.unlock();
        }
    }

    // ---- the worker

    private void work() {
        while (true) {
            Throwable problem;
            try {
                if (!gather()) return;
                run();
                continue;
            } catch (Throwable e) {
                problem = e;
            }
            fail(problem);
        }
    }

    /// Takes the rows of the next batch; false if there is none and never will be.
    private boolean gather() {
        batch.clear();
        lock.lock();
        try {
            while (batch.isEmpty()) {
                while (waiting == 0 && !closed) arrived.awaitUninterruptibly();
                if (waiting == 0) return false;
                if (!isReady()) continue;
                int room = options.maxRows();
                while (room > 0 && !queue.isEmpty()) room -= take(queue.peek(), room);
                wakeNext();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Whether a batch should run now; else waits, and things may have changed.
    private boolean isReady() {
        long left = queue.peek().since + options.maxWait().toNanos() - System.nanoTime();
        if (left <= 0 || waiting >= options.maxRows() || !waiters.isEmpty() || closed) return true;
        try {
            arrived.awaitNanos(left);
        } catch (InterruptedException e) {
            // of a model that interrupts its thread: nobody's wish
        }
        return false;
    }

    private int take(Request request, int room) {
        // else it has failed, or somebody gave it an answer from outside
        boolean alive = !request.isDone();
        int count = alive ? Math.min(room, request.count - request.taken) : request.count - request.taken;
        request.done = request.taken;
        request.taken += count;
        waiting -= count;
        if (request.taken == request.count) queue.poll();
        if (alive) batch.add(request);
        return alive ? count : 0;
    }

    private void run() {
        int count = 0;
        for (var request : batch) count += request.taken - request.done;
        var inputs = new float[count * columns];
        int at = 0;
        for (var request : batch) {
            int length = (request.taken - request.done) * columns;
            System.arraycopy(request.values, request.done * columns, inputs, at, length);
            at += length;
        }
        var sized = shape.clone();
        sized[0] = count;
        var outputs = Module.predict(() -> model.apply(Tensor.wrap(inputs, sized)));
        if (outputs == null || outputs.shape().rank() == 0
            || outputs.size(0) != count) throw new IllegalStateException("BatchQueue: the model gave "
            + (outputs == null ? "null" : outputs.shape()) + " for " + count + " rows; the first dimension must be the rows'");
        answer(outputs.toArray(), count);
    }

    private void answer(float[] outputs, int count) {
        int width = outputs.length / count;
        int from = 0;
        for (var request : batch) {
            request.keep(outputs, from, width);
            from += request.taken - request.done;
        }
        long now = System.nanoTime();
        lock.lock();
        try {
            rows += count;
            batches++;
            for (var request : batch) if (request.taken == request.count) {
                requests++;
                latencies[Latencies.classOf(Math.max(0, now - request.since))]++;
            }
        } finally {
            lock.unlock();
        }
        for (var request : batch) if (request.taken == request.count) request.complete(request.answers);
    }

    /// Tells all of this batch, and gives up only when that is done: it takes a few bytes, which may have to come back first.
    private void fail(Throwable problem) {
        for (int i = 0; i < batch.size(); ) {
            try {
                // rows of it that still wait are passed over
                if (batch.get(i).completeExceptionally(problem)) countFailure();
                i++;
            } catch (Throwable e) {
                if (batch.get(i).isDone()) i++;
                else Thread.yield();
            }
        }
    }

    private void countFailure() {
        lock.lock();
        try {
            failed++;
        } finally {
            lock.unlock();
        }
    }

    // ---- the whole

    /// How the queue has done so far.
    public BatchStatistics statistics() {
        lock.lock();
        try {
            return new BatchStatistics(requests, rows, batches, failed, refused, waiting, latencies.clone());
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more rows, answers those that are there, and returns when its thread has ended. Those who wait for room get an
    /// [IllegalStateException]. If this thread is interrupted meanwhile, goes on as [#closeNow], and leaves it interrupted. Does
    /// nothing more if it is closed; of the queue's own thread it only closes the entrance.
    @Override
    public void close() {
        shut();
        if (Thread.currentThread() == worker) return;
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
                cancelAll();
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// As [#close()], but requests of which rows still wait are cancelled; it waits for the batch that runs, and answers it.
    public void closeNow() {
        shut();
        cancelAll();
        close();
    }

    private void shut() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
            for (var waiter : waiters) waiter.first.signal();
        } finally {
            lock.unlock();
        }
    }

    private void cancelAll() {
        for (Request request; (request = first()) != null; ) request.cancel(false);
    }

    private Request first() {
        lock.lock();
        try {
            return queue.peek();
        } finally {
            lock.unlock();
        }
    }
}
