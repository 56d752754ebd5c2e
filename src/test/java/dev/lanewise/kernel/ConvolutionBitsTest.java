package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.kernel.code.Samples;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A convolution and its gradients have the bits of their definition, however they are cut and copied.
class ConvolutionBitsTest {

    private static final int BLOCK = 256;

    /// The products of one element, in order: a chain of fused multiply-adds in blocks.
    private static final class Chain {
        private float sum;
        private float block;
        private int steps;
        private boolean isFirst = true;

        void add(float x, float y) {
            block = Math.fma(x, y, block);
            if (++steps == BLOCK) end();
        }

        void end() {
            if (steps == 0) return;
            sum = isFirst ? block : sum + block;
            isFirst = false;
            block = 0;
            steps = 0;
        }

        float value() {
            end();
            return sum;
        }
    }

    private record Problem(Windows windows, int groups, int outputs, float[] x, float[] weight, float[] bias, float[] y) {

        static Problem random(Windows windows, int groups, int outputs, SplittableRandom random) {
            int terms = windows.channels() / groups * windows.places();
            return new Problem(windows, groups, outputs,
                Samples.tame(random, windows.batch() * windows.channels() * windows.down().size() * windows.across().size()),
                Samples.tame(random, outputs * terms), Samples.tame(random, outputs),
                Samples.tame(random, outputs * windows.positions()));
        }

        int channels() { return windows.channels() / groups; }

        /// Of images, 0 outside.
        float x(int image, int channel, long row, long column) {
            int height = windows.down().size();
            int width = windows.across().size();
            return row < 0 || row >= height || column < 0 || column >= width ? 0
                : x[(int) (((image * windows.channels() + channel) * height + row) * width + column)];
        }

        /// Of results, 0 outside.
        float y(int image, int output, long row, long column) {
            int rows = windows.down().positions();
            int columns = windows.across().positions();
            return row < 0 || row >= rows || column < 0 || column >= columns ? 0
                : y[(int) (((image * outputs + output) * rows + row) * columns + column)];
        }

        float weight(int output, int channel, int ky, int kx) {
            return weight[((output * channels() + channel) * windows.down().kernel() + ky) * windows.across().kernel() + kx];
        }

        float[] results() {
            var results = new float[y.length];
            int at = 0;
            for (int image = 0; image < windows.batch(); image++) for (int o = 0; o < outputs; o++)
                for (int row = 0; row < windows.down().positions(); row++)
                    for (int column = 0; column < windows.across().positions(); column++) {
                        var chain = new Chain();
                        int channel = o / (outputs / groups) * channels();
                        for (int c = 0; c < channels(); c++)
                            for (int ky = 0; ky < windows.down().kernel(); ky++)
                                for (int kx = 0; kx < windows.across().kernel(); kx++)
                                    chain.add(weight(o, c, ky, kx), x(image, channel + c, place(windows.down(), row, ky),
                                        place(windows.across(), column, kx)));
                        results[at++] = chain.value() + bias[o];
                    }
            return results;
        }

        private static long place(Windows.Axis axis, int position, int k) {
            return (long) position * axis.stride() - axis.padding() + (long) k * axis.dilation();
        }

        float[] images() {
            var images = new float[x.length];
            int at = 0;
            int some = outputs / groups;
            for (int image = 0; image < windows.batch(); image++) for (int channel = 0; channel < windows.channels(); channel++)
                for (int row = 0; row < windows.down().size(); row++) for (int column = 0;
                    column < windows.across().size(); column++) {
                    var chain = new Chain();
                    int group = channel / channels();
                    for (int o = group * some; o < (group + 1) * some; o++)
                        for (int ky = 0; ky < windows.down().kernel(); ky++)
                            for (int kx = 0; kx < windows.across().kernel(); kx++) {
                                long down = row + (long) windows.down().padding() - (long) ky * windows.down().dilation();
                                long across = column + (long) windows.across().padding() - (long) kx * windows.across()
                                    .dilation();
                                if (Math.floorMod(down, windows.down().stride()) != 0
                                    || Math.floorMod(across, windows.across().stride()) != 0)
                                    continue;
                                chain.add(weight(o, channel % channels(), ky, kx),
                                    y(image, o, Math.floorDiv(down, windows.down().stride()),
                                        Math.floorDiv(across, windows.across().stride())));
                            }
                    images[at++] = chain.value();
                }
            return images;
        }

        float[] weights() {
            var weights = new float[weight.length];
            int at = 0;
            for (int o = 0; o < outputs; o++) for (int c = 0; c < channels(); c++)
                for (int ky = 0; ky < windows.down().kernel(); ky++)
                    for (int kx = 0; kx < windows.across().kernel(); kx++) weights[at++] =
                        weight(o, c, ky, kx, new float[windows.positions()]);
            return weights;
        }

        private float weight(int o, int c, int ky, int kx, float[] places) {
            int plane = windows.plane();
            int columns = windows.across().positions();
            if (places.length == 0) return 0;
            var slopes = new float[places.length];
            for (int i = 0; i < places.length; i++) {
                int row = i % plane / columns;
                int column = i % columns;
                places[i] = x(i / plane, o / (outputs / groups) * channels() + c, place(windows.down(), row, ky),
                    place(windows.across(), column, kx));
                slopes[i] = y(i / plane, o, row, column);
            }
            var chain = new Chain();
            if (plane <= 128 && outputs / groups >= 16) {
                for (int i = 0; i < places.length; i++) chain.add(places[i], slopes[i]);
                return chain.value();
            }
            boolean few = outputs / groups <= 3;
            int[] ends = ends(few ? 8192 : BLOCK);
            var dots = new float[windows.batch() * ends.length];
            for (int image = 0, from = 0, block = 0; image < windows.batch(); image++)
                for (int end : ends) {
                    int to = image * plane + end;
                    if (few) Vectors.DOT.rows(places, from, slopes, from, null, 0, null, 1, to - from, dots, block++);
                    else {
                        for (int i = from; i < to; i++) chain.add(places[i], slopes[i]);
                        chain.end();
                    }
                    from = to;
                }
            if (few) Reductions.SUM.rows(dots, 0, null, 0, null, 0, null, 1, dots.length, dots, 0);
            return few ? dots[0] : chain.value();
        }

        /// Of an image's blocks: as many whole rows as fit, or parts of one, as even as they can be.
        private int[] ends(int most) {
            int rows = windows.down().positions();
            int columns = windows.across().positions();
            if (columns <= most) {
                int blocks = Math.ceilDiv(rows, most / columns);
                return IntStream.rangeClosed(1, blocks).map(i -> i * rows / blocks * columns).toArray();
            }
            int parts = Math.ceilDiv(columns, most);
            return IntStream.range(0, rows * parts)
                .map(i -> i / parts * columns + (int) ((i % parts + 1L) * columns / parts)).toArray();
        }
    }

    private static Windows.Axis axis(int size, int kernel, int stride, int padding, int dilation) {
        return new Windows.Axis(size, (int) ((size + 2L * padding - (kernel - 1L) * dilation - 1) / stride) + 1, kernel, stride,
            padding, dilation);
    }

    /// Around the sizes at which something else is done: few positions of many outputs, few outputs, single places, long lines;
    /// and at the ends.
    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void smallOnesHaveTheBitsOfTheDefinition(@ForAll @IntRange(min = 1, max = 3) int threads, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int groups = 1 + random.nextInt(3);
        var down = axis(random);
        var across = axis(random);
        int outputs = groups * (random.nextInt(4) == 0 ? 16 + random.nextInt(5) : 1 + random.nextInt(8));
        check(threads, Problem.random(new Windows(random.nextInt(4), groups * (1 + random.nextInt(4)), down, across), groups,
            outputs, random), random);
    }

    private static Windows.Axis axis(SplittableRandom random) {
        if (random.nextInt(4) == 0) return extreme(random);
        int size = random.nextInt(8) == 0 ? 280 + random.nextInt(40) : 9 + random.nextInt(16);
        if (random.nextInt(3) == 0) return axis(size, 1, 1, 0, 1);
        return axis(size, 1 + random.nextInt(4), 1 + random.nextInt(4), random.nextInt(4), 1 + random.nextInt(3));
    }

    /// One or two elements, padding beyond the kernel, strides and dilations beyond the elements.
    private static Windows.Axis extreme(SplittableRandom random) {
        int size = 1 + random.nextInt(random.nextBoolean() ? 2 : 20);
        int kernel = 1 + random.nextInt(9);
        int dilation = 1 + random.nextInt(random.nextBoolean() ? 3 : 50);
        int least = Math.max(0, Math.ceilDiv((kernel - 1) * dilation + 1 - size, 2));
        int stride = 1 + random.nextInt(random.nextInt(8) == 0 ? Integer.MAX_VALUE : 60);
        return axis(size, kernel, stride, least + random.nextInt(10), dilation);
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 5, 20000, 3, 1, 4, 1", "1, 300, 12, 13, 3, 1, 17, 1", "2, 3, 12, 13, 1, 0, 700, 1",
        "60, 8, 14, 14, 3, 1, 8, 8", "9, 90, 8, 8, 4, 1, 18, 1", "1, 2000, 3, 130, 3, 1, 2, 1", "1, 70, 40, 40, 3, 1, 5, 1",
            "1, 1, 9000, 1, 3, 1, 4, 1"})
    void largeOnesHaveTheBitsOfTheDefinition(int batch, int channels, int height, int width, int kernel, int padding, int outputs,
        int groups) {
        var random = new SplittableRandom(1);
        var windows = new Windows(batch, channels, axis(height, Math.min(kernel, height + 2 * padding), 1, padding, 1),
            axis(width, Math.min(kernel, width + 2 * padding), 1, padding, 1));
        var problem = Problem.random(windows, groups, outputs, random);
        for (int threads : new int[] {1, 2, 7}) check(threads, problem, random);
    }

    private static void check(int threads, Problem problem, SplittableRandom random) {
        int before = Compute.threads();
        Compute.setThreads(threads);
        try {
            var convolution = new Convolution(problem.windows, problem.outputs, problem.groups);
            int offset = random.nextInt(3);
            var x = shifted(problem.x, offset);
            var y = shifted(problem.y, offset);
            var weight = shifted(problem.weight, offset);
            var results = new float[problem.y.length + offset];
            convolution.forward(x, offset, weight, offset, shifted(problem.bias, offset), offset, results, offset);
            assertArrayEquals(problem.results(), Arrays.copyOfRange(results, offset, results.length), "results");
            var images = Samples.tame(random, x.length);
            convolution.images(y, offset, weight, offset, images, offset);
            assertArrayEquals(problem.images(), Arrays.copyOfRange(images, offset, images.length), "images");
            var weights = Samples.tame(random, weight.length);
            convolution.weight(x, offset, y, offset, weights, offset);
            assertArrayEquals(problem.weights(), Arrays.copyOfRange(weights, offset, weights.length), "weights");
        } finally {
            Compute.setThreads(before);
        }
    }

    private static float[] shifted(float[] x, int by) {
        var shifted = new float[x.length + by];
        System.arraycopy(x, 0, shifted, by, x.length);
        return shifted;
    }

    /// A result of fewer strips than threads would be one thread's.
    @ParameterizedTest
    @CsvSource({"7, 512, 1", "14, 256, 1", "14, 256, 3", "28, 128, 1", "56, 64, 1", "224, 3, 1"})
    void everyThreadHasAStrip(int side, int channels, int batch) {
        var windows = new Windows(batch, channels, axis(side, 3, 1, 1, 1), axis(side, 3, 1, 1, 1));
        for (int threads = 1; threads <= 64; threads++) {
            var cuts = new WindowLines(new Convolution.Sizes(windows, 1, channels, 64)).cuts(threads);
            assertTrue(batch * cuts.down() * cuts.across() >= Math.min(threads, batch * side), threads + " threads: " + cuts);
        }
    }
}
