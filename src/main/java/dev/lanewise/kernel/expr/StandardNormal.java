package dev.lanewise.kernel.expr;

/// The normal law of mean 0 and variance 1.
public final class StandardNormal {

    /// Beyond, the series would lose digits of the tail, and the fraction converges fast.
    private static final double TAIL = 2.5;
    private static final int FRACTION_TERMS = 60;

    private StandardNormal() {}

    /// The density at z.
    public static double density(double z) { return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI); }

    /// P(Z <= z), within 1e-15, in the lower tail of the value itself.
    public static double cdf(double z) {
        if (z < -TAIL) return tail(-z);
        return z > TAIL ? 1 - tail(z) : 0.5 + density(z) * series(z);
    }

    /// The error function, precise near 0 too.
    public static double erf(double x) {
        double z = x * Math.sqrt(2);
        return Math.abs(z) > TAIL ? 2 * cdf(z) - 1 : 2 * density(z) * series(z);
    }

    /// z + z³/3 + z⁵/(3·5) + …: Marsaglia, "Evaluating the normal distribution", 2004.
    private static double series(double z) {
        double term = z;
        double sum = z;
        for (int i = 3; Math.abs(term) > 1e-17; i += 2) {
            term *= z * z / i;
            sum += term;
        }
        return sum;
    }

    /// P(Z > z) by Laplace's continued fraction: density / (z + 1/(z + 2/(z + 3/(z + …)))).
    private static double tail(double z) {
        double fraction = z;
        for (int i = FRACTION_TERMS; i > 0; i--) fraction = z + i / fraction;
        return density(z) / fraction;
    }
}
