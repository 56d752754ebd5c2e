package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Pooling against its definition, window by window.
class PoolingTest {

    /// An element of a window, and what it is the window of.
    private record Place(int row, int column) {}

    private record Window(List<Place> places, long padded) {}

    /// All windows of a plane, written out.
    private static List<Window> windows(int height, int width, PoolOptions options) {
        var all = new ArrayList<Window>();
        for (int i : starts(height, options.rows(), options.ceilMode()))
            for (int j : starts(width, options.columns(), options.ceilMode())) {
                var places = new ArrayList<Place>();
                long padded = 0;
                for (int k = 0; k < options.rows().kernel(); k++)
                    for (int l = 0; l < options.columns().kernel(); l++) {
                        int row = i + k * options.rows().dilation();
                        int column = j + l * options.columns().dilation();
                        if (row < height + options.rows().padding() && column < width + options.columns().padding()) padded++;
                        if (row >= 0 && row < height && column >= 0 && column < width) places.add(new Place(row, column));
                    }
                all.add(new Window(places, padded));
            }
        return all;
    }

    private static List<Integer> starts(int size, PoolOptions.Axis axis, boolean ceil) {
        var starts = new ArrayList<Integer>();
        int extent = axis.dilation() * (axis.kernel() - 1) + 1;
        for (int start = -axis.padding(); ; start += axis.stride()) {
            boolean fits = start + extent <= size + axis.padding();
            boolean hangs = start < size && start + extent - axis.stride() < size + axis.padding();
            if (!fits && !(ceil && hangs)) return starts;
            // a window that begins in the padding behind is none of ceil mode's
            if (ceil && start >= size) return starts;
            starts.add(start);
        }
    }

    private static PoolOptions.Axis axis(SplittableRandom random, boolean dilated) {
        int kernel = random.nextInt(1, 5);
        int dilation = dilated ? random.nextInt(1, 3) : 1;
        return new PoolOptions.Axis(kernel, random.nextInt(1, 4),
            random.nextInt((dilation * (kernel - 1) + 1) / 2 + 1), dilation);
    }

    private static int size(SplittableRandom random, PoolOptions.Axis axis) {
        return random.nextInt(Math.max(1, axis.dilation() * (axis.kernel() - 1) + 1 - axis.padding()), 13);
    }

    @Property(tries = 200)
    void theLargestOfEachWindow(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var options = new PoolOptions(axis(random, true), axis(random, true), random.nextBoolean(), true, 0);
        int height = size(random, options.rows());
        int width = size(random, options.columns());
        var x = Domain.ANY.draw(Shape.of(2, 3, height, width), random);
        // equals, and what is no number or larger than all
        var data = x.toArray();
        for (int i = 0; i < data.length; i++) {
            data[i] = Math.round(2 * data[i]);
            int rare = random.nextInt(60);
            if (rare < 3) data[i] = new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}[rare];
        }
        x = Tensor.of(data, 2, 3, height, width).requiresGrad(true);
        var pooled = Functional.maxPool2dWithIndices(x, options);
        var windows = windows(height, width, options);
        var slopes = Domain.ANY.draw(pooled.values().shape(), random);
        pooled.values().backward(slopes, false, false);
        var gradient = new double[data.length];
        var values = pooled.values().toArray();
        assertEquals(6 * windows.size(), values.length);
        for (int i = 0; i < values.length; i++) {
            int plane = i / windows.size() * height * width;
            float largest = Float.NEGATIVE_INFINITY;
            int index = -1;
            for (var place : windows.get(i % windows.size()).places()) {
                int at = place.row * width + place.column;
                float value = data[plane + at];
                if (index < 0 || value > largest || Float.isNaN(value)) {
                    largest = value;
                    index = at;
                }
            }
            assertEquals(largest, values[i]);
            assertEquals(index, pooled.indices()[i]);
            if (index >= 0) gradient[plane + index] += slopes.toArray()[i];
        }
        var actual = x.grad().toArray();
        for (int i = 0; i < actual.length; i++) assertEquals(gradient[i], actual[i], 1e-5);
    }

    @Property(tries = 200)
    void theAverageOfEachWindow(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int divisor = random.nextInt(-2, 5);
        var options = new PoolOptions(axis(random, false), axis(random, false), random.nextBoolean(), random.nextBoolean(),
            Math.max(0, divisor));
        int height = size(random, options.rows());
        int width = size(random, options.columns());
        var x = Domain.ANY.draw(Shape.of(2, 3, height, width), random).requiresGrad(true);
        var y = Functional.avgPool2d(x, options);
        var windows = windows(height, width, options);
        var slopes = Domain.ANY.draw(y.shape(), random);
        y.backward(slopes, false, false);
        var data = x.toArray();
        var gradient = new double[data.length];
        assertEquals(6 * windows.size(), y.numel());
        for (int i = 0; i < y.numel(); i++) {
            int plane = i / windows.size() * height * width;
            var window = windows.get(i % windows.size());
            double by = options.divisorOverride() != 0 ? options.divisorOverride()
                : options.countIncludePad() ? window.padded : window.places.size();
            double sum = 0;
            for (var place : window.places) {
                sum += data[plane + place.row * width + place.column];
                gradient[plane + place.row * width + place.column] += slopes.toArray()[i] / by;
            }
            assertEquals(sum / by, y.toArray()[i], 1e-6 * Math.abs(sum / by) + 1e-12);
        }
        for (int i = 0; i < gradient.length; i++) assertEquals(gradient[i], x.grad().toArray()[i], 1e-6);
    }

    @Property(tries = 100)
    void adaptiveWindowsCoverAll(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int height = random.nextInt(1, 9);
        int width = random.nextInt(1, 9);
        int rows = random.nextInt(1, 12);
        int columns = random.nextInt(1, 12);
        var x = Domain.ANY.draw(Shape.of(1, 2, height, width), random);
        var average = Functional.adaptiveAvgPool2d(x, rows, columns);
        var largest = Functional.adaptiveMaxPool2dWithIndices(x, rows, columns);
        for (int c = 0; c < 2; c++)
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++) {
                    double sum = 0;
                    int best = -1;
                    int count = 0;
                    for (int k = i * height / rows; k < Math.ceilDiv((i + 1) * height, rows); k++)
                        for (int l = j * width / columns; l < Math.ceilDiv((j + 1) * width, columns); l++, count++) {
                            sum += x.get(0, c, k, l);
                            if (best < 0 || x.get(0, c, k, l) > x.get(0, c, best / width, best % width)) best = k * width + l;
                        }
                    assertEquals(sum / count, average.get(0, c, i, j), 1e-6 * Math.abs(sum / count) + 1e-12);
                    assertEquals(best, largest.indices()[(c * rows + i) * columns + j]);
                    assertEquals(x.get(0, c, best / width, best % width), largest.values().get(0, c, i, j));
                }
    }

    /// Lines are images of one row, and single ones batches of one.
    @Property(tries = 40)
    void linesAndSingleImagesAreImages(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Domain.ANY.draw(Shape.of(2, 3, 9), random);
        var options = PoolOptions.kernel(3).stride(2).padding(1);
        var row = new PoolOptions(new PoolOptions.Axis(1, 1, 0, 1), options.columns(), false, true, 0);
        var image = x.unsqueeze(2);
        assertSame(Functional.maxPool2d(image, row).squeeze(2), Functional.maxPool1d(x, options));
        assertSame(Functional.avgPool2d(image, row).squeeze(2), Functional.avgPool1d(x, options));
        assertSame(Functional.adaptiveMaxPool2d(image, 1, 4).squeeze(2), Functional.adaptiveMaxPool1d(x, 4));
        assertSame(Functional.adaptiveAvgPool2d(image, 1, 4).squeeze(2), Functional.adaptiveAvgPool1d(x, 4));
        assertSame(Functional.maxPool1d(x, options).select(0, 1), Functional.maxPool1d(x.select(0, 1), options));
        assertSame(Functional.avgPool2d(x.unsqueeze(0), options).select(0, 0), Functional.avgPool2d(x, options));
        assertArrayEquals(Functional.maxPool2dWithIndices(image, row).indices(),
            Functional.maxPool1dWithIndices(x, options).indices());
        assertArrayEquals(Functional.adaptiveMaxPool2dWithIndices(image, 1, 4).indices(),
            Functional.adaptiveMaxPool1dWithIndices(x, 4).indices());
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toArray(), actual.toArray());
    }

    @Example
    void theAverageOfTheLargestIsNoInfinity() {
        var x = Tensor.full(Float.MAX_VALUE, 1, 1, 8, 8);
        assertArrayEquals(new float[] {Float.MAX_VALUE}, Functional.adaptiveAvgPool2d(x, 1, 1).toArray());
        assertArrayEquals(new float[] {Float.MIN_VALUE}, Functional.adaptiveAvgPool1d(Tensor.full(Float.MIN_VALUE, 1, 33), 1)
            .toArray());
    }

    @Example
    void aWindowOfNothingIsMinusInfinity() {
        var x = Tensor.ones(1, 1, 2).requiresGrad(true);
        var pooled = Functional.maxPool1dWithIndices(x, PoolOptions.kernel(2).stride(1).dilation(3).padding(1));
        assertArrayEquals(new float[] {Float.NEGATIVE_INFINITY}, pooled.values().toArray());
        assertArrayEquals(new int[] {-1}, pooled.indices());
        pooled.values().backward(Tensor.ones(1, 1, 1), false, false);
        assertArrayEquals(new float[2], x.grad().toArray());
    }

    @Example
    void refusesWhatDoesNotFit() {
        var image = Tensor.ones(1, 2, 3, 3);
        Rejected.argument(() -> new MaxPool2d(4).call(image), "maxPool2d", "kernel of 4", "input of 3");
        Rejected.argument(() -> new MaxPool2d(2).call(Tensor.ones(3, 3)), "maxPool2d", "[3, 3]", "[channels, height, width]");
        Rejected.argument(() -> new AvgPool1d(2).call(image), "avgPool1d", "[1, 2, 3, 3]", "[batch, channels, length]");
        Rejected.argument(() -> new MaxPool2d(0), "pooling", "kernel 0");
        Rejected.argument(() -> PoolOptions.kernel(3).padding(2), "padding 2", "half");
        Rejected.argument(() -> new AvgPool2d(PoolOptions.kernel(2).dilation(2)), "avgPool2d", "dilation 2", "leave out");
        Rejected.argument(() -> new MaxPool2d(PoolOptions.kernel(2).divisorOverride(3)), "maxPool2d", "divisor 3", "leave out");
        Rejected.argument(() -> new MaxPool1d(PoolOptions.kernel(2, 3)), "maxPool1d", "kernel 2x3", "one dimension");
        Rejected.argument(() -> PoolOptions.kernel(2).divisorOverride(0), "divisor of 0");
        Rejected.argument(() -> new AdaptiveAvgPool2d(0), "adaptiveAvgPool2d", "output of 0");
        Rejected.argument(() -> new AdaptiveMaxPool1d(2).call(Tensor.ones(1, 2, 0)), "adaptiveMaxPool1d", "[1, 2, 1, 0]",
            "side of 0");
        Rejected.argument(() -> Functional.adaptiveMaxPool2d(image, 40_000, 40_000), "adaptiveMaxPool2d", "40000 x 40000",
            "2^31 - 1");
        Rejected.argument(() -> Functional.adaptiveMaxPool2d(image, Integer.MAX_VALUE, 2), "adaptiveMaxPool2d", "2147483647 x 2",
            "2^31 - 1");
        Rejected.argument(() -> Functional.adaptiveAvgPool2d(image, 2, Integer.MAX_VALUE), "adaptiveAvgPool2d", "2 x 2147483647",
            "2^31 - 1");
        Rejected.argument(() -> new MaxPool2d(PoolOptions.kernel(3).stride(Integer.MAX_VALUE).padding(1))
            .call(Tensor.ones(1, 2, 0, 3)),
            "maxPool2d", "input of 0");
        Rejected.argument(() -> new AvgPool1d(PoolOptions.kernel(50_000).stride(1)).call(Tensor.zeros(1, 1, 100_000)),
            "avgPool1d", "[1, 1, 1, 100000]", "2500050000", "smaller kernel");
        assertEquals("MaxPool2d(kernel 3, stride 2, padding 1, ceil mode) AvgPool1d(kernel 2, without padding's count)"
            + " AdaptiveAvgPool2d(1x2)",
            new MaxPool2d(PoolOptions.kernel(3).stride(2).padding(1).ceilMode(true)) + " "
                + new AvgPool1d(PoolOptions.kernel(2).countIncludePad(false)) + " " + new AdaptiveAvgPool2d(1, 2));
    }

    /// Tables of their lines would be more than there is memory.
    @Example
    void noPlanesHaveLinesOfAnyLength() {
        int longest = Integer.MAX_VALUE;
        var none = Tensor.zeros(0, 2, 3).requiresGrad(true);
        for (var y : List.of(Functional.adaptiveAvgPool1d(none, longest), Functional.adaptiveMaxPool1d(none, longest),
            Functional.adaptiveMaxPool1dWithIndices(none, longest).values())) {
            assertEquals(Shape.of(0, 2, longest), y.shape());
            y.sum().backward();
            assertEquals(none.shape(), none.grad().shape());
        }
        var lines = Tensor.zeros(3, 0, longest);
        assertEquals(Shape.of(3, 0, longest / 2), new MaxPool1d(2).call(lines).shape());
        assertEquals(Shape.of(3, 0, longest), new AvgPool1d(PoolOptions.kernel(3).stride(1).padding(1)).call(lines).shape());
        assertEquals(0, Functional.maxPool1dWithIndices(lines, PoolOptions.kernel(1)).indices().length);
    }
}
