package dev.lanewise.diagnose;

import dev.lanewise.nn.Signal;

/// What is known, or predicted, of the numbers that pass between two modules of finite width.
///
/// @param moments theirs; the fourth one says by how much the mean square of finitely many strays
/// @param spread  the variance of the second moment that is due to finite width, relative to its square
/// @param width   how many of them are independent; channels count once
record FiniteSignal(Signal moments, double spread, int width) {

    static final FiniteSignal UNKNOWN =
        new FiniteSignal(new Signal(Double.NaN, Double.NaN, Double.NaN, Double.NaN), Double.NaN, 1);

    /// What is measured is known: it has no spread.
    static FiniteSignal measured(double square, double correlation, double level, int width) {
        return new FiniteSignal(new Signal(square, square * correlation, level, 1), 0, width);
    }

    double square() { return moments.square(); }

    double product() { return moments.product(); }

    double fourth() { return moments.fourth(); }

    boolean isKnown() { return !Double.isNaN(square()); }

    /// NaN if it isn't known.
    double correlation() { return square() == 0 ? 1 : Math.clamp(product() / square(), -1, 1); }
}
