package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.diagnose.CoordinateCheck;
import dev.lanewise.io.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Published mistakes in how networks start, each beside the start that was meant, as `museum.py` draws them: an audit finds each
/// of the ones wrong, and none of the others.
class MuseumTest {

    private static final Path MUSEUM = Path.of(System.getProperty("user.dir"), "src/test/resources/dev/lanewise/check/museum");
    private static final int LEAST = 30;
    private static final long MOST_BYTES = 4 << 20;
    private static final int SEEDS = 200;
    /// Widths, steps and seeds as `museum.py` has them.
    /// At these widths the readout's slopes are -0.09 of the right start and -0.86 of the wrong one, each with a deviation of
    /// 0.055 over 300 seeds: the tolerance lies six deviations from either.
    private static final CoordinateCheck.Setting SETTING = new CoordinateCheck.Setting(List.of(32, 64, 128, 256), 3, 4, 0.45);
    /// Drawn at a time.
    private static final int BATCH = 20;

    @TempDir
    Path folder;

    private static List<String> names() throws IOException {
        try (var files = Files.list(MUSEUM)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".contract"))
                .map(name -> name.substring(0, name.length() - ".contract".length())).sorted().toList();
        }
    }

    private static Audit.Report audit(String name, Path file) {
        return Audit.of(Contract.read(MUSEUM.resolve(name + ".contract")), List.of(file), Map.of());
    }

    /// What an audit gets wrong.
    private static void judge(Path folder, String name, String suffix, Map<String, String> faults) {
        var wrong = audit(name, folder.resolve(name + suffix + ".wrong.safetensors"));
        if (wrong.passed()) faults.put(name + suffix + " wrong", "is not found out");
        var right = audit(name, folder.resolve(name + suffix + ".right.safetensors"));
        if (!right.passed()) faults.put(name + suffix + " right", right.problems() + " " + right.of(Audit.Verdict.BROKEN));
    }

    // ---- muP's coordinate check

    private static CoordinateCheck coordinates(Path folder, String suffix) {
        var file = SafetensorsFile.open(folder.resolve("mup-readout" + suffix + ".coordinates"));
        var sizes = new LinkedHashMap<String, double[][][]>();
        var changes = new LinkedHashMap<String, double[][][]>();
        for (var layer : List.of("input", "hidden", "readout")) {
            sizes.put(layer, measured(file, "size." + layer));
            changes.put(layer, measured(file, "change." + layer));
        }
        return CoordinateCheck.of(SETTING, sizes, changes);
    }

    private static double[][][] measured(SafetensorsFile file, String name) {
        var values = file.read(name);
        var measured = new double[SETTING.steps() + 1][SETTING.widths().size()][SETTING.seeds()];
        int at = 0;
        for (var step : measured) for (var width : step) for (int seed = 0; seed < width.length; seed++) width[seed] =
            values[at++];
        return measured;
    }

    private static void judgeCoordinates(Path folder, String suffix, Map<String, String> faults) {
        var wrong = coordinates(folder, suffix + ".wrong");
        var notFlat = wrong.layers().stream().filter(layer -> !layer.isFlat(SETTING.tolerance())).toList();
        if (!notFlat.equals(List.of(wrong.layers().getLast()))) faults.put("mup-readout" + suffix + " wrong", wrong.toString());
        var right = coordinates(folder, suffix + ".right");
        if (!right.passed()) faults.put("mup-readout" + suffix + " right", right.toString());
    }

    /// PyTorch trained; what it measured is judged here.
    @Test
    void aReadoutThatIsScaledTwiceIsFoundByItsFirstSteps() {
        var faults = new TreeMap<String, String>();
        judgeCoordinates(MUSEUM, "", faults);
        assertEquals(Map.of(), faults);
    }

    @Test
    void everyMistakeIsFoundAndWhatWasMeantPasses() throws IOException {
        assertTrue(names().size() >= LEAST, () -> "exhibits in " + MUSEUM);
        var faults = new TreeMap<String, String>();
        for (var name : names()) judge(MUSEUM, name, "", faults);
        assertEquals(Map.of(), faults);
    }

    /// A contract that was kept loose would pass both.
    @Test
    void eachHasItsSourceAndIsSmall() throws IOException {
        for (var name : names()) assertTrue(Files.readString(MUSEUM.resolve(name + ".contract"))
            .matches("(?s)# [^\n]+: [^\n]+\\.\n.+"), name);
        try (var files = Files.list(MUSEUM)) {
            long bytes = 0;
            for (var file : files.toList()) bytes += Files.size(file);
            assertTrue(bytes <= MOST_BYTES, "bytes: " + bytes);
        }
    }

    /// Seeds of their own in each run. LANEWISE_PYTHON names a Python that has PyTorch.
    @Test
    @Tag("exhaustive")
    void ofAnySeedToo() throws Exception {
        var python = Objects.requireNonNullElse(System.getenv("LANEWISE_PYTHON"), "python3");
        assumeTrue(run(python, "-c", "import torch") == 0, "no PyTorch for " + python + "; name a Python by LANEWISE_PYTHON");
        int first = new SplittableRandom().nextInt(1 << 20);
        var faults = new TreeMap<String, String>();
        for (int batch = first; batch < first + SEEDS; batch += BATCH) {
            assertEquals(0, run(python, "src/test/python/museum.py", folder.toString(), "" + batch, "" + BATCH));
            for (int seed = batch; seed < batch + BATCH; seed++) {
                judgeCoordinates(folder, "." + seed, faults);
                for (var name : names()) judge(folder, name, "." + seed, faults);
            }
            try (var files = Files.list(folder)) {
                for (var file : files.toList()) Files.delete(file);
            }
        }
        assertEquals(Map.of(), faults, "seeds from " + first);
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
