package dev.lanewise.report;

import java.util.List;

/// One axis: the range it shows, how values are laid out along it, and its marks.
record Axis(Scale scale, Bounds range, List<Ticks.Tick> ticks) {

    /// An axis that ends on ticks, so that the grid closes around the data.
    static Axis covering(Scale scale, Bounds data) {
        var ticks = scale.ticks(data.min(), data.max());
        return new Axis(scale, new Bounds(ticks.getFirst().value(), ticks.getLast().value()), ticks);
    }

    /// An axis over exactly this range, with the ticks that fall inside.
    static Axis exactly(Scale scale, Bounds range) {
        var ticks = scale.ticks(range.min(), range.max()).stream().filter(tick -> range.contains(tick.value())).toList();
        return new Axis(scale, range, ticks);
    }

    /// Where a value lies: 0 at the start of the axis, 1 at its end; NaN if it has no place. Far outside is as good as very
    /// far outside, and clamping keeps coordinates finite.
    double fraction(double value) {
        if (!scale.shows(value)) return Double.NaN;
        var start = scale.at(range.min());
        return Math.clamp((scale.at(value) - start) / (scale.at(range.max()) - start), -1e4, 1e4);
    }
}
