package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Augmented pictures, and mixed ones.
class AugmentationTest {

    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;

    /// Every number is another one, none is 0.
    private static Dataset<Batch<int[]>> pictures(int count, int channels) {
        var data = new float[count * channels * HEIGHT * WIDTH];
        for (int i = 0; i < data.length; i++) data[i] = i + 1;
        return TensorDataset.of(Tensor.wrap(data, count, channels * HEIGHT * WIDTH),
            IntStream.range(0, count).map(i -> i % 3).toArray(), List.of("a", "b", "c"));
    }

    private static final Augmentation ALL = Augmentation.of(2, HEIGHT, WIDTH).flip(0.5).crop(2)
        .normalize(new double[] {1, 2}, new double[] {3, 4}).cutout(2);

    /// By whatever batches and in whatever order they are loaded, and from the middle on.
    @Property(tries = 30)
    void apictureIsAFunctionOfKeyEpochAndRow(@ForAll long seed, @ForAll @IntRange(max = 5) int epoch,
        @ForAll @IntRange(min = 1, max = 9) int size) {
        var data = ALL.of(pictures(11, 2), new Threefry(seed));
        var now = data.epoch(epoch);
        var alone = IntStream.range(0, 11).mapToObj(row -> now.batch(row).inputs().toArray()).toList();
        var loader = new DataLoader<>(data, size).shuffle(new Threefry(seed + 1));
        var seen = new ArrayList<Integer>();
        for (var batch : loader.epoch(epoch)) check(batch, alone, seen);
        assertEquals(11, new HashSet<>(seen).size());
        seen.clear();
        loader.forEachWhile(epoch, loader.batches() - 1, (batch, _) -> {
            check(batch, alone, seen);
            return true;
        });
        assertFalse(seen.isEmpty());
        // through views, by the row of the data set that is augmented
        var view = data.map(batch -> batch.inputs()).subset(3, 1).epoch(epoch);
        assertArrayEquals(alone.get(1), view.batch(1).toArray());
        assertFalse(Arrays.equals(alone.get(4), data.epoch(epoch + 1).batch(4).inputs().toArray()) && Arrays.equals(alone.get(5),
            data.epoch(epoch + 1).batch(5).inputs().toArray())
                && Arrays.equals(alone.get(6), data.epoch(epoch + 1).batch(6).inputs().toArray()));
    }

    private static void check(Batch<int[]> batch, List<float[]> alone, List<Integer> seen) {
        assertEquals(Shape.of(batch.size(), 2, HEIGHT, WIDTH), batch.inputs().shape());
        for (int i = 0; i < batch.size(); i++) {
            var picture = batch.inputs().select(0, i).toArray();
            int row = IntStream.range(0, alone.size()).filter(each -> Arrays.equals(alone.get(each), picture)).findFirst()
                .orElseThrow();
            assertEquals(row % 3, batch.targets()[i]);
            seen.add(row);
        }
    }

    @Example
    void aFlipTurnsRowsRound() {
        var data = pictures(400, 2);
        var flipped = Augmentation.of(2, HEIGHT, WIDTH).flip(0.25).of(data, new Threefry(7));
        int turned = 0;
        for (int row = 0; row < 400; row++) {
            var before = data.batch(row).inputs().toArray();
            var after = flipped.batch(row).inputs().toArray();
            if (Arrays.equals(before, after)) continue;
            turned++;
            for (int i = 0; i < before.length; i++) assertEquals(before[i], after[i / WIDTH * WIDTH + WIDTH - 1 - i % WIDTH]);
        }
        // five standard deviations
        assertEquals(100, turned, 5 * Math.sqrt(400 * 0.25 * 0.75));
    }

    /// Each of the 25 shifts by up to 2 comes, and no other.
    @Example
    void aCropShiftsThePictureAmongZeros() {
        var data = pictures(1000, 2);
        var cropped = Augmentation.of(2, HEIGHT, WIDTH).crop(2).of(data, new Threefry(7));
        var shifts = new HashSet<List<Integer>>();
        for (int row = 0; row < 1000; row++) {
            var before = data.batch(row).inputs().toArray();
            var after = cropped.batch(row).inputs().toArray();
            shifts.add(IntStream.rangeClosed(-2, 2).boxed()
                .flatMap(down -> IntStream.rangeClosed(-2, 2).mapToObj(right -> List.of(down, right)))
                .filter(shift -> Arrays.equals(shifted(before, shift.get(0), shift.get(1)), after)).findFirst().orElseThrow());
        }
        assertEquals(25, shifts.size());
    }

    private static float[] shifted(float[] picture, int down, int right) {
        var result = new float[picture.length];
        for (int i = 0; i < picture.length; i++) {
            int y = i / WIDTH % HEIGHT - down;
            int x = i % WIDTH - right;
            if (y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH) result[i] = picture[(i / WIDTH / HEIGHT * HEIGHT + y) * WIDTH + x];
        }
        return result;
    }

    @Example
    void aCutoutIsASquareInAllChannels() {
        var data = pictures(200, 2);
        var cut = Augmentation.of(2, HEIGHT, WIDTH).cutout(2).of(data, new Threefry(7));
        var sizes = new HashSet<Integer>();
        for (int row = 0; row < 200; row++) {
            var before = data.batch(row).inputs().toArray();
            var after = cut.batch(row).inputs().toArray();
            var zeros = IntStream.range(0, HEIGHT * WIDTH).filter(i -> after[i] == 0).toArray();
            for (int i = 0; i < after.length; i++) {
                int place = i % (HEIGHT * WIDTH);
                boolean inside = Arrays.stream(zeros).anyMatch(zero -> zero == place);
                assertEquals(inside ? 0 : before[i], after[i]);
            }
            int rows = (int) Arrays.stream(zeros).map(i -> i / WIDTH).distinct().count();
            int columns = (int) Arrays.stream(zeros).map(i -> i % WIDTH).distinct().count();
            assertEquals(zeros.length, rows * columns);
            assertTrue(rows >= 1 && rows <= 2 && columns >= 1 && columns <= 2);
            sizes.add(zeros.length);
        }
        assertEquals(new HashSet<>(List.of(1, 2, 4)), sizes);
    }

    @Example
    void channelsHaveTheirOwnScale() {
        var y = Augmentation.of(2, HEIGHT, WIDTH).normalize(new double[] {1, 2}, new double[] {4, 8})
            .of(pictures(1, 2), new Threefry(1)).batch(0).inputs();
        assertEquals(0.25f, y.get(0, 0, 0, 1));
        assertEquals((21 - 2) / 8f, y.get(0, 1, 0, 0));
    }

    /// A step more leaves the others' numbers as they were.
    @Example
    void stepsOfYourOwn() {
        var data = pictures(50, 2);
        var plain = Augmentation.of(2, HEIGHT, WIDTH).crop(1);
        var more = plain.then((picture, random) -> {
            var noise = new float[1];
            random.normal(noise, 0, 1);
            picture.data()[picture.offset()] += noise[0];
        });
        for (int row = 0; row < 50; row++) {
            var before = plain.of(data, new Threefry(3)).batch(row).inputs().toArray();
            var after = more.of(data, new Threefry(3)).batch(row).inputs().toArray();
            assertFalse(before[0] == after[0]);
            assertArrayEquals(Arrays.copyOfRange(before, 1, before.length), Arrays.copyOfRange(after, 1, after.length));
        }
    }

    @Example
    void refusesWhatDoesNotFit() {
        var data = pictures(3, 2);
        Rejected.argument(() -> Augmentation.of(0, 4, 4), "augmentation", "0 x 4 x 4");
        Rejected.argument(() -> Augmentation.of(1, 4, 5).flip(1.5), "flip", "1.5");
        Rejected.argument(() -> Augmentation.of(1, 4, 5).crop(-1), "crop", "padding -1");
        Rejected.argument(() -> Augmentation.of(1, 4, 5).cutout(0), "cutout", "side 0");
        Rejected.argument(() -> Augmentation.of(1, 4, 5).normalize(0, 0), "normalize", "[0.0]");
        Rejected.argument(() -> Augmentation.of(1, 4, 5).of(data, new Threefry(1)).batch(0), "[1, 40]", "1 x 4 x 5");
        Rejected.argument(() -> ALL.of(data, new TorchRandom(1)), "augmentation", "keyed");
        Rejected.argument(() -> Mixup.of(data, 0, new Threefry(1)), "mixup", "alpha 0.0");
        Rejected.argument(() -> Mixup.of(data, 1, new TorchRandom(1)), "mixup", "keyed");
        Rejected.argument(() -> Mixup.of(TensorDataset.of(Tensor.ones(2, 2), new int[0], List.of()), 1, new Threefry(1)), "");
    }

    // ---- mixup

    /// Each with its own share of a partner, by whatever batches.
    @Property(tries = 20)
    void amixtureIsAFunctionOfKeyEpochAndRow(@ForAll long seed, @ForAll @IntRange(max = 5) int epoch) {
        RandomSource source = new Threefry(seed);
        var data = pictures(12, 1);
        var mixed = Mixup.of(data, 0.7, source).epoch(epoch);
        var all = mixed.batch(IntStream.range(0, 12).toArray());
        assertEquals(Shape.of(12, 3), all.targets().shape());
        for (int row = 0; row < 12; row++) {
            var alone = mixed.batch(row);
            assertArrayEquals(all.inputs().select(0, row).toArray(), alone.inputs().toArray());
            assertArrayEquals(all.targets().select(0, row).toArray(), alone.targets().toArray());
            double sum = 0;
            double least = 1;
            for (float target : alone.targets().toArray()) {
                sum += target;
                least = Math.min(least, target);
            }
            assertEquals(1, sum, 1e-6);
            assertTrue(least >= 0);
            // numbers of all pictures go up by one, so the first says partner and share together: (share a + (1 - share) b) 20 +
            // 1
            double middle = (alone.inputs().toArray()[0] - 1) / (HEIGHT * WIDTH);
            // the sum is rounded: 221 mixed with itself may be 221.00002
            assertTrue(middle > -1e-6 && middle < 11 + 1e-6, seed + ", " + epoch + ", " + row + ": " + middle);
        }
    }

    /// Shares of Beta(α, α) have the mean 1/2 and the variance 1 / (8 α + 4); within six standard errors.
    @Property(tries = 6)
    void sharesAreBeta(@ForAll @IntRange(max = 5) int which) {
        double alpha = new double[] {0.1, 0.4, 1, 1.5, 4, 1000}[which];
        int count = 4000;
        var data = TensorDataset.of(Tensor.wrap(new float[count], count, 1), IntStream.range(0, count).toArray(),
            IntStream.range(0, count).mapToObj(i -> "" + i).toList());
        var mixed = Mixup.of(data, alpha, new Threefry(which));
        double sum = 0;
        double squares = 0;
        int used = 0;
        for (int row = 0; row < count; row++) {
            float share = mixed.batch(row).targets().toArray()[row];
            sum += share;
            squares += (share - 0.5) * (share - 0.5);
            used++;
        }
        double variance = 1 / (8 * alpha + 4);
        assertEquals(0.5, sum / used, 6 * Math.sqrt(variance / used));
        // the fourth moment is at most variance / 4
        assertEquals(variance, squares / used, 6 * Math.sqrt(variance / 4 / used));
    }

    /// Alphas whose squares or inverses leave the range of doubles, and those around which the method changes.
    @Example
    void sharesOfAnyAlphaAreShares() {
        int count = 200;
        var rows = IntStream.range(0, count).toArray();
        var data = TensorDataset.of(Tensor.zeros(count, 1), rows, IntStream.range(0, count).mapToObj(i -> "" + i).toList());
        for (double alpha : new double[] {Double.MIN_VALUE, 1e-308, 1e-3, 1, Math.nextUp(1.0), 1e20, 1e160, Double.MAX_VALUE}) {
            var mixed = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Mixup.of(data, alpha, new Threefry(1)).batch(rows)
                .targets());
            double mean = 0;
            for (int row = 0; row < count; row++) {
                // 1 where the partner is itself
                float share = mixed.get(row, row);
                assertTrue(share >= 0 && share <= 1, alpha + ": " + share);
                assertTrue(alpha > 1e-300 || share == 0 || share == 1, alpha + ": " + share);
                assertTrue(alpha < 1e15 || Math.abs(share - 0.5) < 1e-6 || share == 1, alpha + ": " + share);
                mean += share / count;
            }
            assertEquals(0.5, mean, 0.2);
        }
    }
}
