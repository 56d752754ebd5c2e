package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.catalogue.BinaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// An operation has one rounding sequence, whichever way it is written: with a plain number, with a tensor of one or of many, or
/// as another method. Values, slopes and curvatures agree to the bit.
class FormsTest {

    private static final float[] SPECIAL = {0f, -0f, 1, -1, 2, -2, 0.5f, 3, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, -Float.MAX_VALUE, 1e20f,
        1e-20f, 2e38f};

    /// @param plain  of a tensor and a number
    /// @param tensor the same with a tensor in the number's place
    private record Form(String name, BinaryFunction.Numbered plain, BinaryOperator<Tensor> tensor) {
        @Override
        public String toString() { return name; }
    }

    private static final List<Form> FORMS = Stream.concat(
        BinaryFunction.ALL.stream().filter(function -> function.number() != null)
            .map(function -> new Form(function.name(), function.number(), function.call())),
        Stream.of(new Form("square", (x, _) -> x.square(), (x, _) -> x.pow(Tensor.scalar(2f))),
            new Form("leaky", (x, b) -> Activation.leakyRelu(x, Float.isFinite(b) ? b : 1), (x, b) -> Activation.prelu(x,
                Tensor.where(b.sub(b).eq(Tensor.scalar(0f)), b, Tensor.scalar(1f)))))).toList();

    @Property(tries = 400)
    void aNumberGivesTheBitsOfATensor(@ForAll("forms") Form form, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = wild(random, 60);
        float number = random.nextInt(3) == 0 ? 2f : one(random);
        var g = wild(random, 60);
        var h = wild(random, 60);
        var plain = walk(v -> form.plain.of(v, number), x, g, h, 3);
        assertSame(plain, walk(v -> form.tensor.apply(v, Tensor.scalar(number)), x, g, h, 3), form + " " + number);
        // of many numbers, the value and the slope
        var many = walk(v -> form.tensor.apply(v, Tensor.full(number, 60)), x, g, h, 2);
        assertSame(plain.subList(0, Math.min(2, plain.size())), many, form + " of many " + number);
    }

    /// A square written in four ways.
    @Property(tries = 200)
    void squaresAgree(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = wild(random, 60);
        var g = wild(random, 60);
        var square = walk(Tensor::square, x, g, g, 2);
        assertSame(square, walk(v -> v.mul(v), x, g, g, 2), "mul");
        assertSame(square, walk(v -> v.pow(2f), x, g, g, 2), "pow");
        assertSame(square.subList(0, 1), walk(v -> v.pow(Tensor.scalar(2f).requiresGrad(true)), x, g, g, 1),
            "pow, exponent recorded");
    }

    /// A clamp is a maximum and a minimum; a rectifier is a slope of 0 but for the sign of its zeros.
    @Property(tries = 200)
    void boundsAgree(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = wild(random, 60);
        float low = one(random);
        float high = one(random);
        if (Float.isNaN(low) || Float.isNaN(high)) return;
        var clamped = Tensor.of(x).clamp(Math.min(low, high), Math.max(low, high)).toArray();
        var bounded = Tensor.of(x).maximum(Tensor.scalar(Math.min(low, high)))
            .minimum(Tensor.scalar(Math.max(low, high))).toArray();
        for (int i = 0; i < x.length; i++) assertEquals(bounded[i] + 0f, clamped[i] + 0f, () -> "clamp to " + low + " " + high);
    }

    /// The value, the slope weighted by g, and the curvature weighted by h.
    private static List<float[]> walk(UnaryOperator<Tensor> function, float[] x, float[] g, float[] h, int count) {
        var results = new ArrayList<float[]>();
        var leaf = Tensor.of(x).requiresGrad(true);
        var y = function.apply(leaf);
        results.add(y.toArray());
        if (count == 1 || !y.requiresGrad()) return results;
        var slope = Autograd.grad(y, List.of(leaf), Tensor.of(g), true, true).getFirst();
        results.add(slope.toArray());
        if (count == 3 && slope.requiresGrad()) try {
            results.add(Autograd.grad(slope, List.of(leaf), Tensor.of(h), false, false).getFirst().toArray());
        } catch (IllegalArgumentException | IllegalStateException _) {
            // a straight line has no curvature
        }
        return results;
    }

    private static void assertSame(List<float[]> expected, List<float[]> actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(bits(expected.get(i)), bits(actual.get(i)),
            what + ", derivative " + i);
    }

    private static int[] bits(float[] x) {
        var bits = new int[x.length];
        for (int i = 0; i < x.length; i++) bits[i] = Float.floatToIntBits(x[i]);
        return bits;
    }

    private static float[] wild(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = one(random);
        return x;
    }

    private static float one(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> Float.intBitsToFloat(random.nextInt());
            default -> (float) random.nextGaussian() * 3;
        };
    }

    @Provide
    Arbitrary<Form> forms() { return Arbitraries.of(FORMS); }
}
