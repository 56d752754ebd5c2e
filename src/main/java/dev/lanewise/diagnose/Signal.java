package dev.lanewise.diagnose;

/// What is known, or predicted, of the numbers that pass between two modules.
///
/// @param square  their second moment
/// @param product the mean product of the same number for two inputs
/// @param fourth  the fourth moment over the squared second: by how much the mean square of finitely many strays
/// @param spread  the variance of the second moment that is due to finite width, relative to its square
/// @param width   how many of them are independent; channels count once
record Signal(double square, double product, double fourth, double spread, int width) {

    static final Signal UNKNOWN = new Signal(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 1);

    /// What is measured is known: it has no spread.
    static Signal measured(double square, double correlation, int width) {
        return new Signal(square, square * correlation, 1, 0, width);
    }

    boolean isKnown() { return !Double.isNaN(square); }

    /// NaN if it isn't known.
    double correlation() { return square == 0 ? 1 : Math.clamp(product / square, -1, 1); }
}
