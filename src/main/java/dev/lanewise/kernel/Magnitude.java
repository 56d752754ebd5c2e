package dev.lanewise.kernel;

/// How far numbers may be taken: squares and sums leave the range of floats long before the numbers do. What is near an end of it
/// is taken times a power of two before, which changes no rounding.
public final class Magnitude {

    /// As many numbers as an array can hold don't overflow when they are summed, times this power of two.
    public static final float FOR_SUMS = 0x1p-33f;
    /// From its inverse to this a variance has lost nothing that shows: second derivatives have the fifth power of its root's
    /// inverse.
    private static final float ORDINARY = 0x1p40f;
    private static final int LARGEST_POWER = 126;
    /// Nearer to their mean, relative to the largest of them, floats are only if all are equal.
    private static final float LEAST_DISTANCE = 0x1p-60f;
    /// Beyond it sums and distances from a mean may overflow.
    private static final float LARGE = 0x1p90f;

    private Magnitude() {}

    /// Whether neither a variance nor what is computed of it has left the range of floats.
    public static boolean isOrdinary(float variance) { return variance >= 1 / ORDINARY && variance <= ORDINARY; }

    /// The power of two that takes the largest of some numbers to between 1 and 2, as nearly as floats reach; 1 if it is 0,
    /// infinite or NaN.
    public static float toOne(float largest) {
        if (!(largest > 0 && largest < Float.POSITIVE_INFINITY)) return 1;
        int exponent = largest < Float.MIN_NORMAL ? Math.getExponent(largest * 0x1p24f) - 24 : Math.getExponent(largest);
        return Math.scalb(1f, -Math.clamp(exponent, -LARGEST_POWER, LARGEST_POWER));
    }

    /// What numbers are taken times, by the largest of them, before they are added: 1 unless their sum may overflow.
    public static float forSums(float largest) { return largest > LARGE && largest < Float.POSITIVE_INFINITY ? FOR_SUMS : 1; }

    /// What is added to a variance of numbers that were taken times a power of two. It stays above 0, if it was: equal numbers,
    /// however large, are 0 then, and not 0 / 0.
    public static float scaled(double eps, float scale) {
        float scaled = (float) (eps * scale * scale);
        return scaled == 0 && eps > 0 ? Float.MIN_VALUE : scaled;
    }

    /// What a distance from the mean is taken for at least.
    ///
    /// @param largest of the numbers
    /// @param root    of what is added to their variance
    public static float least(float largest, float root) { return Math.max(root, largest * LEAST_DISTANCE); }
}
