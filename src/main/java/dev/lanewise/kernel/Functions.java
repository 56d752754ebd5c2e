package dev.lanewise.kernel;

import static dev.lanewise.kernel.Expr.Comparison.EQ;
import static dev.lanewise.kernel.Expr.Comparison.GT;
import static dev.lanewise.kernel.Expr.Comparison.LT;
import static dev.lanewise.kernel.Expr.constant;
import static dev.lanewise.kernel.Expr.select;

import dev.lanewise.kernel.Expr.F32;

/// The elementary functions as expressions, so that every op composes them into a loop of its own.
///
/// Polynomials from `+ - * fma` and bit moves alone: `Math.exp`, SVML and SLEEF differ between platforms, these don't.
/// The coefficients were fitted for this file (Lawson's iteration, each coefficient rounded to float before the next
/// is refitted). NaN in, NaN out.
public final class Functions {

    private static final float LOG2_E = 0x1.715476p+0f;
    private static final float LN_2_HIGH = 0x1.62e43p-1f;
    private static final float LN_2_LOW = -0x1.05c61p-29f;
    /// Adding it leaves the nearest integer in the low bits of the significand.
    private static final float ROUND = 12582912f;
    private static final int SQRT_HALF_BITS = Float.floatToRawIntBits(0.70710677f);

    private Functions() {}

    /// The larger of two; NaN if either is.
    public static F32 max(F32 a, F32 b) {
        return select(LT, a, b, b, select(EQ, b, b, a, b));
    }

    /// x where it is positive or NaN, else 0.
    public static F32 relu(F32 x) {
        return select(LT, x, constant(0f), constant(0f), x);
    }

    /// e^x within 1 ulp, subnormal results included: 2^n times a polynomial of degree 6 on [-ln 2 / 2, ln 2 / 2].
    public static F32 exp(F32 x) {
        // beyond these the result is infinite, or 0
        var high = constant(90f);
        var low = constant(-105f);
        x = select(GT, x, high, high, x);
        x = select(LT, x, low, low, x);
        var shifted = x.fma(LOG2_E, ROUND);
        var n = shifted.sub(ROUND);
        var r = n.fma(constant(-LN_2_HIGH), x);
        r = n.fma(constant(-LN_2_LOW), r);
        var p = polynomial(r, 1f, 1f, 0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558f2p-5f, 0x1.123a2p-7f, 0x1.6a23ccp-10f);
        // 2^n as two factors, each of them a normal number
        var power = shifted.bits().sub(Float.floatToRawIntBits(ROUND));
        var half = power.shiftRight(1);
        return p.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
    }

    private static F32 powerOfTwo(Expr.I32 n) {
        return n.add(127).shiftLeft(23).asFloat();
    }

    /// The natural logarithm within 1 ulp: the exponent's, and log(1 + f) by a polynomial on [sqrt(1/2), sqrt(2)].
    public static F32 log(F32 x) {
        var tiny = constant(Float.MIN_NORMAL);
        var scaled = select(LT, x, tiny, x.mul(0x1p23f), x);
        var bits = scaled.bits();
        var exponent = bits.sub(SQRT_HALF_BITS).shiftRight(23);
        var f = bits.sub(exponent.shiftLeft(23)).asFloat().sub(1f);
        var e = exponent.toFloat();
        e = select(LT, x, tiny, e.sub(23f), e);
        var p = polynomial(f, 0x1.555548p-2f, -0x1.000006p-2f, 0x1.99a476p-3f, -0x1.555c44p-3f, 0x1.233ba2p-3f,
            -0x1.fc28cap-4f, 0x1.e6c00ap-4f, -0x1.de01dcp-4f, 0x1.14733ep-4f);
        var square = f.mul(f);
        // log(1 + f) = f - f^2 / 2 + f^3 p(f); the small terms first
        var rest = e.fma(constant(LN_2_LOW), square.mul(f).mul(p));
        rest = square.fma(constant(-0.5f), rest);
        var y = e.fma(constant(LN_2_HIGH), f.add(rest));
        y = select(GT, x, constant(Float.MAX_VALUE), x, y);
        y = select(EQ, x, constant(0f), constant(Float.NEGATIVE_INFINITY), y);
        return select(LT, x, constant(0f), constant(Float.NaN), select(EQ, x, x, y, x));
    }

    /// Sine and cosine of a turn: the angle 2 pi w / 2^32, for w as an unsigned int.
    public record Circle(F32 sine, F32 cosine) {

        public static Circle ofTurn(Expr.I32 w) {
            var quadrant = w.add(1 << 29).shiftRightUnsigned(30);
            // what is left of the nearest quarter turn, exact as an int
            var x = w.sub(quadrant.shiftLeft(30)).toFloat().mul((float) (2 * Math.PI * 0x1p-32));
            var square = x.mul(x);
            var s = x.mul(square).fma(
                polynomial(square, -0x1.555546p-3f, 0x1.11077cp-7f, -0x1.9955bp-13f), x);
            var c = square.mul(square).fma(
                polynomial(square, 0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0e4p-16f), square.fma(-0.5f, 1f));
            // odd quadrants swap the two: their difference in bits, where the mask is set
            var swap = s.bits().xor(c.bits()).and(constant(0).sub(quadrant.and(1)));
            var sine = s.bits().xor(swap).xor(quadrant.and(2).shiftLeft(30));
            var cosine = c.bits().xor(swap).xor(quadrant.add(1).and(2).shiftLeft(30));
            return new Circle(sine.asFloat(), cosine.asFloat());
        }
    }

    /// Horner's scheme, one fused multiply-add a coefficient; `coefficients[i]` belongs to x^i.
    static F32 polynomial(F32 x, float... coefficients) {
        F32 p = constant(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) p = p.fma(x, constant(coefficients[i]));
        return p;
    }
}
