package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoonsTest {

    @TempDir
    Path folder;

    private Moons.Run run(Scheme scheme, int points, int epochs, int batch, long seed) {
        var setting = Ran.setting(new Moons(), "--seed", "" + seed);
        return Moons.run("net", false, scheme, Moons.data(setting, points), setting, epochs, batch,
            folder.resolve("best.safetensors"));
    }

    @Test
    void unitsThatStartAtZeroAreEqualForEver() {
        long seed = Ran.seed();
        var run = run(Scheme.named("zeros"), 100, 20, 10, seed);
        assertEquals(Moons.STEPS, run.firstSteps().size());
        for (var step : run.firstSteps()) assertTrue(Moons.unitsAlike(step.weights()), "seed " + seed);
        assertTrue(Moons.unitsAlike(run.best().stateDict()), "seed " + seed);
        var gaussian = run(new Scheme("gaussian", "", Initializers.normal(0, 1), Initializers.zeros()), 100, 1, 10, seed);
        for (var step : gaussian.firstSteps()) assertFalse(Moons.unitsAlike(step.weights()), "seed " + seed);
    }

    /// After one step on all points the hidden units still say 1/2 everywhere, so that the network says one class of all points.
    @Test
    void allZeroIsRightForOneClassAtFirst() {
        long seed = Ran.seed();
        var setting = Ran.setting(new Moons(), "--seed", "" + seed);
        var dev = Moons.data(setting, 200).dev();
        int second = 0;
        for (int row = 0; row < dev.size(); row++) second += dev.batch(row).targets()[0];
        double share = second / (double) dev.size();
        double accuracy = run(Scheme.named("zeros"), 200, 1, 1000, seed).history().validation().getFirst().metric();
        assertTrue(List.of(share, 1 - share).contains(accuracy), accuracy + " of " + share + ", seed " + seed);
    }

    @Test
    void theBestWeightsComeBackFromTheDisk() {
        long seed = Ran.seed();
        var run = run(Scheme.torchDefault(), 100, 5, 10, seed);
        var kept = Safetensors.read(folder.resolve("best.safetensors")).tensors();
        assertEquals(Set.of("0.weight", "0.bias", "2.weight", "2.bias"), kept.keySet());
        kept.forEach((name, values) -> assertArrayEquals(values.toArray(), run.best().stateDict().get(name).toArray(), name));
        var setting = Ran.setting(new Moons(), "--seed", "" + seed);
        var dev = Moons.Data.whole(Moons.data(setting, 100).dev());
        assertEquals(run.history().best().metric(), Moons.ACCURACY.of(run.best(), dev), "seed " + seed);
        double most = run.history().validation().stream().mapToDouble(each -> each.metric()).max().orElseThrow();
        assertEquals(most, run.history().best().metric());
    }

    /// A sigmoid layer soon finds a straight line, and that is right in about 87 % of such points: in less than 65 % of 200 with
    /// probability e^-31 (Chernoff).
    @Test
    void aTrainedNetworkKnowsMostPoints() {
        long seed = Ran.seed();
        var run = run(Scheme.torchDefault(), 1000, 60, 20, seed);
        assertTrue(run.test().metric() > 0.65, run.test() + ", seed " + seed);
        assertTrue(run.train().getLast().loss() < run.train().getFirst().loss(), "seed " + seed);
    }

    @Test
    void keptModelsStayAndOthersGo() throws Exception {
        var result = Ran.result(new Moons(), "--epochs", "2", "--points", "60", "--keep", folder.resolve("kept").toString());
        try (var files = Files.list(folder.resolve("kept"))) {
            assertEquals(List.of("moons-2-5-1.safetensors", "moons-2-5-3-1.safetensors", "moons-gaussian.safetensors",
                "moons-zeros.safetensors"),
                files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        var html = result.page().html();
        assertTrue(html.contains("class=\"boundary\"") && html.contains("2-5-3-1"), "maps of each network");
        assertTrue(result.conclusion().contains("equal to the bit"), result.conclusion());
    }
}
