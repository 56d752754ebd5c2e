package dev.lanewise.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Which values the y axis shall reach.
sealed interface YRange {

    /// From the least value to the greatest.
    record Full() implements YRange {}

    /// What the caller says.
    record Fixed(double min, double max) implements YRange {}

    /// Where most series live, so that one that explodes does not press the others into a line.
    record Robust() implements YRange {}

    /// How much taller than its core a robust range may become to take in one more series.
    double GROWTH = 1.5;

    /// The axis over the given series, none of which is empty and all of whose values the scale can show.
    default Axis axis(Scale scale, List<double[]> series) {
        return switch (this) {
            case Fixed(var min, var _) when !scale.shows(min) ->
                    throw new IllegalArgumentException("yRange: a logarithmic axis needs a min above 0, got " + min);
            case Fixed(var min, var max) -> Axis.exactly(scale, new Bounds(min, max));
            case Full _ -> Axis.covering(scale, Bounds.of(series.stream().flatMapToDouble(Arrays::stream).toArray()));
            case Robust _ when series.isEmpty() -> Axis.covering(scale, Bounds.of());
            case Robust _ -> {
                var range = robust(series.stream()
                    .map(ys -> extent(Arrays.stream(ys).map(scale::at).sorted().toArray())).toList());
                yield Axis.covering(scale, new Bounds(scale.valueAt(range.min()), scale.valueAt(range.max())));
            }
        };
    }

    /// The core is the half of the series whose extents are nearest to the median one. The others join, nearest first, as long
    /// as the core stays readable. Extents are compared, not values: a series counts once, however long.
    private static Bounds robust(List<Bounds> extents) {
        var centre = new Bounds(median(extents, Bounds::min), median(extents, Bounds::max));
        var nearest = extents.stream().sorted(Comparator.comparingDouble(centre::distance)).toList();
        var half = (nearest.size() + 1) / 2;
        var core = nearest.subList(0, half).stream().reduce(Bounds::union).orElseThrow().widened();
        var range = core;
        for (var candidate : nearest.subList(half, nearest.size())) {
            var grown = range.union(candidate);
            range = grown.span() <= GROWTH * core.span() ? grown : range;
        }
        return range;
    }

    private static double median(List<Bounds> extents, ToDoubleFunction<Bounds> end) {
        return extents.stream().mapToDouble(end).sorted().toArray()[(extents.size() - 1) / 2];
    }

    /// The range that a series keeps to, lone spikes aside; its values come sorted.
    private static Bounds extent(double[] sorted) {
        var last = sorted.length - 1;
        var low = sorted[(int) (0.05 * last)];
        var high = sorted[(int) Math.ceil(0.95 * last)];
        var slack = 2 * (high - low);
        return new Bounds(Math.max(sorted[0], low - slack), Math.min(sorted[last], high + slack));
    }
}
