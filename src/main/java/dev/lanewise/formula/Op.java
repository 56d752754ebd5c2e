package dev.lanewise.formula;

/// What a [Term] does with its operands: for tools that read formulas. Those that write them call Term's methods.
///
/// What no method of [Term] makes is a slope of one that is precise where the derived one wouldn't be.
public enum Op {
    /// An element of an operand.
    INPUT(0),
    /// A number that is given for a whole call.
    PARAMETER(0),
    /// A number.
    CONSTANT(0),

    ADD(2), SUB(2), MUL(2), DIV(2), MIN(2), MAX(2),
    /// a b + c, rounded once.
    FMA(3),
    /// Compares the first two operands, and is the third or the fourth.
    SELECT(4),
    /// Its operand, of which the slope is taken to be 0.
    DETACH(1),

    NEG(1), ABS(1), RECIPROCAL(1), SQRT(1), RSQRT(1),
    EXP(1), EXPM1(1), LOG(1), LOG1P(1), TANH(1), SIGMOID(1), ERF(1), SIN(1), COS(1),
    RELU(1), SOFTPLUS(1), LOG_SIGMOID(1), SOFTSIGN(1), TANHSHRINK(1), GELU(1), GELU_TANH(1), SILU(1), MISH(1),

    /// 2 / sqrt(pi) e^(-x^2).
    ERF_SLOPE(1),
    /// The sigmoid, but its slope does not come from it.
    SOFTPLUS_SLOPE(1),
    NORMAL_DENSITY(1), GELU_SLOPE(1), GELU_CURVATURE(1), GELU_TANH_SLOPE(1), GELU_TANH_CURVATURE(1), SILU_SLOPE(1), SILU_CURVATURE(1),
    MISH_SLOPE(1),

    /// a^b.
    POW(2),
    /// The first operand times b a^(b - 1), the slope of a^b by a.
    POW_BY_BASE(3),
    /// The first operand times a^b log a, the slope of a^b by b.
    POW_BY_EXPONENT(3);

    private final int arity;

    Op(int arity) { this.arity = arity; }

    /// The number of operands.
    public int arity() { return arity; }

    /// Whether its values need what no loop computes, where its operand is large.
    public boolean isTrigonometric() { return this == SIN || this == COS; }
}
