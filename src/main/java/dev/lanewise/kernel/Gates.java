package dev.lanewise.kernel;

import static dev.lanewise.kernel.Expr.Comparison.LT;
import static dev.lanewise.kernel.Expr.constant;
import static dev.lanewise.kernel.Expr.select;
import static dev.lanewise.kernel.Functions.atLeast;
import static dev.lanewise.kernel.Functions.atMost;
import static dev.lanewise.kernel.Functions.coarseExp2;
import static dev.lanewise.kernel.Functions.exp;
import static dev.lanewise.kernel.Functions.expOfMinusAbs;
import static dev.lanewise.kernel.Functions.magnitudeAtMost;
import static dev.lanewise.kernel.Functions.polynomial;

import dev.lanewise.kernel.Expr.F32;
import java.util.function.UnaryOperator;

/// Activations that are x times a gate from 0 to 1, and their slopes, as expressions.
///
/// Far out the gate is 0 or 1 and its derivatives are 0 in float: x is clamped there before it meets them, so that an
/// infinity times 0 makes no NaN.
public final class Gates {

    /// sqrt(2 / pi).
    public static final float SQRT_2_OVER_PI = (float) Math.sqrt(2 / Math.PI);
    /// The factor of x^3 in [#geluTanh].
    public static final float CUBIC = 0.044715f;
    /// Beyond it e^x is no normal float, and x e^x is less than 1e-43.
    public static final float FLAT = 110f;
    /// Beyond it the normal density is 0 in float, and so is sigmoid of [#tilted].
    public static final float NORMAL_FLAT = 15f;
    /// Where a normal number is above x, or below -x, with less than the least normal float's probability.
    private static final float GELU_FLAT = 13f;
    /// Beyond it mish is x in float; its cube of e^x squared is still finite.
    public static final float MISH_FLAT = 12f;

    private Gates() {}

    private static F32 clamp(F32 x, float bound) { return atLeast(atMost(x, bound), -bound); }

    /// x times its gate, from |x| times the gate at -|x|: what x lacks where it is positive, so that the gate's error is small
    /// too.
    private static F32 gated(F32 x, F32 tail) { return select(LT, x, constant(0f), tail.neg(), x.sub(tail)); }

    // ---- gates that are a sigmoid of v(x): y = x s, y' = s + x s'

    /// x sigmoid(x).
    public static F32 silu(F32 x) {
        var c = magnitudeAtMost(x, FLAT).neg();
        var t = Functions.expOfNegative(c);
        return select(LT, x, constant(0f), c.mul(t), x).div(t.add(1f));
    }

    public static F32 siluSlope(F32 x) { return sigmoidSlope(clamp(x, FLAT), c -> c, _ -> constant(1f)); }

    /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
    public static F32 geluTanh(F32 x) {
        var t = expOfMinusAbs(tilted(x));
        return gated(x, atMost(x.abs(), FLAT).mul(t.div(t.add(1f))));
    }

    public static F32 geluTanhSlope(F32 x) {
        return sigmoidSlope(clamp(x, NORMAL_FLAT), Gates::tilted,
            c -> c.mul(c).fma(6 * SQRT_2_OVER_PI * CUBIC, 2 * SQRT_2_OVER_PI));
    }

    /// 2 sqrt(2 / pi) (x + 0.044715 x^3): (1 + tanh(v / 2)) / 2 is sigmoid(v), which doesn't cancel.
    private static F32 tilted(F32 x) { return x.mul(x).fma(CUBIC, 1f).mul(x).mul(2 * SQRT_2_OVER_PI); }

    private static F32 sigmoidSlope(F32 x, UnaryOperator<F32> inner, UnaryOperator<F32> first) {
        var v = inner.apply(x);
        // s (1 - s) as t / (1 + t)^2: 1 - s would be all rounding where s is nearly 1
        var t = expOfMinusAbs(v);
        var d = constant(1f).div(t.add(1f));
        var s = select(LT, v, constant(0f), t, constant(1f)).mul(d);
        return t.mul(d).mul(d).mul(first.apply(x)).fma(x, s);
    }

    // ---- the normal distribution

    /// The probability that a standard normal number is above `a`, of 0 to 15: within 8 ulp.
    ///
    /// That is e^(-a^2 / 2) times a function that falls slowly, a polynomial in 1 / (1 + 0.24 a) that was fitted for
    /// this file (Lawson's iteration, error 7e-9).
    private static F32 above(F32 a) {
        var square = a.mul(a);
        // what rounding took from the square would be magnified by it
        var lost = a.fma(a, square.neg());
        var power = expOfMinusAbs(square.mul(0.5f));
        power = power.mul(lost).fma(constant(-0.5f), power);
        var t = constant(1f).div(a.fma(0.24f, 1f));
        return power.mul(t).mul(polynomial(t, 0x1.8828aep-4f, 0x1.88a464p-4f, 0x1.6c318p-4f, 0x1.67d398p-4f,
            0x1.c978aap-6f, 0x1.228828p-3f, -0x1.286d1p-3f, 0x1.a5828ap-3f, -0x1.ff131p-4f, 0x1.a29ddep-6f));
    }

    /// x times the probability that a standard normal number is below x: within 2 ulp or 1e-7.
    ///
    /// The probability above |x| is 2 to the power of a polynomial that was fitted for this file (Lawson's iteration): smooth from
    /// 1/2 down to where a float ends, it takes neither a division nor an exact square. In the negative tail, where 1 + erf
    /// would be all error, it keeps digits: within 1e-5 of itself down to -6, 2e-5 to -8, 1 % to -12.
    public static F32 gelu(F32 x) {
        var a = magnitudeAtMost(x, GELU_FLAT);
        return gated(x, a.mul(coarseExp2(polynomial(a, -1f, -0x1.26afp+0f, -0x1.d6356cp-2f, -0x1.ae67b8p-5f,
            0x1.d0562ap-8f, -0x1.ae5218p-14f, -0x1.f40bf6p-13f, 0x1.1ed21ep-14f, -0x1.68e58cp-17f, 0x1.1f459cp-20f,
            -0x1.1ed5ep-24f, 0x1.4801c2p-29f, -0x1.47998p-35f))));
    }

    /// The probability of a number below x, and x times the density.
    public static F32 geluSlope(F32 x) {
        var c = clamp(x, NORMAL_FLAT);
        var tail = above(c.abs());
        var below = select(LT, x, constant(0f), tail, constant(1f).sub(tail));
        return expOfMinusAbs(c.mul(c).mul(0.5f)).mul((float) (1 / Math.sqrt(2 * Math.PI))).fma(c, below);
    }

    // ---- mish: with w = e^x and n = w (w + 2), tanh(log(1 + w)) = n / (n + 2)

    /// x tanh(log(1 + e^x)).
    public static F32 mish(F32 x) {
        var w = exp(atMost(x, MISH_FLAT));
        var n = w.mul(w.add(2f));
        return atLeast(x, -FLAT).mul(n.div(n.add(2f)));
    }

    /// The gate, and x times its derivative 4 w (1 + w) / (n + 2)^2.
    public static F32 mishSlope(F32 x) {
        var c = atLeast(atMost(x, MISH_FLAT), -FLAT);
        var w = exp(c);
        var n = w.mul(w.add(2f));
        var d = n.add(2f);
        return w.mul(4f).mul(w.add(1f)).div(d.mul(d)).fma(c, n.div(d));
    }
}
