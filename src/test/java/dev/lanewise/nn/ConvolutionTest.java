package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lanewise.check.GradCheck;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Unfold;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ConvolutionTest {

    /// A layer's options, its input and its weights, all small.
    private record Case(ConvOptions options, Tensor x, Tensor weight, Tensor bias) {

        static Case draw(boolean transposed, SplittableRandom random) {
            var options = ConvOptions.kernel(1 + random.nextInt(3), 1 + random.nextInt(3))
                .stride(1 + random.nextInt(3), 1 + random.nextInt(3)).dilation(1 + random.nextInt(2), 1 + random.nextInt(2))
                .padding(random.nextInt(3), random.nextInt(3)).groups(1 + random.nextInt(2)).bias(random.nextBoolean());
            var window = options.window();
            if (transposed) options = options.outputPadding(below(window.rows(), random), below(window.columns(), random));
            int groups = options.groups();
            int in = groups * (1 + random.nextInt(2));
            int out = groups * (1 + random.nextInt(2));
            // large enough for a window, or for something to be left of the padding
            var x = Domain.ANY.draw(Shape.of(random.nextInt(3), in, 5 + random.nextInt(3), 5 + random.nextInt(3)), random);
            var weight = Domain.ANY.draw(Shape.of(transposed ? in : out, (transposed ? out : in) / groups,
                window.rows().kernel(), window.columns().kernel()), random);
            return new Case(options, x, weight, options.bias() == null ? null : Domain.ANY.draw(Shape.of(out), random));
        }

        private static int below(Unfold.Axis axis, SplittableRandom random) {
            return random.nextInt(Math.max(axis.stride(), axis.dilation()));
        }

        int outPerGroup(boolean transposed) { return transposed ? weight.size(1) : weight.size(0) / options.groups(); }

        Layer layer(boolean transposed) {
            int out = outPerGroup(transposed) * options.groups();
            var layer = transposed ? new ConvTranspose2d(x.size(1), out, options) : new Conv2d(x.size(1), out, options);
            var parameters = layer.namedParameters();
            parameters.get("weight").load(weight);
            if (bias != null) parameters.get("bias").load(bias);
            return layer;
        }
    }

    @Property(tries = 300)
    void convolutionIsTheSumOverTheWindow(@ForAll long seed) {
        var problem = Case.draw(false, new SplittableRandom(seed));
        var rows = problem.options.window().rows();
        var columns = problem.options.window().columns();
        var y = problem.layer(false).forward(problem.x);
        for (int b = 0; b < y.size(0); b++) for (int o = 0; o < y.size(1); o++)
            for (int r = 0; r < y.size(2); r++) for (int c = 0; c < y.size(3); c++) {
                double sum = problem.bias == null ? 0 : problem.bias.get(o);
                int group = o / problem.outPerGroup(false);
                for (int i = 0; i < problem.weight.size(1); i++)
                    for (int ky = 0; ky < rows.kernel(); ky++) for (int kx = 0; kx < columns.kernel(); kx++)
                        sum += problem.weight.get(o, i, ky, kx) * padded(problem.x, b, group * problem.weight.size(1) + i,
                            r * rows.stride() - rows.padding() + ky * rows.dilation(),
                            c * columns.stride() - columns.padding() + kx * columns.dilation());
                assertEquals(sum, y.get(b, o, r, c), 1e-4);
            }
    }

    private static double padded(Tensor x, int b, int c, int row, int column) {
        return row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3) ? 0 : x.get(b, c, row, column);
    }

    /// Every input is spread over the outputs that the kernel reaches from it.
    @Property(tries = 300)
    void transposedConvolutionSpreadsEachInput(@ForAll long seed) {
        var problem = Case.draw(true, new SplittableRandom(seed));
        var rows = problem.options.window().rows();
        var columns = problem.options.window().columns();
        var y = problem.layer(true).forward(problem.x);
        var x = problem.x;
        int out = problem.weight.size(1);
        int height = (x.size(2) - 1) * rows.stride() - 2 * rows.padding() + (int) rows.extent()
            + problem.options.outputPadding().rows();
        int width = (x.size(3) - 1) * columns.stride() - 2 * columns.padding() + (int) columns.extent()
            + problem.options.outputPadding().columns();
        assertEquals(Shape.of(x.size(0), out * problem.options.groups(), height, width), y.shape());
        var expected = new double[y.numel()];
        for (int b = 0; b < x.size(0); b++) for (int i = 0; i < x.size(1); i++) for (int o = 0; o < out; o++)
            for (int r = 0; r < x.size(2); r++) for (int c = 0; c < x.size(3); c++)
                for (int ky = 0; ky < rows.kernel(); ky++) for (int kx = 0; kx < columns.kernel(); kx++) {
                    int row = r * rows.stride() - rows.padding() + ky * rows.dilation();
                    int column = c * columns.stride() - columns.padding() + kx * columns.dilation();
                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                    int channel = i / (x.size(1) / problem.options.groups()) * out + o;
                    expected[((b * y.size(1) + channel) * height + row) * width + column]
                        += (double) x.get(b, i, r, c) * problem.weight.get(i, o, ky, kx);
                }
        for (int i = 0; i < expected.length; i++) {
            double bias = problem.bias == null ? 0 : problem.bias.get(i / (height * width) % y.size(1));
            assertEquals(expected[i] + bias, y.toArray()[i], 1e-4);
        }
    }

    /// To the last bit: where no input reaches, and of -0 as well.
    @Property(tries = 100)
    void aBiasIsWhatIsAddedAfterwards(@ForAll boolean transposed, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = Case.draw(transposed, random);
        var x = problem.x;
        var weight = problem.weight;
        int out = problem.outPerGroup(transposed) * problem.options.groups();
        var bias = Domain.ANY.draw(Shape.of(out), random);
        if (random.nextBoolean()) bias = bias.mul(-0f);
        var options = problem.options;
        var alone = transposed ? Functional.convTranspose2d(x, weight, null, options)
            : Functional.conv2d(x, weight, null, options);
        var together = transposed ? Functional.convTranspose2d(x, weight, bias, options)
            : Functional.conv2d(x, weight, bias, options);
        assertArrayEquals(bits(alone.add(bias.reshape(1, out, 1, 1))), bits(together));
        var leaf = bias.requiresGrad(true);
        var slopes = Domain.ANY.draw(together.shape(), random);
        var y = transposed ? Functional.convTranspose2d(x, weight, leaf, options) : Functional.conv2d(x, weight, leaf, options);
        var gradient = Autograd.grad(y, List.of(leaf), slopes, false, false).getFirst();
        assertArrayEquals(bits(slopes.sum(0, 2, 3)), bits(gradient));
    }

    private static int[] bits(Tensor x) {
        return IntStream.range(0, x.numel()).map(i -> Float.floatToIntBits(x.toArray()[i])).toArray();
    }

    /// By input, weight and bias.
    @Property(tries = 60)
    void derivativesAgreeWithDifferences(@ForAll boolean transposed, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = Case.draw(transposed, random);
        var options = problem.options;
        var inputs = new ArrayList<>(List.of(problem.x.slice(0, 0, 1), problem.weight));
        if (problem.bias != null) inputs.add(problem.bias);
        GradCheck.Function function = values -> {
            var bias = values.size() < 3 ? null : values.get(2);
            return List.of(transposed ? Functional.convTranspose2d(values.get(0), values.get(1), bias, options)
                : Functional.conv2d(values.get(0), values.get(1), bias, options));
        };
        assertEquals(Optional.empty(), GradientCheck.first(function, inputs, random));
        assertEquals(Optional.empty(), GradientCheck.second(function, inputs, random));
    }

    /// `<unfold(x), c> = <x, fold(c)>`, and its order is PyTorch's.
    @Property(tries = 200)
    void foldIsTheTransposeOfUnfold(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = Case.draw(false, random);
        var window = problem.options.window();
        var x = problem.x;
        int rows = window.rows().positions("test", x.size(2));
        int columns = window.columns().positions("test", x.size(3));
        var unfolded = Unfold.unfold(x, window);
        assertEquals(Shape.of(x.size(0), x.size(1) * window.places(), rows * columns), unfolded.shape());
        var c = Domain.ANY.draw(unfolded.shape(), random);
        var folded = Unfold.fold(c, window, rows, columns, x.size(2), x.size(3));
        assertEquals(unfolded.mul(c).sum().item(), x.mul(folded).sum().item(), 1e-3);
    }

    /// A row's result does not depend on the rows beside it.
    @Property(tries = 50)
    void anImageIsTreatedAsIfItWereAlone(@ForAll boolean transposed, @ForAll long seed) {
        var problem = Case.draw(transposed, new SplittableRandom(seed));
        var layer = problem.layer(transposed);
        var all = layer.forward(problem.x);
        for (int b = 0; b < problem.x.size(0); b++) {
            var alone = layer.forward(problem.x.slice(0, b, b + 1)).toArray();
            assertArrayEquals(alone, all.slice(0, b, b + 1).toArray());
        }
    }

    @Example
    void fansAreTrueOnes() {
        var depthwise = new Conv2d(4, 4, ConvOptions.kernel(3).groups(4));
        assertEquals(new Fan(9, 9), depthwise.weight().fan());
        var strided = new Conv2d(4, 6, ConvOptions.kernel(3, 5).groups(2).stride(2));
        assertEquals(new Fan(2 * 15, 3 * 15 / 4.0), strided.weight().fan());
        var transposed = new ConvTranspose2d(6, 8, ConvOptions.kernel(3).stride(2));
        assertEquals(new Fan(6 * 9 / 4.0, 8 * 9, 8 * 9), transposed.weight().fan());
        assertEquals(transposed.weight().fan(), transposed.bias().fan());
        // PyTorch's law: ±1 / sqrt(out k^2)
        assertEquals(1 / Math.sqrt(72), bound(transposed.weight()), 1e-15);
        assertEquals(1 / Math.sqrt(72), bound(transposed.bias()), 1e-15);
        assertEquals(1.0 / 3, bound(depthwise.weight()), 1e-15);
        var rule = ConvOptions.kernel(3).stride(2).initializers(Initializers.uniformRule(), Initializers.zeros());
        assertEquals(1 / Math.sqrt(6 * 9 / 4.0), bound(new ConvTranspose2d(6, 8, rule).weight()), 1e-15);
    }

    private static double bound(Parameter parameter) {
        return parameter.initializer().distribution(parameter.fan(), parameter.shape()).upper();
    }

    @Example
    void describesItself() {
        assertEquals("Conv2d(2, 4, kernel 3x5, stride 2, padding 0x1, groups 2, no bias)",
            new Conv2d(2, 4, ConvOptions.kernel(3, 5).stride(2).padding(0, 1).groups(2).bias(false)).toString());
        assertEquals("ConvTranspose2d(2, 4, kernel 3, dilation 2, output padding 1)",
            new ConvTranspose2d(2, 4, ConvOptions.kernel(3).dilation(2).outputPadding(1)).toString());
        assertNull(new Conv2d(2, 4, ConvOptions.kernel(3).bias(false)).bias());
    }

    @Example
    void refusesWhatDoesNotFit() {
        Rejected.argument(() -> new Conv2d(3, 4, ConvOptions.kernel(3).groups(2)),
            "conv2d", "3 input and 4 output", "2 groups", "divide");
        Rejected.argument(() -> new ConvTranspose2d(4, 3, ConvOptions.kernel(3).groups(2)), "convTranspose2d", "2 groups");
        Rejected.argument(() -> ConvOptions.kernel(3).groups(0), "0 groups");
        Rejected.argument(() -> ConvOptions.kernel(0), "kernel 0");
        Rejected.argument(() -> ConvOptions.kernel(3).stride(0), "stride 0");
        Rejected.argument(() -> ConvOptions.kernel(3).padding(-1), "padding -1");
        Rejected.argument(() -> new Conv2d(1, 1, ConvOptions.kernel(3).outputPadding(1)), "conv2d", "ConvTranspose2d");
        Rejected.argument(() -> new ConvTranspose2d(1, 1, ConvOptions.kernel(3).stride(2).outputPadding(2)),
            "convTranspose2d", "output padding 2", "stride 2");
        var layer = new Conv2d(2, 4, ConvOptions.kernel(5).padding(1));
        Rejected.state(() -> layer.forward(Tensor.ones(1, 2, 5, 5)), "\"weight\"", "initialize(seed)");
        layer.initialize(1);
        Rejected.argument(() -> layer.forward(Tensor.ones(1, 2, 2, 5)),
            "conv2d", "kernel of 5", "input of 2, padded to 4", "more padding");
        Rejected.argument(() -> layer.forward(Tensor.ones(1, 3, 5, 5)), "conv2d", "[1, 3, 5, 5]", "[batch, 2, height, width]");
        Rejected.argument(() -> layer.forward(Tensor.ones(5, 5)), "conv2d", "[5, 5]", "[channels, height, width]");
        Rejected.argument(() -> layer.forward(Tensor.ones(1, 5, 5)), "conv2d", "[1, 1, 5, 5]");
        Rejected.argument(() -> new Conv1d(2, 4, ConvOptions.kernel(1, 3)), "conv1d", "kernel 1 x 3", "one dimension");
        Rejected.argument(() -> new Conv1d(2, 4, 3).initialize(1).call(Tensor.ones(1, 2, 3, 3)), "conv1d", "[1, 2, 3, 3]",
            "[channels, length]");
        var back = new ConvTranspose2d(2, 4, ConvOptions.kernel(3).padding(2)).initialize(1);
        Rejected.argument(() -> back.forward(Tensor.ones(1, 3, 5, 5)), "convTranspose2d", "[1, 3, 5, 5]");
        Rejected.argument(() -> back.forward(Tensor.ones(1, 2, 2, 2)), "convTranspose2d", "padding 2", "0 outputs");
        var one = ConvOptions.kernel(2);
        Rejected.argument(() -> Functional.conv2d(Tensor.ones(1, 1, 3, 3), Tensor.ones(1, 1, 3, 3), null, one),
            "conv2d", "weight", "[1, 1, 3, 3]", "2 and 2");
        Rejected.argument(() -> Functional.conv2d(Tensor.ones(1, 1, 3, 3), Tensor.ones(1, 1, 2, 2), Tensor.ones(2), one),
            "conv2d", "bias", "[2]", "[1]");
        var window = one.window();
        Rejected.argument(() -> Unfold.unfold(Tensor.ones(2, 2), window), "unfold", "[2, 2]");
        Rejected.argument(() -> Unfold.fold(Tensor.ones(1, 4, 4), window, 2, 3, 3, 3), "fold", "[1, 4, 4]", "2 * 3");
        Rejected.argument(() -> Unfold.fold(Tensor.ones(1, 4, 9), window, 3, 3, 3, 3), "fold", "3 x 3 windows");
    }

    /// Lines are images of one row, and single inputs batches of one.
    @Property(tries = 30)
    void linesAndSingleInputsAreImages(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Domain.ANY.draw(Shape.of(3, 4, 9), random);
        var weight = Domain.ANY.draw(Shape.of(6, 2, 3), random);
        var bias = Domain.ANY.draw(Shape.of(6), random);
        var options = ConvOptions.kernel(3).stride(2).padding(1).groups(2);
        var row = ConvOptions.kernel(1, 3).stride(1, 2).padding(0, 1).groups(2);
        var y = Functional.conv1d(x, weight, bias, options);
        assertArrayEquals(Functional.conv2d(x.unsqueeze(2), weight.unsqueeze(2), bias, row).toArray(), y.toArray());
        assertArrayEquals(y.select(0, 1).toArray(), Functional.conv1d(x.select(0, 1), weight, bias, options).toArray());
        var square = Domain.ANY.draw(Shape.of(6, 2, 3, 3), random);
        var image = Domain.ANY.draw(Shape.of(2, 4, 5, 7), random);
        assertArrayEquals(Functional.conv2d(image, square, bias, options).select(0, 1).toArray(),
            Functional.conv2d(image.select(0, 1), square, bias, options).toArray());
        var back = Domain.ANY.draw(Shape.of(4, 3, 3, 3), random);
        var transposed = Functional.convTranspose2d(image.select(0, 1), back, bias, options);
        assertEquals(Shape.of(6, 9, 13), transposed.shape());
        assertArrayEquals(Functional.convTranspose2d(image, back, bias, options).select(0, 1).toArray(), transposed.toArray());
        var layer = new Conv1d(4, 6, options).initialize(seed);
        assertEquals(Shape.of(6, 5), layer.call(x.select(0, 1)).shape());
        assertArrayEquals(layer.call(x).select(0, 1).toArray(), layer.call(x.select(0, 1)).toArray());
    }
}
