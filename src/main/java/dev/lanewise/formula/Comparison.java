package dev.lanewise.formula;

/// How two numbers are compared. Comparisons are false where either side is NaN, but for [#NE], which is true.
public enum Comparison {
    /// a < b.
    LT,
    /// a <= b.
    LE,
    /// a > b.
    GT,
    /// a >= b.
    GE,
    /// a == b; 0 and -0 are equal.
    EQ,
    /// a != b; true where either is NaN.
    NE
}
