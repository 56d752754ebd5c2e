package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.Compute;
import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Operations that do the work of several give their bits: results, gradients, and gradients of gradients.
class FusedTest {

    private static final float[] AWKWARD = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 0f, 1e-40f, 3e38f};

    @Property(tries = 150)
    void linearIsProductAndSum(@ForAll @IntRange(max = 40) int rows, @ForAll @IntRange(min = 1, max = 40) int in,
                               @ForAll @IntRange(min = 1, max = 40) int out, @ForAll boolean biased, @ForAll boolean relu,
                                   @ForAll long seed) {
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
    void crossEntropyIsLogSoftmaxAndPick(@ForAll @IntRange(min = 1, max = 40) int rows,
        @ForAll @IntRange(min = 1, max = 80) int classes,
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
            var picked = logProbabilities(t.getFirst()).pick(labels);
            var masked = allCount ? picked : Tensor.where(Tensor.of(counts), picked, Tensor.scalar(0f));
            return masked.mul(Tensor.of(weight)).neg();
        };
        assertSame(plain, t -> CrossEntropy.losses(t.getFirst(), labels, allCount ? null : kept, weight),
            List.of(leaf(random, rows, classes)), random);
    }

    @Property(tries = 100)
    void meanCrossEntropyIsSumAndQuotient(@ForAll @IntRange(min = 1, max = 40) int rows,
        @ForAll @IntRange(min = 1, max = 80) int classes,
                                          @ForAll boolean weighted, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var labels = random.ints(rows, 0, classes).toArray();
        var weight = Tensor.rand(new Threefry(seed), rows).toArray();
        float divisor = 1 + random.nextInt(50) / 7f;
        Function<List<Tensor>, Tensor> plain = t -> {
            var picked = logProbabilities(t.getFirst()).pick(labels);
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
        assertSame(t -> logProbabilities(t.getFirst()).pick(labels).neg(), t ->
            CrossEntropy.losses(t.getFirst(), labels, null, null),
            List.of(leaf(random, rows, classes)), random);
    }

    /// A logSoftmax whose gradient has the roundings of a softmax.
    private static Tensor logProbabilities(Tensor x) {
        return Autograd.record(x.detach().logSoftmax(1), "logProbabilities",
            Edge.to(x, g -> g.sub(x.softmax(1).mul(g.sum(true, 1)))));
    }

    /// The first one is made where the powers lie.
    @Property(tries = 20)
    void everyWalkBackThroughACrossEntropyGivesTheSameGradient(@ForAll @IntRange(min = 1, max = 80) int classes,
        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = leaf(random, 5, classes);
        var loss = CrossEntropy.mean(x, random.ints(5, 0, classes).toArray(), null, null, 5);
        var first = Autograd.grad(loss, List.of(x), null, true, false);
        var kept = first.getFirst().clone();
        var second = Autograd.grad(loss, List.of(x), null, true, false);
        assertBits("first", List.of(kept), first);
        assertBits("second", first, second);
        assertBits("third", first, Autograd.grad(loss, List.of(x), null, false, false));
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
            var product = t.get(1).reshape(groups, out / groups, terms).matmul(windows).reshape(out, batch, rows, columns)
                .permute(1, 0, 2, 3);
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

    @Property(tries = 100)
    void normalizationOfTheLastDimensionsIsStandardizedProductAndSum(@ForAll @IntRange(min = 1, max = 70) int rows,
                                                                     @ForAll @IntRange(min = 1, max = 70) int columns,
                                                                         @ForAll boolean centred,
                                                                     @ForAll boolean weighted, @ForAll boolean biased,
                                                                         @ForAll long seed) {
        var random = new SplittableRandom(seed);
        boolean flat = random.nextBoolean();
        var x = leafOfAnyOrder(random, rows, columns, 2);
        var shape = flat ? new int[] {2} : new int[] {columns, 2};
        int[] dims = flat ? new int[] {2} : new int[] {1, 2};
        assertAffine(random, x, leaf(random, shape), leaf(random, shape), weighted, biased,
            t -> centred ? Moments.standardized(t, 0.5, dims).values() : Moments.overRootMeanSquare(t, 0.5, dims), t -> t,
            (t, weight, bias) -> Normalize.last("norm", t, dims.length, centred, weight, bias, 0.5));
    }

    @Property(tries = 100)
    void normalizationOfChannelsIsStandardizedProductAndSum(@ForAll @IntRange(min = 1, max = 4) int examples,
                                                            @ForAll @IntRange(min = 1, max = 3) int parts,
                                                                @ForAll boolean together,
                                                            @ForAll boolean weighted, @ForAll boolean biased, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int channels = parts * random.nextInt(1, 4);
        var x = leafOfAnyOrder(random, examples, channels, random.nextInt(1, 12), random.nextInt(2, 12));
        assertAffine(random, x, leaf(random, channels), leaf(random, channels), weighted, biased,
            t -> together ? Moments.standardized(t, 0.5, 0, 2, 3).values()
                : Moments.standardized(t.reshape(examples, parts, -1), 0.5, 2).values().reshape(t.shape().toArray()),
            t -> t.reshape(channels, 1, 1),
            (t, weight, bias) -> together ? Normalize.channels("norm", t, weight, bias, 0.5).values()
                : Normalize.parts("norm", t, parts, weight, bias, 0.5).values());
    }

    /// Of many rows, of rows longer than a sum's chunk, of more columns than are summed at a time: on several threads.
    @Example
    void normalizationOfMuchIsStandardizedProductAndSum() {
        int before = Compute.threads();
        try {
            for (int threads = 1; threads <= 3; threads++) {
                Compute.setThreads(threads);
                var random = new SplittableRandom(threads);
                for (int[] sizes : new int[][] {{9000, 20}, {3, 21_000}, {70, 2500}, {1, 100_000}, {2, 3}})
                    assertFirst(values(random, sizes), values(random, sizes[1]), values(random, sizes[1]),
                        (x, weight, bias) -> Moments.standardized(x, 1e-5, 1).values().mul(weight).add(bias),
                        (x, weight, bias) -> Normalize.last("norm", x, 1, true, weight, bias, 1e-5));
                for (int[] sizes : new int[][] {{9, 6, 60, 50}, {30, 4, 4, 50}}) {
                    int channels = sizes[1];
                    assertFirst(values(random, sizes), values(random, channels), values(random, channels),
                        (x, weight, bias) -> Moments.standardized(x, 1e-5, 0, 2, 3).values().mul(weight.reshape(channels, 1, 1))
                            .add(bias.reshape(channels, 1, 1)),
                        (x, weight, bias) -> Normalize.channels("norm", x, weight, bias, 1e-5).values());
                    assertFirst(values(random, sizes), values(random, channels), values(random, channels),
                        (x, weight, bias) -> Moments.standardized(x.reshape(sizes[0], 2, -1), 1e-5, 2).values().reshape(sizes)
                            .mul(weight.reshape(channels, 1, 1)).add(bias.reshape(channels, 1, 1)),
                        (x, weight, bias) -> Normalize.parts("norm", x, 2, weight, bias, 1e-5).values());
                }
            }
        } finally {
            Compute.setThreads(before);
        }
    }

    private interface Affined {
        Tensor of(Tensor x, Tensor weight, Tensor bias);
    }

    private static void assertFirst(Tensor x, Tensor weight, Tensor bias, Affined plain, Affined fused) {
        var inputs = List.of(x.requiresGrad(true), weight.requiresGrad(true), bias.requiresGrad(true));
        var expected = plain.of(x, weight, bias);
        var actual = fused.of(x, weight, bias);
        assertBits("result", expected, actual);
        var gradient = Tensor.randn(new Threefry(1), x.shape().toArray());
        assertBits("gradients", Autograd.grad(expected, inputs, gradient, false, false),
            Autograd.grad(actual, inputs, gradient, false, false));
    }

    private static void assertAffine(SplittableRandom random, Tensor x, Tensor weight, Tensor bias, boolean weighted,
        boolean biased,
                                     UnaryOperator<Tensor> standard, UnaryOperator<Tensor> aligned, Affined fused) {
        var inputs = new ArrayList<>(List.of(x));
        if (weighted) inputs.add(weight);
        if (biased) inputs.add(bias);
        Function<List<Tensor>, Tensor> plain = t -> {
            var y = standard.apply(t.getFirst());
            if (weighted) y = y.mul(aligned.apply(t.get(1)));
            return biased ? y.add(aligned.apply(t.getLast())) : y;
        };
        assertSame(plain, t -> fused.of(t.getFirst(), weighted ? t.get(1) : null, biased ? t.getLast() : null), inputs, random);
    }

    /// Half of them lie in memory with their dimensions in the opposite order.
    private static Tensor leafOfAnyOrder(SplittableRandom random, int... shape) {
        if (random.nextBoolean()) return leaf(random, shape);
        int rank = shape.length;
        var sizes = new int[rank];
        var order = new int[rank];
        for (int dim = 0; dim < rank; dim++) {
            sizes[dim] = shape[rank - 1 - dim];
            order[dim] = rank - 1 - dim;
        }
        return values(random, sizes).permute(order).requiresGrad(true);
    }

    private static Unfold.Axis axis(SplittableRandom random) {
        return new Unfold.Axis(random.nextInt(1, 4), random.nextInt(1, 3), random.nextInt(3), random.nextInt(1, 3));
    }

    /// Results, gradients and second derivatives, bit for bit.
    private static void assertSame(Function<List<Tensor>, Tensor> plain, Function<List<Tensor>, Tensor> fused,
                                   List<Tensor> inputs, SplittableRandom random) {
        var expected = plain.apply(inputs);
        var actual = fused.apply(inputs);
        assertBits("result", expected, actual);
        var gradient = values(random, expected.shape().toArray());
        assertBits("gradients", Autograd.grad(plain.apply(inputs), inputs, gradient, false, false),
            Autograd.grad(fused.apply(inputs), inputs, gradient, false, false));
        var wanted = new ArrayList<>(inputs);
        var differentiable = gradient.detach().requiresGrad(true);
        wanted.add(differentiable);
        assertBits("gradients with a record", second(plain, inputs, differentiable, wanted, false),
            second(fused, inputs, differentiable, wanted, false));
        assertBits("second derivatives", second(plain, inputs, differentiable, wanted, true),
            second(fused, inputs, differentiable, wanted, true));
    }

    private static List<Tensor> second(Function<List<Tensor>, Tensor> function, List<Tensor> inputs, Tensor gradient,
                                       List<Tensor> wanted, boolean again) {
        var first = Autograd.grad(function.apply(inputs), inputs, gradient, true, true);
        if (!again) return first;
        // of each gradient by itself: the bits of a sum of several depend on the order of the operations
        return first.stream().flatMap(each -> wanted.stream().flatMap(by -> derivative(each.square().sum(), by).stream()))
            .toList();
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
