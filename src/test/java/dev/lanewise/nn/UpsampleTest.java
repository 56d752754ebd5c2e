package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.UpsampleOptions.Mode;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Other sizes of images, and pixels as channels.
class UpsampleTest {

    /// Between four neighbours, by their distances from the output's middle on the input.
    @Property(tries = 100)
    void bilinear(@ForAll boolean aligned, @ForAll boolean scaled, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int height = random.nextInt(1, 6);
        int width = random.nextInt(1, 6);
        double down = random.nextDouble(1, 3);
        int rows = scaled ? (int) (height * down) : random.nextInt(1, 9);
        int columns = scaled ? width * 2 : random.nextInt(1, 9);
        var options = (scaled ? UpsampleOptions.scale(down, 2) : UpsampleOptions.size(rows, columns)).mode(Mode.LINEAR)
            .alignCorners(aligned);
        var x = Domain.ANY.draw(Shape.of(2, 1, height, width), random);
        var y = new Upsample(options).call(x);
        assertEquals(Shape.of(2, 1, rows, columns), y.shape());
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) {
                double r = place(i, height, rows, aligned, scaled ? down : (double) rows / height);
                double c = place(j, width, columns, aligned, scaled ? 2 : (double) columns / width);
                double sum = 0;
                for (int k = 0; k < height; k++)
                    for (int l = 0; l < width; l++)
                        sum += Math.max(0, 1 - Math.abs(r - k)) * Math.max(0, 1 - Math.abs(c - l)) * x.get(1, 0, k, l);
                assertEquals(sum, y.get(1, 0, i, j), 1e-6);
            }
    }

    private static double place(int i, int size, int outputs, boolean aligned, double scale) {
        if (outputs == size) return i;
        if (aligned) return outputs == 1 ? 0 : i * (size - 1.0) / (outputs - 1);
        return Math.clamp((i + 0.5) / scale - 0.5, 0, size - 1);
    }

    @Property(tries = 50)
    void nearest(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int factor = random.nextInt(1, 5);
        var x = Domain.ANY.draw(Shape.of(2, 3, 4), random);
        var y = new Upsample(factor).call(x);
        assertEquals(Shape.of(2, 3, 4 * factor), y.shape());
        for (int i = 0; i < 4 * factor; i++) assertEquals(x.get(1, 2, i / factor), y.get(1, 2, i));
        // each second, and what stays as it is
        assertArrayEquals(x.slice(2, 0, 4, 2).toArray(), new Upsample(0.5).call(x).toArray());
        assertArrayEquals(x.toArray(), new Upsample(1).call(x).toArray());
    }

    /// Out and in are each other's way back, and each number is where the definition has it.
    @Property(tries = 50)
    void pixelsAsChannels(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int r = random.nextInt(1, 4);
        var x = Domain.ANY.draw(Shape.of(2, 3 * r * r, 2, 4), random);
        var y = new PixelShuffle(r).call(x);
        assertEquals(Shape.of(2, 3, 2 * r, 4 * r), y.shape());
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < 2 * r; i++)
                for (int j = 0; j < 4 * r; j++)
                    assertEquals(x.get(1, (c * r + i % r) * r + j % r, i / r, j / r), y.get(1, c, i, j));
        assertArrayEquals(x.toArray(), new PixelUnshuffle(r).call(y).toArray());
        assertEquals(Shape.of(3, 2 * r, 4 * r), new PixelShuffle(r).call(x.select(0, 0)).shape());
        assertEquals(Shape.of(0, 3, 2 * r, 4 * r), new PixelShuffle(r).call(x.slice(0, 0, 0)).shape());
    }

    @Example
    void refusesWhatDoesNotFit() {
        var x = Tensor.ones(1, 4, 2, 2);
        Rejected.argument(() -> new Upsample(0), "upsample", "scale 0.0");
        Rejected.argument(() -> new Upsample(0.3).call(x), "interpolate", "side of 2 times 0.3", "0 elements");
        Rejected.argument(() -> new Upsample(2).call(Tensor.ones(2, 2)), "interpolate", "[2, 2]", "[batch, channels, length]");
        Rejected.argument(() -> new Upsample(UpsampleOptions.size(50_000)).call(x), "interpolate", "50000 x 50000", "2^31 - 1");
        Rejected.argument(() -> new Upsample(UpsampleOptions.size(2_000_000_000)).call(x), "interpolate",
            "2000000000 x 2000000000");
        Rejected.argument(() -> UpsampleOptions.scale(2).alignCorners(true), "corners", "Mode.LINEAR");
        Rejected.argument(() -> new PixelShuffle(0), "pixelShuffle", "factor of 0");
        Rejected.argument(() -> new PixelShuffle(3).call(x), "pixelShuffle", "[1, 4, 2, 2]", "3 x 3");
        Rejected.argument(() -> new PixelUnshuffle(3).call(x), "pixelUnshuffle", "[1, 4, 2, 2]", "3 divides");
        Rejected.argument(() -> new Upsample(2).call(Tensor.ones(1, 1, 0, 2)), "interpolate", "side of 0");
        Rejected.argument(() -> new PixelShuffle(Integer.MAX_VALUE).call(Tensor.ones(1, 0, 2, 2)), "pixelShuffle", "[1, 0, 2, 2]",
            "size of 2", "4294967294");
        Rejected.argument(() -> new PixelUnshuffle(Integer.MAX_VALUE).call(Tensor.ones(1, 3, 0, 0)), "pixelUnshuffle",
            "[1, 3, 0, 0]", "size of 3");
        assertEquals("Upsample(scale 2.0) Upsample(size 3x4, linear, aligned corners) PixelShuffle(2)", new Upsample(2) + " "
            + new Upsample(UpsampleOptions.size(3, 4).mode(Mode.LINEAR).alignCorners(true)) + " " + new PixelShuffle(2));
    }

    /// Tables of their lines would be more than there is memory.
    @Example
    void noPlanesHaveLinesOfAnyLength() {
        int longest = Integer.MAX_VALUE;
        var none = Tensor.zeros(0, 2, 3).requiresGrad(true);
        for (var mode : Mode.values()) {
            var y = new Upsample(UpsampleOptions.size(1, longest).mode(mode)).call(none);
            assertEquals(Shape.of(0, 2, longest), y.shape());
            y.sum().backward();
            assertEquals(none.shape(), none.grad().shape());
        }
        assertEquals(Shape.of(2, 0, 0, longest), new PixelShuffle(longest).call(Tensor.zeros(2, 0, 0, 1)).shape());
        assertEquals(Shape.of(2, 0, 0, 1), new PixelUnshuffle(longest).call(Tensor.zeros(2, 0, 0, longest)).shape());
    }
}
