package dev.lanewise.spark;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/// The sum of finite doubles, exactly, and so the same in whatever order they come: a fixed-point number in digits of 32 bits,
/// whose carries wait. Source of the idea: U. Kulisch, "Computer arithmetic and validity", 2008 (the long accumulator).
final class ExactSum implements Serializable {

    private static final long serialVersionUID = 1;
    /// Of the lowest bit: that of the smallest subnormal number.
    private static final int LOWEST = -1074;
    private static final int BITS = 32;
    private static final int DIGITS = (1024 - LOWEST) / BITS + 4;
    /// Additions after which carries are taken over, lest a digit overflow.
    private static final int WAIT = 1 << 29;
    private static final long MASK = (1L << BITS) - 1;
    private static final int FRACTION = 52;
    private static final MathContext PRECISION = new MathContext(120);

    private final long[] digits = new long[DIGITS];
    private int waiting;

    void add(double value) {
        if (value == 0) return;
        if (!Double.isFinite(value)) throw new IllegalArgumentException("ExactSum: " + value);
        long bits = Double.doubleToRawLongBits(value);
        int exponent = (int) (bits >>> FRACTION & 0x7ff);
        long mantissa = bits & (1L << FRACTION) - 1 | (exponent == 0 ? 0 : 1L << FRACTION);
        int place = Math.max(exponent, 1) - 1; // of the mantissa's lowest bit, above LOWEST
        int digit = place / BITS;
        int shift = place % BITS;
        // 53 bits, moved by up to 31, are of three digits
        long low = (mantissa << shift) & MASK;
        long middle = mantissa >>> BITS - shift & MASK;
        long high = shift == 0 ? 0 : mantissa >>> 2 * BITS - shift;
        boolean negative = bits < 0;
        digits[digit] += negative ? -low : low;
        digits[digit + 1] += negative ? -middle : middle;
        digits[digit + 2] += negative ? -high : high;
        if (++waiting == WAIT) carry();
    }

    private void carry() {
        for (int i = 0; i < DIGITS - 1; i++) {
            digits[i + 1] += digits[i] >> BITS;
            digits[i] &= MASK;
        }
        waiting = 0;
    }

    void add(ExactSum other) {
        carry();
        other.carry();
        for (int i = 0; i < DIGITS; i++) digits[i] += other.digits[i];
        carry();
    }

    private BigDecimal exact() {
        var sum = BigInteger.ZERO;
        for (int i = DIGITS - 1; i >= 0; i--) sum = sum.shiftLeft(BITS).add(BigInteger.valueOf(digits[i]));
        return new BigDecimal(sum).divide(new BigDecimal(BigInteger.ONE.shiftLeft(-LOWEST)));
    }

    /// The double next to it.
    double value() { return exact().doubleValue(); }

    /// The mean, and the square root of the mean square about it, of so many numbers whose squares another sum has.
    double[] meanAndDeviation(ExactSum squares, long count) {
        var number = BigDecimal.valueOf(count);
        var sum = exact();
        // without an error, lest numbers that are all the same differ; rounded once, at the end
        var spread = number.multiply(squares.exact()).subtract(sum.multiply(sum));
        return new double[] {sum.divide(number, PRECISION).doubleValue(),
            Math.sqrt(spread.divide(number.multiply(number), PRECISION).doubleValue())};
    }
}
