package dev.lanewise.catalogue;

/// The error function in double, to some 14 digits: a series near 0, a continued fraction farther out.
public final class ErrorFunction {

    private static final int TERMS = 80;

    private ErrorFunction() {}

    public static double erf(double x) { return Math.abs(x) < 2 ? series(x) : x < 0 ? tail(-x) - 1 : 1 - tail(x); }

    /// 1 - erf(x), which keeps its digits where erf is nearly 1.
    public static double erfc(double x) { return Math.abs(x) < 2 ? 1 - series(x) : x < 0 ? 2 - tail(-x) : tail(x); }

    /// Abramowitz and Stegun 7.1.6, whose terms are all of one sign.
    private static double series(double x) {
        double sum = 0;
        double term = x;
        for (int k = 1; Math.abs(term) > Math.abs(sum) * 0x1p-60; term *= 2 * x * x / (2 * k + 1), k++) sum += term;
        return Double.isNaN(x) ? x : sum * StrictMath.exp(-x * x) * 2 / Math.sqrt(Math.PI);
    }

    /// Abramowitz and Stegun 7.1.14, for 2 and more.
    private static double tail(double x) {
        if (x > 30) return 0;
        double fraction = 0;
        for (int k = TERMS; k >= 1; k--) fraction = k / 2.0 / (x + fraction);
        return StrictMath.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
    }
}
