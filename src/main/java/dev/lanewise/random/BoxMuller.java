package dev.lanewise.random;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Expr.F32;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;

/// Normal numbers from uniform ones, with the roundings of PyTorch's kernel for CPUs with AVX2 and fused multiply-adds.
///
/// Blocks of 16 uniform numbers give 16 normal ones: 8 radii, then the 8 angles that belong to them. Logarithm, sine and
/// cosine have their coefficients from Moshier's Cephes, by way of Pommier's sse_mathfun and Garberoglio's avx_mathfun
/// (zlib licence), which that kernel uses. Where its compiler fused a product and a sum, and where not, is part of the bits.
final class BoxMuller {

    static final int BLOCK = 16;
    private static final int HALF = BLOCK / 2;
    /// Blocks that are transformed at once, their two halves gathered: what stays in the nearest cache.
    private static final int BLOCKS = 256;

    /// Slot 0 the uniform numbers of the radii, slot 1 those of the angles; scalars mean and standard deviation.
    private static final Elementwise PAIRS = pairs();

    private BoxMuller() {}

    /// Turns uniform numbers of [0, 1) into normal ones, `length` being a multiple of 16.
    static void transform(float mean, float std, float[] out, int offset, int length) {
        float[] scalars = {mean, std};
        var radii = new float[Math.min(BLOCKS * HALF, length / 2)];
        var angles = new float[radii.length];
        for (int at = offset, n; at < offset + length; at += 2 * n) {
            n = Math.min(radii.length, (offset + length - at) / 2);
            for (int i = 0; i < n; i += HALF) {
                System.arraycopy(out, at + 2 * i, radii, i, HALF);
                System.arraycopy(out, at + 2 * i + HALF, angles, i, HALF);
            }
            PAIRS.run(0, radii, 0, angles, 0, null, 0, null, 0, null, 0, null, 0, scalars, n);
            for (int i = 0; i < n; i += HALF) {
                System.arraycopy(radii, i, out, at + 2 * i, HALF);
                System.arraycopy(angles, i, out, at + 2 * i + HALF, HALF);
            }
        }
    }

    /// Turns a block of doubles from `at` on.
    static void transform(double mean, double std, double[] out, int at) {
        for (int i = at; i < at + HALF; i++) {
            double radius = Math.sqrt(-2 * GlibcLogarithm.of(1 - out[i]));
            double angle = 2 * Math.PI * out[i + HALF];
            out[i] = Math.fma(radius * StrictMath.cos(angle), std, mean);
            out[i + HALF] = Math.fma(radius * StrictMath.sin(angle), std, mean);
        }
    }

    private static Elementwise pairs() {
        var radius = log(Expr.constant(1f).sub(Expr.slot(0))).mul(-2f).sqrt();
        var direction = Direction.of(Expr.slot(1).mul(6.2831855f));
        var mean = Expr.scalar(0);
        var std = Expr.scalar(1);
        return new Elementwise(new Formula("torch_normal", List.of(
            new Formula.Output(0, radius.mul(direction.cosine()).fma(std, mean)),
            new Formula.Output(1, radius.mul(direction.sine()).fma(std, mean)))));
    }

    /// The natural logarithm of a normal number.
    private static F32 log(F32 x) {
        var bits = x.bits();
        var exponent = bits.shiftRightUnsigned(23).sub(126).toFloat();
        var significand = bits.and(0x7fffff).add(0x3f000000).asFloat();
        var less = significand.sub(1f);
        var border = Expr.constant(0.70710677f);
        var e = Expr.select(Comparison.LT, significand, border, exponent.sub(1f), exponent);
        var f = Expr.select(Comparison.LT, significand, border, less.add(significand), less);
        var square = f.mul(f);
        var y = polynomial(f, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
            -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f).mul(f);
        y = y.fma(square, e.mul(-2.12194440e-4f));
        y = square.fma(Expr.constant(-0.5f), y);
        return e.fma(Expr.constant(0.693359375f), f.add(y));
    }

    /// The first coefficient is that of the highest power.
    private static F32 polynomial(F32 x, float... coefficients) {
        F32 y = Expr.constant(coefficients[0]);
        for (int i = 1; i < coefficients.length; i++) y = y.fma(x, coefficients[i]);
        return y;
    }

    private record Direction(F32 cosine, F32 sine) {

        /// Of an angle in [0, 2 pi]: the nearest multiple of pi / 2 is taken off it in three parts.
        static Direction of(F32 angle) {
            var eighths = angle.mul(1.27323954473516f);
            var twice = steps(eighths, 0, 2, 4, 6, 8);
            var x = twice.fma(Expr.constant(-0.78515625f), angle);
            x = twice.fma(Expr.constant(-2.4187564849853515625e-4f), x);
            x = twice.fma(Expr.constant(-3.77489497744594108e-8f), x);
            var square = x.mul(x);
            var c = polynomial(square, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f).mul(square);
            c = c.fma(square, square.mul(0.5f).neg()).add(1f);
            var s = polynomial(square, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f).mul(square).fma(x, x);
            // a quarter turn swaps the two
            var swapped = steps(eighths, 0, 1, 0, 1, 0);
            var half = Expr.constant(0.5f);
            return new Direction(
                Expr.select(Comparison.GT, swapped, half, s, c).mul(steps(eighths, 1, -1, -1, 1, 1)),
                Expr.select(Comparison.GT, swapped, half, c, s).mul(steps(eighths, 1, 1, -1, -1, 1)));
        }

        /// What belongs to the eighth of a turn: below 1, 3, 5, 7 and from there on.
        private static F32 steps(F32 eighths, float... values) {
            F32 y = Expr.constant(values[4]);
            for (int i = 3; i >= 0; i--)
                y = Expr.select(Comparison.LT, eighths, Expr.constant(2f * i + 1), Expr.constant(values[i]), y);
            return y;
        }
    }
}
