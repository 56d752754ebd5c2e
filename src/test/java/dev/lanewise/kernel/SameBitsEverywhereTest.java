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
/// fused multiply-adds, compilers, numbers of threads, class path and module path. Each differs in one thing from the
/// reference, and in none the compiler gives up on a method of ours.
class SameBitsEverywhereTest {

    private static final String ROUNDS = "3";
    private static final int THREADS = 2;
    private static final String MODULE = "dev.lanewise";

    /// @param computes what the JVM has to say of how it computes, lest two of them do the same
    private record Variant(String name, String computes, List<String> flags) {

        static Variant vector(String computes, String... flags) {
            var all = new ArrayList<>(List.of(ForkedJvm.VECTORS));
            all.addAll(List.of(flags));
            return new Variant(String.join(" ", flags), computes, all);
        }

        /// The tests become part of the module; JUnit, which some of them name, stays outside.
        static Variant modulePath() {
            return new Variant("module path", "module path", List.of("-p", System.getProperty("lanewise.classes"),
                "--patch-module", MODULE + "=" + System.getProperty("lanewise.testClasses"), "--add-reads", MODULE + "=ALL-UNNAMED",
                "-m", MODULE + "/" + Digest.class.getName()));
        }

        ForkedJvm.Result run() {
            // the VM's own output goes to the other stream
            var all = new ArrayList<>(List.of("-XX:+PrintCompilation", "-XX:+DisplayVMOutputToStderr",
                "-Dlanewise.threads=" + THREADS, "-Dlanewise.coldStart=0", "-cp", System.getProperty("java.class.path")));
            all.addAll(flags);
            if (!flags.contains("-m")) all.add(Digest.class.getName());
            return ForkedJvm.java(all.toArray(String[]::new)).with(ROUNDS).run().orFail();
        }
    }

    /// How a JVM names its provider whose vectors are as wide as this machine's, but `bits` at the most.
    private static String width(int bits) {
        var provider = Provider.current();
        return provider.isSimd() ? "SIMD, " + Math.min(bits, 32 * provider.lanes()) + " bits" : "scalar";
    }

    private static List<Variant> variants() {
        var variants = new ArrayList<>(List.of(
            Variant.vector("1 threads", "-Dlanewise.threads=1"),
            Variant.vector("3 threads", "-Dlanewise.threads=3"),
            Variant.vector("7 threads", "-Dlanewise.threads=7"),
            Variant.vector(width(128), "-XX:MaxVectorSize=16"),
            Variant.vector(width(512), "-Dlanewise.coldStart=0.05"),
            Variant.vector(width(512), "-Dlanewise.coldStart=5"),
            Variant.vector("scalar", "-Dlanewise.simd=off"),
            Variant.vector("scalar", "-XX:TieredStopAtLevel=1"),
            new Variant("without the vector module", "scalar", List.of()),
            Variant.modulePath()));
        // 256 bits with half the registers, too
        if (Set.of("amd64", "x86_64").contains(System.getProperty("os.arch")))
            variants.addAll(List.of(Variant.vector(width(256), "-XX:UseAVX=2"),
                Variant.vector("no fused multiply-add", "-XX:UseAVX=0")));
        return variants;
    }

    @TestFactory
    Stream<DynamicTest> everyJvmPrintsTheSame() {
        var forks = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        var expected = forks.submit(Variant.vector(width(512))::run);
        var tests = variants().stream().map(variant -> test(variant, forks.submit(variant::run), expected)).toList();
        forks.shutdown();
        return tests.stream();
    }

    private static DynamicTest test(Variant variant, Future<ForkedJvm.Result> fork, Future<ForkedJvm.Result> expected) {
        return dynamicTest(variant.name, () -> {
            assertTrue(results(expected.get()).contains("training"), "the reference computed");
            assertEquals(results(expected.get()), results(fork.get()));
            assertTrue(firstLine(fork.get()).contains(variant.computes), () -> firstLine(fork.resultNow()));
            assertCompiled(fork.get());
            assertCompiled(expected.get());
        });
    }

    /// What the JVM says of itself.
    private static String firstLine(ForkedJvm.Result result) { return result.out().lines().findFirst().orElse(""); }

    private static String results(ForkedJvm.Result result) { return result.out().substring(firstLine(result).length()); }

    private static void assertCompiled(ForkedJvm.Result result) {
        var ours = result.err().lines().filter(line -> line.contains(MODULE)).toList();
        assertTrue(ours.size() > 100, "it printed what it compiles");
        assertEquals(List.of(), CompilationTest.skipped(ours));
    }
}
