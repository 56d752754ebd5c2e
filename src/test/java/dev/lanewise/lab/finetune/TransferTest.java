package dev.lanewise.lab.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Glyphs;
import dev.lanewise.data.Images;
import dev.lanewise.lab.finetune.Transfer.Start;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransferTest {

    private final long seed = new Random().nextLong();
    private final Images images = Glyphs.images(seed, 200);

    @Test
    void fiveClassesAreCutOutAndRenumbered() {
        var five = Transfer.five(images, 5, 2, 3);
        assertEquals(images.classNames().subList(5, 10), five.classNames());
        assertEquals(15, five.size());
        var batch = five.batch(IntStream.range(0, 15).toArray());
        for (int label = 0; label < 5; label++) {
            int of = label;
            assertEquals(3, Arrays.stream(batch.targets()).filter(each -> each == of).count());
        }
        // glyphs take the classes in turn: the first row is image 25, the third of class 5
        assertArrayEquals(images.batch(25).inputs().toArray(), batch.inputs().slice(0, 0, 1).toArray());
    }

    @Test
    void repeatingGivesEveryRowItsTurn() {
        var few = Transfer.five(images, 0, 0, 1);
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 0, 1}, Transfer.repeated(few, 7).batch(0, 1, 2, 3, 4, 5, 6).targets());
    }

    @Test
    void frozenLayersStayTransferredOnesMoveFreshOnesAreTheirOwn() {
        var training = Transfer.five(images, 0, 0, 10);
        var heldOut = Transfer.five(images, 5, 10, 10);
        var source = Transfer.learn(training, Transfer.five(images, 0, 10, 10), 1, new Threefry(seed), new Threefry(seed));
        var weights = List.<RandomSource>of(new Threefry(~seed), new Threefry(~seed), new Threefry(~seed));
        var runs = Transfer.transfer(source, Transfer.five(images, 5, 0, 10), heldOut, 2, weights, new Threefry(seed));
        assertEquals(List.of(Start.FRESH, Start.TRANSFERRED, Start.FROZEN), runs.stream().map(Transfer.Run::start).toList());
        for (var layer : Transfer.LAYERS) {
            var path = layer + ".weight";
            var old = source.state().get(path).toArray();
            assertArrayEquals(old, runs.get(2).model().stateDict().get(path).toArray());
            var moved = runs.get(1).model().stateDict().get(path).toArray();
            assertFalse(Arrays.equals(old, moved));
            // Adam's steps: none is longer than the rate times sqrt(1 - b2)^-1 (1 - b1), here 3.2 times it; there are two
            for (int i = 0; i < old.length; i++) assertEquals(old[i], moved[i], 2 * 3.3e-3, "it started from the copy");
        }
        assertEquals(runs.get(1).accuracy()[0], runs.get(2).accuracy()[0], "they start alike");
        assertEquals(64 * 5 + 5, runs.get(2).trained());
        assertEquals(runs.get(0).trained(), runs.get(1).trained());
        assertTrue(Arrays.stream(runs.get(0).accuracy()).allMatch(share -> share >= 0 && share <= 1));
        assertTrue(runs.get(0).accuracy().length == 3);
    }
}
