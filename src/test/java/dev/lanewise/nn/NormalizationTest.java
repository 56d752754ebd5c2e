package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Op;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class NormalizationTest {

    @Property(tries = 100)
    void batchNormStandardizesEachChannelAndFollowsIt(@ForAll @IntRange(min = 2, max = 5) int batch,
            @ForAll @IntRange(min = 1, max = 4) int channels, @ForAll @IntRange(min = 1, max = 5) int height, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = new BatchNorm2d(channels, 1e-3, 0.25, true);
        layer.weight().load(Domain.ANY.draw(Shape.of(channels), random));
        layer.bias().load(Domain.ANY.draw(Shape.of(channels), random));
        var x = Domain.ANY.draw(Shape.of(batch, channels, height, 3), random);
        var y = layer.call(x);
        int n = batch * height * 3;
        for (int c = 0; c < channels; c++) {
            var values = x.select(1, c).toArray();
            var outputs = y.select(1, c).toArray();
            double mean = 0;
            for (float value : values) mean += value / (double) n;
            double variance = 0;
            for (float value : values) variance += (value - mean) * (value - mean) / n;
            for (int i = 0; i < n; i++)
                assertEquals((values[i] - mean) / Math.sqrt(variance + 1e-3) * layer.weight().tensor().get(c)
                    + layer.bias().tensor().get(c), outputs[i], 1e-4);
            assertEquals(0.25 * mean, layer.runningMean().tensor().get(c), 1e-6);
            assertEquals(0.75 + 0.25 * variance * n / (n - 1), layer.runningVar().tensor().get(c), 1e-6);
        }
        var mean = layer.runningMean().tensor().toArray();
        var one = layer.eval().call(x.slice(0, 0, 1));
        double expected = (x.get(0, 0, 0, 0) - mean[0]) / Math.sqrt(layer.runningVar().tensor().get(0) + 1e-3)
            * layer.weight().tensor().get(0) + layer.bias().tensor().get(0);
        assertEquals(expected, one.get(0, 0, 0, 0), 1e-4);
        assertArrayEquals(mean, layer.runningMean().tensor().toArray(), "evaluation follows nothing");
    }

    @Property(tries = 100)
    void layerNormStandardizesTheLastDimensions(@ForAll @IntRange(max = 3) int batch,
        @ForAll @IntRange(min = 1, max = 4) int rows,
                                                @ForAll @IntRange(min = 2, max = 6) int columns, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = new LayerNorm(rows, columns);
        layer.initialize(seed);
        layer.weight().load(Domain.ANY.draw(Shape.of(rows, columns), random));
        var x = Domain.ANY.draw(Shape.of(batch, rows, columns), random);
        var y = layer.call(x);
        for (int b = 0; b < batch; b++) {
            var values = x.select(0, b).toArray();
            double mean = 0;
            for (float value : values) mean += value / (double) values.length;
            double variance = 0;
            for (float value : values) variance += (value - mean) * (value - mean) / values.length;
            for (int i = 0; i < values.length; i++)
                assertEquals((values[i] - mean) / Math.sqrt(variance + 1e-5) * layer.weight().tensor().toArray()[i],
                    y.select(0, b).toArray()[i], 1e-3);
        }
    }

    /// From numbers that eps governs to the largest: in training, and what is followed.
    @Property(tries = 100)
    void numbersOfAnySizeAreNormalized(@ForAll @IntRange(min = -140, max = 126) int power, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var unit = Domain.ANY.draw(Shape.of(6, 2), random).mul(0.25f).add(Tensor.of(0.125f, -0.125f));
        var x = unit.toArray();
        for (int i = 0; i < x.length; i++) x[i] = Math.scalb(x[i], power);
        var batch = new BatchNorm1d(2, 1e-5, 0.5, false);
        var y = batch.call(Tensor.of(x, 6, 2));
        for (int c = 0; c < 2; c++) {
            double mean = 0;
            for (int i = c; i < 12; i += 2) mean += x[i] / 6.0;
            double variance = 0;
            for (int i = c; i < 12; i += 2) variance += (x[i] - mean) * (x[i] - mean) / 6;
            for (int i = c; i < 12; i += 2) {
                double expected = (x[i] - mean) / Math.sqrt(variance + 1e-5);
                assertEquals(expected, y.toArray()[i], 1e-5 * Math.abs(expected) + 1e-5 * Math.min(1, Math.sqrt(variance / 1e-5))
                    + 0x1p-140);
            }
            assertEquals(mean / 2, batch.runningMean().tensor().get(c), 1e-6 * Math.abs(x[0]) + 1e-6 * Math.abs(mean)
                + Math.scalb(1e-6, power) + 0x1p-148);
            double followed = 0.5 + Math.min(Float.MAX_VALUE, variance * 6 / 5) / 2;
            assertEquals(followed, batch.runningVar().tensor().get(c), 1e-5 * followed);
        }
        var rows = new LayerNorm(Shape.of(6), 1e-5, false).call(Tensor.of(x, 6, 2).t());
        assertArrayEquals(y.t().toArray(), rows.toArray(), 1e-6f);
    }

    /// However large: their sum may be no float. Nothing comes back but what is finite.
    @Example
    void equalNumbersAreZerosAndEqualSizesOne() {
        for (boolean affine : new boolean[] {false, true}) for (double eps : new double[] {1e-5, 1e-20}) {
            var options = NormOptions.instance().affine(affine).eps(eps);
            for (var layer : List.of(new GroupNorm(2, 4, eps, affine), new BatchNorm1d(4, eps, 0.1, affine),
                new InstanceNorm1d(4, options), new LayerNorm(Shape.of(32), eps, affine), new RMSNorm(Shape.of(32), eps, affine)))
                for (float size = Float.MAX_VALUE; size > 1e-3f; size /= 64) {
                    var x = Tensor.full(size, 2, 4, 32).requiresGrad(true);
                    var y = layer.initialize(1).call(x);
                    float expected = layer instanceof RMSNorm ? 1 : 0;
                    for (float each : y.toArray()) assertEquals(expected, each, expected * 1e-2f, layer + ", " + size);
                    for (float each : Autograd.grad(y.sum(), List.of(x)).getFirst().toArray())
                        assertTrue(Float.isFinite(each), layer + ", " + size);
                }
        }
    }

    /// With a large eps, near which differences are accurate.
    @Property(tries = 60)
    void derivativesAgreeWithDifferences(@ForAll boolean training, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var batch = new BatchNorm1d(2, 1, 0.1, true);
        batch.initialize(seed);
        batch.weight().load(Domain.NONZERO.draw(Shape.of(2), random));
        if (!training) batch.eval();
        check(Op.Problem.of(batch::forward, Domain.ANY.draw(Shape.of(3, 2), random)), random);
        check(Op.Problem.of(batch::forward, Domain.ANY.draw(Shape.of(2, 2, 2), random)), random);
        var layer = new LayerNorm(Shape.of(3), 1, true);
        layer.initialize(seed);
        check(Op.Problem.of(layer::forward, Domain.ANY.draw(Shape.of(2, 3), random)), random);
    }

    /// Of kernels, which channels have from sixteen places on.
    @Property(tries = 10)
    void derivativesOfLongChannelsDoSoToo(@ForAll @IntRange(min = 16, max = 20) int places, @ForAll boolean affine,
                                          @ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (var layer : List.of(new GroupNorm(2, 4, 1, affine), new BatchNorm1d(4, 1, 0.1, affine),
            new RMSNorm(Shape.of(places), 1, affine))) {
            layer.initialize(seed);
            for (var parameter : layer.parameters()) parameter.load(Domain.NONZERO.draw(parameter.shape(), random));
            check(Op.Problem.of(layer::forward, Domain.ANY.draw(Shape.of(1, 4, places), random)), random);
        }
    }

    /// A mean is right but for a rounding of its own size, and so are distances from it: that many roundings are in a
    /// gradient, and no squares of them, however much larger the mean is than the deviation.
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void gradientsHoldFarFromZero(@ForAll @IntRange(max = 20) int power, @ForAll boolean along, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        float far = power == 0 ? 0 : Math.scalb(1 + random.nextFloat(), power);
        var x = new float[2 * 4 * 32];
        var g = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = far + (float) random.nextGaussian();
            g[i] = (float) random.nextGaussian() + (along ? x[i] - far : 0);
        }
        gradientHolds(new LayerNorm(Shape.of(4, 32), 1e-5, false), x, g, far, i -> i / 128);
        gradientHolds(new GroupNorm(2, 4).initialize(seed), x, g, far, i -> i / 64);
        gradientHolds(new BatchNorm1d(4).initialize(seed), x, g, far, i -> i / 32 % 4);
    }

    /// @param group of an element
    private static void gradientHolds(Layer layer, float[] values, float[] gradient, float far, IntUnaryOperator group) {
        var x = Tensor.of(values, 2, 4, 32).requiresGrad(true);
        var found = Autograd.grad(layer.call(x), List.of(x), Tensor.of(gradient, 2, 4, 32), false, false).getFirst().toArray();
        for (int each = 0; each <= group.applyAsInt(values.length - 1); each++) {
            int wanted = each;
            int[] of = IntStream.range(0, values.length).filter(i -> group.applyAsInt(i) == wanted).toArray();
            double mean = average(of, i -> values[i]);
            double deviation = Math.sqrt(average(of, i -> (values[i] - mean) * (values[i] - mean)) + 1e-5f);
            double share = average(of, i -> gradient[i]);
            double slope = average(of, i -> gradient[i] * (values[i] - mean) / deviation);
            double largest = IntStream.of(of).mapToDouble(i -> Math.abs(gradient[i])).max().orElseThrow() / deviation;
            for (int i : of) {
                double expected = (gradient[i] - share - (values[i] - mean) / deviation * slope) / deviation;
                assertEquals(expected, found[i], (8 + 4 * far / deviation) * 0x1p-24 * largest, layer + ", " + far);
            }
        }
    }

    private static double average(int[] of, IntToDoubleFunction value) {
        return IntStream.of(of).mapToDouble(value).average().orElseThrow();
    }

    private static void check(Op.Problem problem, SplittableRandom random) {
        assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random));
        assertEquals(Optional.empty(), GradientCheck.second(problem.function(), problem.inputs(), random));
    }

    /// Affine in weight and bias: their gradients are sums that can be written out.
    @Property(tries = 50)
    void weightAndBiasHaveTheirGradients(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Domain.ANY.draw(Shape.of(4, 3, 2), random);
        var g = Domain.ANY.draw(Shape.of(4, 3, 2), random);
        var plain = new BatchNorm1d(3, 1e-5, 0.1, false).forward(x);
        var batch = new BatchNorm1d(3);
        batch.initialize(seed).call(x).backward(g, false, false);
        assertArrayEquals(plain.mul(g).sum(0, 2).toArray(), batch.weight().grad().toArray(), 1e-5f);
        assertArrayEquals(g.sum(0, 2).toArray(), batch.bias().grad().toArray(), 1e-5f);
        var standard = new LayerNorm(Shape.of(3, 2), 1e-5, false).forward(x);
        var layer = new LayerNorm(3, 2);
        layer.initialize(seed).call(x).backward(g, false, false);
        assertArrayEquals(standard.mul(g).sum(0).toArray(), layer.weight().grad().toArray(), 1e-5f);
        assertArrayEquals(g.sum(0).toArray(), layer.bias().grad().toArray(), 1e-5f);
    }

    /// One pass or several, weights' gradients with the input's or by themselves: they are those of the operations that a
    /// recorded walk takes, to the bit.
    @Property(tries = 60)
    void gradientsHaveTheBitsOfTheOperations(@ForAll @IntRange(min = 1, max = 200) int rows,
        @ForAll @IntRange(min = 1, max = 150) int columns,
                                             @ForAll boolean affine, @ForAll boolean toInput, @ForAll boolean toBias,
                                                 @ForAll long seed) {
        var source = new Threefry(seed);
        var layer = new LayerNorm(Shape.of(columns), 1e-5, affine).initialize(0);
        sameBits(layer, Tensor.randn(source, rows, columns), toInput, toBias, source);
        int examples = 1 + rows % 5;
        sameBits(switch (rows % 4) {
            case 0 -> new GroupNorm(2, 6, 1e-5, affine).initialize(0);
            case 1 -> new GroupNorm(6, 6, 1e-5, affine).initialize(0);
            case 2 -> new GroupNorm(1, 6, 1e-5, affine).initialize(0);
            default -> new BatchNorm1d(6, 1e-5, 0.1, affine).initialize(0);
        }, Tensor.randn(source, examples, 6, 1 + columns), toInput, toBias, source);
    }

    /// More numbers than caches hold.
    @Example
    void gradientsOfManyRowsDoSoToo() {
        var source = new Threefry(0);
        sameBits(new LayerNorm(384).initialize(0), Tensor.randn(source, 1400, 384), true, true, source);
        sameBits(new GroupNorm(2, 4).initialize(0), Tensor.randn(source, 3, 4, 9001), true, true, source);
        sameBits(new GroupNorm(2, 300).initialize(0), Tensor.randn(source, 70, 300, 17), true, true, source);
    }

    private static void sameBits(Layer layer, Tensor x, boolean toInput, boolean toBias, Threefry source) {
        var wanted = new ArrayList<Tensor>();
        for (var parameter : layer.parameters()) {
            parameter.load(Tensor.randn(source, parameter.shape().toArray()));
            if (toBias || parameter == layer.parameters().getFirst()) wanted.add(parameter.tensor());
            else parameter.requiresGrad(false);
        }
        if (toInput || wanted.isEmpty()) wanted.add(x.requiresGrad(true));
        var y = layer.call(x);
        var g = Tensor.randn(source, y.shape().toArray());
        var fused = Autograd.grad(y, wanted, g, true, false);
        var recorded = Autograd.grad(y, wanted, g, true, true);
        for (int i = 0; i < wanted.size(); i++) assertArrayEquals(recorded.get(i).toArray(), fused.get(i).toArray());
    }

    @Example
    void refusesWhatDoesNotFit() {
        var one = new BatchNorm1d(3).initialize(1);
        Rejected.argument(() -> one.call(Tensor.ones(1, 3)),
            "batchNorm1d", "[1, 3]", "1 values per channel", "at least 2", "eval()");
        Rejected.argument(() -> one.call(Tensor.ones(2, 4)), "batchNorm1d", "[2, 4]", "[batch, 3] or [batch, 3, length]");
        Rejected.argument(() -> one.call(Tensor.ones(2, 3, 4, 4)), "batchNorm1d", "[2, 3, 4, 4]");
        Rejected.argument(() -> new BatchNorm2d(3).call(Tensor.ones(2, 3)), "batchNorm2d", "[batch, 3, height, width]");
        Rejected.argument(() -> new BatchNorm2d(0), "batchNorm2d", "0 features");
        Rejected.argument(() -> new BatchNorm2d(1, -1, 0.1, true), "batchNorm2d", "eps -1.0");
        Rejected.argument(() -> new BatchNorm2d(1, 0, 1.1, true), "batchNorm2d", "momentum 1.1");
        Rejected.argument(() -> new LayerNorm(3, 2).initialize(1).call(Tensor.ones(2, 3)), "layerNorm", "[2, 3]", "[3, 2]");
        Rejected.argument(() -> new LayerNorm(3, 2).call(Tensor.ones(2)), "layerNorm", "[2]");
        Rejected.argument(() -> new LayerNorm(3, 0), "layerNorm", "[3, 0]");
        Rejected.argument(() -> new LayerNorm(Shape.of(3), Double.NaN, true), "layerNorm", "NaN");
        assertNull(new LayerNorm(Shape.of(3), 0, false).weight());
        assertNull(new BatchNorm1d(3, 0, 0, false).bias());
        assertEquals("BatchNorm1d(3, not affine) LayerNorm([3, 2])", new BatchNorm1d(3, 0, 0, false) + " " + new LayerNorm(3, 2));
    }
}
