package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.array.Blas;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What calls work with is nobody else's at the time, and there is as much as threads compute at once.
class SparesTest {

    private static final class Piece extends Spares.Loan {
        private final AtomicInteger users = new AtomicInteger();
    }

    @Property(tries = 50)
    void noneIsLentTwiceAndNoneIsMadeWithoutNeed(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int most) {
        var made = new AtomicInteger();
        var spares = new Spares<>(() -> {
            made.incrementAndGet();
            return new Piece();
        });
        var random = new SplittableRandom(seed);
        var lent = new ArrayList<Piece>();
        int atOnce = 0;
        for (int i = 0; i < 200; i++) {
            if (!lent.isEmpty() && (lent.size() == most || random.nextBoolean())) lent.remove(random.nextInt(lent.size()))
                .close();
            else lent.add(spares.borrow());
            var distinct = Collections.<Piece>newSetFromMap(new IdentityHashMap<>());
            distinct.addAll(lent);
            assertEquals(lent.size(), distinct.size());
            atOnce = Math.max(atOnce, lent.size());
        }
        assertEquals(atOnce, made.get());
    }

    @Example
    void threadsNeverHaveTheSame() throws InterruptedException {
        var spares = new Spares<>(Piece::new);
        var shared = new AtomicInteger();
        var threads = IntStream.range(0, 8).mapToObj(i -> Thread.ofVirtual().start(() -> {
            for (int turn = 0; turn < 2000; turn++)
                try (var piece = spares.borrow()) {
                    if (piece.users.incrementAndGet() > 1) shared.incrementAndGet();
                    if ((turn + i) % 5 == 0) Thread.yield();
                    piece.users.decrementAndGet();
                }
        })).toList();
        for (var thread : threads) thread.join();
        assertEquals(0, shared.get());
    }

    @Example
    void moreAtOnceThanThereArePlacesAreLentAllTheSame() {
        var spares = new Spares<>(Piece::new);
        var lent = IntStream.range(0, 1000).mapToObj(_ -> spares.borrow()).toList();
        assertEquals(1000, lent.stream().distinct().count());
        lent.forEach(Piece::close);
    }

    @Property(tries = 50)
    void anArrayIsTheSameUntilALongerOneIsAskedFor(@ForAll List<@IntRange(max = 200_000) Integer> sizes) {
        try (var array = Scratch.PARTIAL.borrow()) {
            for (int size : sizes) {
                var first = array.array(size);
                assertTrue(first.length >= size);
                assertSame(first, array.array(size));
            }
        }
    }

    @Example
    void aCallWithinACallHasItsOwn() {
        try (var outer = Scratch.PANEL.borrow(); var inner = Scratch.PANEL.borrow()) {
            assertNotSame(outer.array(10), inner.array(10));
        }
    }

    /// Threads that live on after they have computed cost next to nothing.
    @Example
    void livingThreadsKeepNoScratch() throws InterruptedException {
        int count = 400;
        var done = new CountDownLatch(count);
        var end = new CountDownLatch(1);
        var x = new float[64 * 64];
        long before = used();
        var threads = IntStream.range(0, count).mapToObj(_ -> Thread.ofVirtual().start(() -> {
            Blas.gemm(false, true, 64, 61, 64, 2, x, 0, 64, x, 0, 64, 0, new float[64 * 61], 0, 61);
            done.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        })).toList();
        done.await();
        long each = (used() - before) / count;
        end.countDown();
        for (var thread : threads) thread.join();
        assertTrue(each < 20_000, () -> each + " bytes a thread");
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
