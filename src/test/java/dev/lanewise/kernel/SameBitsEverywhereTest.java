package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.testing.ForkedJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// [Digest] prints the same in JVMs that compute in every way there is: vector widths, scalar code with and without
/// fused multiply-adds, compilers and numbers of threads.
class SameBitsEverywhereTest {

    private static final String ROUNDS = "5";

    /// @param computes what the JVM has to say of how it computes, lest two of them do the same
    private record Variant(String name, String computes, List<String> flags) {

        static Variant vector(String computes, String... flags) {
            var all = new ArrayList<>(List.of(ForkedJvm.VECTORS));
            all.addAll(List.of(flags));
            return new Variant(String.join(" ", flags), computes, all);
        }

        ForkedJvm.Result run() {
            return new ForkedJvm(Digest.class, flags.toArray(String[]::new)).with(ROUNDS).run().orFail();
        }
    }

    /// How a JVM names its provider whose vectors are as wide as this machine's, but `bits` at the most.
    private static String width(int bits) {
        var provider = Provider.current();
        return provider.isSimd() ? "SIMD, " + Math.min(bits, 32 * provider.lanes()) + " bits" : "scalar";
    }

    private static List<Variant> variants() {
        var variants = new ArrayList<>(List.of(
            Variant.vector(width(512), "-Dlanewise.threads=1"),
            Variant.vector("2 threads", "-Dlanewise.threads=2"),
            Variant.vector("3 threads", "-Dlanewise.threads=3"),
            Variant.vector("7 threads", "-Dlanewise.threads=7"),
            Variant.vector(width(128), "-XX:MaxVectorSize=16"),
            Variant.vector(width(256), "-XX:MaxVectorSize=32"),
            Variant.vector("scalar", "-Dlanewise.simd=off"),
            Variant.vector("scalar", "-XX:TieredStopAtLevel=1"),
            new Variant("without the vector module", "scalar", List.of())));
        if (Set.of("amd64", "x86_64").contains(System.getProperty("os.arch")))
            variants.addAll(List.of(Variant.vector(width(256), "-XX:UseAVX=2"), Variant.vector(width(128), "-XX:UseAVX=1"),
                Variant.vector("no fused multiply-add", "-XX:UseAVX=0")));
        return variants;
    }

    @TestFactory
    Stream<DynamicTest> everyJvmPrintsTheSame() {
        var forks = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        var expected = forks.submit(() -> Variant.vector("").run().out());
        var tests = variants().stream().map(variant -> test(variant, forks.submit(variant::run), expected)).toList();
        forks.shutdown();
        return tests.stream();
    }

    private static DynamicTest test(Variant variant, Future<ForkedJvm.Result> fork, Future<String> expected) {
        return dynamicTest(variant.name, () -> {
            assertTrue(expected.get().contains("normal"), "the reference computed");
            assertEquals(expected.get(), fork.get().out());
            assertTrue(fork.get().err().contains(variant.computes), () -> fork.resultNow().err());
        });
    }
}
