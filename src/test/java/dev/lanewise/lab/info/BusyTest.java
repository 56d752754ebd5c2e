package dev.lanewise.lab.info;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BusyTest {

    /// A clock that is read each microsecond, but for one turn of another program of so many milliseconds in ten.
    private static double share(int milliseconds) {
        var time = new AtomicLong(9_999_000);
        return new Busy(() -> {
            long now = time.addAndGet(1_000);
            return now % 10_000_000 < 1_000 ? time.addAndGet(1_000_000L * milliseconds) : now;
        }).share();
    }

    @Test
    void theShareIsTheTimeThatNobodyTook() {
        assertEquals(1, share(0));
        assertEquals(0.8, share(2), 0.05);
        assertEquals(0.4, share(6), 0.05);
        assertEquals(0.1, share(9), 0.05);
    }

    @Test
    void whatOthersTakeIsSaid() { assertEquals("other programs take 63 % of a processor", Busy.describe(0.37)); }
}
