package dev.lanewise.kernel.expr;

import static dev.lanewise.formula.Comparison.GT;
import static dev.lanewise.formula.Comparison.LT;
import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.select;
import static dev.lanewise.kernel.expr.Functions.atLeast;
import static dev.lanewise.kernel.expr.Functions.atMost;
import static dev.lanewise.kernel.expr.Functions.magnitudeAtMost;
import static dev.lanewise.kernel.expr.Functions.polynomial;

import dev.lanewise.kernel.expr.Expr.F32;

/// Activations that are x times a gate from 0 to 1, their slopes and their curvatures, as expressions, relatively precise in both
/// tails, down to where they end as floats.
///
/// Far out the gate is 0 or 1 and its derivatives are 0 in float: x is clamped there before it meets them, so that an
/// infinity times 0 makes no NaN. In between, small powers are kept times 2^64, lest they lose digits that a product with x would
/// show.
public final class Gates {

    /// sqrt(2 / pi).
    public static final float SQRT_2_OVER_PI = (float) Math.sqrt(2 / Math.PI);
    /// The factor of x^3 in [#geluTanh].
    public static final float CUBIC = 0.044715f;
    /// Beyond it x^3 e^x is 0 in float.
    public static final float FLAT = 125f;
    /// Beyond it x^3 times the normal density is 0 in float.
    public static final float NORMAL_FLAT = 15f;
    /// Beyond it the same is so of the sigmoid that stands for the density in [#geluTanh].
    public static final float CUBIC_FLAT = 11.25f;
    /// Beyond it mish is x in float.
    private static final float MISH_FLAT = 12f;
    /// Beyond it e^(-x^2) is 0 in float.
    public static final float ERF_FLAT = 11f;

    private static final float LOWER = 0x1p-64f;
    private static final float DENSITY_AT_0 = (float) (1 / Math.sqrt(2 * Math.PI));

    private Gates() {}

    private static F32 magnitude(F32 x, float bound) { return atMost(x.abs(), bound); }

    /// x times its gate, from its value at -|x|: what x lacks where it is positive, so that the gate's error is small too.
    private static F32 gated(F32 x, F32 negative) { return select(LT, x, constant(0f), negative, x.add(negative)); }

    /// The slope, from its value at -|x|, raised: a gate and its mirror image are 1 together.
    private static F32 slope(F32 x, F32 raised) {
        var negative = raised.mul(LOWER);
        return select(LT, x, constant(0f), negative, constant(1f).sub(negative));
    }

    // ---- gates that are a sigmoid of v(x), an odd function: y = x s, y' = s + x s', y'' = 2 s' + x s''

    /// @param a      |x|, at most where all ends
    /// @param power  2^64 e^-v(a)
    /// @param first  v'(a)
    /// @param second a v''(a)
    private record Sigmoidal(F32 a, F32 power, F32 first, F32 second) {

        static Sigmoidal silu(F32 a) {
            return new Sigmoidal(a, Functions.raisedExp(a.neg()), constant(1f), constant(0f));
        }

        static Sigmoidal geluTanh(F32 a) {
            var square = a.mul(a);
            return new Sigmoidal(a, tiltedPower(a), square.fma(6 * SQRT_2_OVER_PI * CUBIC, 2 * SQRT_2_OVER_PI),
                square.mul(12 * SQRT_2_OVER_PI * CUBIC));
        }

        /// e^-v.
        F32 t() { return power.mul(LOWER); }

        F32 d() { return constant(1f).div(t().add(1f)); }

        /// t d - a t d^2 v'
        F32 slope(F32 x) {
            var d = d();
            return Gates.slope(x, power.mul(d).mul(a.mul(d).mul(first).neg().add(1f)));
        }

        /// t d^2 (2 v' + a v'' - a (1 - t) d v'^2), the same at x and -x
        F32 curvature() {
            var d = d();
            var bend = constant(1f).sub(t()).mul(d).mul(a).mul(first).mul(first);
            return power.mul(d).mul(d).mul(first.add(first).add(second).sub(bend)).mul(LOWER);
        }
    }

    /// x sigmoid(x). Below -87 its power is subnormal and so costs it digits, 60 units in the last place at the most.
    public static F32 silu(F32 x) {
        var c = magnitudeAtMost(x, 110f).neg();
        var t = Functions.expOfNegative(c);
        return select(LT, x, constant(0f), c.mul(t), x).div(t.add(1f));
    }

    public static F32 siluSlope(F32 x) { return Sigmoidal.silu(magnitude(x, FLAT)).slope(x); }

    public static F32 siluCurvature(F32 x) { return Sigmoidal.silu(magnitude(x, FLAT)).curvature(); }

    /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, which is x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)).
    public static F32 geluTanh(F32 x) {
        var a = magnitudeAtMost(x, CUBIC_FLAT);
        var power = tiltedPower(a);
        return gated(x, a.mul(power).mul(-LOWER).div(power.fma(LOWER, 1f)));
    }

    /// 2^64 e^(-2 sqrt(2 / pi) (a + 0.044715 a^3)).
    private static F32 tiltedPower(F32 a) {
        return Functions.raisedCubic(a, 0x1.26aecp+1f, 0x1.0de73ap-22f, 0x1.a5a7dp-4f, -0x1.151aaep-29f);
    }

    public static F32 geluTanhSlope(F32 x) { return Sigmoidal.geluTanh(magnitude(x, CUBIC_FLAT)).slope(x); }

    public static F32 geluTanhCurvature(F32 x) { return Sigmoidal.geluTanh(magnitude(x, CUBIC_FLAT)).curvature(); }

    // ---- the normal distribution

    /// Stretches the range of a polynomial so that it falls evenly.
    private static final float STRETCH = 0.27f;
    /// Where x times the probability below it ends as a float.
    private static final float GELU_FLAT = 14.4f;

    /// -e^(a^2 / 2) (1 + 0.27 a) times the probability that a standard normal number is above `a`, of 0 to 14.5, and times a
    /// scale: a polynomial in a / (1 + 0.27 a) that was fitted for this file (Remez' exchange, error 3e-8). What
    /// [Functions#coarseBell] is too large by is left out.
    private static F32 mills(F32 stretched, float scale) {
        return polynomial(stretched, -0.5f * scale, 0x1.0e47p-2f * scale, -0x1.22ec2cp-4f * scale, 0x1.0314c8p-7f * scale,
            0x1.fe13f2p-12f * scale, -0x1.01fc3cp-13f * scale, -0x1.3202cap-15f * scale, 0x1.6e6eb6p-17f * scale,
            -0x1.b38c3p-21f * scale);
    }

    /// x times the probability that a standard normal number is below x: within 8 ulp of itself at every negative x, down to
    /// where it ends, 2 ulp or 1e-7 at a positive one.
    public static F32 gelu(F32 x) {
        var a = magnitudeAtMost(x, GELU_FLAT);
        var stretched = a.div(a.fma(STRETCH, 1f));
        return gated(x, Functions.coarseBell(a).mul(mills(stretched, 0x1p-24f)).mul(stretched));
    }

    /// The probability of a number below x, and x times the density.
    public static F32 geluSlope(F32 x) {
        var a = magnitude(x, NORMAL_FLAT);
        var t = constant(1f).div(a.fma(STRETCH, 1f));
        return slope(x, Functions.raisedBell(a, 0.5f).mul(mills(a.mul(t), 1f).mul(t).fma(constant(-1f), a.mul(-DENSITY_AT_0))));
    }

    /// (2 - x^2) times the density.
    public static F32 geluCurvature(F32 x) {
        var a = magnitude(x, NORMAL_FLAT);
        return Functions.raisedBell(a, 0.5f).mul(a.mul(a).fma(-DENSITY_AT_0, 2 * DENSITY_AT_0)).mul(LOWER);
    }

    /// The normal density.
    public static F32 density(F32 x) {
        return Functions.raisedBell(magnitude(x, NORMAL_FLAT), 0.5f).mul(LOWER * DENSITY_AT_0);
    }

    /// 2 / sqrt(pi) e^(-x^2).
    public static F32 erfSlope(F32 x) {
        return Functions.raisedBell(magnitude(x, ERF_FLAT), 1f).mul(LOWER * (float) (2 / Math.sqrt(Math.PI)));
    }

    // ---- mish: with w = e^x and n = w (w + 2), tanh(log(1 + w)) = n / (n + 2)

    /// x tanh(log(1 + e^x)).
    public static F32 mish(F32 x) {
        var c = atLeast(atMost(x, MISH_FLAT), -FLAT);
        var power = Functions.raisedExp(c);
        var w = power.mul(LOWER);
        var up = w.add(2f);
        return select(GT, x, constant(MISH_FLAT), x, c.mul(power).mul(LOWER).mul(up.div(w.fma(up, constant(2f)))));
    }

    /// The gate, and x times its derivative 4 w (1 + w) / (n + 2)^2.
    public static F32 mishSlope(F32 x) {
        var c = atLeast(atMost(x, MISH_FLAT), -FLAT);
        var power = Functions.raisedExp(c);
        var w = power.mul(LOWER);
        var up = w.add(2f);
        var d = w.fma(up, constant(2f));
        return w.add(1f).mul(4f).div(d.mul(d)).fma(c, up.div(d)).mul(power).mul(LOWER);
    }
}
