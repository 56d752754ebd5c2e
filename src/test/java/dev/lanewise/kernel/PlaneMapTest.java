package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.kernel.code.Samples;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Whatever the order of its loops, a map of planes has the bits of its definition: of each output a sum of doubles, across and
/// then down.
class PlaneMapTest {

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void aMapHasTheBitsOfSumsAcrossAndDown(@ForAll @IntRange(max = 3) int planes, @ForAll boolean turned, @ForAll boolean wild,
        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var map = new PlaneMap(planes, band(random), band(random));
        if (turned) map = map.transposed();
        int size = planes * map.down().size() * map.across().size();
        var x = wild ? Samples.wild(random, 2 + size) : Samples.tame(random, 2 + size);
        var expected = new float[3 + planes * map.down().positions() * map.across().positions()];
        var y = expected.clone();
        for (int i = 3; i < y.length; i++) expected[i] = value(map, x, i - 3);
        map.run(x, 2, y, 3);
        assertArrayEquals(expected, y);
    }

    private static Band band(SplittableRandom random) {
        int size = random.nextInt(1, random.nextInt(4) == 0 ? 3000 : 40);
        int positions = random.nextInt(1, 40);
        return switch (random.nextInt(4)) {
            case 0 -> {
                int kernel = random.nextInt(1, Math.min(size, 6) + 1);
                int stride = random.nextInt(1, 8);
                int padding = random.nextInt(kernel);
                int windows = (size + 2 * padding - kernel) / stride + 1;
                yield Band.means(Spans.of(new Windows.Axis(size, windows, kernel, stride, padding, 1)),
                    position -> position % 3 == 0 ? 5 : kernel);
            }
            case 1 -> {
                var windows = Spans.adaptive(size, positions);
                yield Band.means(windows, position -> windows.counts()[position]);
            }
            case 2 -> Band.copies(size, random.ints(positions, 0, size).sorted().toArray());
            default -> Band.between(size, random.doubles(positions, 0, size - 1 + 1e-9).sorted().toArray());
        };
    }

    private static float value(PlaneMap map, float[] x, int output) {
        var across = map.across();
        var down = map.down();
        int column = output % across.positions();
        int row = output / across.positions() % down.positions();
        int plane = output / across.positions() / down.positions();
        double sum = 0;
        for (int i = down.starts()[row]; i < down.starts()[row + 1]; i++) {
            int line = plane * down.size() + down.firsts()[row] + i - down.starts()[row];
            double inner = 0;
            for (int j = across.starts()[column]; j < across.starts()[column + 1]; j++)
                inner += across.weights()[j] * x[2 + line * across.size() + across.firsts()[column]
                    + j - across.starts()[column]];
            sum += down.weights()[i] * inner;
        }
        return (float) sum;
    }
}
