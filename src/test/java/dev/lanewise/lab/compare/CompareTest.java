package dev.lanewise.lab.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job, short, on the built-in images.
class CompareTest {

    @TempDir
    Path folder;

    private final int threads = Compute.threads();

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    private Map<?, ?> compare(String name, String... more) throws Exception {
        var json = folder.resolve(name + ".json");
        var args = new java.util.ArrayList<>(List.of("compare", "--data", "builtin", "--epochs", "1", "--json", json.toString(),
            "--report", folder.resolve(name + ".html").toString()));
        args.addAll(List.of(more));
        var err = new ByteArrayOutputStream();
        int status = Ran.main(new PrintStream(new ByteArrayOutputStream()), new PrintStream(err), args.toArray(String[]::new));
        assertEquals(0, status, err.toString(StandardCharsets.UTF_8));
        return (Map<?, ?>) JsonReader.read(Files.readString(json));
    }

    private static double number(Object value) { return Double.parseDouble(((JsonReader.Num) value).text()); }

    @Test
    void zerosLearnNothingAndKaimingLearns() throws Exception {
        var result = compare("two", "--init", "zeros,kaiming-normal", "--seed", "3");
        assertEquals(3, number(result.get("seed")));
        assertTrue(result.get("data").toString().contains("built-in") && result.get("simd") instanceof String);
        var runs = (List<?>) result.get("runs");
        var zeros = (Map<?, ?>) runs.get(0);
        var kaiming = (Map<?, ?>) runs.get(1);
        assertEquals("zeros", zeros.get("init"));
        assertEquals(0.1, number(zeros.get("valAccuracy")), 0.03);
        assertTrue(number(kaiming.get("valAccuracy")) > 0.6, kaiming.toString());
        assertEquals(100, ((List<?>) kaiming.get("losses")).size());
        assertTrue(number(kaiming.get("trainLoss")) < number(((List<?>) kaiming.get("losses")).getFirst()));

        assertEquals("does not learn", zeros.get("standing"));
        assertEquals(1, number(zeros.get("weightsWithoutGradient")));
        assertTrue(zeros.get("why").toString().contains("exactly 0"), zeros.toString());
        assertEquals("in front", kaiming.get("standing"));
        assertEquals("", kaiming.get("why"));
        double accuracy = number(kaiming.get("valAccuracy"));
        assertEquals(Math.sqrt(accuracy * (1 - accuracy) / 3000), number(kaiming.get("standardError")), 1e-9);
        assertEquals(3000, number(result.get("validationImages")));
        var contrast = (Map<?, ?>) ((List<?>) result.get("contrasts")).getFirst();
        assertEquals(number(zeros.get("valAccuracy")) - accuracy, number(contrast.get("difference")), 1e-9);
        assertTrue(number(contrast.get("p")) < 1e-6 && number(contrast.get("pairedError")) > 0, contrast.toString());
        var batches = ((List<?>) kaiming.get("curveBatches")).stream().mapToDouble(CompareTest::number).toArray();
        assertEquals(120, batches[batches.length - 1], 1, "to the last batch");
        var conclusion = result.get("conclusion").toString();
        assertTrue(conclusion.startsWith("One of two initializations learns, kaiming-normal ")
            && conclusion.contains("; zeros doesn't: it has ") && !conclusion.toLowerCase().contains("best"), conclusion);

        var page = Files.readString(folder.resolve("two.html"));
        assertTrue(page.contains("<svg") && page.contains("kaiming-normal") && page.contains("built-in glyphs"));
        assertTrue(!page.contains("<script") && !page.contains("src=") && !page.contains("href="), "nothing from elsewhere");
    }

    @Test
    void theSameSeedGivesTheSameNumbersOnAnyThreads() throws Exception {
        var one = run(compare("one", "--init", "torch-default", "--threads", "1"));
        var two = run(compare("two", "--init", "torch-default", "--threads", "2"));
        for (var key : List.of("valAccuracy", "trainLoss", "losses")) assertEquals(one.get(key), two.get(key), key);
        var other = run(compare("other", "--init", "torch-default", "--seed", "43"));
        assertTrue(!one.get("losses").equals(other.get("losses")), "another seed, other numbers");
    }

    @Test
    void aStartThatDoesNotLearnIsNeverTheBest() throws Exception {
        var conclusion = compare("zeros", "--init", "zeros").get("conclusion").toString();
        assertTrue(conclusion.startsWith("zeros doesn't learn: ") && !conclusion.toLowerCase().contains("best"), conclusion);
    }

    /// The k-th of several seeds is the one that comes k after the first, in all that it decides.
    @Test
    void severalSeedsAreThoseOfSingleRuns() throws Exception {
        var result = compare("seeds", "--init", "xavier-normal", "--seed", "5", "--seeds", "2", "--batch", "500");
        var both = ((List<?>) run(result).get("valAccuracies")).stream().mapToDouble(CompareTest::number).toArray();
        for (int k = 0; k < 2; k++) assertEquals(number(run(compare("single" + k, "--init", "xavier-normal", "--seed",
            "" + (5 + k), "--batch", "500")).get("valAccuracy")), both[k]);
        assertEquals((both[0] + both[1]) / 2, number(run(result).get("valAccuracy")), 1e-9);
        assertEquals(Math.abs(both[0] - both[1]) / 2, number(run(result).get("standardError")), 1e-9);
        assertTrue(result.get("conclusion").toString().contains("Means over 2 seeds"), result.get("conclusion").toString());
    }

    private static Map<?, ?> run(Map<?, ?> result) { return (Map<?, ?>) ((List<?>) result.get("runs")).getFirst(); }

    @Test
    void withoutFilesTheBuiltInSetIsTakenAndSaysSo() {
        var nowhere = new FashionMnist.Places(Map.of(), folder, "Linux", folder.resolve("none"));
        var source = ImageSource.choose(Optional.empty(), nowhere);
        assertTrue(source.description().contains("built-in") && source.description().contains("not found"), source.description());
        assertEquals(15_000, source.images().size());
    }
}
