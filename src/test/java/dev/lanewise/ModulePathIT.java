package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The finished jar, as a user starts it.
class ModulePathIT {

    private static final Path JAR = Path.of(System.getProperty("lanewise.jar"));

    private static Future<ForkedJvm.Result> module;
    private static Future<ForkedJvm.Result> withoutFlag;
    private static Future<ForkedJvm.Result> withFlag;

    /// Beside one another: nobody looks at how fast they are.
    @BeforeAll
    static void start() {
        try (var forks = Executors.newVirtualThreadPerTaskExecutor()) {
            module = forks.submit(ForkedJvm.java("-p", JAR.toString(), "-m", "dev.lanewise", "info")::run);
            withoutFlag = forks.submit(ForkedJvm.java("-cp", JAR.toString(), "dev.lanewise.lab.Main", "info")::run);
            withFlag = forks.submit(ForkedJvm.java(ForkedJvm.VECTORS, "-cp", JAR.toString(), "dev.lanewise.lab.Main",
                "info")::run);
        }
    }

    @Test
    void asAModuleItNeedsNoFlag() {
        var result = module.resultNow().orFail();
        assertTrue(result.out().contains("Provider  SIMD"), result.out());
    }

    @Test
    void onTheClassPathOneLineNamesTheFlag() {
        var without = withoutFlag.resultNow().orFail();
        assertTrue(without.out().contains("Provider  scalar"), without.out());
        assertEquals(1, without.err().lines().filter(line -> line.contains("--add-modules jdk.incubator.vector")).count(),
            without.err());
        var with = withFlag.resultNow().orFail();
        assertTrue(with.out().contains("Provider  SIMD"), with.out());
        assertFalse(with.err().contains("INFO"), with.err());
    }

    /// On the Java that Maven runs on, where that is one.
    @Test
    void onAnOlderJavaOneSentenceSaysWhatIsNeeded() throws IOException {
        var old = Path.of(System.getProperty("lanewise.mavenJava"));
        var release = new Properties();
        try (var in = Files.newBufferedReader(old.resolve("release"))) {
            release.load(in);
        }
        var version = release.getProperty("JAVA_VERSION").replace("\"", "");
        assumeTrue(Runtime.Version.parse(version).feature() < Runtime.version().feature(), "Maven runs on no older Java");
        var jar = JAR.toString();
        for (var start : List.of(List.of("-jar", jar), List.of("-cp", jar, "dev.lanewise.lab.Main"),
            List.of("-p", jar, "-m", "dev.lanewise"))) {
            var result = ForkedJvm.java(start.toArray(String[]::new)).with("info").on(old).run();
            assertEquals(1, result.exit(), start + ": " + result);
            assertEquals("", result.out());
            assertEquals(List.of("Lanewise needs Java 25 or later; this is " + version + " (" + old
                + "): start it with the `java` of a newer JDK."), result.err().lines()
                    .filter(line -> !line.startsWith("WARNING: Using incubator")).toList());
        }
    }

    @Test
    void theJarIsOneModuleWithNothingButTheJdkBelow() {
        var module = ModuleFinder.of(JAR).find("dev.lanewise").orElseThrow().descriptor();
        assertEquals("dev.lanewise.lab.Main", module.mainClass().orElseThrow());
        assertEquals(List.of("java.base", "jdk.incubator.vector", "jdk.unsupported"), required(module, false));
        // asked for a flag where it is there, and not missed elsewhere
        assertEquals(List.of("jdk.management"), required(module, true));
        assertTrue(module.exports().stream().noneMatch(e -> e.source().matches("dev\\.lanewise\\.(kernel|file|lab)\\b.*")));
    }

    @Test
    void itsLambdasAreClasses() throws IOException {
        try (var jar = new JarFile(JAR.toFile())) {
            assertTrue(jar.stream().anyMatch(entry -> entry.getName().contains("/Tensor$$L0.class")),
                "the build has run Desugar");
        }
    }

    /// The modules that it needs, or those that it can do without.
    private static List<String> required(ModuleDescriptor module, boolean optional) {
        return module.requires().stream().filter(requires -> requires.modifiers().contains(Modifier.STATIC) == optional)
            .map(requires -> requires.name()).sorted().toList();
    }
}
