package dev.lanewise.serve;

import java.time.Duration;
import java.util.Arrays;

/// What a [BatchQueue] has done so far, at one moment; or [#since] another.
public final class BatchStatistics {

    private final long requests;
    private final long rows;
    private final long batches;
    private final long failed;
    private final long refused;
    private final int waiting;
    private final long[] latencies;

    BatchStatistics(long requests, long rows, long batches, long failed, long refused, int waiting, long[] latencies) {
        this.requests = requests;
        this.rows = rows;
        this.batches = batches;
        this.failed = failed;
        this.refused = refused;
        this.waiting = waiting;
        this.latencies = latencies;
    }

    /// How many requests were answered.
    public long requests() { return requests; }

    /// How many rows have run in batches that succeeded.
    public long rows() { return rows; }

    /// How many batches succeeded.
    public long batches() { return batches; }

    /// How many requests failed with their batch.
    public long failed() { return failed; }

    /// How many requests found no room.
    public long refused() { return refused; }

    /// How many rows were waiting at that moment.
    public int waiting() { return waiting; }

    /// Within which time this share of the answered requests had their answers, counted from the moment when they found room; up
    /// to 1/32 too long. 0 if none was answered.
    ///
    /// @param share 0.99 for the 99th percentile, 1 for the longest
    /// @throws IllegalArgumentException if it is not from 0 to 1
    public Duration latency(double share) {
        if (!(share >= 0 && share <= 1)) throw new IllegalArgumentException("BatchStatistics.latency: a share of " + share
            + "; it must be from 0 to 1");
        long wanted = Math.max(1, (long) Math.ceil(share * requests));
        int index = 0;
        for (long seen = latencies[0]; seen < wanted && index < latencies.length - 1; ) seen += latencies[++index];
        return requests == 0 ? Duration.ZERO : Duration.ofNanos(Latencies.longest(index));
    }

    /// What was done after `earlier`, of the same queue: its percentiles are those of that time alone.
    ///
    /// @throws IllegalArgumentException if `earlier` has seen more than this
    public BatchStatistics since(BatchStatistics earlier) {
        var between = new long[latencies.length];
        Arrays.setAll(between, i -> latencies[i] - earlier.latencies[i]);
        if (Arrays.stream(between).anyMatch(count -> count < 0) || rows < earlier.rows || batches < earlier.batches
            || failed < earlier.failed
            || refused < earlier.refused) throw new IllegalArgumentException("BatchStatistics.since: " + earlier
                + " isn't before " + this + "; give what the same queue said earlier");
        return new BatchStatistics(requests - earlier.requests, rows - earlier.rows, batches - earlier.batches,
            failed - earlier.failed, refused - earlier.refused, waiting, between);
    }

    @Override
    public String toString() {
        return "BatchStatistics[" + requests + " requests, " + rows + " rows in " + batches + " batches, " + failed
            + " failed, " + refused + " refused, " + waiting + " rows waiting]";
    }
}
