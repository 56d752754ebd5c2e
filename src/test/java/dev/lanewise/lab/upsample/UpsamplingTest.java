package dev.lanewise.lab.upsample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Glyphs;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UpsamplingTest {

    private final long seed = new Random().nextLong();
    private final Upsampling task = new Upsampling(Glyphs.images(seed, 40), 40);

    private static Layer of(float[] kernel) {
        return Upsampling.model(Initializers.copyOf(Tensor.of(kernel, 1, 1, Upsampling.KERNEL, Upsampling.KERNEL))).initialize(0);
    }

    @Test
    void halvingTakesMeans() {
        var small = Upsampling.halved(Tensor.of(new float[] {1, 2, 5, 6, 3, 4, 7, 8}, 1, 1, 2, 4));
        assertEquals(2.5f, small.get(0, 0, 0, 0));
        assertEquals(6.5f, small.get(0, 0, 0, 1));
    }

    @Test
    void theBilinearStartKeepsAConstantImage() {
        var large = Upsampling.enlarged(Upsampling.model(Initializers.bilinear()).initialize(seed),
            Tensor.full(0.75f, 1, 1, 5, 5));
        assertEquals(10, large.size(-1));
        for (int row = 1; row < 9; row++) for (int column = 1; column < 9; column++) assertEquals(0.75f, large.get(0, 0, row,
            column), 1e-6);
    }

    /// The error is a bowl: at its bottom a step in any direction, back or forth, goes up by the same.
    @Test
    void leastSquaresIsTheBottom() {
        var best = task.best();
        double least = task.loss(of(best));
        var random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            var up = best.clone();
            var down = best.clone();
            for (int k = 0; k < best.length; k++) {
                float step = (float) random.nextGaussian();
                up[k] += step;
                down[k] -= step;
            }
            double rise = task.loss(of(up)) - least;
            assertTrue(rise > 0);
            assertEquals(1, (task.loss(of(down)) - least) / rise, 1e-2, "seed " + seed);
        }
    }

    @Test
    void everyStartLearnsAndNonePassesTheBottom() {
        double least = task.loss(of(task.best()));
        for (var start : Upsampling.Start.ALL) {
            var run = task.train(start, 8, new Threefry(seed), new Threefry(seed).stream("order"));
            double last = run.errors()[8];
            assertTrue(last < run.errors()[0], start.name() + ", seed " + seed);
            assertTrue(last > least * (1 - 1e-4), start.name() + ", seed " + seed);
        }
    }

    @Test
    void zerosBeginWithBlackAndBilinearNearTheGoal() {
        double least = task.loss(of(task.best()));
        var runs = Upsampling.Start.ALL.stream().map(start -> task.train(start, 1, new Threefry(seed),
            new Threefry(seed))).toList();
        for (float weight : runs.get(1).before()) assertEquals(0, weight);
        assertTrue(runs.get(2).errors()[0] < runs.get(1).errors()[0] / 2 && runs.get(2).errors()[0] > least);
    }
}
