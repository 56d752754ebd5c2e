package dev.lanewise.catalogue;

/// Functions in double, right in their tails and at the infinities too, that oracles are made of.
final class Exact {

    private static final double CUBIC = 0.044715;
    private static final double TWICE_ROOT = 2 * Math.sqrt(2 / Math.PI);

    private Exact() {}

    static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
    }

    static boolean beyond(double x, double bound) { return Math.abs(x) > bound; }

    /// By the series of (x cosh x - sinh x) / cosh x near 0, of which no term cancels another.
    static double tanhshrink(double x) {
        if (!(Math.abs(x) < 2)) return x - StrictMath.tanh(x);
        double sum = 0;
        double factorial = 1;
        for (int k = 1; k < 20; k++) {
            factorial *= 2.0 * k * (2 * k + 1);
            sum += 2 * k * Math.pow(x, 2 * k) / factorial;
        }
        return x * sum / Math.cosh(x);
    }

    /// The probability that a standard normal number is below x.
    static double below(double x) { return ErrorFunction.erfc(-x / Math.sqrt(2)) / 2; }

    static double density(double x) { return bell(x, 1 / Math.sqrt(2 * Math.PI), 0.5); }

    /// factor e^(-k x^2), and 0 where that is below all floats, whatever the factor.
    static double bell(double x, double factor, double k) { return Math.abs(x) > 30 ? 0 : factor * Math.exp(-k * x * x); }

    /// So far out that what it is multiplied by is 0: an infinity times 0 would be NaN.
    static double flat(double x) { return Double.isNaN(x) ? x : Math.clamp(x, -700, 700); }

    /// What the derivatives of x times a gate are made of, near where they cross 0.
    static double nearZero(double x) { return Math.abs(x) < 4 ? 0.1 : 0; }

    /// With the constants of the definition, not their floats.
    static double geluTanh(double x) { return x < -40 ? -0.0 : x * sigmoid(TWICE_ROOT * (x + CUBIC * x * x * x)); }

    static double geluTanhSlope(double x) { return geluTanhDerivative(x, 1); }

    static double geluTanhCurvature(double x) { return geluTanhDerivative(x, 2); }

    private static double geluTanhDerivative(double x, int order) {
        double c = Double.isNaN(x) ? x : Math.clamp(x, -30, 30);
        double inner = TWICE_ROOT * (c + CUBIC * c * c * c);
        double first = TWICE_ROOT * (1 + 3 * CUBIC * c * c);
        double s = sigmoid(inner);
        double p = s * sigmoid(-inner);
        return order == 1 ? s + c * p * first
            : 2 * p * first + c * p * ((1 - 2 * s) * first * first + 6 * TWICE_ROOT * CUBIC * c);
    }

    static double mish(double x) {
        if (x > 40) return x;
        double w = StrictMath.exp(x);
        return x < -200 ? -0.0 : x * (w * (w + 2) / (w * (w + 2) + 2));
    }

    static double mishSlope(double x) {
        double c = flat(x);
        return tanhOfSoftplus(c) + c * sech2OfSoftplus(c) * sigmoid(c);
    }

    static double mishCurvature(double x) {
        double c = flat(x);
        double s = sigmoid(c);
        return sech2OfSoftplus(c) * (2 * s + c * s * sigmoid(-c) - 2 * c * tanhOfSoftplus(c) * s * s);
    }

    private static double tanhOfSoftplus(double x) { return Math.tanh(softplus(x)); }

    private static double sech2OfSoftplus(double x) { return 1 / Math.cosh(softplus(x)) / Math.cosh(softplus(x)); }

    private static double softplus(double x) { return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); }
}
