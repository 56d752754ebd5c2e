package dev.lanewise.data;

import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Batches that a thread of their own makes ahead, in their order: so they are those that would be made without. The thread is
/// started when there is something to make, and ends when all is made, when this is closed, or soon after nobody takes any more.
final class Prefetch<B> implements Batches<B> {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Made<B>(B batch, int examples) {}

    /// Used by the maker alone, one at a time.
    private final Batches<B> source;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Made<B>> made = new ArrayDeque<>();
    private boolean making;
    /// Of the source: it has no more, or threw.
    private boolean ended;
    private boolean closed;
    private Throwable failure;
    private int examples;

    /// @param most made and not yet taken, 1 or more
    Prefetch(Batches<B> source, int most) {
        this.source = source;
        this.most = most;
        this.ended = !source.hasNext();
    }

    @Override
    public boolean hasNext() {
        lock.lock();
        try {
            return !made.isEmpty() || failure != null || !ended;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public B next() {
        lock.lock();
        try {
            start();
            // an interrupt is for who takes the batches, and waits until they have this one
            while (made.isEmpty() && !ended) changed.awaitUninterruptibly();
            if (made.isEmpty()) {
                if (failure == null) throw new NoSuchElementException("DataLoader: the epoch's batches are all used up");
                throw Prefetch.<RuntimeException>as(failure);
            }
            var first = made.remove();
            changed.signalAll();
            examples = first.examples;
            return first.batch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int examples() {
        return examples;
    }

    /// Whatever the data set threw, it throws here.
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E as(Throwable failure) throws E {
        throw (E) failure;
    }

    private void start() {
        if (making || ended || closed) return;
        making = true;
        var thread = new Thread(this::make, "lanewise-prefetch");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (Throwable e) {
            making = false; // there may be no room for a thread
            throw e;
        }
    }

    private void make() {
        while (mayMake()) {
            Made<B> next = null;
            Throwable thrown = null;
            try {
                next = new Made<>(source.next(), source.examples());
            } catch (Throwable e) {
                thrown = e;
            }
            lock.lock();
            try {
                if (next != null) made.add(next);
                failure = thrown;
                ended = thrown != null || !source.hasNext();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Waits for room.
    private boolean mayMake() {
        lock.lock();
        try {
            long left = LINGER_NANOS;
            while (!ended && !closed && made.size() >= most && left > 0) left = changed.awaitNanos(left);
            if (!ended && !closed && made.size() < most) return true;
        } catch (InterruptedException e) {
            // nobody has this thread; the next batch starts another
        } finally {
            lock.unlock();
        }
        return stopMaking();
    }

    private boolean stopMaking() {
        lock.lock();
        try {
            // a batch may have been taken between the two locks
            if (!ended && !closed && made.size() < most) return true;
            making = false;
            changed.signalAll();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Returns when the thread makes nothing any more.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            while (making) changed.awaitUninterruptibly();
            made.clear();
        } finally {
            lock.unlock();
        }
    }
}
