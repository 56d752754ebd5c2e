package dev.lanewise.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.Drawn;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// NumPy's numbers, bit for bit.
class NumpyRandomTest {

    @TestFactory
    Stream<DynamicTest> drawsWhatNumPyDraws() {
        return Drawn.lines("numpy.txt").stream().map(line -> dynamicTest(line.toString(), () -> {
            var source = new NumpyRandom(line.seed());
            var results = new ArrayList<String>();
            for (var call : line.calls()) results.add(draw(call, source));
            line.check(results);
        }));
    }

    private static String draw(Drawn.Call call, NumpyRandom source) {
        int n = call.whole(0);
        return switch (call.name()) {
            case "rand" -> Drawn.crc(source.rand(n));
            case "uniform" -> Drawn.crc(source.uniform(call.number(1), call.number(2), n));
            case "randn" -> Drawn.crc(source.randn(n));
            case "normal" -> Drawn.crc(source.normal(call.number(1), call.number(2), n));
            case "randint" -> Drawn.crc(source.randint(call.whole(1), call.whole(2), n));
            case "permutation" -> Drawn.crc(source.permutation(n));
            case "shuffle" -> {
                var values = IntStream.range(0, n).toArray();
                source.shuffle(values);
                yield Drawn.crc(values);
            }
            case "shuffle64" -> {
                var values = IntStream.range(0, n).mapToDouble(i -> i / 8.0).toArray();
                source.shuffle(values);
                yield Drawn.crc(values);
            }
            default -> throw new AssertionError(call);
        };
    }

    /// The floats are the doubles, rounded.
    @Property(tries = 50)
    void floatsAreRoundedDoubles(@ForAll("seeds") long seed, @ForAll @DoubleRange(min = -10, max = 10) double a,
                                 @ForAll @DoubleRange(min = 0.01, max = 10) double b) {
        var source = new NumpyRandom(seed);
        var out = new float[100];
        source.uniform(a, a + b, out, 10, 30);
        source.normal(a, b, out, 40, 31);
        source.bernoulli(0.3, out, 71, 29);
        var same = new NumpyRandom(seed);
        var uniform = same.uniform(a, a + b, 30);
        for (int i = 0; i < 30; i++) {
            float rounded = (float) uniform[i];
            assertEquals(rounded < (float) (a + b) ? rounded : (float) a, out[10 + i]);
        }
        var normal = same.normal(a, b, 31);
        for (int i = 0; i < 31; i++) assertEquals((float) normal[i], out[40 + i]);
        for (int i = 71; i < 100; i++) assertEquals(same.rand() < 0.3 ? 1 : 0, out[i]);
    }

    /// Between neighbouring floats half of the doubles round up, to the bound that is excluded.
    @Property(tries = 20)
    void floatsStayBelowTheirBound(@ForAll("seeds") long seed) {
        var out = new float[200];
        new NumpyRandom(seed).uniform(1, 1 + 0x1p-23, out, 0, out.length);
        for (float x : out) assertEquals(1f, x);
    }

    @Provide
    Arbitrary<Long> seeds() { return Arbitraries.longs().between(0, 0xffffffffL); }

    /// Held to a logarithm of 40 digits: e to that power is x again.
    @Property(tries = 300)
    void theLogarithmIsRoundedOnce(@ForAll long bits, @ForAll @IntRange(min = -60, max = 3) int exponent) {
        double x = Math.scalb(((bits >>> 11) + 1) * 0x1p-53, exponent);
        double y = Logarithm.of(x);
        // log x = y + log(x e^-y), and what is in brackets is so near to 1 that one term gives the rest
        var context = new MathContext(60);
        var error = new BigDecimal(x).multiply(exp(new BigDecimal(y).negate(), context), context).subtract(BigDecimal.ONE);
        double ulps = error.divide(new BigDecimal(Math.ulp(y)), context).doubleValue();
        assertEquals(0, ulps, 0.5, () -> "log " + x + " = " + y);
    }

    /// Arm states an error of at most 0.519 ulps; so where it isn't the exact one's rounding, it is that one's neighbour.
    @Property(tries = 2000)
    void theCLibrarysLogarithmIsTheRoundedOnesNeighbour(@ForAll long bits, @ForAll @IntRange(min = -60, max = 3) int exponent) {
        double x = Math.scalb(((bits >>> 11) + 1) * 0x1p-53, exponent);
        double expected = Logarithm.of(x);
        assertEquals(expected, GlibcLogarithm.of(x), Math.ulp(expected));
    }

    @Example
    void theLogarithmOfPowersAndOfOne() {
        assertEquals(0, GlibcLogarithm.of(1));
        assertEquals(0, Logarithm.of(1));
        assertEquals(Math.log(2), Logarithm.of(2));
        assertEquals(-53 * Math.log(2), Logarithm.of(0x1p-53), Math.ulp(36.0));
    }

    private static BigDecimal exp(BigDecimal x, MathContext context) {
        // e^x = (e^(x / 64))^64
        var small = x.divide(BigDecimal.valueOf(64), context);
        var sum = BigDecimal.ONE;
        var term = BigDecimal.ONE;
        for (int i = 1; i < 60; i++) {
            term = term.multiply(small, context).divide(BigDecimal.valueOf(i), context);
            sum = sum.add(term, context);
        }
        return sum.pow(64, context);
    }

    @Test
    void streamsAreTheSourceItself() {
        var source = new NumpyRandom(1);
        assertSame(source, source.stream("0.weight"));
        assertSame(source, source.stream(7));
    }

    @Test
    void refusesWhatNumPyRefuses() {
        Rejected.argument(() -> new NumpyRandom(-1), "seed -1", "4294967295");
        Rejected.argument(() -> new NumpyRandom(1L << 32), "seed 4294967296");
        var source = new NumpyRandom(0);
        Rejected.argument(() -> source.rand(-1), "rand", "-1");
        Rejected.argument(() -> source.randn(-2), "randn", "-2");
        Rejected.argument(() -> source.uniform(0, 1, -3), "uniform", "-3");
        Rejected.argument(() -> source.normal(0, 1, -4), "normal", "-4");
        Rejected.argument(() -> source.permutation(-5), "permutation", "-5");
        Rejected.argument(() -> source.randint(1, 1, 2), "randint", "1 to below 1");
        Rejected.argument(() -> source.randint(1, 2, -6), "randint", "-6");
        Rejected.argument(() -> source.bernoulli(2, new float[1], 0, 1), "bernoulli", "2.0");
    }
}
