package dev.lanewise.check;

/// What values are judged by.
///
/// @param bounds    how far they may stray
/// @param precision what they were rounded to
/// @param ulps      by how many steps a constant may differ from what it should be
/// @param window    signs in a row that can't come again by chance: 64 or 128
record Terms(TailBounds bounds, Precision precision, int ulps, int window) {

    /// Of what initializers here draw.
    static final Terms USUAL = new Terms(TailBounds.USUAL, Precision.FLOAT32, 0, 64);

    /// Of what came from a file: its formulas may be written in another order than ours, and there may be a billion values.
    static Terms ofFile(TailBounds bounds, Precision precision) { return new Terms(bounds, precision, 1, 128); }

    /// How far a value may lie from the number that was drawn: an ulp for its law's parameters and itself, a uniform number's
    /// step, and a step of a coarser type.
    ///
    /// @param std the law's standard deviation, which some laws take long to work out
    double rounding(double std, double value) {
        return Math.ulp((float) value) + 0x1p-22 * std + (precision == Precision.FLOAT32 ? 0 : precision.step(value));
    }

    /// Whether a value is the one that it should be.
    boolean is(float value, double expected) {
        return value == (float) expected || Math.abs(value - expected) <= ulps * precision.step(expected);
    }
}
