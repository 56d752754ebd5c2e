package dev.lanewise.formula;

/// How two numbers are compared. Comparisons are false where either side is NaN, but for [#NE], which is true.
public enum Comparison { LT, LE, GT, GE, EQ, NE }
