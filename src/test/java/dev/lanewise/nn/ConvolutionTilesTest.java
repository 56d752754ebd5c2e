package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Unfold;
import dev.lanewise.testing.ForkedJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Convolutions make the matrix of their windows in tiles: of bounded size, and with the bits of the whole.
class ConvolutionTilesTest {

    @Property(tries = 60)
    void smallOnesHaveTheBitsOfTheWholeMatrix(@ForAll @IntRange(min = 1, max = 3) int threads, @ForAll boolean transposed,
                                              @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var options = ConvOptions.kernel(1 + random.nextInt(3), 1 + random.nextInt(4))
            .stride(1 + random.nextInt(3), 1 + random.nextInt(2))
            .dilation(1 + random.nextInt(2), 1 + random.nextInt(3)).padding(random.nextInt(3), random.nextInt(4))
            .groups(1 + random.nextInt(3));
        int in = options.groups() * (1 + random.nextInt(4));
        int out = options.groups() * (1 + random.nextInt(4));
        bitsOfTheWhole(threads, transposed, options,
            Shape.of(random.nextInt(5), in, 10 + random.nextInt(20), 10 + random.nextInt(20)), out, random);
    }

    /// Several tiles of positions, of terms and of outputs; tiles across images; a group, or more of them than threads.
    @ParameterizedTest
    @CsvSource({"1, 1, 3, 60000, 3, 1, 2, 1", "1, 2100, 3, 300, 1, 0, 5, 1", "2, 3, 12, 13, 1, 0, 2100, 1",
        "60, 8, 14, 14, 3, 1, 8, 8", "40, 4, 14, 14, 3, 1, 6, 1", "9, 130, 8, 8, 4, 1, 3, 1"})
    void largeOnesHaveTheBitsOfTheWholeMatrix(int batch, int in, int height, int width, int kernel, int padding, int out,
        int groups) {
        for (int threads : new int[] {1, 2, 7})
            for (boolean transposed : new boolean[] {false, true})
                bitsOfTheWhole(threads, transposed, ConvOptions.kernel(kernel).padding(padding).groups(groups),
                    Shape.of(batch, in, height, width), out, new SplittableRandom(1));
    }

    private static void bitsOfTheWhole(int threads, boolean transposed, ConvOptions options, Shape input, int out,
        SplittableRandom random) {
        int before = Compute.threads();
        Compute.setThreads(threads);
        try {
            int groups = options.groups();
            int in = input.size(1);
            var window = options.window();
            var inputs = List.of(Domain.ANY.draw(input, random).requiresGrad(true),
                Domain.ANY.draw(Shape.of(transposed ? in : out, (transposed ? out : in) / groups, window.rows().kernel(),
                    window.columns().kernel()), random).requiresGrad(true),
                Domain.ANY.draw(Shape.of(out), random).requiresGrad(true));
            var tiled = transposed ? Functional.convTranspose2d(inputs.get(0), inputs.get(1), inputs.get(2), options)
                : Functional.conv2d(inputs.get(0), inputs.get(1), inputs.get(2), options);
            var whole = (transposed ? spread(inputs, options, tiled) : gathered(inputs, options, tiled))
                .add(inputs.get(2).reshape(1, out, 1, 1));
            assertArrayEquals(whole.toArray(), tiled.toArray());
            var gradient = Domain.ANY.draw(tiled.shape(), random);
            var expected = Autograd.grad(whole, inputs, gradient, false, false);
            var actual = Autograd.grad(tiled, inputs, gradient, false, false);
            for (int i = 0; i < 3; i++) assertClose(expected.get(i), actual.get(i), "gradient " + i);
        } finally {
            Compute.setThreads(before);
        }
    }

    /// The gradients of the matrix are summed in another order.
    private static void assertClose(Tensor expected, Tensor actual, String name) {
        float scale = 0;
        for (float value : expected.toArray()) scale = Math.max(scale, Math.abs(value));
        assertArrayEquals(expected.toArray(), actual.toArray(), 1e-4f * scale + 1e-4f, name);
    }

    private static Tensor gathered(List<Tensor> inputs, ConvOptions options, Tensor like) {
        var x = inputs.get(0);
        var weight = inputs.get(1);
        int groups = options.groups();
        int positions = x.size(0) * like.size(2) * like.size(3);
        int terms = weight.numel() / weight.size(0);
        var columns = Unfold.unfold(x, options.window()).permute(1, 0, 2).reshape(groups, terms, positions);
        return weight.reshape(groups, weight.size(0) / groups, terms).matmul(columns)
            .reshape(weight.size(0), x.size(0), like.size(2), like.size(3)).permute(1, 0, 2, 3);
    }

    private static Tensor spread(List<Tensor> inputs, ConvOptions options, Tensor like) {
        var x = inputs.get(0);
        var weight = inputs.get(1);
        int groups = options.groups();
        int plane = x.size(2) * x.size(3);
        int terms = weight.numel() / weight.size(0);
        var results = x.permute(1, 0, 2, 3).reshape(groups, x.size(1) / groups, x.size(0) * plane);
        var columns = weight.reshape(groups, x.size(1) / groups, terms).transpose(1, 2).matmul(results)
            .reshape(groups * terms, x.size(0), plane).permute(1, 0, 2);
        return Unfold.fold(columns, options.window(), x.size(2), x.size(3), like.size(2), like.size(3));
    }

    static final class Program {

        private Program() {}

        /// A call without gradients, and a step with all of them.
        public static void main(String... arguments) {
            boolean transposed = arguments[0].equals("transposed");
            var sizes = Stream.of(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
            int kernel = sizes[3];
            int stride = sizes[4];
            var options = ConvOptions.kernel(kernel).stride(stride).padding(transposed ? (kernel - stride) / 2 : kernel / 2)
                .groups(sizes[5]);
            var layer = transposed ? new ConvTranspose2d(sizes[1], sizes[2], options) : new Conv2d(sizes[1], sizes[2], options);
            layer.initialize(1);
            var x = Tensor.ones(sizes[0], sizes[1], 112, 112);
            try (var _ = Autograd.noGrad()) {
                layer.forward(x);
            }
            var inputs = new ArrayList<>(List.of(x.requiresGrad(true)));
            layer.parameters().forEach(parameter -> inputs.add(parameter.tensor()));
            var y = layer.forward(inputs.getFirst());
            Autograd.grad(y, inputs, y.detach(), false, false);
        }
    }

    /// What a JVM needs for itself, and a thread for a convolution's strips.
    private static final int MEGABYTES_BESIDE = 8;

    /// A heap of twice the memory of input and output, megabytes each, and a little more: with the input, its gradient and the
    /// output, the windows' matrix would not fit.
    @ParameterizedTest
    @Tag("machines")
    @CsvSource({
        "conv 4 64 64 3 1 1, 13, 13, 116",
        "conv 4 64 64 3 1 64, 13, 13, 116",
        "conv 4 64 128 3 2 1, 13, 7, 29",
        "transposed 4 64 64 3 1 1, 13, 13, 116",
        "transposed 4 64 32 4 2 1, 13, 26, 103"})
    void aStepTakesNoMoreThanItsTensors(String convolution, int input, int output, int matrix) {
        int heap = 2 * (input + output) + MEGABYTES_BESIDE;
        assertTrue(2 * input + output + matrix > heap, "a matrix would fit");
        new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-XX:+UseSerialGC", "-Xmn4m", "-Xmx" + heap + "m")
            .with(convolution.split(" ")).patient().run().orFail();
    }

    /// 103 MB each, and 925 MB.
    @Test
    @Tag("exhaustive")
    void aLargeStepTakesNoMoreThanItsTensors() {
        new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-Xmx700m").with("conv", "32", "64", "64", "3", "1", "1").run().orFail();
    }

    /// The matrix of this batch's windows would be longer than an array; nobody asked for it.
    @Test
    void aBatchWhoseMatrixNoArrayHolds() {
        var x = Tensor.scalar(1f).expand(20, 3, 3000, 3000);
        Rejected.argument(() -> Unfold.unfold(x, ConvOptions.kernel(3).window()), "unfold", "[20, 3, 3000, 3000]", "kernel 3 x 3",
            "[20, 3, 9, 2998, 2998]", "smaller batch");
        var wide = Tensor.ones(50, 1, 1000, 1000).slice(2, 0, 100);
        var y = Functional.conv2d(wide, Tensor.ones(1, 1, 99, 99), null, ConvOptions.kernel(99));
        assertArrayEquals(new int[] {50, 1, 2, 902}, y.shape().toArray());
    }

    @Test
    void sizesThatDoNotFitAreNamedAsTheUserGaveThem() {
        var options = ConvOptions.kernel(5, 3).stride(2).padding(1).dilation(2, 1);
        Rejected.argument(() -> Functional.conv2d(Tensor.ones(2, 3, 6, 9), Tensor.ones(4, 3, 5, 3), null, options), "conv2d",
            "input [2, 3, 6, 9]", "kernel 5 x 3", "stride 2 x 2", "padding 1 x 1", "dilation 2 x 1",
            "use a smaller kernel or more padding");
        var point = Tensor.scalar(1f);
        Rejected.argument(() -> Functional.conv2d(point.expand(1 << 10, 1, 1 << 10, 1 << 10), Tensor.ones(4, 1, 1, 1), null,
            ConvOptions.kernel(1)), "conv2d", "[1024, 1, 1024, 1024]", "[1024, 4, 1024, 1024]", "smaller batch");
        Rejected.argument(() -> Functional.convTranspose2d(point.expand(300, 1, 1000, 1000), Tensor.ones(1, 1, 2, 2), null,
            ConvOptions.kernel(2).stride(3)), "convTranspose2d", "[300, 1, 1000, 1000]", "[300, 1, 2999, 2999]");
        Rejected.argument(() -> Functional.convTranspose2d(Tensor.ones(1, 1, 2, 2), Tensor.ones(1, 1, 2, 2), null,
            ConvOptions.kernel(2).stride(Integer.MAX_VALUE, 1)), "convTranspose2d", "[1, 1, 2, 2]", "smaller input or stride");
        Rejected.argument(() -> Functional.convTranspose2d(Tensor.ones(1, 1, 2, 2), Tensor.ones(1, 1, 2, 2), null,
            ConvOptions.kernel(2).padding(2)), "convTranspose2d", "[1, 1, 2, 2]", "padding 2", "larger input or less padding");
        Rejected.argument(() -> new Conv2d(1, 1, ConvOptions.kernel(1 << 16)), "65536", "2^31 - 1");
        int most = Integer.MAX_VALUE;
        Rejected.argument(() -> Functional.conv2d(Tensor.ones(1, 1, 2, 2), Tensor.ones(1, 1, 1, 1), null,
            ConvOptions.kernel(1).padding(most, 0)), "conv2d", "input [1, 1, 2, 2]", "padding 2147483647 x 0", "less padding");
        Rejected.argument(() -> Unfold.fold(Tensor.ones(1, 1, 0), ConvOptions.kernel(1).window(), 1 << 16, 1 << 16, 9, 9), "fold",
            "[1, 1, 0]");
    }

    /// The padding, the stride and the dilation may be as large as an int.
    @Test
    void stepsAsLargeAsAnInt() {
        int most = Integer.MAX_VALUE;
        var x = Tensor.arange(4).add(1f).reshape(1, 1, 2, 2);
        var far = ConvOptions.kernel(1).stride(most).padding(most);
        assertArrayEquals(new float[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, Functional.conv2d(x, Tensor.ones(1, 1, 1, 1), null, far)
            .toArray());
        var wide = ConvOptions.kernel(3).dilation(1 << 30).padding(1 << 30);
        // the middle of the kernel alone meets the image
        assertArrayEquals(new float[] {2, 4, 6, 8}, Functional.conv2d(x, Tensor.full(2, 1, 1, 3, 3), null, wide).toArray());
        new Conv2d(1, 1, far);
    }
}
