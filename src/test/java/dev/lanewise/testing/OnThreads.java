package dev.lanewise.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.Compute;
import java.util.function.Supplier;

/// What is computed on one thread and on two.
public final class OnThreads {

    private OnThreads() {}

    /// Bit for bit; afterwards there are as many threads as before.
    public static void assertSameBits(Supplier<float[]> computation) {
        int before = Compute.threads();
        try {
            Compute.setThreads(1);
            var alone = computation.get();
            Compute.setThreads(2);
            assertArrayEquals(alone, computation.get());
        } finally {
            Compute.setThreads(before);
        }
    }
}
