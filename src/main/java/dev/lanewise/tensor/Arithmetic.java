package dev.lanewise.tensor;

import dev.lanewise.formula.Comparison;

/// What a [Tensor] does element by element, alone or with another; the shapes of two broadcast.
public sealed interface Arithmetic permits Tensor {

    /// The sum; the shapes broadcast, here and in all operations of two tensors.
    ///
    /// @throws IllegalArgumentException if they don't
    default Tensor add(Tensor b) { return Elementary.ADD.apply((Tensor) this, b); }

    /// a + b, element by element.
    default Tensor add(float b) { return Elementary.ADD_NUMBER.applyWith((Tensor) this, b); }

    /// The difference, this - b.
    default Tensor sub(Tensor b) { return Elementary.SUB.apply((Tensor) this, b); }

    /// a - b, element by element.
    default Tensor sub(float b) { return Elementary.SUB_NUMBER.applyWith((Tensor) this, b); }

    /// The product element by element; [Tensor#matmul] is the one of matrices.
    default Tensor mul(Tensor b) { return Elementary.MUL.apply((Tensor) this, b); }

    /// a b, element by element.
    default Tensor mul(float b) { return Elementary.MUL_NUMBER.applyWith((Tensor) this, b); }

    /// The quotient, this / b; by 0 infinite, or NaN for 0 / 0.
    default Tensor div(Tensor b) { return Elementary.DIV.apply((Tensor) this, b); }

    /// a / b, element by element.
    default Tensor div(float b) { return Elementary.DIV_NUMBER.applyWith((Tensor) this, b); }

    /// this^b within 2 ulp; with an exponent of 1 it is (Tensor) this, with one of 2 [#square()], to the bit. For a negative
    /// number with a fraction as exponent, NaN; 1 where b is 0 or this is 1, beside NaN too.
    default Tensor pow(Tensor b) { return Elementary.pow((Tensor) this, b); }

    /// a^b, element by element, of one exponent.
    default Tensor pow(float b) { return Elementary.pow((Tensor) this, b); }

    /// The larger of two, NaN if either is; where they are equal, each gets half the gradient, where one is NaN, both all of it.
    default Tensor maximum(Tensor b) { return Elementary.MAXIMUM.apply((Tensor) this, b); }

    /// The smaller of two; NaN and gradient as in [#maximum].
    default Tensor minimum(Tensor b) { return Elementary.MINIMUM.apply((Tensor) this, b); }

    /// Comparisons give 1 where they hold, else 0, and have no gradient.
    default Tensor eq(Tensor b) { return Elementary.compare(Comparison.EQ, (Tensor) this, b); }

    /// As [#eq(Tensor)], with one number.
    default Tensor eq(float b) { return Elementary.compare(Comparison.EQ, (Tensor) this, b); }

    /// 1 where the elements differ, else 0; NaN differs from all. The shapes broadcast.
    default Tensor ne(Tensor b) { return Elementary.compare(Comparison.NE, (Tensor) this, b); }

    /// As [#ne(Tensor)], with one number.
    default Tensor ne(float b) { return Elementary.compare(Comparison.NE, (Tensor) this, b); }

    /// 1 where an element is less than that of `b`, else 0; 0 where either is NaN. The shapes broadcast.
    default Tensor lt(Tensor b) { return Elementary.compare(Comparison.LT, (Tensor) this, b); }

    /// As [#lt(Tensor)], with one number.
    default Tensor lt(float b) { return Elementary.compare(Comparison.LT, (Tensor) this, b); }

    /// 1 where an element is at most that of `b`, else 0; 0 where either is NaN. The shapes broadcast.
    default Tensor le(Tensor b) { return Elementary.compare(Comparison.LE, (Tensor) this, b); }

    /// As [#le(Tensor)], with one number.
    default Tensor le(float b) { return Elementary.compare(Comparison.LE, (Tensor) this, b); }

    /// 1 where an element is greater than that of `b`, else 0; 0 where either is NaN. The shapes broadcast.
    default Tensor gt(Tensor b) { return Elementary.compare(Comparison.GT, (Tensor) this, b); }

    /// As [#gt(Tensor)], with one number.
    default Tensor gt(float b) { return Elementary.compare(Comparison.GT, (Tensor) this, b); }

    /// 1 where an element is at least that of `b`, else 0; 0 where either is NaN. The shapes broadcast.
    default Tensor ge(Tensor b) { return Elementary.compare(Comparison.GE, (Tensor) this, b); }

    /// As [#ge(Tensor)], with one number.
    default Tensor ge(float b) { return Elementary.compare(Comparison.GE, (Tensor) this, b); }

    /// A number in place of the elements where the mask isn't 0, as where it is NaN; the shapes broadcast. What is replaced gets
    /// no gradient.
    default Tensor maskedFill(Tensor mask, float value) { return Elementary.maskedFill((Tensor) this, mask, value); }

    /// The number itself within bounds, else the bound; NaN stays NaN. The gradient passes at the bounds, not beyond. Where
    /// `min` is above `max`, all but NaN becomes `max`.
    default Tensor clamp(float min, float max) { return Elementary.CLAMP.with(min, max).apply((Tensor) this); }

    /// -a, element by element.
    default Tensor neg() { return Elementary.NEG.apply((Tensor) this); }

    /// e^x.
    default Tensor exp() { return Elementary.EXP.apply((Tensor) this); }

    /// The natural logarithm: NaN below 0, negative infinity at 0.
    default Tensor log() { return Elementary.LOG.apply((Tensor) this); }

    /// The square root: NaN below 0; its slope at 0 is infinite.
    default Tensor sqrt() { return Elementary.SQRT.apply((Tensor) this); }

    /// 1 / sqrt(x): infinite at 0.
    default Tensor rsqrt() { return Elementary.RSQRT.apply((Tensor) this); }

    /// 1 / x.
    default Tensor reciprocal() { return Elementary.RECIPROCAL.apply((Tensor) this); }

    /// The magnitude; its slope at 0 is 0.
    default Tensor abs() { return Elementary.ABS.apply((Tensor) this); }

    /// -1, 0 or 1; without a gradient.
    default Tensor sign() { return Elementary.SIGN.apply((Tensor) this); }

    /// Of angles of any size, in radians, within 1 ulp; NaN at infinity. Those from 16,384 on take some two
    /// hundred times as long.
    default Tensor sin() { return Elementary.SIN.apply((Tensor) this); }

    /// Precise as [#sin()] is.
    default Tensor cos() { return Elementary.COS.apply((Tensor) this); }

    /// The hyperbolic tangent of each element.
    default Tensor tanh() { return Elementary.TANH.apply((Tensor) this); }

    /// 1 / (1 + e^-x).
    default Tensor sigmoid() { return Elementary.SIGMOID.apply((Tensor) this); }

    /// The error function.
    default Tensor erf() { return Elementary.ERF.apply((Tensor) this); }

    /// e^x - 1, precise near 0.
    default Tensor expm1() { return Elementary.EXPM1.apply((Tensor) this); }

    /// log(1 + x), precise near 0.
    default Tensor log1p() { return Elementary.LOG1P.apply((Tensor) this); }

    /// x x.
    default Tensor square() { return Elementary.SQUARE.apply((Tensor) this); }

    /// The larger of x and 0; NaN stays NaN.
    default Tensor relu() { return Elementary.RELU.apply((Tensor) this); }
}
