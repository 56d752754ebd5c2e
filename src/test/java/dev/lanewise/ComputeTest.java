package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.array.Blas;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComputeTest {

    /// Takes the line, computes where it hears it, as well, and prints how it computes.
    static final class Program {
        public static void main(String... arguments) {
            Compute.setThreads(3);
            Compute.setColdStart(Duration.ofSeconds(5));
            Compute.setListener(line -> System.out.println(line + "; " + Tensor.ones(2).add(1f).sum().item()));
            System.out.println(Tensor.ones(3).exp().shape());
            Compute.setListener(_ -> System.out.println("late"));
            var provider = Compute.provider();
            System.out.println(provider.name() + ", " + provider.bits() + ", " + Compute.threads() + ": " + provider.reason());
        }
    }

    @Test
    void aListenerTakesTheLineFromTheLog() {
        var result = new ForkedJvm(Program.class, "-Dlanewise.threads=2").run().orFail();
        var why = "the Vector API is not enabled; start java with --add-modules jdk.incubator.vector";
        assertEquals(List.of("Lanewise computes without SIMD: " + why + "; 4.0", "[3]", "late", "scalar, 32, 3: " + why),
            result.out().lines().toList());
        assertEquals("", result.err());
    }

    @Test
    void whereNoLineIsSaidNobodyHearsOne() {
        var result = new ForkedJvm(Program.class, "-Dlanewise.simd=off").run().orFail();
        assertEquals(List.of("[3]", "scalar, 32, 3: switched off by -Dlanewise.simd=off"), result.out().lines().toList());
        assertEquals("", result.err());
    }

    @Test
    void threadsMayBeSetWhileOthersCompute() throws Exception {
        int before = Compute.threads();
        int n = 160;
        var a = new float[n * n];
        for (int i = 0; i < a.length; i++) a[i] = (float) Math.sin(i);
        var expected = square(a, n);
        var over = new AtomicBoolean();
        Callable<Integer> work = () -> {
            int rounds = 0;
            for (; !over.get() || rounds == 0; rounds++) assertArrayEquals(expected, square(a, n));
            return rounds;
        };
        try (var callers = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> results;
            try {
                results = Stream.generate(() -> callers.submit(work)).limit(2).toList();
                for (int i = 0; i < 200; i++) {
                    int threads = 1 + i % 4;
                    Compute.setThreads(threads);
                    assertEquals(threads, Compute.threads());
                    Thread.sleep(1);
                }
            } finally {
                over.set(true);
                Compute.setThreads(before);
            }
            for (var result : results) assertTrue(result.get() > 0);
        }
    }

    private static float[] square(float[] a, int n) {
        var c = new float[n * n];
        Blas.gemm(false, true, n, n, n, 1, a, 0, n, a, 0, n, 0, c, 0, n);
        return c;
    }

    @Test
    void whatIsNotAllowedIsRefusedAndChangesNothing() {
        int before = Compute.threads();
        for (int threads : new int[] {Integer.MIN_VALUE, -1, 0, 1025, Integer.MAX_VALUE})
            Rejected.argument(() -> Compute.setThreads(threads), "threads: " + threads, "is not allowed", "use 1 to 1024");
        assertEquals(before, Compute.threads());
        for (var duration : List.of(Duration.ofNanos(-1), Duration.ofSeconds(1_000_000_000, 1),
            Duration.ofSeconds(Long.MAX_VALUE)))
            Rejected.argument(() -> Compute.setColdStart(duration), "cold start: " + duration, "is not allowed",
                "use 0 to 1e9 seconds");
        assertThrows(NullPointerException.class, () -> Compute.setColdStart(null));
        Runnable none = () -> { throw new AssertionError("called"); };
        Rejected.argument(() -> Compute.warmUp(none, Duration.ofNanos(-1)), "warm-up: PT-0.000000001S", "is not allowed",
            "use 0 to 1e9 seconds");
        assertThrows(NullPointerException.class, () -> Compute.warmUp(none, null));
        assertThrows(NullPointerException.class, () -> Compute.warmUp(null));
        Rejected.argument(() -> new Compute.WarmUp(Compute.WarmUp.End.WARM, -1, Duration.ZERO, List.of(), List.of()),
            "warm-up: -1 calls", "negative");
        assertThrows(NullPointerException.class, () -> Compute.setListener(null));
        Rejected.argument(() -> new Compute.Provider(0, true, "why"), "provider: 0 lanes", "1 or more");
    }

    /// In a scope that stays open.
    @Test
    void aWarmUpSaysWhatItDid() {
        var calls = new int[1];
        try (var _ = new Scope().open()) {
            var result = Compute.warmUp(() -> {
                calls[0]++;
                Tensor.ones(3).exp();
            }, Duration.ZERO);
            assertEquals(Compute.WarmUp.End.OUT_OF_TIME, result.end());
            assertFalse(result.isWarm());
            assertEquals(calls[0], result.calls());
            assertTrue(result.calls() >= 1 && result.took().isPositive(), result::toString);
        }
    }

    @Test
    void aProviderSaysItsWidth() {
        assertEquals("SIMD, 256 bits", new Compute.Provider(8, true, "why").name());
        assertEquals("scalar", new Compute.Provider(1, true, "why").name());
        var provider = Compute.provider();
        assertEquals(provider.isSimd(), provider.bits() >= 128);
        assertTrue(provider.name().startsWith(provider.isSimd() ? "SIMD, " + provider.bits() : "scalar"), provider::name);
    }

    /// Where the project says it.
    @Test
    void theVersionIsTheProjects() throws IOException {
        var pom = Files.readString(Path.of("pom.xml"));
        assertEquals(pom.substring(pom.indexOf("<version>") + "<version>".length(), pom.indexOf("</version>")),
            Compute.version());
    }
}
