package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Operations that do the work of several give their bits: results, gradients, and gradients of gradients.
class FusedTest {

    private static final float[] AWKWARD = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 0f, 1e-40f, 3e38f};

    @Property(tries = 150)
    void linearIsProductAndSum(@ForAll @IntRange(max = 40) int rows, @ForAll @IntRange(min = 1, max = 40) int in,
                               @ForAll @IntRange(min = 1, max = 40) int out, @ForAll boolean biased, @ForAll boolean relu, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = leaf(random, rows, in);
        var weight = random.nextBoolean() ? leaf(random, out, in) : values(random, in, out).t().requiresGrad(true);
        var bias = leaf(random, out);
        Function<List<Tensor>, Tensor> plain = t -> {
            var sum = biased ? t.get(0).matmul(t.get(1).t()).add(t.get(2)) : t.get(0).matmul(t.get(1).t());
            return relu ? sum.relu() : sum;
        };
        Function<List<Tensor>, Tensor> fused = t -> relu ? Affine.linearRelu(t.get(0), t.get(1), biased ? t.get(2) : null)
            : Affine.linear(t.get(0), t.get(1), biased ? t.get(2) : null);
        assertSame(plain, fused, biased ? List.of(x, weight, bias) : List.of(x, weight), random);
    }

    @Property(tries = 150)
    void crossEntropyIsLogSoftmaxAndPick(@ForAll @IntRange(min = 1, max = 40) int rows, @ForAll @IntRange(min = 1, max = 80) int classes,
                                         @ForAll boolean allCount, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var labels = random.ints(rows, 0, classes).toArray();
        var kept = new boolean[rows];
        var counts = new float[rows];
        var weight = new float[rows];
        for (int row = 0; row < rows; row++) {
            kept[row] = allCount || random.nextInt(3) > 0;
            counts[row] = kept[row] ? 1 : 0;
            weight[row] = kept[row] ? random.nextInt(4) : 0;
        }
        Function<List<Tensor>, Tensor> plain = t -> {
            var picked = t.getFirst().logSoftmax(1).pick(labels);
            var masked = allCount ? picked : Tensor.where(Tensor.of(counts), picked, Tensor.scalar(0f));
            return masked.mul(Tensor.of(weight)).neg();
        };
        assertSame(plain, t -> CrossEntropy.losses(t.getFirst(), labels, allCount ? null : kept, weight),
            List.of(leaf(random, rows, classes)), random);
    }

    @Property(tries = 100)
    void meanCrossEntropyIsSumAndQuotient(@ForAll @IntRange(min = 1, max = 40) int rows, @ForAll @IntRange(min = 1, max = 80) int classes,
                                          @ForAll boolean weighted, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var labels = random.ints(rows, 0, classes).toArray();
        var weight = Tensor.rand(new Threefry(seed), rows).toArray();
        float divisor = 1 + random.nextInt(50) / 7f;
        Function<List<Tensor>, Tensor> plain = t -> {
            var picked = t.getFirst().logSoftmax(1).pick(labels);
            return (weighted ? picked.mul(Tensor.of(weight)) : picked).neg().sum().div(divisor);
        };
        assertSame(plain, t -> CrossEntropy.mean(t.getFirst(), labels, null, weighted ? weight : null, divisor),
            List.of(leaf(random, rows, classes)), random);
    }

    @Property(tries = 50)
    void crossEntropyWithoutWeightsIsLogSoftmaxAndPick(@ForAll @IntRange(min = 1, max = 40) int rows,
                                                       @ForAll @IntRange(min = 1, max = 80) int classes, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var labels = random.ints(rows, 0, classes).toArray();
        assertSame(t -> t.getFirst().logSoftmax(1).pick(labels).neg(), t -> CrossEntropy.losses(t.getFirst(), labels, null, null),
            List.of(leaf(random, rows, classes)), random);
    }

    @Property(tries = 150)
    void conv2dIsWindowsProductAndSum(@ForAll @IntRange(max = 3) int batch, @ForAll @IntRange(min = 1, max = 3) int groups,
                                      @ForAll boolean biased, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var window = new Unfold.Window(axis(random), axis(random));
        int in = groups * random.nextInt(1, 4);
        int out = groups * random.nextInt(1, 4);
        var x = leaf(random, batch, in, random.nextInt(5, 9), random.nextInt(5, 9));
        var weight = leaf(random, out, in / groups, window.rows().kernel(), window.columns().kernel());
        var bias = leaf(random, out);
        Function<List<Tensor>, Tensor> plain = t -> {
            int rows = window.rows().positions("plain", x.size(2));
            int columns = window.columns().positions("plain", x.size(3));
            int terms = in / groups * window.places();
            var windows = Unfold.unfold(t.get(0), window).permute(1, 0, 2).reshape(groups, terms, batch * rows * columns);
            var product = t.get(1).reshape(groups, out / groups, terms).matmul(windows).reshape(out, batch, rows, columns).permute(1, 0, 2, 3);
            return biased ? product.add(t.get(2).reshape(out, 1, 1)) : product.contiguous();
        };
        Function<List<Tensor>, Tensor> fused = t -> Convolve.of(null, t.get(0), t.get(1).shape(), window, groups)
            .apply(t.get(0), t.get(1), biased ? t.get(2) : null);
        var inputs = biased ? List.of(x, weight, bias) : List.of(x, weight);
        assertBits("result", plain.apply(inputs), fused.apply(inputs));
        // gradients are defined otherwise than those of the matrix: see ConvolutionBitsTest
        var gradient = values(random, plain.apply(inputs).shape().toArray());
        assertBits("gradients with a record", Autograd.grad(fused.apply(inputs), inputs, gradient, false, false),
            second(fused, inputs, gradient.detach().requiresGrad(true), inputs, false));
    }

    private static Unfold.Axis axis(SplittableRandom random) {
        return new Unfold.Axis(random.nextInt(1, 4), random.nextInt(1, 3), random.nextInt(3), random.nextInt(1, 3));
    }

    /// Results, gradients and second derivatives, bit for bit.
    private static void assertSame(Function<List<Tensor>, Tensor> plain, Function<List<Tensor>, Tensor> fused, List<Tensor> inputs,
                                   SplittableRandom random) {
        var expected = plain.apply(inputs);
        var actual = fused.apply(inputs);
        assertBits("result", expected, actual);
        var gradient = values(random, expected.shape().toArray());
        assertBits("gradients", Autograd.grad(plain.apply(inputs), inputs, gradient, false, false),
            Autograd.grad(fused.apply(inputs), inputs, gradient, false, false));
        var wanted = new ArrayList<>(inputs);
        var differentiable = gradient.detach().requiresGrad(true);
        wanted.add(differentiable);
        assertBits("gradients with a record", second(plain, inputs, differentiable, wanted, false), second(fused, inputs, differentiable, wanted, false));
        assertBits("second derivatives", second(plain, inputs, differentiable, wanted, true), second(fused, inputs, differentiable, wanted, true));
    }

    private static List<Tensor> second(Function<List<Tensor>, Tensor> function, List<Tensor> inputs, Tensor gradient, List<Tensor> wanted,
                                       boolean again) {
        var first = Autograd.grad(function.apply(inputs), inputs, gradient, true, true);
        if (!again) return first;
        // of each gradient by itself: the bits of a sum of several depend on the order of the operations
        return first.stream().flatMap(each -> wanted.stream().flatMap(by -> derivative(each.square().sum(), by).stream())).toList();
    }

    /// None where the sum doesn't depend on it.
    private static List<Tensor> derivative(Tensor sum, Tensor by) {
        try {
            return Autograd.grad(sum, List.of(by), null, true, false);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return List.of();
        }
    }

    private static void assertBits(String what, List<Tensor> expected, List<Tensor> actual) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) assertBits(what + " " + i, expected.get(i), actual.get(i));
    }

    private static void assertBits(String what, Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape(), what);
        assertArrayEquals(bits(expected), bits(actual), what);
    }

    private static int[] bits(Tensor x) {
        var values = x.toArray();
        var bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToIntBits(values[i]);
        return bits;
    }

    private static Tensor leaf(SplittableRandom random, int... shape) { return values(random, shape).requiresGrad(true); }

    private static Tensor values(SplittableRandom random, int... shape) {
        var values = Tensor.randn(new Threefry(random.nextLong()), shape).toArray();
        int wild = values.length > 0 && random.nextInt(4) == 0 ? random.nextInt(1, 4) : 0;
        for (int i = 0; i < wild; i++) values[random.nextInt(values.length)] = AWKWARD[random.nextInt(AWKWARD.length)];
        if (random.nextInt(4) == 0) for (int i = 0; i < values.length; i++) values[i] *= 50;
        return Tensor.wrap(values, Arrays.copyOf(shape, shape.length));
    }
}
