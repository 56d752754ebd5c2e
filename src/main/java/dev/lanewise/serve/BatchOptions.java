package dev.lanewise.serve;

import java.time.Duration;
import java.util.Objects;

/// How a [BatchQueue] gathers rows.
///
/// While a batch runs, the next one gathers by itself. So to wait for more rows than there are is of use only where callers are
/// few, don't wait for one another, and a batch costs hardly more than a row: by default nothing is waited for, and a row that
/// comes alone runs at once.
///
/// @param maxRows  the most rows that run together
/// @param maxWait  how long the first row of a batch waits for others
/// @param capacity the most rows that wait to be run; beyond them callers are refused, or wait
public record BatchOptions(int maxRows, Duration maxWait, int capacity) {

    private static final Duration LONGEST = Duration.ofHours(1);

    /// 64 rows at a time, nothing is waited for, and 4,096 rows may wait.
    public static final BatchOptions DEFAULT = new BatchOptions(64, Duration.ZERO, 4096);

    /// Refuses what no queue can be run with.
    ///
    /// @throws IllegalArgumentException if no row fits into a batch, the queue doesn't hold a batch, or the wait is negative or
    ///     longer than an hour
    public BatchOptions {
        Objects.requireNonNull(maxWait, "BatchOptions: no maxWait");
        if (maxRows < 1 || capacity < maxRows) throw new IllegalArgumentException("BatchOptions: batches of " + maxRows
            + " rows, of a queue of " + capacity + "; a batch has at least 1 row, and the queue holds a batch");
        if (maxWait.isNegative() || maxWait.compareTo(LONGEST) > 0) throw new IllegalArgumentException("BatchOptions: a wait of "
            + maxWait + "; it must be 0 to an hour");
    }

    /// With so many rows at a time, at most; the queue grows where it would hold less than a batch.
    public BatchOptions maxRows(int rows) { return new BatchOptions(rows, maxWait, Math.max(rows, capacity)); }

    /// With so long a wait for rows that fill a batch.
    public BatchOptions maxWait(Duration wait) { return new BatchOptions(maxRows, wait, capacity); }

    /// With room for so many rows that wait to be run.
    public BatchOptions capacity(int rows) { return new BatchOptions(maxRows, maxWait, rows); }
}
