package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Linear;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.train.History;
import dev.lanewise.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefetchTest {

    /// Says who made it last, and how many there are.
    private static final class Watched implements Dataset<int[]> {
        private final AtomicReference<Thread> maker = new AtomicReference<>();
        private final AtomicInteger made = new AtomicInteger();
        private final int broken;

        Watched(int broken) {
            this.broken = broken;
        }

        @Override
        public int size() {
            return 20;
        }

        @Override
        public int[] batch(int... rows) {
            maker.set(Thread.currentThread());
            if (made.incrementAndGet() == broken) throw new UncheckedIOException("broken", new IOException());
            return rows.clone();
        }

        void assertMakerEnds() throws InterruptedException {
            assertNotSame(Thread.currentThread(), maker.get());
            assertTrue(maker.get().isDaemon());
            maker.get().join(10_000);
            assertFalse(maker.get().isAlive(), "a thread that nobody needs");
        }
    }

    @Property(tries = 200)
    void theBatchesAreThoseThatThereWouldBeWithout(@ForAll @IntRange(min = 1, max = 30) int size,
        @ForAll @IntRange(min = 1, max = 9) int batch, @ForAll @IntRange(min = 1, max = 5) int ahead,
            @ForAll @IntRange(max = 30) int first, @ForAll @IntRange(min = 1, max = 12) int most,
        @ForAll long seed) {
        var plain = new DataLoader<>(Numbered.rows(size), batch).shuffle(new Threefry(seed));
        var loader = plain.prefetch(ahead);
        int from = first % (plain.batches() + 1);
        assertEquals(Numbered.of(plain.epoch(3, from)), Numbered.of(loader.epoch(3, from)));
        assertEquals(visited(plain, from, most), visited(loader, from, most));
        assertEquals(plain.batches(), loader.batches());
    }

    private static List<Object> visited(DataLoader<Batch<int[]>> loader, int from, int most) {
        var all = new ArrayList<>();
        all.add(loader.forEachWhile(0, from, (batch, examples) -> {
            all.add(IntStream.of(batch.targets()).boxed().toList());
            all.add(examples);
            return all.size() < 2 * most;
        }));
        return all;
    }

    @Test
    void noMoreAreMadeThanFit() throws Exception {
        var data = new Watched(0);
        var batches = new DataLoader<>(data, 1).prefetch(3).epoch(0).iterator();
        assertEquals(0, data.made.get(), "before any is asked for");
        for (int taken = 1; taken <= 5; taken++) {
            batches.next();
            Thread.sleep(20);
            assertTrue(data.made.get() <= taken + 3, data.made + " made, " + taken + " taken");
        }
        data.assertMakerEnds();
        int made = data.made.get();
        assertEquals(20 - 5, IntStream.range(0, 15).filter(i -> batches.next()[0] == i + 5).count(), "another thread goes on");
        assertTrue(made <= 8 && !batches.hasNext());
        assertThrows(NoSuchElementException.class, batches::next);
        data.assertMakerEnds();
    }

    @Test
    void whatTheDataSetThrowsComesInItsPlace() throws Exception {
        var data = new Watched(4);
        var seen = new ArrayList<int[]>();
        var thrown = assertThrows(UncheckedIOException.class, () -> new DataLoader<>(data, 5).shuffle(new Threefry(1)).prefetch(9)
            .forEach(0, seen::add));
        assertEquals("broken", thrown.getMessage());
        assertEquals(3, seen.size());
        data.assertMakerEnds();
    }

    /// Whoever has closed what the data set reads from must not be read from.
    @Test
    void nothingIsMadeWhenItHasReturned() throws Exception {
        var data = new Watched(0);
        var loader = new DataLoader<>(data, 1).prefetch(4);
        assertFalse(loader.forEachWhile(0, 0, (_, _) -> false));
        int made = data.made.get();
        data.assertMakerEnds();
        assertEquals(made, data.made.get());
        var error = new IllegalStateException();
        assertSame(error, assertThrows(IllegalStateException.class, () -> loader.forEach(0, _ -> {
            throw error;
        })));
        data.assertMakerEnds();
    }

    /// It returns while a batch is being made, which takes longer than returning does.
    @Test
    void whatIsBeingMadeIsWaitedFor() throws Exception {
        var second = new CountDownLatch(1);
        var made = new AtomicInteger();
        var data = Dataset.of(3, i -> i, (List<Integer> rows) -> {
            if (rows.getFirst() == 1) {
                second.countDown();
                LockSupport.parkNanos(200_000_000);
            }
            made.incrementAndGet();
            return rows;
        });
        assertFalse(new DataLoader<>(data, 1).prefetch(1).forEachWhile(0, 0, (_, _) -> {
            try {
                second.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return false;
        }));
        assertEquals(2, made.get());
    }

    @Test
    void anInterruptIsLeftToWhoTakesTheBatches() {
        var data = new Watched(0);
        Thread.currentThread().interrupt();
        var seen = new ArrayList<int[]>();
        new DataLoader<>(data, 3).prefetch(1).forEach(0, seen::add);
        assertTrue(Thread.interrupted());
        assertEquals(7, seen.size());
    }

    /// While one is taken, the next is made.
    @Test
    void itIsMadeMeanwhile() {
        var second = new CountDownLatch(1);
        var data = Dataset.of(2, i -> i, (List<Integer> rows) -> {
            if (rows.getFirst() == 1) second.countDown();
            return rows;
        });
        new DataLoader<>(data, 1).prefetch(1).forEach(0, _ -> {
            try {
                second.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void trainingAndGoingOnHaveTheSameBits(@TempDir Path folder) {
        var whole = fit(folder.resolve("a"), 0, 3, false);
        assertArrayEquals(whole.stepLosses(), fit(folder.resolve("b"), 2, 3, false).stepLosses());
        Thread.currentThread().interrupt();
        assertEquals(1, fit(folder.resolve("c"), 2, 3, false).stepLosses().length);
        assertTrue(Thread.interrupted());
        assertArrayEquals(whole.stepLosses(), fit(folder.resolve("c"), 3, 3, true).stepLosses());
    }

    private static History fit(Path file, int ahead, int epochs, boolean resumed) {
        var model = new Linear(1, 1);
        model.initialize(1);
        var data = Synthetic.polynomialRegression(20, new double[][] {{2}}, 0, 0.1, new Threefry(1));
        var loader = new DataLoader<>(data, 6).shuffle(new Threefry(2)).prefetch(ahead);
        var trainer = Trainer.regressor(model, new Adam(model.parameters(), 0.1)).checkpoint(file, 1);
        return resumed ? trainer.resume(loader, epochs) : trainer.fit(loader, epochs);
    }

    @Test
    void aNegativeNumberIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new DataLoader<>(Numbered.rows(3), 1).prefetch(-1));
    }
}
