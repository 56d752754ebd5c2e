package dev.lanewise.random;

/// The natural logarithm of a double, rounded once: the same everywhere, where `Math.log` may differ between JVMs by an ulp.
///
/// It is computed as the sum of two doubles, to some 2^-100 of itself: log m = 2 (s + s^3 / 3 + s^5 / 5 …), s being
/// (m - 1) / (m + 1).
final class Logarithm {

    private static final double LN_2_HIGH = 0x1.62e42fefa39efp-1;
    private static final double LN_2_LOW = 0x1.abc9e3b39803fp-56;
    /// |s| is at most 3 - sqrt(8): the first term left out is below 2^-106.
    private static final int TERMS = 21;
    /// 1, 1/3, 1/5 …
    private static final Pair[] SERIES = new Pair[TERMS];

    static {
        for (int i = 0; i < TERMS; i++) SERIES[i] = Pair.reciprocal(2 * i + 1);
    }

    private Logarithm() {}

    /// Of a positive, finite and normal number.
    static double of(double x) {
        int exponent = Math.getExponent(x);
        double m = Math.scalb(x, -exponent);
        if (m > 1.4142135623730951) {
            m /= 2;
            exponent++;
        }
        var s = new Pair(m - 1, 0).over(Pair.sum(m, 1));
        var square = s.times(s);
        var series = SERIES[TERMS - 1];
        for (int i = TERMS - 2; i >= 0; i--) series = series.times(square).plus(SERIES[i]);
        var power = new Pair(LN_2_HIGH, LN_2_LOW).times(new Pair(exponent, 0));
        var log = power.plus(s.times(series).times(new Pair(2, 0)));
        return log.high + log.low;
    }

    /// The sum of two doubles, the second of which is below half an ulp of the first.
    private record Pair(double high, double low) {

        /// Knuth's exact sum.
        static Pair sum(double a, double b) {
            double sum = a + b;
            double virtual = sum - a;
            return new Pair(sum, (a - (sum - virtual)) + (b - virtual));
        }

        static Pair reciprocal(double n) {
            double high = 1 / n;
            return new Pair(high, Math.fma(-high, n, 1) / n);
        }

        Pair plus(Pair b) {
            var sum = sum(high, b.high);
            return sum(sum.high, sum.low + low + b.low);
        }

        Pair times(Pair b) {
            double product = high * b.high;
            return sum(product, Math.fma(high, b.high, -product) + (high * b.low + low * b.high));
        }

        Pair over(Pair b) {
            double quotient = high / b.high;
            return sum(quotient, (Math.fma(-quotient, b.high, high) + low - quotient * b.low) / b.high);
        }
    }
}
