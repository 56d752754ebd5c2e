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

    /// a + b.
    ADD(2),
    /// a - b.
    SUB(2),
    /// a b.
    MUL(2),
    /// a / b.
    DIV(2),
    /// The lesser; NaN if either is NaN.
    MIN(2),
    /// The greater; NaN if either is NaN.
    MAX(2),
    /// a b + c, rounded once.
    FMA(3),
    /// Compares the first two operands, and is the third or the fourth.
    SELECT(4),
    /// Its operand, of which the slope is taken to be 0.
    DETACH(1),

    /// -x.
    NEG(1),
    /// |x|.
    ABS(1),
    /// 1 / x.
    RECIPROCAL(1),
    /// The square root.
    SQRT(1),
    /// 1 / sqrt(x).
    RSQRT(1),
    /// e^x.
    EXP(1),
    /// e^x - 1, precise near 0.
    EXPM1(1),
    /// The natural logarithm.
    LOG(1),
    /// log(1 + x), precise near 0.
    LOG1P(1),
    /// The hyperbolic tangent.
    TANH(1),
    /// 1 / (1 + e^-x).
    SIGMOID(1),
    /// The error function.
    ERF(1),
    /// The sine, of radians.
    SIN(1),
    /// The cosine, of radians.
    COS(1),
    /// max(x, 0).
    RELU(1),
    /// log(1 + e^x).
    SOFTPLUS(1),
    /// -log(1 + e^-x).
    LOG_SIGMOID(1),
    /// x / (1 + |x|).
    SOFTSIGN(1),
    /// x - tanh(x).
    TANHSHRINK(1),
    /// x Φ(x), Φ being the normal law's distribution function.
    GELU(1),
    /// GELU with a hyperbolic tangent in place of Φ.
    GELU_TANH(1),
    /// x / (1 + e^-x).
    SILU(1),
    /// x tanh(log(1 + e^x)).
    MISH(1),

    /// 2 / sqrt(pi) e^(-x^2).
    ERF_SLOPE(1),
    /// The sigmoid, but its slope does not come from it.
    SOFTPLUS_SLOPE(1),
    /// 1 / sqrt(2 pi) e^(-x^2 / 2).
    NORMAL_DENSITY(1),
    /// The slope of [#GELU].
    GELU_SLOPE(1),
    /// The slope of [#GELU_SLOPE].
    GELU_CURVATURE(1),
    /// The slope of [#GELU_TANH].
    GELU_TANH_SLOPE(1),
    /// The slope of [#GELU_TANH_SLOPE].
    GELU_TANH_CURVATURE(1),
    /// The slope of [#SILU].
    SILU_SLOPE(1),
    /// The slope of [#SILU_SLOPE].
    SILU_CURVATURE(1),
    /// The slope of [#MISH].
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
