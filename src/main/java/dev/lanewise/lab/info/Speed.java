package dev.lanewise.lab.info;

import dev.lanewise.Compute;
import dev.lanewise.kernel.Gemm;
import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.Peak;
import dev.lanewise.kernel.Reductions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// Measures this machine for two seconds or so: the best of short bursts, which other programs disturb least.
final class Speed {

    /// C2 takes a second for all of these, in the background; on a busy machine several.
    private static final long LONGEST_WARM_UP = 3_500_000_000L;
    /// How long nothing may have become faster before the compiler counts as done.
    private static final long REST = 300_000_000;
    private static final long TURN = 10_000_000;
    private static final long BURST = 3_000_000;
    private static final int BURSTS = 12;
    /// Microseconds, or so, of one run of multiply-adds.
    private static final int ROUNDS = 100;
    private static final long LONGEST_PRODUCT_TURN = 1_000_000_000L;
    private static final int SMALLEST_PRODUCT = 64;
    private static final int LARGEST_PRODUCT = 512;
    private static final double LONGEST_PRODUCT = 20e6;
    private static final int ELEMENTS = 4096;

    /// GFLOP/s of a product of `n` x `n` matrices, and of multiply-adds that stay in registers, on `threads` threads.
    record Product(int threads, int n, double gemm, double peak) {
        double share() { return gemm / peak; }

        /// The best of two measurements of the same, the product's and the registers', each of which others may have disturbed;
        /// null for none. The larger share would be the one whose registers were.
        Product orFaster(Product other) {
            if (other == null) return this;
            var faster = gemm >= other.gemm ? this : other;
            return new Product(threads, faster.n, faster.gemm, Math.max(peak, other.peak));
        }

        /// Whether the registers seem slower than what they are a part of: others had the processors whenever they were measured.
        boolean isBeyondPeak() { return gemm > peak; }
    }

    /// Something to measure: what it returns is how much it did.
    private static final class Work {
        private final String name;
        /// How much in a nanosecond it does if C2 compiled it, at the least.
        private final double plausible;
        private final LongSupplier run;
        private double best = 0;

        Work(String name, double plausible, LongSupplier run) {
            this.name = name;
            this.plausible = plausible;
            this.run = run;
        }

        /// Does it for a while, and says whether it was much faster than ever before.
        boolean improves() {
            double before = best;
            for (long start = System.nanoTime(); System.nanoTime() - start < TURN; ) measure(1);
            return best > 1.1 * before;
        }

        boolean isCompiled() { return best >= plausible; }

        /// Does it some times, and returns how much it did in a nanosecond.
        double measure(int times) {
            long done = 0;
            long start = System.nanoTime();
            for (int i = 0; i < times; i++) done += run.getAsLong();
            double rate = (double) done / Math.max(1, System.nanoTime() - start);
            best = Math.max(best, rate);
            return rate;
        }

        /// The nanoseconds that it takes once.
        double nanos() {
            long start = System.nanoTime();
            run.getAsLong();
            return Math.max(1, System.nanoTime() - start);
        }

        double burst() { return measure((int) Math.clamp(BURST / nanos(), 1, 100_000)); }
    }

    /// Floats in a vector; scalar loops have no plausible speed below which they aren't compiled.
    private final double lanes = Compute.provider().isSimd() ? Compute.provider().lanes() : 0;
    private final Work peak;
    private final Work product;
    private final List<Work> kernels;

    Speed() {
        Compute.endColdStart();
        var registers = new Peak();
        var x = numbers(ELEMENTS);
        var y = new float[ELEMENTS];
        // long enough that handing it to other threads costs next to nothing
        this.peak = new Work("registers", lanes, () -> registers.run(ROUNDS));
        this.product = gemm(SMALLEST_PRODUCT);
        // compiled, they are ten times as fast at the least; boxed vectors are ten times slower
        this.kernels = List.of(
            elementwise("exp", lanes / 200, () -> Maps.EXP.run(x, 0, y, 0, ELEMENTS)),
            elementwise("sum", lanes / 20, () -> Reductions.SUM.rows(x, 0, null, 0, null, 0, null, 1, ELEMENTS, y, 0)));
    }

    private static Work elementwise(String name, double plausible, Runnable run) {
        return new Work(name, plausible, () -> {
            run.run();
            return ELEMENTS;
        });
    }

    private Work gemm(int n) {
        var a = numbers(n * n);
        var b = numbers(n * n);
        var c = new float[n * n];
        return new Work("product", lanes / 2, () -> {
            Gemm.run(n, n, n, a, 0, n, false, b, 0, n, false, c, 0, n);
            return 2L * n * n * n;
        });
    }

    private static float[] numbers(int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = i % 97 / 97f - 0.5f;
        return x;
    }

    /// All in turns, so that the compiler has them all before it while they run.
    void warmUp() {
        long start = System.nanoTime();
        long improved = start;
        for (long now = start; now - improved < REST || !slow().isEmpty() && now - start < LONGEST_WARM_UP;
            now = System.nanoTime())
            for (var work : works()) if (work.improves()) improved = System.nanoTime();
    }

    private List<Work> works() { return Stream.concat(Stream.of(peak, product), kernels.stream()).toList(); }

    /// What hasn't been as fast as C2 makes it.
    List<String> slow() { return works().stream().filter(work -> !work.isCompiled()).map(work -> work.name).toList(); }

    /// A product and the peak on as many threads as asked for, in turns, so that both meet the same disturbances.
    Product product(int threads) {
        int before = Compute.threads();
        Compute.setThreads(threads);
        try {
            int n = SMALLEST_PRODUCT;
            var larger = product;
            // the next one takes eight times as long
            while (n < LARGEST_PRODUCT && 8 * Math.min(larger.nanos(), larger.nanos()) < LONGEST_PRODUCT)
                larger = gemm(n *= 2);
            double gemm = 0;
            double most = 0;
            // the larger product may need loops that the compiler hasn't seen: until it gets no faster
            long start = System.nanoTime();
            for (long now = start, improved = start; (now - improved < REST || gemm > most) && now - start < LONGEST_PRODUCT_TURN;
                now = System.nanoTime()) {
                double speed = larger.burst();
                if (speed > 1.02 * gemm) improved = System.nanoTime();
                gemm = Math.max(gemm, speed);
                most = Math.max(most, peak.burst());
            }
            return new Product(threads, n, gemm, most);
        } finally {
            Compute.setThreads(before);
        }
    }

    /// Nanoseconds an element of the kernels that aren't products, by name.
    Map<String, Double> kernels() {
        var nanos = new LinkedHashMap<String, Double>();
        for (var kernel : kernels) {
            double best = 0;
            for (int i = 0; i < BURSTS; i++) best = Math.max(best, kernel.burst());
            nanos.put(kernel.name, 1 / best);
        }
        return nanos;
    }
}
