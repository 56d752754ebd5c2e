package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's programs run as they stand there, each as a source file of its own; its test is one of these tests.
class ReadmeTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final int PROGRAMS = 13;

    @TempDir
    Path folder;

    @Test
    void trainingLearns() throws IOException {
        var output = run("new ProgressBar(\"glyphs\")");
        var accuracy = Pattern.compile("accuracy (\\S+)").matcher(output);
        assertTrue(accuracy.find(), output);
        assertTrue(Double.parseDouble(accuracy.group(1)) > 0.5, output);
    }

    @Test
    void secondDerivativesAreRight() throws IOException {
        var output = run("var second = Autograd.grad");
        assertTrue(output.contains("[3.0000, 12.0000, 27.0000]"), output);
        assertTrue(output.contains("[6.0000, 12.0000, 18.0000]"), output);
    }

    /// The numbers are PyTorch's: `torch.manual_seed(420)`, two layers, and the first one's weight anew.
    @Test
    void weightsArePyTorchs() throws IOException {
        var output = run("new TorchRandom(420)");
        for (var row : List.of("0.4318, -0.4256", "0.6730, -0.5617", "-0.2157, -0.4873", "0.5349, -0.3169", "0.9701, 0.6488",
            "-0.0186, 0.9401"))
            assertTrue(output.contains(row), output);
    }

    /// Two inputs are seen in prediction and, twice or more, by LSUV; layers of one's own are explained.
    @Test
    void layersOfOnesOwnAreTreatedAsOurs() throws IOException {
        var output = run("class GatedResidual");
        assertTrue(output.startsWith("2 inputs, [100, 8]") && output.lines().filter(line -> line.startsWith("2 inputs")).count() >= 3,
            output);
        assertTrue(output.contains("LSUV: 1 of 1 layers") && output.contains("healthy: second moments are"), output);
        assertTrue(output.strip().endsWith("[100, 8]"), output);
    }

    @Test
    void anInterruptedRunIsResumed() throws IOException {
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
    void preprocessingIsKeptBesideTheWeights() throws IOException {
        var output = run("new Columns()");
        assertTrue(output.contains("[plum]"), output);
        assertTrue(Pattern.compile("\\[(lime|plum)(, (lime|plum)){11}]").matcher(output).find(), output);
    }

    @Test
    void batchesOfYourOwnAreLearntFrom() throws IOException {
        var losses = Pattern.compile("loss (\\S+) to (\\S+)").matcher(run("record Sentences"));
        assertTrue(losses.find());
        assertTrue(Double.parseDouble(losses.group(2)) < 0.5 * Double.parseDouble(losses.group(1)), losses.group());
    }

    @Test
    void anOwnLoopLearns() throws IOException {
        var output = run("losses[number] +=");
        var losses = Pattern.compile("loss (\\S+)").matcher(output).results().map(found -> Double.parseDouble(found.group(1))).toList();
        assertEquals(3, losses.size(), output);
        assertTrue(losses.get(2) < 0.8 * losses.get(0), output);
    }

    /// The second moment of softshrink is 2 ((1 + s^2) Q(s) - s density(s)), its gain one over the root.
    @Test
    void anOwnActivationHasItsGradientAndItsGain() throws IOException {
        var output = run("Operation.elementwise(");
        assertTrue(output.contains("gain Gain[value=" + ("" + 1 / Math.sqrt(2 * (1.25 * 0.3085375387259869 - 0.5 * 0.3520653267642995))).substring(0, 9)),
            output);
    }

    /// The program checks its second derivatives itself.
    @Test
    void anOwnOperationHasRules() throws IOException { run("Operation.of("); }

    @Test
    void plainArraysDoWithoutTensors() throws IOException {
        var output = run("dev.lanewise.array.");
        assertTrue(output.contains("[4.0, 7.0, 12.0, 15.0]"), output);
        // 1 / (1 + e^3) and the rest, in both rows
        var row = "0\\.0474258\\d*, 0\\.9525741\\d*";
        assertTrue(Pattern.compile("\\[" + row + ", " + row + "]").matcher(output).find(), output);
    }

    @Test
    void theTestOfAnOwnInitializerIsRun() throws IOException {
        var source = Files.readString(Path.of("src/test/java/dev/lanewise/OwnInitializerTest.java"));
        assertEquals(source.replace("package dev.lanewise;\n\n", ""), program("class OwnInitializerTest"));
    }

    @Test
    void anOptimizerOfOnesOwnLearns() throws IOException {
        var losses = Pattern.compile("[0-9.E-]+").matcher(run("record Lion")).results().map(found -> Double.parseDouble(found.group())).toList();
        assertEquals(3, losses.size(), losses::toString);
        assertTrue(losses.get(2) < 0.8 * losses.get(0), losses::toString);
    }

    /// The one that holds a phrase that no other does.
    private static String program(String phrase) throws IOException {
        var programs = PROGRAM.matcher(Files.readString(Path.of("README.md"))).results().map(found -> found.group(1)).toList();
        assertEquals(PROGRAMS, programs.size(), "programs in the README, each of which needs a test here");
        var found = programs.stream().filter(program -> program.contains(phrase)).toList();
        assertEquals(1, found.size(), "programs with " + phrase);
        return found.getFirst();
    }

    private String run(String phrase) throws IOException {
        var source = Files.writeString(folder.resolve("Example.java"), program(phrase));
        return ForkedJvm.ofSource(source, ForkedJvm.VECTORS).run().orFail().out();
    }
}
