package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.Compute;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/// Convolutions and their gradients give the tensors' bits, on one thread and on two.
class ArrayConvolutionTest {

    private static final int THREADS = Compute.threads();

    @AfterProperty
    void restore() { Compute.setThreads(THREADS); }

    @Property(tries = 80)
    void resultsAndGradients(@ForAll @IntRange(max = 3) int batch, @ForAll @IntRange(min = 1, max = 3) int groups,
                             @ForAll @IntRange(min = 1, max = 3) int kernelRows,
                                 @ForAll @IntRange(min = 1, max = 3) int kernelColumns,
                             @ForAll @IntRange(min = 1, max = 2) int stride, @ForAll @IntRange(max = 2) int padding,
                             @ForAll @IntRange(min = 1, max = 2) int dilation, @ForAll boolean biased, @ForAll boolean twoThreads,
                                 @ForAll long seed) {
        Compute.setThreads(twoThreads ? 2 : 1);
        var random = new SplittableRandom(seed);
        int channels = groups * random.nextInt(1, 4);
        int outputs = groups * random.nextInt(1, 4);
        int height = random.nextInt(5, 12);
        int width = random.nextInt(5, 12);
        var convolution = Convolution.of(batch, channels, height, width, outputs, kernelRows, kernelColumns)
            .stride(stride, 3 - stride).padding(padding, 2 - padding).dilation(dilation, 3 - dilation).groups(groups);
        var options = ConvOptions.kernel(kernelRows, kernelColumns).stride(stride, 3 - stride).padding(padding, 2 - padding)
            .dilation(dilation, 3 - dilation).groups(groups).bias(biased);
        assertGradients(convolution, options, new int[] {batch, channels, height, width}, outputs, biased, random);
    }

    /// Enough for threads to share.
    @Example
    void large() {
        for (int threads = 1; threads <= 2; threads++) {
            Compute.setThreads(threads);
            assertGradients(Convolution.of(3, 16, 33, 31, 24, 3).padding(1), ConvOptions.kernel(3).padding(1),
                new int[] {3, 16, 33, 31}, 24, true, new SplittableRandom(threads));
        }
    }

    private static void assertGradients(Convolution convolution, ConvOptions options, int[] images, int outputs, boolean biased,
                                        SplittableRandom random) {
        int n = Arrays.stream(images).reduce(1, (a, b) -> a * b);
        int weights = outputs * images[1] / options.groups() * options.window().places();
        var x = Numbers.tame(random, 1 + n);
        var weight = Numbers.tame(random, 2 + weights);
        var bias = biased ? Numbers.tame(random, 3 + outputs) : null;
        var images4 = tensor(x, 1, images).requiresGrad(true);
        var weight4 = tensor(weight, 2, outputs, images[1] / options.groups(), options.window().rows().kernel(),
            options.window().columns().kernel()).requiresGrad(true);
        var bias1 = biased ? tensor(bias, 3, outputs).requiresGrad(true) : null;
        var result = Functional.conv2d(images4, weight4, bias1, options);
        assertEquals(result.size(2), convolution.rows());
        assertEquals(result.size(3), convolution.columns());
        int results = result.numel();
        var dy = Numbers.tame(random, 1 + results);
        result.backward(tensor(dy, 1, result.shape().toArray()), false, false);
        // into arrays of other numbers, which must not count
        var y = Numbers.tame(random, 2 + results);
        convolution.forward(x, 1, weight, 2, bias, 3, y, 2);
        assertPart(result, y, 2);
        var dx = Numbers.tame(random, 1 + n);
        convolution.inputGradient(dy, 1, weight, 2, dx, 1);
        assertPart(images4.grad(), dx, 1);
        var dw = Numbers.tame(random, 3 + weights);
        convolution.weightGradient(x, 1, dy, 1, dw, 3);
        assertPart(weight4.grad(), dw, 3);
        if (!biased) return;
        var db = Numbers.tame(random, 1 + outputs);
        convolution.biasGradient(dy, 1, db, 1);
        assertPart(bias1.grad(), db, 1);
    }

    private static Tensor tensor(float[] x, int offset, int... sizes) {
        return Tensor.of(Arrays.copyOfRange(x, offset, offset + Arrays.stream(sizes).reduce(1, (a, b) -> a * b)), sizes);
    }

    private static void assertPart(Tensor expected, float[] x, int offset) {
        assertArrayEquals(expected.toArray(), Arrays.copyOfRange(x, offset, offset + expected.numel()));
    }

    @Example
    void whatDoesNotFit() {
        var x = new float[100];
        var y = new float[100];
        var small = Convolution.of(1, 2, 4, 4, 3, 3);
        Rejected.argument(() -> Convolution.of(-1, 2, 4, 4, 3, 3), "convolution", "batch is -1");
        Rejected.argument(() -> Convolution.of(1, 0, 4, 4, 3, 3), "convolution", "channels is 0;", "1 or more");
        Rejected.argument(() -> small.stride(0), "convolution", "stride is 0");
        Rejected.argument(() -> small.padding(-1), "convolution", "padding is -1");
        Rejected.argument(() -> small.dilation(1, 0), "convolution", "dilation is 0");
        Rejected.argument(() -> small.groups(2), "convolution", "2 channels and 3 outputs in 2 groups");
        Rejected.argument(() -> small.dilation(2).rows(), "convolution", "a kernel of 3 with dilation 2 takes 5 places",
            "padded to 4", "more padding");
        Rejected.argument(() -> Convolution.of(1 << 20, 1 << 10, 4, 4, 3, 3).rows(), "convolution", "x of [1048576, 1024, 4, 4]",
            "2^31 - 1");
        Rejected.argument(() -> small.padding(Integer.MAX_VALUE).rows(), "convolution", "4294967296 windows", "less padding");
        Rejected.argument(() -> small.forward(x, 69, x, 0, null, 0, y, 0), "convolution", "x needs 32 elements from offset 69");
        Rejected.argument(() -> small.forward(x, 0, x, 32, x, 98, y, 0), "convolution", "bias needs 3 elements from offset 98");
        Rejected.argument(() -> small.forward(x, 0, new float[54], 0, null, 0, x, 31), "convolution", "y", "overlaps x");
        Rejected.argument(() -> small.inputGradient(y, 0, x, 0, y, 11), "convolution", "dx", "overlaps dy");
        Rejected.argument(() -> small.weightGradient(x, 0, null, 0, y, 0), "convolution", "dy is null");
        Rejected.argument(() -> small.biasGradient(x, 0, x, 5), "convolution", "db", "overlaps dy");
        assertArrayEquals(new float[100], y, "nothing was written");
    }
}
