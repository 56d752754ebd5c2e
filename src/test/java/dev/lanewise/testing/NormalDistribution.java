package dev.lanewise.testing;

/// The standard normal distribution function, by which tests judge the library's numbers.
public final class NormalDistribution {

    private NormalDistribution() {}

    /// P(Z <= x), within 1e-15: Marsaglia's series, "Evaluating the normal distribution", 2004.
    public static double below(double x) {
        if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
        double term = x;
        double sum = x;
        for (int i = 3; Math.abs(term) > 1e-17; i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    }
}
