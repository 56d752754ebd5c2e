package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.testing.ForkedJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// [Digest] prints the same in JVMs that compute in every way there is: vector widths, scalar code with and without
/// fused multiply-adds, compilers, class path and module path; and again in one of them with other numbers of threads and cold
/// starts. Each differs in one thing from the reference, and in none the compiler gives up on a method of ours.
class SameBitsEverywhereTest {

    /// Interpreted, by the first compiler, by the second.
    private static final int ROUNDS = 3;
    /// Where what differs is how classes are found, which needs no compiler.
    private static final int ONE_ROUND = 1;
    private static final int THREADS = 2;
    /// In which the reference computes all once more.
    private static final List<String> WAYS = List.of("coldStart=1e9", "threads=1", "threads=3", "threads=7");
    private static final String MODULE = "dev.lanewise";

    /// @param computes what the JVM has to say of how it computes, lest two of them do the same
    private record Variant(String name, String computes, int rounds, List<String> flags) {

        static Variant vector(String computes, String... flags) {
            var all = new ArrayList<>(List.of(ForkedJvm.VECTORS));
            all.addAll(List.of(flags));
            return new Variant(String.join(" ", flags), computes, ROUNDS, all);
        }

        /// The tests become part of the module; JUnit, which some of them name, stays outside.
        static Variant modulePath() {
            return new Variant("module path", "module path", ONE_ROUND, List.of("-p", System.getProperty("lanewise.classes"),
                "--patch-module", MODULE + "=" + System.getProperty("lanewise.testClasses"), "--add-reads",
                MODULE + "=ALL-UNNAMED", "-m", MODULE + "/" + Digest.class.getName()));
        }

        /// C2 compiles emitted loops after some two calls in a hundred of those that it waits for otherwise, and what calls them
        /// after five, and the program waits for it, so that a few rounds show every loop compiled. What emits them is no kernel;
        /// and a loop whose compiled method is about to come needs no compilation in the midst of its run.
        static Variant reference(Path classes) {
            return vector(width(512), "-Xbatch", "-XX:CompileCommand=quiet", "-XX:Tier4BackEdgeThreshold=400000",
                after(0.05, "dev.lanewise.kernel.*::*"), after(1, "dev.lanewise.kernel.code.*::*"),
                after(1, "dev.lanewise.kernel.expr.*::*"), after(0.02, "*_*::run"), "-Dlanewise.dump=" + classes);
        }

        /// Of two patterns of a method the later counts.
        private static String after(double share, String methods) {
            return "-XX:CompileCommand=CompileThresholdScaling," + methods + "," + share;
        }

        ForkedJvm.Result run(List<String> ways) {
            // the VM's own output goes to the other stream
            var all = new ArrayList<>(List.of("-XX:+PrintCompilation", "-XX:+DisplayVMOutputToStderr",
                "-Dlanewise.threads=" + THREADS, "-Dlanewise.coldStart=0", "-cp", System.getProperty("java.class.path")));
            all.addAll(flags);
            if (!flags.contains("-m")) all.add(Digest.class.getName());
            return ForkedJvm.java(all.toArray(String[]::new))
                .with(Stream.concat(Stream.of("" + rounds), ways.stream()).toArray(String[]::new)).run().orFail();
        }
    }

    /// How a JVM names its provider whose vectors are as wide as this machine's, but `bits` at the most.
    private static String width(int bits) {
        var provider = Provider.current();
        return provider.isSimd() ? "SIMD, " + Math.min(bits, 32 * provider.lanes()) + " bits" : "scalar";
    }

    private static final boolean IS_X86 = Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

    /// What differs most from the reference.
    private static List<Variant> variants() { return List.of(Variant.vector("scalar", "-Dlanewise.simd=off")); }

    private static List<Variant> more() {
        var variants = new ArrayList<>(List.of(
            Variant.vector(width(128), "-XX:MaxVectorSize=16"),
            Variant.vector("scalar", "-XX:TieredStopAtLevel=1"),
            new Variant("without the vector module", "scalar", ONE_ROUND, List.of()),
            Variant.modulePath()));
        if (IS_X86) {
            // half the registers
            variants.add(Variant.vector(width(256), "-XX:UseAVX=2"));
            variants.add(Variant.vector("no fused multiply-add", "-XX:UseAVX=0"));
        }
        return variants;
    }

    @TempDir
    static Path classes;

    private static Future<ForkedJvm.Result> reference;

    /// Begun by whichever test comes first.
    private static Future<ForkedJvm.Result> reference(ExecutorService forks) {
        if (reference == null) reference = forks.submit(() -> Variant.reference(classes).run(WAYS));
        return reference;
    }

    @TestFactory
    Stream<DynamicTest> everyJvmPrintsTheSame() {
        var forks = forks();
        var expected = reference(forks);
        var tests = tests(variants(), forks, expected);
        for (int i = 0; i < WAYS.size(); i++) tests.add(test(i + 1, expected));
        tests.add(dynamicTest("C2 compiles every kernel",
            () -> CompilationTest.assertC2CompilesEveryKernel(compiled(expected.get()))));
        tests.add(dynamicTest("no emitted method is too long", () -> {
            expected.get();
            CompilationTest.assertNoEmittedMethodIsTooLong(classes);
        }));
        return tests.stream();
    }

    @Tag("machines")
    @TestFactory
    Stream<DynamicTest> soDoMoreKindsOfJvm() {
        var forks = forks();
        return tests(more(), forks, reference(forks)).stream();
    }

    private static ExecutorService forks() { return Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()); }

    private static List<DynamicTest> tests(List<Variant> variants, ExecutorService forks, Future<ForkedJvm.Result> expected) {
        var tests = new ArrayList<DynamicTest>();
        for (var variant : variants) tests.add(test(variant, forks.submit(() -> variant.run(List.of())), expected));
        forks.shutdown();
        return tests;
    }

    private static DynamicTest test(Variant variant, Future<ForkedJvm.Result> fork, Future<ForkedJvm.Result> expected) {
        return dynamicTest(variant.name, () -> {
            assertTrue(results(expected.get(), 0).contains("training"), "the reference computed");
            assertEquals(results(expected.get(), 0), results(fork.get(), 0));
            assertTrue(head(fork.get(), 0).contains(variant.computes), () -> head(fork.resultNow(), 0));
            assertEquals(List.of(), CompilationTest.skipped(compiled(fork.get())));
        });
    }

    /// The reference's way of that number.
    private static DynamicTest test(int way, Future<ForkedJvm.Result> expected) {
        var name = WAYS.get(way - 1);
        return dynamicTest(name, () -> {
            assertEquals(results(expected.get(), 0), results(expected.get(), way));
            var head = head(expected.get(), way);
            assertTrue(head.endsWith(name), head);
            if (name.startsWith("threads=")) assertTrue(head.contains(", " + name.substring("threads=".length()) + " threads"),
                head);
        });
    }

    private static String section(ForkedJvm.Result result, int way) {
        return result.out().split("(?m)^" + Digest.HEAD, -1)[way + 1];
    }

    /// What the JVM says of itself.
    private static String head(ForkedJvm.Result result, int way) { return section(result, way).lines().findFirst().orElse(""); }

    private static String results(ForkedJvm.Result result, int way) {
        return section(result, way).substring(head(result, way).length());
    }

    /// Of our methods.
    private static List<String> compiled(ForkedJvm.Result result) {
        var ours = result.err().lines().filter(line -> line.contains(MODULE)).toList();
        assertTrue(ours.size() > 100, "it printed what it compiles");
        return ours;
    }
}
