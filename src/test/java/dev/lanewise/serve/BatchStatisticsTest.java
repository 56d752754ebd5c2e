package dev.lanewise.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchStatisticsTest {

    private static BatchStatistics of(long... nanos) {
        var counts = new long[Latencies.CLASSES];
        for (long each : nanos) counts[Latencies.classOf(each)]++;
        return new BatchStatistics(nanos.length, nanos.length, 1, 0, 0, 0, counts);
    }

    @Property(tries = 300)
    void percentilesAreTooLongByA32ndAtMost(@ForAll @Size(min = 1, max = 50) List<@LongRange(min = 0) Long> durations,
        @ForAll @IntRange(max = 1000) int mille) {
        long[] nanos = durations.stream().mapToLong(Long::longValue).toArray();
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        double share = mille / 1000.0;
        long exact = sorted[Math.max(1, (int) Math.ceil(share * nanos.length)) - 1];
        long said = of(nanos).latency(share).toNanos();
        assertTrue(exact <= said && said - exact <= exact / 32, () -> said + " for " + exact);
    }

    @Property(tries = 300)
    void classesFollowOneAnother(@ForAll @IntRange(max = Latencies.CLASSES - 2) int at) {
        assertEquals(at, Latencies.classOf(Latencies.longest(at)));
        assertEquals(at + 1, Latencies.classOf(Latencies.longest(at) + 1));
    }

    @Test
    void theEnds() {
        assertEquals(Latencies.CLASSES - 1, Latencies.classOf(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, Latencies.longest(Latencies.CLASSES - 1));
        assertEquals(Duration.ZERO, of().latency(0.99));
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) assertThrows(IllegalArgumentException.class, () -> of(1)
            .latency(share));
    }

    @Test
    void aTimesOwnStatistics() {
        var later = of(10, 20, 30, 31).since(of(30, 31));
        assertEquals(2, later.requests());
        assertEquals(20, later.latency(1).toNanos());
        assertThrows(IllegalArgumentException.class, () -> of(10).since(of(20)));
    }
}
