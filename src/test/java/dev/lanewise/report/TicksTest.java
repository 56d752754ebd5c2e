package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TicksTest {

    @Property
    void linearTicksCoverTheRange(@ForAll("ranges") Bounds range) {
        assertCovers(Ticks.linear(range.min(), range.max()), range.within(-Ticks.LIMIT, Ticks.LIMIT));
    }

    @Property
    void linearTicksAreOneTwoOrFiveTimesAPowerOfTenApart(@ForAll("ranges") Bounds range) {
        var ticks = Ticks.linear(range.min(), range.max());
        var step = exact(ticks.get(1)).subtract(exact(ticks.get(0)));
        assertTrue(isOneTwoFive(step), () -> "step " + step);
        for (var i = 0; i < ticks.size(); i++) {
            assertEquals(0, exact(ticks.get(i)).remainder(step).signum(), "a multiple of the step");
            assertEquals(0, exact(ticks.get(0)).add(step.multiply(BigDecimal.valueOf(i))).compareTo(exact(ticks.get(i))),
                "evenly spaced");
        }
    }

    @Property
    void logTicksCoverTheRange(@ForAll("positiveRanges") Bounds range) {
        assertCovers(Ticks.log10(range.min(), range.max()), range.within(1 / Ticks.LIMIT, Ticks.LIMIT));
    }

    @Property
    void logTicksOfAWideRangeAreOneTwoOrFive(@ForAll("positiveRanges") Bounds range) {
        var ticks = Ticks.log10(range.min(), range.max());
        var shown = range.within(1 / Ticks.LIMIT, Ticks.LIMIT);
        assertTrue(ticks.getFirst().value() > 0);
        assertTrue(shown.max() <= 2.5 * shown.min() || ticks.stream().allMatch(tick -> isOneTwoFive(exact(tick))),
            () -> "" + ticks);
    }

    @Property
    void labelsSayTheValue(@ForAll("ranges") Bounds range) {
        for (var tick : Ticks.linear(range.min(), range.max())) {
            assertEquals(tick.value(), Double.parseDouble(tick.label().replace('−', '-')));
        }
    }

    @Example
    void labelsReadWell() {
        assertEquals(List.of("0", "0.5", "1.0", "1.5", "2.0", "2.5"), labels(Ticks.linear(0.4, 2.4)));
        assertEquals(List.of("−0.2", "−0.1", "0", "0.1", "0.2", "0.3"), labels(Ticks.linear(-0.2, 0.3)));
        assertEquals(List.of("0", "2e6", "4e6", "6e6", "8e6"), labels(Ticks.linear(0, 8e6)));
        assertEquals(List.of("0.1", "1", "10", "100", "1000", "1e4"), labels(Ticks.log10(0.3, 9000)));
    }

    private static List<String> labels(List<Ticks.Tick> ticks) {
        return ticks.stream().map(Ticks.Tick::label).toList();
    }

    private static void assertCovers(List<Ticks.Tick> ticks, Bounds range) {
        assertTrue(ticks.getFirst().value() <= range.min() && ticks.getLast().value() >= range.max(), () -> "covers: " + ticks);
        assertTrue(ticks.size() >= 3 && ticks.size() <= 12, () -> "a readable number: " + ticks);
        for (var i = 1; i < ticks.size(); i++) {
            assertTrue(ticks.get(i).value() > ticks.get(i - 1).value(), () -> "ascending: " + ticks);
        }
        assertTrue(Double.isFinite(ticks.getLast().value() - ticks.getFirst().value()));
    }

    private static BigDecimal exact(Ticks.Tick tick) {
        return BigDecimal.valueOf(tick.value());
    }

    private static boolean isOneTwoFive(BigDecimal value) {
        return Set.of("1", "2", "5").contains(value.stripTrailingZeros().unscaledValue().toString());
    }

    @Provide
    Arbitrary<Bounds> ranges() {
        var anywhere = Combinators.combine(numbers(), numbers()).as((a, b) -> new Bounds(Math.min(a, b), Math.max(a, b)));
        var narrow = Combinators.combine(numbers(), Arbitraries.doubles().between(0, 1e-3).ofScale(12))
                .as((a, share) -> new Bounds(a, a + Math.abs(a) * share));
        var point = numbers().map(a -> new Bounds(a, a));
        return Arbitraries.oneOf(anywhere, narrow, point).filter(range -> Double.isFinite(range.max()));
    }

    @Provide
    Arbitrary<Bounds> positiveRanges() {
        var wide = Combinators.combine(positive(), positive()).as((a, b) -> new Bounds(Math.min(a, b), Math.max(a, b)));
        var near = Combinators.combine(positive(), Arbitraries.doubles().between(1, 1e4))
            .as((a, ratio) -> new Bounds(a, a * ratio));
        return Arbitraries.oneOf(wide, near).filter(range -> Double.isFinite(range.max()));
    }

    /// Every magnitude from the least double to the greatest is as likely as any other.
    private static Arbitrary<Double> positive() {
        return Combinators.combine(Arbitraries.doubles().between(1, 10).ofScale(6), Arbitraries.integers().between(-324, 308))
                .as((mantissa, exponent) -> Double.parseDouble(mantissa + "e" + exponent))
                .filter(value -> value > 0 && Double.isFinite(value))
                .edgeCases(edges -> edges.add(Double.MIN_VALUE, Double.MAX_VALUE, 1e300, 1e-300, 1.0));
    }

    private static Arbitrary<Double> numbers() {
        return Arbitraries.oneOf(positive(), positive().map(value -> -value), Arbitraries.just(0.0));
    }
}
