package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library's contracts and the models of the libraries that they are for, as `library_models.py` makes them.
class LibraryModelsTest {

    private static final int SEEDS = 20;
    private static final String MODELS = "src/test/python/library_models.py";

    /// By NAME.CONTRACT.
    private static Map<String, LinkedHashMap<String, Shape>> models() throws IOException {
        var models = new LinkedHashMap<String, LinkedHashMap<String, Shape>>();
        try (var in = LibraryModelsTest.class.getResourceAsStream("library-models.txt")) {
            LinkedHashMap<String, Shape> model = null;
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                var words = line.split(" ");
                if (words[0].equals("#")) models.put(words[1], model = new LinkedHashMap<>());
                else model.put(words[0], Shape.of(Arrays.stream(words[1].split("x")).mapToInt(Integer::parseInt).toArray()));
            }
        }
        return models;
    }

    private static String contract(String model) { return model.substring(model.lastIndexOf('.') + 1); }

    private static Map<String, Double> settings(String model) {
        return model.contains("-zero.") ? Map.of("residual", 0.0) : Map.of();
    }

    @Test
    void everyTensorHasItsRuleAndEveryRuleATensor() throws IOException {
        var faults = new TreeMap<String, List<String>>();
        var used = new HashSet<String>();
        models().forEach((name, shapes) -> {
            used.add(contract(name));
            var assignment = Assignment.of(Contract.named(contract(name)), shapes, settings(name));
            if (!assignment.problems().isEmpty()) faults.put(name, assignment.problems());
        });
        assertEquals(Map.of(), faults);
        // muP's is for models that no library here makes
        assertEquals(new HashSet<>(Contract.names().stream().filter(name -> !name.equals("mup")).toList()), used);
    }

    /// LANEWISE_PYTHON names a Python that has the libraries.
    @Test
    @Tag("exhaustive")
    void whatTheLibrariesDrawPasses(@TempDir Path folder) throws Exception {
        var python = Objects.requireNonNullElse(System.getenv("LANEWISE_PYTHON"), "python3");
        assumeTrue(run(python, MODELS, "--names") == 0, "no transformers for " + python + "; name a Python by LANEWISE_PYTHON");
        int first = new SplittableRandom().nextInt(1 << 20);
        var faults = new TreeMap<String, String>();
        for (int seed = first; seed < first + SEEDS; seed++) {
            assertEquals(0, run(python, MODELS, folder.toString(), "" + seed));
            for (var name : models().keySet()) {
                var report = Audit.of(Contract.named(contract(name)), List.of(folder.resolve(name + ".safetensors")),
                    settings(name));
                assertTrue(!report.of(Audit.Verdict.HOLDS).isEmpty(), name);
                if (!report.passed()) faults.put(name + " " + seed, report.problems() + " " + report.of(Audit.Verdict.BROKEN));
            }
        }
        assertEquals(Map.of(), faults);
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}
