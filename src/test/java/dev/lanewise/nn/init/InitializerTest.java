package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// Every initializer that has a name, held to its law.
///
/// A run makes 600 checks of [WeightCheck] and 40 of pooled moments, so a right one fails with a probability below
/// 1e-10, whatever the seeds.
class InitializerTest {

    /// What a few operations on doubles in another order may change.
    private static final double ROUNDING = 16 * 0x1p-53;

    @Property(tries = 500)
    void saysWhichLawItDrawsFrom(@ForAll("schemes") Scheme scheme, @ForAll("fans") Fan fan) {
        assertLaw(Law.ofWeight(scheme, fan), scheme.weight().distribution(fan));
        assertLaw(Law.ofBias(scheme, fan), scheme.bias().distribution(fan));
    }

    private static void assertLaw(Law law, Distribution stated) {
        assertEquals(law.mean(), stated.mean());
        assertEquals(law.variance(), stated.variance(), law.variance() * ROUNDING);
        assertEquals(law.kurtosis(), stated.kurtosis());
        assertEquals(law.lower(), stated.lower(), law.isBounded() ? Math.abs(law.lower()) * ROUNDING : 0);
        assertEquals(law.upper(), stated.upper(), law.isBounded() ? Math.abs(law.upper()) * ROUNDING : 0);
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void drawsFromThatLaw(@ForAll("schemes") Scheme scheme, @ForAll @IntRange(min = 1, max = 400) int in,
                          @ForAll @IntRange(min = 1, max = 400) int out, @ForAll long seed) {
        var fan = Fan.linear(in, out);
        assertEquals(Optional.empty(), WeightCheck.complaint(Law.ofWeight(scheme, fan), draw(scheme.weight(), fan, seed)));
        assertEquals(Optional.empty(), WeightCheck.complaint(Law.ofBias(scheme, fan), draw(scheme.bias(), fan, seed)));
    }

    /// Four million weights, of as many streams as a large model has: variances that are wrong by 1 % are found out.
    @Property(tries = 40, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void drawsFromThatLawOverManyStreams(@ForAll("schemes") Scheme scheme, @ForAll long seed) {
        var fan = Fan.linear(256, 64);
        var law = Law.ofWeight(scheme, fan);
        if (law.isConstant()) return;
        assertEquals(Optional.empty(), pooled(scheme.weight(), law, fan, seed).complaint());
    }

    static WeightCheck.Moments pooled(Initializer initializer, Law law, Fan fan, long seed) {
        var moments = new WeightCheck.Moments(law);
        var source = new Threefry(seed);
        for (int i = 0; i < 256; i++) {
            var weight = Tensor.zeros((int) fan.out(), (int) fan.in());
            initializer.fill(weight, fan, source.stream(i));
            moments.add(weight.toArray());
        }
        return moments;
    }

    @Property(tries = 100)
    void twiceTheGainIsExactlyTwiceTheWeights(@ForAll @DoubleRange(min = 0.01, max = 100) double gain,
                                              @ForAll("fans") Fan fan, @ForAll long seed) {
        var once = new Gain(gain, Gain.Status.EXACT);
        var twice = new Gain(2 * gain, Gain.Status.EXACT);
        for (var named : List.<Function<Gain, Initializer>>of(Initializers::xavierUniform,
            Initializers::xavierNormal, Initializers::kaimingUniform, Initializers::kaimingNormal)) {
            var expected = draw(named.apply(once), fan, seed, 40, 30);
            for (int i = 0; i < expected.length; i++) expected[i] *= 2;
            assertArrayEquals(expected, draw(named.apply(twice), fan, seed, 40, 30));
        }
    }

    /// What scales with the fan is halved by one of four times the size; the rest stays.
    @Property(tries = 200)
    void fourTimesTheFanIsExactlyHalfTheWeights(@ForAll("schemes") Scheme scheme, @ForAll("fans") Fan fan,
                                                @ForAll long seed) {
        var larger = new Fan(4 * fan.in(), 4 * fan.out());
        boolean scales = Law.ofWeight(scheme, fan).variance() != Law.ofWeight(scheme, larger).variance();
        var expected = draw(scheme.weight(), fan, seed, 40, 30);
        for (int i = 0; scales && i < expected.length; i++) expected[i] /= 2;
        assertArrayEquals(expected, draw(scheme.weight(), larger, seed, 40, 30));
    }

    @Property(tries = 100)
    void xavierDoesNotTellInputsFromOutputs(@ForAll @IntRange(min = 1, max = 200) int rows,
                                            @ForAll @IntRange(min = 1, max = 200) int columns, @ForAll long seed) {
        for (var initializer : List.of(Initializers.xavierUniform(), Initializers.xavierNormal()))
            assertArrayEquals(draw(initializer, Fan.linear(columns, rows), seed),
                draw(initializer, Fan.linear(rows, columns), seed));
    }

    /// The elements come in the order of memory, so a shape of the same size takes the same numbers.
    @Property(tries = 100)
    void theShapeDoesNotMatterButTheFanDoes(@ForAll("schemes") Scheme scheme, @ForAll("fans") Fan fan, @ForAll long seed) {
        assertArrayEquals(draw(scheme.weight(), fan, seed, 1200), draw(scheme.weight(), fan, seed, 4, 10, 30));
    }

    @Example
    void anEmptySideIsNoError() {
        for (var scheme : Scheme.ALL) {
            assertEquals(0, draw(scheme.weight(), Fan.linear(0, 3), 1).length);
            var drawn = draw(scheme.weight(), Fan.linear(0, 0), 1, 100, 100);
            assertEquals(Optional.empty(), WeightCheck.complaint(Law.ofWeight(scheme, new Fan(1, 1)), drawn));
        }
    }

    private static float[] draw(Initializer initializer, Fan fan, long seed) {
        return draw(initializer, fan, seed, (int) fan.out(), (int) fan.in());
    }

    static float[] draw(Initializer initializer, Fan fan, long seed, int... shape) {
        var weight = Tensor.zeros(shape);
        initializer.fill(weight, fan, new Threefry(seed));
        return weight.toArray();
    }

    @Provide
    Arbitrary<Scheme> schemes() { return Arbitraries.of(Scheme.ALL); }

    /// Fractions too: a convolution with a stride has a fractional average.
    @Provide
    Arbitrary<Fan> fans() {
        var side = Arbitraries.oneOf(Arbitraries.integers().between(1, 5000).map(Integer::doubleValue),
            Arbitraries.doubles().between(1, 5000));
        return side.flatMap(in -> side.map(out -> new Fan(in, out)));
    }
}
