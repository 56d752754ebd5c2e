package dev.lanewise.kernel.code;

/// The fused multiply-add of floats without the instruction: exact, in some twenty operations.
///
/// `Math.fma` goes through `BigDecimal` on a CPU that has none, at about a microsecond.
public final class SoftFma {

    private SoftFma() {}

    /// `a * b + c` rounded once.
    ///
    /// The product of two floats is exact in double. The sum is rounded to odd, which keeps enough of what was lost
    /// for the second rounding, to float, to be the right one (Boldo and Melquiond, "Emulation of FMA and
    /// correctly rounded sums: proved algorithms using rounding to odd", 2008).
    public static float fma(float a, float b, float c) {
        double product = (double) a * b;
        double sum = product + c;
        // Knuth's two-sum: sum + error is product + c exactly
        double virtual = sum - product;
        double error = (product - (sum - virtual)) + (c - virtual);
        // an error of 0 is exact, NaN comes with infinities and NaNs; an even significand is moved towards the error
        if (error > 0 || error < 0) {
            long bits = Double.doubleToRawLongBits(sum);
            if ((bits & 1) == 0) sum = Double.longBitsToDouble(error > 0 == sum > 0 ? bits + 1 : bits - 1);
        }
        return (float) sum;
    }
}
