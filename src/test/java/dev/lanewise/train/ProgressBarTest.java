package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.figures.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    @Test
    void aTerminalGetsOneLineDrawnOverItself() {
        var text = run(true, true);
        assertEquals(1, text.chars().filter(c -> c == '\n').count(), text);
        var last = text.substring(text.lastIndexOf('\r'));
        assertTrue(last.contains("xavier") && last.contains("━".repeat(20)) && last.contains("epoch 2/2"), last);
        assertTrue(last.contains("loss 0.5000") && last.contains("/s"), last);
    }

    @Test
    void elsewhereEachEpochIsALine() {
        var lines = run(false, true).lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("epoch 1/2") && lines.get(0).contains("mean loss 0.5000"), lines.get(0));
        assertFalse(String.join("", lines).contains("\r"));
    }

    @Test
    void aPlainTerminalGetsPlainCharacters() {
        var text = run(true, false);
        assertTrue(text.contains("[" + "#".repeat(20) + "]"), text);
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(text), text);
    }

    /// Whatever the terminal's width, the line is shorter, so that it never wraps; from 50 columns on it has a bar.
    @Property(tries = 200)
    void aNarrowTerminalGetsAShorterLine(@ForAll @IntRange(min = 10, max = 120) int columns, @ForAll boolean unicode,
        @ForAll @IntRange(min = 1) int epochs) {
        var bytes = new ByteArrayOutputStream();
        var bar = new ProgressBar("kaiming-uniform", new PrintStream(bytes, true, StandardCharsets.UTF_8),
            new Screen(true, columns), unicode);
        bar.start(new Callback.Plan(epochs, 1));
        bar.onStep(null, new Callback.Step(0, 0, 0, 0.5f, 10, Double.NaN));
        var line = bytes.toString(StandardCharsets.UTF_8).substring(1);
        assertTrue(line.length() < columns, columns + ": " + line);
        if (columns >= 80) assertTrue(line.contains("kaiming-uniform") && line.contains("epoch 1/" + epochs)
            && line.matches(".*[━─\\[].*"), line);
    }

    @Test
    void aShorterLineCoversALongerOne() {
        var bytes = new ByteArrayOutputStream();
        var bar = new ProgressBar("x", new PrintStream(bytes, true, StandardCharsets.UTF_8), new Screen(true, 80), true);
        bar.start(new Callback.Plan(1, 1));
        for (int i = 0; i < 300; i++) bar.onStep(null, new Callback.Step(0, 0, 0, i == 0 ? 123_456_789f : 0f, 10, Double.NaN));
        var draws = bytes.toString(StandardCharsets.UTF_8).substring(1).split("\r");
        assertTrue(draws[299].strip().length() < draws[0].strip().length());
        for (int i = 1; i < draws.length; i++) assertTrue(draws[i].length() >= draws[i - 1].strip().length());
    }

    /// Epochs x batches, counted in longs and filled in halves of a cell.
    @Property(tries = 50)
    void theBarIsAsFullAsTheRunIsFar(@ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int epochs,
                                     @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int batches, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int epoch = random.nextInt(epochs);
        int batch = random.nextInt(batches);
        var bytes = new ByteArrayOutputStream();
        var bar = new ProgressBar("x", new PrintStream(bytes, true, StandardCharsets.UTF_8), new Screen(true, 200), false);
        bar.start(new Callback.Plan(epochs, batches));
        bar.onStep(null, new Callback.Step(epoch, batch, 10, 0.5f, 10, Double.NaN));
        double share = ((double) epoch * batches + batch + 1) / ((double) epochs * batches);
        var text = bytes.toString(StandardCharsets.UTF_8);
        assertEquals(20, text.chars().filter(c -> c == '#' || c == '-').count(), text);
        assertEquals(20 * share, text.chars().filter(c -> c == '#').count(), 1.001, text);
    }

    private static String run(boolean terminal, boolean unicode) {
        var bytes = new ByteArrayOutputStream();
        var bar = new ProgressBar("xavier", new PrintStream(bytes, true, StandardCharsets.UTF_8),
            new Screen(terminal, 80), unicode);
        bar.start(new Callback.Plan(2, 3));
        for (int epoch = 0; epoch < 2; epoch++) {
            for (int batch = 0; batch < 3; batch++) bar.onStep(null, new Callback.Step(epoch, batch, 10, 0.5f, 10, Double.NaN));
            bar.onEpochEnd(null, new Callback.Epoch(epoch, 0.5, null, false));
        }
        bar.onEnd(null, new History(new float[6], new double[2], 1));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
