package dev.lanewise.report;

import java.util.Arrays;

/// What a series is compared with, at the same x: a middle and a range around it. NaN is a gap.
record Expected(double[] middle, double[] low, double[] high) {

    Expected {
        if (low.length != middle.length || high.length != middle.length) throw new IllegalArgumentException(
            "expected: %s values, %s lower and %s upper ends; give as many of each".formatted(middle.length, low.length,
                high.length));
        middle = middle.clone();
        low = low.clone();
        high = high.clone();
    }

    boolean hasRange() {
        return !Arrays.equals(low, high);
    }
}
