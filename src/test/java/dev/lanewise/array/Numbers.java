package dev.lanewise.array;

import java.util.SplittableRandom;

/// Numbers for operands.
final class Numbers {

    private static final float[] SPECIAL = {0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, 88.7f, -104f, 0.5f, 3f};

    private Numbers() {}

    /// Of all kinds.
    static float[] wild(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++)
            x[i] = random.nextInt(4) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : (float) random.nextGaussian() * 4;
        return x;
    }

    /// Of [-1, 1).
    static float[] tame(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = (float) random.nextDouble() * 2 - 1;
        return x;
    }
}
