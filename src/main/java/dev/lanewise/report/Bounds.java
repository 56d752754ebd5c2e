package dev.lanewise.report;

import java.util.Arrays;

/// A closed interval of finite numbers.
record Bounds(double min, double max) {

    /// The least interval around `values`; where there are none, one that looks well on either scale.
    static Bounds of(double... values) {
        if (values.length == 0) return new Bounds(1, 10);
        return new Bounds(Arrays.stream(values).min().getAsDouble(), Arrays.stream(values).max().getAsDouble());
    }

    double span() {
        return max - min;
    }

    boolean contains(double value) {
        return value >= min && value <= max;
    }

    /// How far apart the lower ends are, and the upper ends.
    double distance(Bounds other) {
        return Math.abs(min - other.min) + Math.abs(max - other.max);
    }

    Bounds union(Bounds other) {
        return new Bounds(Math.min(min, other.min), Math.max(max, other.max));
    }

    Bounds within(double least, double greatest) {
        return new Bounds(Math.clamp(min, least, greatest), Math.clamp(max, least, greatest));
    }

    /// This interval, or a tenth more on either side where it is too narrow for an axis. Values closer than a millionth are
    /// one value in float32, and an axis over them would show rounding as if it were a curve.
    Bounds widened() {
        var size = Math.max(Math.abs(min), Math.abs(max));
        if (size < 1 / Ticks.LIMIT) return new Bounds(min - 1, max + 1);
        return span() > 1e-6 * size ? this : new Bounds(min - size / 10, max + size / 10);
    }
}
