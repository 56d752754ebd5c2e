package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Samples;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program begins with scalar loops, goes on with vectors, and computes the same.
class ColdStartTest {

    /// Prints what each kind of kernel computes, a few times over, and the classes that were there by then.
    static final class Program {

        private static final int SIDE = 65;
        private static final int N = SIDE * SIDE;

        public static void main(String[] args) throws IOException {
            var folder = Path.of(System.getProperty("lanewise.dump"));
            for (int round = 0; round < Integer.parseInt(args[0]); round++)
                System.out.println(compute() + " " + classes(folder));
        }

        private static int compute() {
            var x = Samples.tame(new SplittableRandom(1), N);
            var y = new float[N];
            Gemm.run(SIDE, SIDE, SIDE, x, 0, SIDE, false, x, 0, SIDE, true, y, 0, SIDE);
            Maps.EXP.run(y, 0, y, 0, N);
            RowSoftmax.rows(SIDE, SIDE, y, 0, SIDE, y, 0, SIDE);
            var sums = new float[SIDE];
            Reductions.SUM.rows(y, 0, null, 0, null, 0, null, SIDE, SIDE, sums, 0);
            return 31 * Arrays.hashCode(y) + Arrays.hashCode(sums);
        }

        private static Set<String> classes(Path folder) throws IOException {
            try (var files = Files.list(folder)) {
                return files.map(file -> file.getFileName().toString().replaceAll("_.*", "")).collect(Collectors.toSet());
            }
        }
    }

    private static List<String> lines(Path folder, String seconds, int rounds) {
        return new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-Dlanewise.dump=" + folder, "-Dlanewise.coldStart=" + seconds)
            .with("" + rounds).run().orFail().out().lines().toList();
    }

    private static boolean hasVectors(String line) { return line.contains("Tile") && line.contains("Pass"); }

    @Test
    void vectorsRunAtOnceOrNever(@TempDir Path folder) {
        assumeTrue(Provider.current().isSimd());
        var atOnce = lines(folder.resolve("0"), "0", 1).getFirst();
        assertTrue(hasVectors(atOnce), atOnce);
        var never = lines(folder.resolve("never"), "1e9", 3);
        assertFalse(hasVectors(never.getLast()), never.getLast());
        assertEquals(atOnce.split(" ")[0], never.getLast().split(" ")[0]);
    }

    @Test
    void aShortProgramNeedsNoFlagToStayScalar(@TempDir Path folder) {
        var line = ForkedJvm.java("-cp", System.getProperty("java.class.path"), ForkedJvm.VECTORS, "-Dlanewise.dump=" + folder,
            Program.class.getName(), "1").run().orFail().out();
        assertFalse(hasVectors(line), line);
    }

    /// Stands for an emitted loop, and is compiled when the test says so.
    private static final class Fake implements Loop.Map {
        private static final long LONG = 1_000_000;

        private final AtomicInteger realTurns = new AtomicInteger();
        private volatile boolean compiled;
        /// As if vectors had stayed objects.
        private volatile boolean bad;
        private volatile float[] object;

        static Fake compiled() {
            var fake = new Fake();
            fake.compiled = true;
            return fake;
        }

        @Override
        public void run(float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] x3, int o3,
                        float[] x4, int o4, float[] x5, int o5, float[] scalars, int n) {
            if (n > 0) realTurns.incrementAndGet();
            if (n > 0 && bad) object = new float[n];
            for (long end = System.nanoTime() + LONG; n < 0 && !compiled && System.nanoTime() < end; ) Thread.onSpinWait();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertTrue(i < 60_000, "for a minute");
            Thread.sleep(1);
        }
    }

    @Test
    void aLoopThatIsDueIsPreparedAndTakesOverWhenItIsCompiled() throws InterruptedException {
        var fakes = new ConcurrentHashMap<Integer, Fake>();
        var loops = new Prepared<Loop.Map>(3, number -> {
            var fake = new Fake();
            fakes.put(number, fake);
            return fake;
        });
        try {
            ColdStart.set(Duration.ofSeconds(1_000));
            loops.count(1, 2e12);
            assertTrue(fakes.isEmpty());
            // the program is old enough, and another loop has had too little to do
            spend(Duration.ofSeconds(2_000));
            loops.count(0, 69e9);
            loops.count(1, 1);
            await(() -> fakes.containsKey(1) && fakes.get(1).realTurns.get() == 4);
            assertFalse(loops.has(1));
            assertFalse(fakes.containsKey(0));
            // it isn't made again, and those that are due later don't wait for it
            loops.count(1, 2e12);
            loops.count(2, 2e12);
            await(() -> fakes.containsKey(2));
            fakes.get(2).compiled = true;
            await(() -> loops.has(2));
            assertFalse(loops.has(1));
            var first = fakes.get(1);
            first.compiled = true;
            await(() -> loops.has(1));
            assertSame(first, loops.get(1));
            assertFalse(loops.has(0));
            assertEquals(7, first.realTurns.get());
            // never, and as before
            ColdStart.set(Duration.ofSeconds(1_000_000_000));
            assertFalse(loops.has(1));
            ColdStart.set(Duration.ofSeconds(1));
            assertTrue(loops.has(1));
        } finally {
            end();
            fakes.values().forEach(fake -> fake.compiled = true);
        }
    }

    /// What this test says of the program's arithmetic is taken back: others begin where it had been.
    private static double spent;

    private static void spend(Duration duration) {
        ColdStart.spend(duration.toNanos());
        spent += duration.toNanos();
    }

    /// Loops that have had anything to do.
    private static void letAllBeDue() {
        ColdStart.set(Duration.ofNanos(1));
        spend(Duration.ofSeconds(1));
    }

    private static void end() {
        ColdStart.spend(-spent);
        spent = 0;
        ColdStart.end();
    }

    /// Defines bad loops, but for the one of that number; returns how many have been defined when the last is ready or given up.
    private static int classes(int good) throws InterruptedException {
        assumeTrue(Garbage.ofThisThread() > 0);
        var defined = new AtomicInteger();
        var loops = new Prepared<Loop.Map>(1, _ -> {
            var fake = Fake.compiled();
            fake.bad = defined.incrementAndGet() != good;
            return fake;
        });
        try {
            letAllBeDue();
            loops.count(0, 1e9);
            assertTrue(Warmer.await(Duration.ofMinutes(1).toNanos()));
            assertEquals(good <= Warmer.CLASSES, loops.has(0));
            return defined.get();
        } finally {
            end();
        }
    }

    /// As often as it is said; a loop that is never good stays scalar.
    @Test
    void aLoopThatWasCompiledBadlyIsDefinedAnew() throws InterruptedException {
        assertEquals(1, classes(1));
        assertEquals(3, classes(3));
        assertEquals(Warmer.CLASSES, classes(Integer.MAX_VALUE));
    }

    @Test
    void aLoopThatFailsStaysScalarAndStopsNoOther() throws InterruptedException {
        var loops = new Prepared<Loop.Map>(2, number -> {
            if (number == 0) throw new IllegalStateException("on purpose");
            return Fake.compiled();
        });
        var said = new AtomicReference<Throwable>();
        var before = Thread.getDefaultUncaughtExceptionHandler();
        try {
            Thread.setDefaultUncaughtExceptionHandler((_, fault) -> said.set(fault));
            int over = Warmer.over();
            letAllBeDue();
            loops.count(0, 2);
            loops.count(1, 2);
            await(() -> loops.has(1) && said.get() != null);
            assertEquals("on purpose", said.get().getMessage());
            assertFalse(loops.has(0));
            // neither is lost, whatever throws when it is named
            var outcomes = Warmer.outcomes(over);
            assertTrue(outcomes.contains(new Warmer.Outcome(Warmer.UNDEFINED, false))
                && outcomes.contains(new Warmer.Outcome("Fake", true)), "" + outcomes);
        } finally {
            end();
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /// A product of a kind waits for all its loops, and is told from those that take others.
    @Test
    void aProductWaitsForAllItsLoops() throws InterruptedException {
        var loops = new Prepared<Loop.Map>(2, _ -> Fake.compiled());
        var products = new Products();
        var rehearsals = new AtomicInteger();
        Consumer<Rehearsal> both = rehearsal -> {
            rehearsals.incrementAndGet();
            rehearsal.needs(loops, 0);
            rehearsal.needs(loops, 1);
        };
        try {
            ColdStart.set(Duration.ofSeconds(1_000));
            var product = products.of(2, 3, 4, 5, 6);
            assertSame(product, products.of(2, 3, 4, 5, 6));
            assertNotSame(product, products.of(2, 3, 4, 5, 7));
            assertFalse(product.count(80e9, both));
            assertEquals(0, rehearsals.get());
            spend(Duration.ofSeconds(2_000));
            assertFalse(product.count(1, both));
            await(() -> product.count(0, both));
            assertEquals(1, rehearsals.get());
            assertTrue(product.isPrepared() && loops.has(0) && loops.has(1));
            // of another shape with the same loops the first is as fast
            assertTrue(products.of(20, 3, 4, 5, 6).count(0, both));
        } finally {
            ColdStart.spend(-80e9);
            end();
        }
    }

    /// Of ever new shapes none would be due by itself.
    @Test
    void productsOfManyShapesMakeTheirLoopsDue() throws InterruptedException {
        var loops = new Prepared<Loop.Map>(1, _ -> Fake.compiled());
        var products = new Products();
        try {
            ColdStart.set(Duration.ofSeconds(1_000));
            spend(Duration.ofSeconds(2_000));
            for (int m = 1; m <= 9; m++) assertFalse(products.of(m, 1, 1, 1, 1)
                .count(7e9, rehearsal -> rehearsal.needs(loops, 0)));
            assertTrue(Warmer.await(Duration.ofMinutes(1).toNanos()));
            assertFalse(loops.has(0));
            for (int m = 10; m <= 11; m++) products.of(m, 1, 1, 1, 1).count(7e9, rehearsal -> rehearsal.needs(loops, 0));
            await(() -> loops.has(0));
        } finally {
            ColdStart.spend(-77e9);
            end();
        }
    }
}
