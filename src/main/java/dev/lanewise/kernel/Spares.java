package dev.lanewise.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// What a call takes to work with and gives back, so that there is as much of it as threads compute at once, however many live
/// that have computed. No thread keeps anything of it, nor of its class.
///
/// @param <L> what is lent
public final class Spares<L extends Spares.Loan> {

    /// More at once are made anew each time.
    private static final int MOST = 256;

    private final Supplier<L> maker;
    private final AtomicReferenceArray<L> places = new AtomicReferenceArray<>(MOST);
    private final AtomicInteger made = new AtomicInteger();
    /// Where a thread found one last: there it finds again what is in its own caches.
    private final ThreadLocal<int[]> preferred = ThreadLocal.withInitial(() -> new int[1]);

    public Spares(Supplier<L> maker) { this.maker = maker; }

    /// Something that is lent to one call at a time, until that closes it.
    public abstract static class Loan implements AutoCloseable {
        private static final AtomicIntegerFieldUpdater<Loan> TAKEN = AtomicIntegerFieldUpdater.newUpdater(Loan.class, "taken");

        private volatile int taken;

        boolean take() { return taken == 0 && TAKEN.compareAndSet(this, 0, 1); }

        /// Gives it back.
        @Override
        public void close() { TAKEN.lazySet(this, 0); }
    }

    /// One that nobody else has until it is closed.
    public L borrow() {
        int[] preferred = this.preferred.get();
        var loan = places.get(preferred[0]);
        return loan != null && loan.take() ? loan : other(preferred);
    }

    private L other(int[] preferred) {
        for (int place = 0, all = Math.min(made.get(), MOST); place < all; place++) {
            var loan = places.get(place);
            // one that is being put there is not there yet
            if (loan == null || !loan.take()) continue;
            preferred[0] = place;
            return loan;
        }
        var loan = maker.get();
        loan.take();
        int place = made.get() < MOST ? made.getAndIncrement() : MOST;
        if (place < MOST) {
            places.set(place, loan);
            preferred[0] = place;
        }
        return loan;
    }
}
