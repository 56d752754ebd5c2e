package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.ForkedJvm;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's programs run as they stand there, each a source file of its own, the first in a JVM of its own; its test is one of these
/// tests.
class ReadmeTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final int PROGRAMS = 13;

    @TempDir
    static Path folder;

    private static List<String> programs;

    /// All at once, which takes the compiler no longer than two of them.
    @BeforeAll
    static void compile() throws IOException {
        programs = PROGRAM.matcher(Files.readString(Path.of("README.md"))).results().map(found -> found.group(1)).toList();
        assertEquals(PROGRAMS, programs.size(), "programs in the README, each of which needs a test here");
        var command = new ArrayList<>(List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"));
        for (int i = 0; i < programs.size(); i++)
            command.add(Files.writeString(folder.resolve("Example" + i + ".java"), programs.get(i)).toString());
        var errors = new StringWriter();
        int status = ToolProvider.findFirst("javac").orElseThrow()
            .run(new PrintWriter(errors), new PrintWriter(errors), command.toArray(String[]::new));
        assertEquals(0, status, errors::toString);
    }

    @Test
    @Tag("machines")
    void trainingLearns() {
        var output = ForkedJvm.java("-cp", folder + File.pathSeparator + System.getProperty("java.class.path"), ForkedJvm.VECTORS,
            "Example" + number("new ProgressBar(\"glyphs\")")).patient().run().orFail().out();
        var accuracy = Pattern.compile("accuracy (\\S+)").matcher(output);
        assertTrue(accuracy.find(), output);
        assertTrue(Double.parseDouble(accuracy.group(1)) > 0.5, output);
    }

    @Test
    void secondDerivativesAreRight() {
        var output = run("var second = Autograd.grad");
        assertTrue(output.contains("[3.0000, 12.0000, 27.0000]"), output);
        assertTrue(output.contains("[6.0000, 12.0000, 18.0000]"), output);
    }

    /// The numbers are PyTorch's: `torch.manual_seed(420)`, two layers, and the first one's weight anew.
    @Test
    void weightsArePyTorchs() {
        var output = run("new TorchRandom(420)");
        for (var row : List.of("0.4318, -0.4256", "0.6730, -0.5617", "-0.2157, -0.4873", "0.5349, -0.3169", "0.9701, 0.6488",
            "-0.0186, 0.9401"))
            assertTrue(output.contains(row), output);
    }

    /// Two inputs are seen in prediction and, twice or more, by LSUV; layers of one's own are explained.
    @Test
    void layersOfOnesOwnAreTreatedAsOurs() {
        var output = run("class GatedResidual");
        assertTrue(output.startsWith("2 inputs, [100, 8]") && output.lines().filter(line -> line.startsWith("2 inputs")).count() >= 3,
            output);
        assertTrue(output.contains("LSUV: 1 of 1 layers") && output.contains("healthy: second moments are"), output);
        assertTrue(output.strip().endsWith("[100, 8]"), output);
    }

    @Test
    void anInterruptedRunIsResumed() {
        var output = run("again.resume(");
        var epochs = Pattern.compile("(?m)^epoch \\S+").matcher(output).results().map(MatchResult::group).toList();
        assertEquals(List.of("epoch 1/2", "epoch 2/2", "epoch 3/4", "epoch 4/4"), epochs, output);
        var best = Pattern.compile("best Evaluation\\[loss=\\S+, metric=(\\S+)]").matcher(output);
        assertTrue(best.find(), output);
        var seen = Pattern.compile("metric (\\S+)").matcher(output).results()
            .mapToDouble(found -> Double.parseDouble(found.group(1)));
        assertEquals(seen.max().orElseThrow(), Double.parseDouble(best.group(1)), 5e-5, output);
    }

    /// The held-out rows and a single one, from what the file holds.
    @Test
    void preprocessingIsKeptBesideTheWeights() {
        var output = run("new Columns()");
        assertTrue(output.contains("[plum]"), output);
        assertTrue(Pattern.compile("\\[(lime|plum)(, (lime|plum)){11}]").matcher(output).find(), output);
    }

    @Test
    void batchesOfYourOwnAreLearntFrom() {
        var losses = Pattern.compile("loss (\\S+) to (\\S+)").matcher(run("record Sentences"));
        assertTrue(losses.find());
        assertTrue(Double.parseDouble(losses.group(2)) < 0.5 * Double.parseDouble(losses.group(1)), losses.group());
    }

    @Test
    void anOwnLoopLearns() {
        var output = run("losses[number] +=");
        var losses = Pattern.compile("loss (\\S+)").matcher(output).results().map(found -> Double.parseDouble(found.group(1))).toList();
        assertEquals(3, losses.size(), output);
        assertTrue(losses.get(2) < 0.8 * losses.get(0), output);
    }

    /// The second moment of softshrink is 2 ((1 + s^2) Q(s) - s density(s)), its gain one over the root.
    @Test
    void anOwnActivationHasItsGradientAndItsGain() {
        var output = run("Operation.elementwise(");
        assertTrue(output.contains("gain Gain[value=" + ("" + 1 / Math.sqrt(2 * (1.25 * 0.3085375387259869 - 0.5 * 0.3520653267642995))).substring(0, 9)),
            output);
    }

    /// The program checks its second derivatives itself.
    @Test
    void anOwnOperationHasRules() { run("Operation.of("); }

    @Test
    void plainArraysDoWithoutTensors() {
        var output = run("dev.lanewise.array.");
        assertTrue(output.contains("[4.0, 7.0, 12.0, 15.0]"), output);
        // 1 / (1 + e^3) and the rest, in both rows
        var row = "0\\.0474258\\d*, 0\\.9525741\\d*";
        assertTrue(Pattern.compile("\\[" + row + ", " + row + "]").matcher(output).find(), output);
    }

    @Test
    void theTestOfAnOwnInitializerIsRun() throws IOException {
        var source = Files.readString(Path.of("src/test/java/dev/lanewise/OwnInitializerTest.java"));
        assertEquals(source.replace("package dev.lanewise;\n\n", ""), programs.get(number("class OwnInitializerTest")));
    }

    @Test
    void anOptimizerOfOnesOwnLearns() {
        var losses = Pattern.compile("[0-9.E-]+").matcher(run("record Lion")).results().map(found -> Double.parseDouble(found.group())).toList();
        assertEquals(3, losses.size(), losses::toString);
        assertTrue(losses.get(2) < 0.8 * losses.get(0), losses::toString);
    }

    /// The number of the one that holds a phrase that no other does.
    private static int number(String phrase) {
        var found = IntStream.range(0, PROGRAMS).filter(i -> programs.get(i).contains(phrase)).toArray();
        assertEquals(1, found.length, "programs with " + phrase);
        return found[0];
    }

    /// What it prints, run in this JVM, which has compiled already what they share.
    private static String run(String phrase) {
        int threads = Compute.threads();
        var out = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            start(loader.loadClass("Example" + number(phrase)));
        } catch (IOException | ReflectiveOperationException e) {
            throw new AssertionError(phrase + " printed " + printed, e);
        } finally {
            System.setOut(out);
            Compute.setThreads(threads);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /// As `java` does.
    private static void start(Class<?> program) throws ReflectiveOperationException {
        var main = Arrays.stream(program.getDeclaredMethods()).filter(method -> method.getName().equals("main")).findFirst().orElseThrow();
        main.setAccessible(true);
        Object self = null;
        if (!Modifier.isStatic(main.getModifiers())) {
            var constructor = program.getDeclaredConstructor();
            constructor.setAccessible(true);
            self = constructor.newInstance();
        }
        main.invoke(self, main.getParameterCount() == 0 ? new Object[0] : new Object[] {new String[0]});
    }
}
