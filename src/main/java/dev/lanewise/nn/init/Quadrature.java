package dev.lanewise.nn.init;

import java.util.function.DoubleUnaryOperator;

/// Integrals over an interval, in pieces with Gauss and Legendre's five points each.
final class Quadrature {

    private static final double[] NODES = {-outer(1), -outer(-1), 0, outer(-1), outer(1)};
    private static final double[] WEIGHTS = {weight(-1), weight(1), 128 / 225.0, weight(1), weight(-1)};

    private Quadrature() {}

    static double integral(DoubleUnaryOperator f, double low, double high, int pieces) {
        double half = (high - low) / (2 * pieces);
        double sum = 0;
        for (int piece = 0; piece < pieces; piece++) {
            double middle = low + (2 * piece + 1) * half;
            for (int i = 0; i < NODES.length; i++) sum += WEIGHTS[i] * f.applyAsDouble(middle + NODES[i] * half);
        }
        return sum * half;
    }

    /// What is summed for a point and its weight.
    interface Point { double at(double t, double weight); }

    /// The sum over the points of [#integral].
    static double visit(double low, double high, int pieces, Point point) {
        double half = (high - low) / (2 * pieces);
        double sum = 0;
        for (int piece = 0; piece < pieces; piece++)
            for (int i = 0; i < NODES.length; i++) sum += point.at(low + (2 * piece + 1 + NODES[i]) * half, WEIGHTS[i] * half);
        return sum;
    }

    private static double outer(int sign) { return Math.sqrt(5 + sign * 2 * Math.sqrt(10 / 7.0)) / 3; }

    private static double weight(int sign) { return (322 + sign * 13 * Math.sqrt(70)) / 900; }
}
