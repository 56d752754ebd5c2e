package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.kernel.code.Samples;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /// Prints after how many calls a cold start is over.
    static final class Calls {
        public static void main(String[] args) {
            var x = new float[1 << 20];
            var y = new float[1 << 10];
            var random = new Threefry(42);
            Runnable call = switch (args[0]) {
                case "row" -> () -> Gemm.run(1, 256, 784, x, 0, 784, false, x, 0, 784, true, y, 0, 256);
                case "column" -> () -> Gemm.run(1000, 1, 1000, x, 0, 1000, false, x, 0, 1, false, y, 0, 1);
                case "element" -> () -> Maps.RELU.run(x, 0, y, 0, 1);
                case "fill" -> () -> random.uniform(y, 0, Fill.GROUP - 1);
                default -> throw new IllegalArgumentException(args[0]);
            };
            int calls = 0;
            for (; !ColdStart.isOver(0); calls++) call.run();
            System.out.println(calls);
        }
    }

    private static List<String> lines(Path folder, String seconds, int rounds) {
        return new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-Dlanewise.dump=" + folder, "-Dlanewise.coldStart=" + seconds)
            .with("" + rounds).run().orFail().out().lines().toList();
    }

    private static boolean hasVectors(String line) { return line.contains("Tile") && line.contains("Pass"); }

    @Test
    void vectorsComeAfterTheColdStart(@TempDir Path folder) {
        assumeTrue(Provider.current().isSimd());
        var atOnce = lines(folder.resolve("0"), "0", 1);
        assertTrue(hasVectors(atOnce.getFirst()), atOnce::toString);
        // a round is estimated to take some 50 microseconds
        var later = lines(folder.resolve("1"), "0.001", 200);
        assertFalse(hasVectors(later.getFirst()), later.getFirst());
        assertTrue(hasVectors(later.getLast()), later.getLast());
        assertEquals(Set.of(atOnce.getFirst().split(" ")[0]), later.stream().map(line -> line.split(" ")[0]).collect(Collectors.toSet()));
    }

    @Test
    void aProgramBeginsAndEndsIt() {
        try {
            ColdStart.begin(Duration.ofSeconds(1_000_000_000));
            assertFalse(ColdStart.isOver(1e9));
            ColdStart.begin(Duration.ofSeconds(2));
            assertFalse(ColdStart.isOver(1e9));
            assertTrue(ColdStart.isOver(1e9));
            ColdStart.begin(Duration.ofSeconds(2));
            assertFalse(ColdStart.isOver(0));
            ColdStart.end();
            assertTrue(ColdStart.isOver(0));
            ColdStart.begin(Duration.ZERO);
            assertTrue(ColdStart.isOver(0));
        } finally {
            ColdStart.end();
        }
    }

    /// Within a factor of four of what they were seen to take on a Zen 4 core: 126 microseconds, 914 and 0.216; but a call for one
    /// element, 0.0145, counts for up to a microsecond, with what lies around it.
    @ParameterizedTest
    @CsvSource({"row, 20, 317", "column, 3, 43", "fill, 11600, 185000", "element, 10000, 2750000"})
    void smallCallsAndThinProductsCountForWhatTheyTake(String call, int least, int most) {
        var jvm = new ForkedJvm(Calls.class, ForkedJvm.VECTORS, "-Dlanewise.coldStart=0.01");
        int calls = Integer.parseInt(jvm.with(call).run().orFail().out().strip());
        assertTrue(least <= calls && calls <= most, () -> calls + " calls");
    }

    @Test
    void aLargeProductDoesNotWaitForItsOwnTime(@TempDir Path folder) {
        assumeTrue(Provider.current().isSimd());
        // less than the first product takes
        var first = lines(folder, "0.000001", 1).getFirst();
        assertTrue(hasVectors(first), first);
    }
}
