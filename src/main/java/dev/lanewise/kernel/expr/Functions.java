package dev.lanewise.kernel.expr;

import static dev.lanewise.formula.Comparison.EQ;
import static dev.lanewise.formula.Comparison.GE;
import static dev.lanewise.formula.Comparison.GT;
import static dev.lanewise.formula.Comparison.LT;
import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.select;

import dev.lanewise.kernel.expr.Expr.F32;
import java.util.Arrays;

/// The elementary functions as expressions, so that every op composes them into a loop of its own.
///
/// Polynomials from `+ - * fma` and bit moves alone: `Math.exp`, SVML and SLEEF differ between platforms, these don't.
/// The coefficients were fitted for this file (Lawson's iteration, each coefficient rounded to float before the next
/// is refitted). NaN in, NaN out.
public final class Functions {

    private static final float LOG2_E = 0x1.715476p+0f;
    private static final float LOG2_E_LOW = 0x1.4ae0cp-26f;
    private static final float LN_2_HIGH = 0x1.62e43p-1f;
    private static final float LN_2_LOW = -0x1.05c61p-29f;
    /// Adding it leaves the nearest integer in the low bits of the significand.
    private static final float ROUND = 12582912f;
    private static final int EXPONENT_BIAS = 127;
    private static final int SQRT_HALF_BITS = Float.floatToRawIntBits(0.70710677f);

    /// Magnitude below which the formulas of sine and cosine hold.
    public static final float NEAR = 16384f;

    private Functions() {}

    /// The larger of two; NaN if either is.
    public static F32 max(F32 a, F32 b) {
        return select(LT, a, b, b, select(EQ, b, b, a, b));
    }

    /// The smaller of two; NaN if either is.
    public static F32 min(F32 a, F32 b) {
        return select(GT, a, b, b, select(EQ, b, b, a, b));
    }

    /// 0 where x is negative, else x: NaN stays NaN, and -0 stays -0.
    public static F32 relu(F32 x) {
        return select(LT, x, constant(0f), constant(0f), x);
    }

    /// 0 where x is nearer to 0 than `least`, else x: NaN stays NaN.
    public static F32 flush(F32 x, F32 least) {
        return select(LT, x.abs(), least, constant(0f), x);
    }

    /// x = n ln 2 + r with |r| at most ln 2 / 2, for |x| up to about 100.
    ///
    /// @param bits an int whose low bits are n + bias, the rest of them shifted out of a float's exponent
    private record Reduced(Expr.I32 bits, F32 r) {

        static Reduced of(F32 x, int bias) {
            float round = ROUND + bias;
            var shifted = x.fma(LOG2_E, round);
            var n = shifted.sub(round);
            var r = n.fma(constant(-LN_2_HIGH), x);
            return new Reduced(shifted.bits(), n.fma(constant(-LN_2_LOW), r));
        }

        /// Of any number: beyond these bounds the result is infinite, or 0.
        static Reduced ofAny(F32 x) { return of(atLeast(atMost(x, 90f), -105f), 2 * EXPONENT_BIAS); }

        /// e^r within half an ulp and a little.
        F32 power() { return expTail(r).fma(r, constant(1f)).fma(r, constant(1f)); }

        /// Of twice the bias: e^x, rounded once, as the power of two is two factors, each of them a normal number.
        F32 scaledPower() {
            return power().mul(half().asFloat()).mul(otherHalf().asFloat());
        }

        Expr.I32 half() { return bits.shiftRight(1).shiftLeft(23); }

        Expr.I32 otherHalf() { return bits.shiftLeft(23).sub(half()); }
    }

    /// (e^r - 1 - r) / r^2 on [-ln 2 / 2, ln 2 / 2].
    private static F32 expTail(F32 r) {
        return polynomial(r, 0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558f2p-5f, 0x1.123a2p-7f, 0x1.6a23ccp-10f);
    }

    /// At least a bound; NaN stays NaN.
    static F32 atLeast(F32 x, float bound) { return select(LT, x, constant(bound), constant(bound), x); }

    /// At most a bound; NaN stays NaN.
    static F32 atMost(F32 x, float bound) { return select(GT, x, constant(bound), constant(bound), x); }

    /// e^x within 1 ulp, subnormal results included: 2^n times a polynomial of degree 6.
    public static F32 exp(F32 x) { return Reduced.ofAny(x).scaledPower(); }

    /// e^-|x|, to the bit what [#exp] gives, for less.
    static F32 expOfMinusAbs(F32 x) {
        return expOfNonPositive(x.bits().or(constant(0x80000000)).asFloat());
    }

    /// e^x of what isn't positive, to the bit what [#exp] gives, for less; NaN stays NaN.
    public static F32 expOfNonPositive(F32 x) { return expOfNegative(atLeast(x, -105f)); }

    /// |x|, at most a bound, which NaN becomes as well: for results that NaN reaches on another way. Ints are compared where the
    /// units of [#atMost] would be those of the multiplications.
    static F32 magnitudeAtMost(F32 x, float bound) {
        return x.bits().and(0x7fffffff).min(constant(Float.floatToRawIntBits(bound))).asFloat();
    }

    /// e^x for x from -105 to 0, 0 where the result is no normal float: e^-87.7 and below.
    public static F32 expOrZero(F32 x) {
        var reduced = Reduced.of(atLeast(x, -88f), EXPONENT_BIAS);
        return reduced.power().mul(reduced.bits().shiftLeft(23).asFloat());
    }

    /// e^x for x from -105 to 0.
    static F32 expOfNegative(F32 x) { return raisedExp(x).mul(0x1p-64f); }

    /// What is added to a number to round it: the sum's low bits are a float's exponent, `raised` above.
    private static float round(int raised) { return ROUND + EXPONENT_BIAS + raised; }

    /// How far powers are raised that may be small: what they are multiplied by is rounded once, at last, when 2^-64 is
    /// multiplied.
    private static final int RAISED = 64;

    /// 2^n 2^r, for `shifted`, which is n and what rounds it, and an r within 1/2 and a little.
    private static F32 exp2(F32 shifted, F32 r) {
        return polynomial(r, 1f, 0x1.62e42ap-1f, 0x1.ebf9c2p-3f, 0x1.c6b6dap-5f, 0x1.3ce8b2p-7f, 0x1.5bd97ap-10f)
            .mul(shifted.bits().shiftLeft(23).asFloat());
    }

    /// 2^64 e^(-k a^2), for a square up to 130 / k, within 3 ulp.
    ///
    /// @param k 1 or 1/2
    static F32 raisedBell(F32 a, float k) { return bell(a, k, RAISED, true); }

    /// 2^24 e^(-a^2 / 2) times 2^(9.6e-9 a^2), which what it is multiplied by takes back, for an a up to 14.4.
    static F32 coarseBell(F32 a) { return bell(a, 0.5f, 24, false); }

    /// What rounding takes from the square is put back.
    ///
    /// @param whole whether the logarithm's low part counts
    private static F32 bell(F32 a, float k, int raised, boolean whole) {
        var square = a.mul(a);
        var lost = a.fma(a, square.neg());
        float round = round(raised);
        var shifted = square.fma(-k * LOG2_E, round);
        var r = square.fma(constant(-k * LOG2_E), constant(round).sub(shifted));
        r = lost.fma(constant(-k * LOG2_E), r);
        return exp2(shifted, whole ? square.fma(constant(-k * LOG2_E_LOW), r) : r);
    }

    /// 2^64 times 2^(-a (first + second a^2)), for an exponent down to -190, in a way that keeps the digits behind its point.
    ///
    /// @param first  and its low part; the high one has 20 bits at the most
    /// @param second and its low part
    static F32 raisedCubic(F32 a, float first, float firstLow, float second, float secondLow) {
        var square = a.mul(a);
        var lost = a.fma(a, square.neg());
        var factor = square.fma(-second, -first);
        var rest = square.fma(constant(-second), constant(-first).sub(factor)).add(lost.fma(constant(-second),
            square.fma(-secondLow, -firstLow)));
        float round = round(RAISED);
        var shifted = a.fma(factor, round);
        return exp2(shifted, a.fma(rest, a.fma(factor, constant(round).sub(shifted))));
    }

    /// 2^64 e^x, for x from -130 to 40.
    static F32 raisedExp(F32 x) {
        var reduced = Reduced.of(x, EXPONENT_BIAS + RAISED);
        return reduced.power().mul(reduced.bits().shiftLeft(23).asFloat());
    }

    /// e^x - 1, precise near 0 too.
    public static F32 expm1(F32 x) {
        // 2^128 is no float: half of the power, and twice the rest
        var reduced = Reduced.of(atLeast(atMost(x, 88.8f), -25f), EXPONENT_BIAS - 1);
        var r = reduced.r();
        var q = r.mul(r).fma(expTail(r), r);
        var power = reduced.bits().shiftLeft(23).asFloat();
        var y = power.fma(q, power.sub(0.5f)).mul(2f);
        return select(LT, x.abs(), constant(0x1p-25f), x, y);
    }

    /// The natural logarithm within 1 ulp: the exponent's, and log(1 + f) by a polynomial on [sqrt(1/2), sqrt(2)].
    public static F32 log(F32 x) {
        var y = Scientific.of(x).log();
        y = select(GT, x, constant(Float.MAX_VALUE), x, y);
        y = select(EQ, x, constant(0f), constant(Float.NEGATIVE_INFINITY), y);
        return select(LT, x, constant(0f), constant(Float.NaN), select(EQ, x, x, y, x));
    }

    /// -2 log x of a number known to be positive, normal and finite, within 3 ulp: the squared radius of Box and Muller.
    public static F32 minusTwiceLog(F32 x) {
        var parts = Scientific.ofNormal(x);
        var f = parts.f();
        var quotient = polynomial(f, -2f, 1f, -0x1.5556d8p-1f, 0x1.000382p-1f, -0x1.98d82ap-2f, 0x1.538234p-2f, -0x1.317234p-2f,
            0x1.2432cap-2f, -0x1.646a64p-3f);
        return quotient.fma(f, parts.e().mul((float) (-2 * Math.log(2))));
    }

    /// log(1 + x), precise near 0 too.
    public static F32 log1p(F32 x) {
        var u = x.add(1f);
        // what rounding took from 1 + x, put back by the derivative of the logarithm
        var y = log(u).sub(u.sub(1f).sub(x).div(u));
        y = select(EQ, u, constant(0f), constant(Float.NEGATIVE_INFINITY), y);
        y = select(GT, u, constant(Float.MAX_VALUE), u, y);
        return select(EQ, x, constant(0f), x, y);
    }

    /// a^b, with the special cases of IEEE 754: 1 wherever b is 0 or a is 1, NaN for a negative base and a fraction.
    ///
    /// The base's logarithm comes in two parts, so that a large exponent doesn't magnify its error: within 2 ulp, up to the ends
    /// of the range. For an exponent of 1 it is a, for 2 it is a a, rounded once.
    public static F32 pow(F32 a, F32 b) {
        var magnitude = a.abs();
        var y = Power.reduced(b, TwoPartLog.of(magnitude)).scaledPower();
        y = select(EQ, magnitude, constant(1f), constant(1f), y);
        y = special(a, b, y);
        return select(EQ, b, constant(1f), a, select(EQ, b, constant(2f), a.mul(a), y));
    }

    /// a^b as the product of two numbers, for what it is multiplied by: either is in range, where the power itself has left it by
    /// less than the factor of 2^121. The scale is a power of two.
    private record Power(F32 part, F32 scale) {
        private static final float MOST = 173f;

        static Power of(F32 a, F32 b) {
            var magnitude = a.abs();
            var one = constant(1f);
            var log = TwoPartLog.of(magnitude);
            var reduced = reduced(b, log);
            var product = b.mul(log.high());
            var part = reduced.power().mul(reduced.half().asFloat());
            part = select(LT, product, constant(-MOST), constant(0f), part);
            part = select(GT, product, constant(MOST), constant(Float.POSITIVE_INFINITY), part);
            part = special(a, b, select(EQ, magnitude, one, one, part));
            part = select(EQ, b, one, a, select(EQ, b, constant(2f), a.mul(a), part));
            var scale = select(EQ, magnitude, one, one, reduced.otherHalf().asFloat());
            for (float exact : new float[] {0, 1, 2}) scale = select(EQ, b, constant(exact), one, scale);
            return new Power(part, scale);
        }

        /// Of b log |a|, however large.
        static Reduced reduced(F32 b, TwoPartLog log) {
            var product = b.mul(log.high());
            var lost = b.fma(log.high(), product.neg()).add(b.mul(log.low()));
            // nothing is lost of 0, infinity and NaN
            lost = select(LT, product.abs(), constant(MOST), lost, constant(0f));
            var reduced = Reduced.of(atLeast(atMost(product, MOST), -MOST), 2 * EXPONENT_BIAS);
            return new Reduced(reduced.bits(), reduced.r().add(lost));
        }
    }

    /// g times the slope of a^b by a, b a^(b - 1), the products in the order of a square's: 0 where b is 0, and where the power
    /// is for an infinite exponent.
    public static F32 powBackward(F32 g, F32 a, F32 b) {
        var power = Power.of(a, b.sub(1f));
        var zero = constant(0f);
        var slope = g.mul(power.part).mul(b).mul(power.scale);
        slope = select(GT, b.abs(), constant(Float.MAX_VALUE), select(EQ, power.part, zero, zero, slope), slope);
        return select(EQ, b, zero, zero, slope);
    }

    /// g times the slope of a^b by b, a^b log a: 0 where the power is that of 0 or infinity, and at a = 0 with b = 0.
    public static F32 powLog(F32 g, F32 a, F32 b) {
        var power = Power.of(a, b);
        var zero = constant(0f);
        var slope = select(EQ, power.part, zero, zero, g.mul(power.part.mul(log(a))).mul(power.scale));
        return select(EQ, a, zero, select(GE, b, zero, zero, slope), slope);
    }

    /// The sign of a^b, and where it is 1 or NaN in spite of `y`, which is |a|^b.
    private static F32 special(F32 a, F32 b, F32 y) {
        var exponent = b.abs();
        var half = exponent.mul(0.5f);
        var odd = select(EQ, whole(exponent), exponent, select(EQ, whole(half), half, constant(0f), constant(1f)), constant(0f));
        var sign = a.bits().and(constant(0x80000000));
        var signed = select(EQ, odd, constant(1f), y.bits().or(sign).asFloat(), y);
        var fraction = select(EQ, whole(exponent), exponent, signed, constant(Float.NaN));
        // a negative base that is neither 0 nor infinite
        y = select(LT, a, constant(0f), select(LT, a, constant(-Float.MAX_VALUE), signed, fraction), signed);
        y = select(EQ, a, constant(1f), constant(1f), select(EQ, a, a, y, a));
        return select(EQ, b, constant(0f), constant(1f), y);
    }

    /// The nearest integer to a number that isn't negative.
    private static F32 whole(F32 x) {
        var shift = constant(0x1p23f);
        return select(LT, x, shift, x.add(shift).sub(shift), x);
    }

    /// (log(1 + f) - f + f^2 / 2) / f^3 on [sqrt(1/2) - 1, sqrt(2) - 1].
    private static final float[] TAIL = {0x1.555548p-2f, -0x1.000006p-2f, 0x1.99a476p-3f, -0x1.555c44p-3f, 0x1.233ba2p-3f,
        -0x1.fc28cap-4f, 0x1.e6c00ap-4f, -0x1.de01dcp-4f, 0x1.14733ep-4f};

    /// A positive number as 2^e (1 + f), f between sqrt(1/2) - 1 and sqrt(2) - 1.
    private record Scientific(F32 e, F32 f) {
        static Scientific of(F32 x) {
            var tiny = constant(Float.MIN_NORMAL);
            var parts = ofNormal(select(LT, x, tiny, x.mul(0x1p23f), x));
            return new Scientific(select(LT, x, tiny, parts.e.sub(23f), parts.e), parts.f);
        }

        static Scientific ofNormal(F32 x) {
            var bits = x.bits();
            var exponent = bits.sub(SQRT_HALF_BITS).shiftRight(23);
            return new Scientific(exponent.toFloat(), bits.sub(exponent.shiftLeft(23)).asFloat().sub(1f));
        }

        F32 log() {
            var square = f.mul(f);
            // log(1 + f) = f - f^2 / 2 + f^3 p(f); the small terms first
            var rest = e.fma(constant(LN_2_LOW), square.mul(f).mul(tail()));
            rest = square.fma(constant(-0.5f), rest);
            return e.fma(constant(LN_2_HIGH), f.add(rest));
        }

        /// (log(1 + f) - f + f^2 / 2) / f^3.
        F32 tail() { return polynomial(f, TAIL); }
    }

    /// The logarithm of a number that isn't negative, as a float and what it lacks: right to about 2^-30.
    private record TwoPartLog(F32 high, F32 low) {
        private static final int PRECISE_TERMS = 3;

        static TwoPartLog of(F32 x) {
            var parts = Scientific.of(x);
            var e = parts.e();
            var f = parts.f();
            var square = f.mul(f);
            var first = e.mul(constant(LN_2_HIGH));
            var sum = first.add(f);
            var rest = twoSumError(first, f, sum).add(e.fma(constant(LN_2_HIGH), first.neg()));
            var squareRest = f.fma(f, square.neg());
            var half = square.mul(-0.5f);
            var next = sum.add(half);
            rest = rest.add(twoSumError(sum, half, next)).add(squareRest.mul(-0.5f));
            // the polynomial's first terms in two parts too: an exponent of 200 would magnify what they round away
            var power = square.mul(f);
            var powerRest = square.fma(f, power.neg()).add(squareRest.mul(f));
            for (int i = 0; i < PRECISE_TERMS; i++) {
                var term = power.mul(TAIL[i]);
                rest = rest.add(power.fma(constant(TAIL[i]), term.neg())).add(powerRest.mul(TAIL[i]));
                var before = next;
                next = before.add(term);
                rest = rest.add(twoSumError(before, term, next));
                var lower = power;
                power = lower.mul(f);
                powerRest = lower.fma(f, power.neg()).add(powerRest.mul(f));
            }
            var small = e.fma(constant(LN_2_LOW), power.mul(polynomial(f, Arrays.copyOfRange(TAIL, PRECISE_TERMS, TAIL.length))));
            var high = next.add(small);
            rest = rest.add(twoSumError(next, small, high));
            high = select(GT, x, constant(Float.MAX_VALUE), x, high);
            return new TwoPartLog(select(EQ, x, constant(0f), constant(Float.NEGATIVE_INFINITY), high), rest);
        }
    }

    /// What rounding took from a + b (Knuth).
    private static F32 twoSumError(F32 a, F32 b, F32 sum) {
        var virtual = sum.sub(a);
        return a.sub(sum.sub(virtual)).add(b.sub(virtual));
    }

    /// 1 / (1 + e^-x), from e^-|x|, so that neither end loses precision.
    public static F32 sigmoid(F32 x) {
        var t = expOfMinusAbs(x);
        return select(LT, x, constant(0f), t, constant(1f)).div(t.add(1f));
    }

    /// The hyperbolic tangent: a polynomial near 0, elsewhere 1 - 2 / (e^2|x| + 1).
    public static F32 tanh(F32 x) {
        var a = x.abs();
        var square = x.mul(x);
        var near = x.mul(square).fma(polynomial(square,
            -0x1.555532p-2f, 0x1.110726p-3f, -0x1.b83c58p-5f, 0x1.52269p-6f, -0x1.75e1a8p-8f), x);
        var far = constant(2f).div(exp(a.add(a)).add(1f)).neg().add(1f);
        return select(EQ, x, constant(0f), x, select(LT, a, constant(0.625f), near, copySign(far, x)));
    }

    /// x - tanh x: a polynomial below 1, elsewhere |x| - 1 + 2 / (e^2|x| + 1).
    static F32 tanhshrink(F32 x) {
        var a = x.abs();
        var square = x.mul(x);
        var near = square.mul(polynomial(square, 0x1.555556p-2f, -0x1.11117cp-3f, 0x1.ba3142p-5f, -0x1.670fdep-6f, 0x1.24b3dp-7f,
            -0x1.cfe2fap-9f, 0x1.2fa9dp-10f, -0x1.b4decap-13f)).mul(x);
        var far = a.sub(1f).add(constant(2f).div(exp(a.add(a)).add(1f)));
        return select(LT, a, constant(1f), near, copySign(far, x));
    }

    /// The error function: a polynomial below 1, elsewhere 1 - e^q, q being a polynomial for the logarithm of 1 - erf.
    public static F32 erf(F32 x) {
        var a = x.abs();
        var square = x.mul(x);
        var near = x.fma(polynomial(square, 0x1.06eba8p-3f, -0x1.81273ep-2f, 0x1.ce2ce6p-4f, -0x1.b7f71ap-6f,
            0x1.53f224p-8f, -0x1.a3515ep-11f, 0x1.4771fcp-14f), x);
        var far = exp(polynomial(atMost(a, 4f), -0x1.5d10a4p-13f, -0x1.20b752p+0f, -0x1.4621bap-1f,
            -0x1.aa7326p-4f, 0x1.6d9cf2p-6f, -0x1.91cd4ep-9f, 0x1.9fb3a6p-13f)).neg().add(1f);
        return select(LT, a, constant(1f), near, copySign(far, x));
    }

    /// The magnitude of a positive or NaN, with the sign of b.
    private static F32 copySign(F32 a, F32 b) {
        return a.bits().or(b.bits().and(constant(0x80000000))).asFloat();
    }

    /// Sine and cosine of an angle: quarter turns are subtracted in three parts, and polynomials do the rest.
    ///
    /// Right below [#NEAR].
    private record Angle(F32 sine, F32 cosine) {
        static Angle of(F32 x) {
            var shifted = x.fma((float) (2 / Math.PI), ROUND);
            var n = shifted.sub(ROUND);
            // exact: both are multiples of the same power of two, and nearly equal
            var first = n.fma(constant(-0x1.921fb6p+0f), x);
            var second = n.mul(constant(0x1.777a5cp-25f));
            var r = first.add(second);
            // what rounding took from the sum, and from the product
            var rest = twoSumError(first, second, r).add(n.fma(constant(0x1.777a5cp-25f), second.neg()));
            return turned(r, n.fma(constant(0x1.ee59dap-50f), rest), shifted.bits());
        }

        /// Of an angle within an eighth turn, `x + rest`, and the number of quarter turns in the low bits of `quadrant`.
        static Angle turned(F32 x, F32 rest, Expr.I32 quadrant) {
            var square = x.mul(x);
            var s = x.add(x.mul(square).fma(
                polynomial(square, -0x1.555546p-3f, 0x1.11077cp-7f, -0x1.9955bp-13f), rest));
            var half = square.mul(0.5f);
            var large = constant(1f).sub(half);
            var small = square.mul(square).fma(
                polynomial(square, 0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0e4p-16f), x.mul(rest).neg());
            var c = large.add(constant(1f).sub(large).sub(half).add(small));
            return inQuadrant(s, c, quadrant);
        }

        /// Sine and cosine of an angle that lies within an eighth turn of a quadrant's axis, from those of the angle between
        /// them.
        static Angle inQuadrant(F32 s, F32 c, Expr.I32 quadrant) {
            // odd quadrants swap the two: their difference in bits, where the mask is set
            var swap = s.bits().xor(c.bits()).and(constant(0).sub(quadrant.and(1)));
            var sine = s.bits().xor(swap).xor(quadrant.and(2).shiftLeft(30));
            var cosine = c.bits().xor(swap).xor(quadrant.add(1).and(2).shiftLeft(30));
            return new Angle(sine.asFloat(), cosine.asFloat());
        }
    }

    /// The sine within 1 ulp; NaN from [#NEAR] on, where three parts of a quarter turn are too few.
    public static F32 sin(F32 x) {
        // -0 and what is too small to change
        return ifNear(x, select(LT, x.abs(), constant(0x1p-12f), x, Angle.of(x).sine()));
    }

    /// The cosine within 1 ulp; NaN from [#NEAR] on.
    public static F32 cos(F32 x) { return ifNear(x, Angle.of(x).cosine()); }

    private static F32 ifNear(F32 x, F32 y) { return select(LT, x.abs(), constant(NEAR), y, constant(Float.NaN)); }

    /// Sine and cosine of a turn: the angle 2 pi w / 2^32, for w as an unsigned int.
    public record Circle(F32 sine, F32 cosine) {

        public static Circle ofTurn(Expr.I32 w) {
            var quadrant = w.add(1 << 29).shiftRightUnsigned(30);
            // what is left of the nearest quarter turn, exact as an int
            var x = w.sub(quadrant.shiftLeft(30)).toFloat().mul((float) (2 * Math.PI * 0x1p-32));
            var square = x.mul(x);
            var s = x.mul(square).fma(polynomial(square, -0x1.555546p-3f, 0x1.11077cp-7f, -0x1.9955bp-13f), x);
            var c = polynomial(square, 1f, -0.5f, 0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0e4p-16f);
            var angle = Angle.inQuadrant(s, c, quadrant);
            return new Circle(angle.sine(), angle.cosine());
        }
    }

    /// Horner's scheme, one fused multiply-add a coefficient; `coefficients[i]` belongs to x^i.
    static F32 polynomial(F32 x, float... coefficients) {
        F32 p = constant(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) p = p.fma(x, constant(coefficients[i]));
        return p;
    }
}
