package dev.lanewise.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// The round values at which an axis is marked: 1, 2 or 5 times a power of ten apart, and wide enough to cover a range.
///
/// The arithmetic is decimal, so that three steps of 0.1 are 0.3 and labels have no stray digits.
final class Ticks {
    /// One mark.
    record Tick(double value, String label) {}

    /// Ranges end here at the latest. Every step divides this bound, so a tick never overflows to infinity.
    static final double LIMIT = 1e300;

    private static final int INTERVALS = 6;
    private static final int MOST = 12;
    private static final int[] MANTISSAS = {1, 2, 5};
    private static final int[] STRIDES = {1, 2, 5, 10, 20, 50, 100};

    private Ticks() {}

    /// Evenly spaced ticks; the first is at most `min`, the last at least `max`.
    static List<Tick> linear(double min, double max) {
        var range = new Bounds(min, max).within(-LIMIT, LIMIT).widened();
        var low = BigDecimal.valueOf(range.min());
        var high = BigDecimal.valueOf(range.max());
        var step = stepAtLeast(high.subtract(low).divide(BigDecimal.valueOf(INTERVALS), MathContext.DECIMAL64));
        var first = low.divide(step, 0, RoundingMode.FLOOR);
        var last = high.divide(step, 0, RoundingMode.CEILING);
        var values = new ArrayList<BigDecimal>();
        for (var i = first; i.compareTo(last) <= 0; i = i.add(BigDecimal.ONE)) values.add(i.multiply(step));
        return labelled(values, step);
    }

    /// Ticks for a logarithmic axis over positive values: evenly spaced where the range is narrow, 1-2-5 over a few decades,
    /// whole powers of ten beyond.
    static List<Tick> log10(double min, double max) {
        var range = new Bounds(min, max).within(1 / LIMIT, LIMIT).widened();
        // Neighbours in 1-2-5 are at most 2.5 apart: a wider range meets three of them, a narrower one may meet only two.
        if (range.max() <= 2.5 * range.min()) return linear(range.min(), range.max());
        var low = BigDecimal.valueOf(range.min());
        var high = BigDecimal.valueOf(range.max());
        var bottom = Numbers.exponent(low);
        var top = Numbers.exponent(high) + 1;
        var fine = new ArrayList<BigDecimal>();
        for (var e = bottom; e <= top; e++)
            for (var mantissa : MANTISSAS) fine.add(BigDecimal.valueOf(mantissa).scaleByPowerOfTen(e));
        var kept = covering(fine, low, high);
        for (var s = 0; kept.size() > MOST; s++) {
            var stride = STRIDES[s];
            var powers = new ArrayList<BigDecimal>();
            for (var e = Math.floorDiv(bottom, stride); e <= Math.ceilDiv(top, stride); e++)
                powers.add(BigDecimal.ONE.scaleByPowerOfTen(e * stride));
            kept = covering(powers, low, high);
        }
        return kept.stream().map(value -> new Tick(value.doubleValue(), logLabel(value.stripTrailingZeros()))).toList();
    }

    private static BigDecimal stepAtLeast(BigDecimal size) {
        var power = BigDecimal.ONE.scaleByPowerOfTen(Numbers.exponent(size));
        for (var mantissa : MANTISSAS) {
            var step = power.multiply(BigDecimal.valueOf(mantissa));
            if (step.compareTo(size) >= 0) return step;
        }
        return power.scaleByPowerOfTen(1);
    }

    /// The shortest stretch of ascending `values` that reaches from `low` to `high`.
    private static List<BigDecimal> covering(List<BigDecimal> values, BigDecimal low, BigDecimal high) {
        var from = 0;
        while (from + 1 < values.size() && values.get(from + 1).compareTo(low) <= 0) from++;
        var to = from;
        while (to + 1 < values.size() && values.get(to).compareTo(high) < 0) to++;
        return values.subList(from, to + 1);
    }

    /// Labels with as many decimals as the step has, or all with a power of ten where zeros would be many.
    private static List<Tick> labelled(List<BigDecimal> values, BigDecimal step) {
        var largest = values.getFirst().abs().max(values.getLast().abs());
        var decimals = Math.max(0, step.stripTrailingZeros().scale());
        var plain = Numbers.exponent(largest) < 6 && decimals <= 6;
        return values.stream().map(value -> new Tick(value.doubleValue(), label(value, decimals, plain))).toList();
    }

    private static String logLabel(BigDecimal value) {
        var exponent = Numbers.exponent(value);
        return exponent < -3 || exponent > 3 ? Numbers.scientific(value) : value.toPlainString();
    }

    private static String label(BigDecimal value, int decimals, boolean plain) {
        if (value.signum() == 0) return "0";
        return plain
                ? Numbers.minus(value.setScale(decimals, RoundingMode.UNNECESSARY).toPlainString())
                : Numbers.scientific(value.stripTrailingZeros());
    }
}
