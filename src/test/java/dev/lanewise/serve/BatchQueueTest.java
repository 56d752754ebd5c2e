package dev.lanewise.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchQueueTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1);

    /// A model that stands still in each batch until it is let on, and knows what it was given.
    private static final class Gate implements UnaryOperator<Tensor> {
        private final CountDownLatch first = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final List<float[]> seen = new ArrayList<>();

        @Override
        public Tensor apply(Tensor x) {
            synchronized (this) {
                seen.add(x.toArray());
            }
            first.countDown();
            assertTimeoutPreemptively(LONG, () -> open.await());
            return x.mul(2);
        }

        synchronized List<List<Float>> seen() {
            return seen.stream().map(batch -> {
                var values = new ArrayList<Float>();
                for (float value : batch) values.add(value);
                return (List<Float>) values;
            }).toList();
        }

        /// A queue with a batch of {0} that stands, so that all that follows waits.
        BatchQueue standing(BatchOptions options) throws InterruptedException {
            var queue = new BatchQueue(this, Shape.of(1), options);
            queue.submit(row(0));
            first.await();
            return queue;
        }
    }

    private static float[] row(float... values) { return values; }

    private static BatchQueue doubling(BatchOptions options) { return new BatchQueue(x -> x.mul(2), Shape.of(1), options); }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static void awaitWaiting(BatchQueue queue, int rows) throws InterruptedException {
        while (queue.statistics().waiting() < rows) Thread.sleep(1);
    }

    private static Throwable cause(Future<?> future) { return assertThrows(ExecutionException.class, future::get).getCause(); }

    // ---- answers

    private static Layer network(int in, int hidden, int out) {
        var model = new Sequential(new Linear(in, hidden), new BatchNorm1d(hidden), new ReLU(), new Dropout(0.5),
            new Linear(hidden, out));
        model.initialize(3);
        return model;
    }

    @Property(tries = 25)
    void eachRowHasTheBitsThatItHasAlone(@ForAll @IntRange(min = 1, max = 70) int in,
        @ForAll @IntRange(min = 1, max = 40) int hidden, @ForAll @IntRange(min = 1, max = 20) int out,
            @ForAll @IntRange(min = 1, max = 50) int maxRows, @ForAll @IntRange(max = 1) int wait,
        @ForAll @IntRange(max = 60) int more, @ForAll @IntRange(min = 1, max = 6) int callers, @ForAll long seed)
            throws Exception {
        var model = network(in, hidden, out);
        var options = BatchOptions.DEFAULT.maxRows(maxRows).maxWait(Duration.ofMillis(wait)).capacity(maxRows + more);
        try (var queue = new BatchQueue(model::call, Shape.of(in), options);
            var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var random = new SplittableRandom(seed);
            var all = new ArrayList<Callable<Void>>();
            int rows = 0;
            for (int caller = 0; caller < callers; caller++) {
                var asked = new ArrayList<float[]>();
                for (int i = 0; i < 4; i++) {
                    int count = 1 + random.nextInt(Math.min(options.capacity(), 2 * maxRows));
                    rows += count;
                    asked.add(numbers(random.split(), count * in));
                }
                all.add(() -> {
                    for (var each : asked) assertAnswers(model, in, out, each, queue.predict(each));
                    return null;
                });
            }
            for (var future : threads.invokeAll(all)) future.get();
            var statistics = queue.statistics();
            assertEquals(List.of(4L * callers, (long) rows, 0L, 0L, 0),
                List.of(statistics.requests(), statistics.rows(), statistics.failed(), statistics.refused(),
                    statistics.waiting()));
            assertTrue(statistics.batches() >= (rows + maxRows - 1) / maxRows && statistics.batches() <= rows,
                () -> "" + statistics);
        }
    }

    private static float[] numbers(SplittableRandom random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    private static void assertAnswers(Layer model, int in, int out, float[] rows, float[] answers) {
        assertEquals(rows.length / in * out, answers.length);
        for (int row = 0; row < rows.length / in; row++) assertArrayEquals(
            model.predict(Tensor.of(Arrays.copyOfRange(rows, row * in, (row + 1) * in), 1, in)).toArray(),
            Arrays.copyOfRange(answers, row * out, (row + 1) * out));
    }

    @Test
    void rowsHaveAnyShape() throws Exception {
        try (var queue = new BatchQueue(x -> x.sum(3), Shape.of(2, 1, 3), BatchOptions.DEFAULT);
             var scalars = new BatchQueue(x -> x, Shape.of(), BatchOptions.DEFAULT)) {
            assertArrayEquals(row(6, 15, 60, 150), queue.predict(row(1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60)));
            assertArrayEquals(row(1, Float.NaN), scalars.predict(row(1, Float.NaN)));
        }
    }

    @Test
    void whatACallerChangesAfterwardsIsNotSeen() throws Exception {
        var gate = new Gate();
        try (var queue = gate.standing(BatchOptions.DEFAULT)) {
            var rows = row(1, 2);
            var answer = queue.submit(rows);
            rows[0] = 100;
            gate.open.countDown();
            assertArrayEquals(row(2, 4), answer.get());
        }
    }

    @Test
    void rowsRunInTheirOrderAndLongRequestsInSeveralBatches() throws Exception {
        var gate = new Gate();
        try (var queue = gate.standing(BatchOptions.DEFAULT.maxRows(3))) {
            var one = queue.submit(row(1, 2, 3, 4, 5));
            var other = queue.submit(row(6));
            var last = queue.submit(row(7));
            gate.open.countDown();
            assertArrayEquals(row(2, 4, 6, 8, 10), one.get());
            assertArrayEquals(row(12), other.get());
            assertArrayEquals(row(14), last.get());
        }
        assertEquals(List.of(List.of(0f), List.of(1f, 2f, 3f), List.of(4f, 5f, 6f), List.of(7f)), gate.seen());
    }

    @Test
    void aBatchWaitsForRowsThatFillItAndNoLonger() throws Exception {
        try (var queue = doubling(BatchOptions.DEFAULT.maxRows(3).maxWait(Duration.ofHours(1)))) {
            var answers = List.of(queue.submit(row(1)), queue.submit(row(2)));
            // by then it waits
            Thread.sleep(20);
            assertArrayEquals(row(6), queue.predict(row(3)));
            for (var answer : answers) answer.get();
            assertEquals(1, queue.statistics().batches());
        }
        try (var queue = doubling(BatchOptions.DEFAULT.maxWait(SHORT))) {
            assertArrayEquals(row(2), queue.predict(row(1)));
            assertTrue(queue.statistics().latency(1).compareTo(SHORT) >= 0, () -> "" + queue.statistics().latency(1));
        }
        // nor where those who would fill it find no room
        Future<CompletableFuture<float[]>> waits;
        try (var queue = doubling(BatchOptions.DEFAULT.maxRows(3).capacity(3).maxWait(Duration.ofHours(1)))) {
            var first = queue.submit(row(1, 2));
            waits = inBackground(() -> queue.submit(row(3, 4), LONG));
            assertArrayEquals(row(2, 4), first.get());
            awaitWaiting(queue, 2);
        }
        // nor at the end
        assertArrayEquals(row(6, 8), waits.get().getNow(null));
    }

    // ---- what goes wrong is its caller's alone

    @Test
    void rowsThatAreNoneAreRefusedAtOnce() throws Exception {
        var gate = new Gate();
        var queue = new BatchQueue(gate, Shape.of(2, 2), BatchOptions.DEFAULT.maxRows(2).capacity(3));
        for (int length : new int[] {0, 1, 3, 5}) assertEquals("BatchQueue: " + length
            + " numbers; a row of shape [2, 2] has 4, give one row or several," + " one after another",
            assertThrows(IllegalArgumentException.class, () -> queue.submit(new float[length])).getMessage());
        assertThrows(IllegalArgumentException.class, () -> queue.predict(new float[16]));
        assertThrows(NullPointerException.class, () -> queue.predict(null));
        assertThrows(IllegalArgumentException.class, () -> queue.predict(new float[4], Duration.ofNanos(-1)));
        assertEquals(0, queue.statistics().waiting());
        gate.open.countDown();
        assertArrayEquals(new float[12], queue.predict(new float[12]));
        queue.close();
    }

    @Test
    void aModelThatThrowsFailsItsBatchAlone() throws Exception {
        var problem = new AtomicReference<Throwable>();
        UnaryOperator<Tensor> model = x -> {
            float[] values = x.toArray();
            if (values[0] == 1) throw new IllegalArgumentException("no one");
            if (values[0] == 2) throw new OutOfMemoryError("asked for");
            if (values[0] == 3) return null;
            if (values[0] == 4) return Tensor.scalar(4);
            if (values[0] == 5) return Tensor.ones(values.length + 1);
            if (values[0] == 6) Thread.currentThread().interrupt();
            if (values[0] == 7) throw new StackOverflowError();
            return x;
        };
        try (var queue = new BatchQueue(model, Shape.of(1), BatchOptions.DEFAULT.maxRows(2))) {
            assertInstanceOf(IllegalArgumentException.class, cause(queue.submit(row(1))));
            problem.set(assertThrows(CompletionException.class, () -> queue.predict(row(2))));
            assertTrue(problem.get().getMessage().endsWith("java.lang.OutOfMemoryError: asked for"), problem.get()::getMessage);
            for (float wrong : new float[] {3, 4, 5}) assertTrue(cause(queue.submit(row(wrong))).getMessage()
                .startsWith("BatchQueue: the model gave "));
            assertArrayEquals(row(6), queue.predict(row(6)));
            assertInstanceOf(StackOverflowError.class, cause(queue.submit(row(7))));
            assertArrayEquals(row(9), queue.predict(row(9)));
            // in the second of its batches: its third never runs
            assertInstanceOf(IllegalArgumentException.class, cause(queue.submit(row(8, 8, 1, 8, 2, 2))));
            assertArrayEquals(row(9), queue.predict(row(9)));
            assertEquals(List.of(3L, 7L, 0),
                List.of(queue.statistics().requests(), queue.statistics().failed(), queue.statistics().waiting()));
        }
    }

    @Test
    void aModelMustGiveARowAsManyNumbersInEachBatch() throws Exception {
        try (var queue = new BatchQueue(x -> Tensor.ones(x.size(0), x.size(0)), Shape.of(1), BatchOptions.DEFAULT.maxRows(2))) {
            assertEquals("BatchQueue: the model gave 1 numbers for a row, and 2 in the batch before; they must be as many",
                cause(queue.submit(row(1, 2, 3))).getMessage());
            assertArrayEquals(row(1, 1, 1, 1), queue.predict(row(1, 2)));
        }
    }

    @Test
    void noMemoryForABatchFailsIt() throws Exception {
        int columns = 1 << 22;
        try (var queue = new BatchQueue(x -> Tensor.zeros(x.size(0), Integer.MAX_VALUE), Shape.of(2), BatchOptions.DEFAULT)) {
            assertInstanceOf(OutOfMemoryError.class, cause(queue.submit(new float[2])));
            assertInstanceOf(OutOfMemoryError.class, cause(queue.submit(new float[2])));
        }
        assertThrows(IllegalArgumentException.class, () -> new BatchQueue(x -> x, Shape.of(columns),
            BatchOptions.DEFAULT.maxRows(512)));
    }

    // ---- room

    @Test
    void whoFindsNoRoomIsRefusedOrWaits() throws Exception {
        var gate = new Gate();
        try (var queue = gate.standing(BatchOptions.DEFAULT.maxRows(2).capacity(3))) {
            var kept = queue.submit(row(1, 2, 3));
            assertEquals("BatchQueue: no room for 1 rows, as 3 of at most 3 wait; ask again later, or wait for room by predict or"
                + " submit(rows, atMost)",
                assertThrows(RejectedExecutionException.class, () -> queue.submit(row(4))).getMessage());
            assertThrows(RejectedExecutionException.class, () -> queue.submit(row(4), SHORT));
            assertThrows(TimeoutException.class, () -> queue.predict(row(4), SHORT));
            assertThrows(TimeoutException.class, () -> queue.predict(row(4), Duration.ZERO));
            var waits = inBackground(() -> queue.predict(row(5)));
            var later = inBackground(() -> queue.submit(row(6), Duration.ofDays(1_000_000)));
            gate.open.countDown();
            assertArrayEquals(row(2, 4, 6), kept.get());
            assertArrayEquals(row(10), waits.get());
            assertArrayEquals(row(12), later.get().get());
            assertEquals(4, queue.statistics().refused());
        }
        assertFalse(gate.seen().toString().contains("4.0"), () -> "" + gate.seen());
    }

    @Test
    void whoNeedsMoreRoomIsNotPassedBy() throws Exception {
        var gate = new Gate();
        try (var queue = gate.standing(BatchOptions.DEFAULT.maxRows(1).capacity(4))) {
            queue.submit(row(1, 2));
            var many = Thread.ofPlatform().start(() -> assertTimeoutPreemptively(LONG, () -> queue.predict(row(3, 4, 5, 6))));
            awaitParked(many);
            assertThrows(RejectedExecutionException.class, () -> queue.submit(row(7)));
            gate.open.countDown();
            many.join();
            assertArrayEquals(row(16), queue.predict(row(8)));
        }
    }

    /// It waits; the queue's lock is never held so long.
    private static void awaitParked(Thread thread) throws InterruptedException {
        for (int seen = 0; seen < 5; Thread.sleep(2))
            seen = thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING ? seen + 1 : 0;
    }

    @Test
    void whatIsWithdrawnMakesRoomAndDoesNotRun() throws Exception {
        var gate = new Gate();
        try (var queue = gate.standing(BatchOptions.DEFAULT.maxRows(2).capacity(2))) {
            var cancelled = queue.submit(row(1, 1));
            var waits = inBackground(() -> queue.predict(row(2)));
            assertTrue(cancelled.cancel(true));
            awaitWaiting(queue, 1);
            assertThrows(TimeoutException.class, () -> queue.predict(row(1), SHORT));
            var from = queue.submit(row(1));
            // by the user, without a word to the queue
            from.completeExceptionally(new TimeoutException());
            gate.open.countDown();
            assertArrayEquals(row(4), waits.get());
            assertArrayEquals(row(6), queue.predict(row(3)));
        }
        assertEquals(List.of(List.of(0f), List.of(2f), List.of(3f)), gate.seen());
    }

    @Test
    void whoIsInterruptedWithdraws() throws Exception {
        var gate = new Gate();
        try (var queue = gate.standing(BatchOptions.DEFAULT.maxRows(1).capacity(1))) {
            var caught = new ArrayList<Throwable>();
            for (float each : new float[] {1, 2}) {
                // the first waits for its answer; the second, behind a full queue, for room
                if (each == 2) queue.submit(row(5));
                var thread = Thread.ofPlatform()
                    .start(() -> caught.add(assertThrows(InterruptedException.class, () -> queue.predict(row(each)))));
                awaitParked(thread);
                thread.interrupt();
                thread.join();
            }
            assertEquals(2, caught.size());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> queue.predict(row(3)));
            gate.open.countDown();
            assertArrayEquals(row(8), queue.predict(row(4)));
        }
        assertEquals(List.of(List.of(0f), List.of(5f), List.of(4f)), gate.seen());
    }

    // ---- the end

    @Test
    void closingAnswersWhatIsThere() throws Exception {
        var gate = new Gate();
        var queue = gate.standing(BatchOptions.DEFAULT.maxRows(1).capacity(2).maxWait(Duration.ofHours(1)));
        var answers = queue.submit(row(1, 2));
        var waits = inBackground(() -> queue.predict(row(3)));
        assertThrows(RejectedExecutionException.class, () -> queue.submit(row(4)));
        var closing = Thread.ofPlatform().start(queue::close);
        while (!isClosed(queue)) Thread.sleep(1);
        assertEquals("BatchQueue: it is closed", cause(waits).getMessage());
        gate.open.countDown();
        closing.join();
        assertArrayEquals(row(2, 4), answers.getNow(null));
        assertThrows(IllegalStateException.class, () -> queue.predict(row(5)));
        queue.close();
        queue.closeNow();
    }

    private static boolean isClosed(BatchQueue queue) {
        try {
            queue.submit(row(9));
        } catch (RejectedExecutionException e) {
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
        throw new AssertionError("there was no room");
    }

    @Test
    void closingNowCancelsWhatDoesNotRun() throws Exception {
        for (boolean interrupted : new boolean[] {false, true}) {
            var gate = new Gate();
            var queue = new BatchQueue(gate, Shape.of(1), BatchOptions.DEFAULT.maxRows(2));
            var runs = queue.submit(row(0));
            gate.first.await();
            var answers = List.of(queue.submit(row(1, 2)), queue.submit(row(3)));
            var closing = Thread.ofPlatform().start(() -> {
                if (interrupted) {
                    queue.close();
                    assertTrue(Thread.interrupted());
                } else {
                    queue.closeNow();
                }
            });
            if (interrupted) {
                awaitParked(closing);
                closing.interrupt();
            }
            for (var answer : answers) assertThrows(CancellationException.class, answer::get);
            gate.open.countDown();
            closing.join();
            assertArrayEquals(row(0), runs.getNow(null));
            assertEquals(1, gate.seen().size());
        }
    }

    @Test
    void theQueuesThreadIsADaemonThatNeverWaitsForItself() throws Exception {
        var worker = new AtomicReference<Thread>();
        var gate = new Gate();
        var queue = gate.standing(BatchOptions.DEFAULT.maxRows(1).capacity(1));
        var refusal = queue.submit(row(1)).thenApply(_ -> {
            worker.set(Thread.currentThread());
            queue.submit(row(2));
            // there is no room, and none will come while this waits
            long start = System.nanoTime();
            assertThrows(RejectedExecutionException.class, () -> queue.submit(row(3), LONG));
            assertTrue(System.nanoTime() - start < LONG.toNanos());
            queue.close();
            return assertThrows(IllegalStateException.class, () -> queue.predict(row(4)));
        });
        gate.open.countDown();
        assertTrue(refusal.get().getMessage().contains("would wait for itself"));
        worker.get().join();
        assertTrue(worker.get().isDaemon());
        assertEquals(List.of(List.of(0f), List.of(1f), List.of(2f)), gate.seen());
    }

    @Test
    void whatIsChainedAndThrowsHurtsNobody() throws Exception {
        try (var queue = doubling(BatchOptions.DEFAULT)) {
            CompletableFuture<Object> chained = queue.submit(row(1)).thenApply(_ -> { throw new AssertionError("theirs"); });
            assertEquals("theirs", cause(chained).getMessage());
            assertArrayEquals(row(4), queue.predict(row(2)));
        }
    }

    @Test
    void optionsAreChecked() {
        assertEquals(new BatchOptions(9000, Duration.ZERO, 9000), BatchOptions.DEFAULT.maxRows(9000));
        assertThrows(IllegalArgumentException.class, () -> BatchOptions.DEFAULT.maxRows(0));
        assertThrows(IllegalArgumentException.class, () -> BatchOptions.DEFAULT.capacity(63));
        assertThrows(IllegalArgumentException.class, () -> BatchOptions.DEFAULT.maxWait(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> BatchOptions.DEFAULT.maxWait(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThrows(NullPointerException.class, () -> BatchOptions.DEFAULT.maxWait(null));
        assertThrows(IllegalArgumentException.class, () -> new BatchQueue(x -> x, Shape.of(0), BatchOptions.DEFAULT));
        var none = assertThrows(NullPointerException.class, () -> new BatchQueue(null, Shape.of(1), BatchOptions.DEFAULT));
        assertEquals("BatchQueue: no model", none.getMessage());
    }
}
