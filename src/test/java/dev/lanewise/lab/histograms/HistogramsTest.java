package dev.lanewise.lab.histograms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.train.AbaloneSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistogramsTest {

    @TempDir
    Path folder;

    private static HistogramsOutcome.Net net(int scheme, boolean tanh, long seed) {
        return Histograms.net(Histograms.WEIGHTINGS.get(scheme), tanh, Tensor.randn(new Threefry(seed), 200, 10),
            new Threefry(seed));
    }

    /// From the same numbers: only the scale differs, and in the first layer, which has ten inputs, MSRA's is the mean of 10 and
    /// 16.
    @Test
    void theWeightingsAreScalesOfTheSameNumbers() {
        long seed = Ran.seed();
        var one = net(0, true, seed).handed().getFirst();
        var scales = new double[] {1, Math.sqrt(1.0 / 10), Math.sqrt(2.0 / 10), Math.sqrt(2.0 / 13)};
        for (int scheme = 0; scheme < scales.length; scheme++) {
            var other = net(scheme, true, seed).handed().getFirst();
            for (int i = 0; i < one.length; i++) assertEquals(scales[scheme] * one[i], other[i], 1e-4, "seed " + seed);
        }
    }

    @Test
    void sharesAreThoseOfTheNumbersHandedOn() {
        long seed = Ran.seed();
        for (int scheme = 0; scheme < 5; scheme++) {
            var tanh = net(scheme, true, seed);
            var relu = net(scheme, false, seed);
            assertEquals(Histograms.LAYERS, tanh.handed().size());
            for (int i = 0; i < Histograms.LAYERS; i++) {
                int saturated = 0;
                for (float value : tanh.handed().get(i)) if (Math.abs(Math.tanh(value)) > 0.97) saturated++;
                assertEquals(saturated / 3200.0, tanh.layers().get(i).saturated().measured(), 1.5 / 3200, "seed " + seed);
                assertEquals(dead(relu.handed().get(i)), relu.layers().get(i).dead().measured(), 1e-9, "seed " + seed);
            }
        }
    }

    private static double dead(float[] values) {
        int dead = 0;
        for (int unit = 0; unit < Histograms.UNITS; unit++) {
            boolean off = true;
            for (int at = unit; at < values.length; at += Histograms.UNITS) off &= values[at] <= 0;
            if (off) dead++;
        }
        return dead / (double) Histograms.UNITS;
    }

    /// Weights of [0, 1) have a mean: all units of a layer see much the same sum, which tanh saturates. A sum over 16 numbers
    /// near ±1 of one sign is 8 in the mean; it would have to be below 2, which weights of mean 1/2 and variance 1/12 don't reach
    /// but with probability e^-45 (Hoeffding, for each unit).
    @Test
    void positiveWeightsSaturateTanh() {
        var handed = net(4, true, Ran.seed()).layers();
        assertTrue(handed.getLast().saturated().measured() > 0.9, handed.toString());
    }

    @Test
    void theFileIsTheUsersOrTheOneFoundOrBuiltIn() throws Exception {
        var nowhere = new FashionMnist.Places(Map.of(), folder, "Linux", folder);
        assertTrue(choose(nowhere).description().contains("built-in") && choose(nowhere).description().contains("not found"));
        assertEquals(4177, choose(nowhere).rows().size());
        var file = Files.writeString(folder.resolve("abalone.data"), """
            M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15,15
            F,0.53,0.42,0.135,0.677,0.2565,0.1415,0.21,9
            I,0.33,0.255,0.08,0.205,0.0895,0.0395,0.055,7
            """);
        assertEquals(3, choose(nowhere, "--data", file.toString()).rows().size());
        var named = new FashionMnist.Places(Map.of("LANEWISE_DATA", folder.toString()), folder, "Linux", folder);
        assertEquals(3, choose(named).rows().size());
        assertEquals(4177, choose(named, "--data", "builtin").rows().size());
        // found: nothing is downloaded
        assertEquals(3, choose(named, "--download").rows().size());
    }

    private static AbaloneSource choose(FashionMnist.Places places, String... args) {
        var options = Ran.options(new Histograms(), args);
        return AbaloneSource.choose(options.get(AbaloneSource.DATA), options.get(AbaloneSource.DOWNLOAD), places, _ -> {});
    }
}
