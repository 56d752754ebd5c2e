package dev.lanewise.jmh;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.lanewise.Compute;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels make no garbage: what JMH's `-prof gc` calls gc.alloc.rate.norm, counted exactly on the thread that computes.
class AllocationTest {

    private static final double BYTES_PER_CALL = 1;
    private static final double BYTES_PER_PART = 128;
    private static final double WARM_UP = 0.3;
    private static final double MEASURED = 0.01;
    private static final double COUNTED_SECONDS = 5e-3;
    private static final int TRIES = 5;
    private static final long PATIENCE_NANOS = 15_000_000_000L;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeAll
    static void onThisThreadAlone() {
        assertTrue(Compute.provider().isSimd(), Compute.provider().reason());
        Compute.setThreads(1);
        Compute.endColdStart();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "gemm 64 64 64", "gemm 256 256 256", "gemm 100 784 256 NT", "gemm 256 100 784 TN", "gemm 100 256 784 NN",
        "gemm 100 128 10 NT", "gemm 1 784 256 NT", "gemm 333 77 201",
        "unary relu 4096", "unary exp 4096", "unary tanh 4096", "unary sigmoid 4096", "unary gelu 4096", "unary silu 4096",
        "unary exp 4194304", "softmax 100 10", "softmax 1000 1000", "sum 4096", "sum 4194304",
        "uniform 1000", "uniform 4096", "uniform 1000000", "normal 4096", "normal 1000000"})
    void aKernelAllocatesNothing(String request) {
        double bytes = bytesPerCall(Workloads.of(request).call(), BYTES_PER_CALL / 2);
        assertTrue(bytes < BYTES_PER_CALL, () -> request + ": " + bytes + " B/op");
    }

    /// Those of layers make a small object for each part that a thread may take, whatever its size.
    @ParameterizedTest
    @MethodSource("dev.lanewise.jmh.LayerKernels#all")
    void aLayersKernelAllocatesButItsParts(LayerKernels.Kernel kernel) {
        double most = BYTES_PER_PART * kernel.parts();
        double bytes = bytesPerCall(kernel.call(), most);
        assertTrue(bytes <= most, () -> kernel + ": " + bytes + " B/op");
    }

    /// The optimizer's step makes its own numbers and lists: none depends on the parameter's length.
    @ParameterizedTest
    @CsvSource({"adam 4096, 1200", "adam 235146, 1200"})
    void theRestIsSmall(String request, double most) {
        double bytes = bytesPerCall(Workloads.of(request).call(), most);
        assertTrue(bytes <= most, () -> request + ": " + bytes + " B/op");
    }

    /// A result that is made anew is seen.
    @Test
    void allocationIsCounted() {
        double bytes = bytesPerCall(() -> new float[100], 440);
        assertTrue(bytes >= 400 && bytes < 440, () -> bytes + " B/op");
    }

    /// The least of some tries: a compilation in between adds garbage that isn't the kernel's, and on a busy machine it takes
    /// long to come.
    private static double bytesPerCall(Supplier<?> call, double enough) {
        int calls = (int) Math.clamp(COUNTED_SECONDS / Stopwatch.seconds(call, WARM_UP, MEASURED), 10, 100_000);
        long end = System.nanoTime() + PATIENCE_NANOS;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TRIES || least > enough && System.nanoTime() < end; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            Stopwatch.run(call, calls);
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) calls);
        }
        return least;
    }
}
