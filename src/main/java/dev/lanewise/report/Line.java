package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A series as a chart shows it.
///
/// @param series what was measured
/// @param drawn  what the strong line follows: the series, smoothed where that was asked for
/// @param notes  what the picture alone would hide
/// @param expected what it is compared with; null for nothing
record Line(Series series, Series drawn, Stroke stroke, List<String> notes, Expected expected) {

    static Line of(Series series, Series drawn, Stroke stroke, Axis y, Expected expected) {
        var notes = Stream.of(finiteness(series), signs(series, y), reach(series, y)).flatMap(List::stream).toList();
        return new Line(series, drawn, stroke, notes, expected);
    }

    String name() {
        return series.name();
    }

    String last() {
        return drawn.end() == 0 ? "–" : Numbers.compact(drawn.lastFinite());
    }

    /// The whole line in words, for tooltips and for readers who do not see the chart.
    String description() {
        return Stream.concat(Stream.of("last " + last()), notes.stream()).collect(Collectors.joining("; ", name() + ": ", ""));
    }

    private static List<String> finiteness(Series series) {
        var ys = series.ys();
        if (ys.length == 0) return List.of("no values");
        var bad = Arrays.stream(ys).filter(y -> !Double.isFinite(y)).count();
        if (bad == ys.length) return List.of("never finite");
        var notes = new ArrayList<String>();
        var end = series.end();
        if (end < ys.length) {
            notes.add("diverged at %s: %s".formatted(Numbers.plain(series.xs()[end]), Numbers.compact(ys[end])));
            bad -= ys.length - end;
        }
        if (bad > 0) notes.add("gaps: %s of %s not finite".formatted(bad, ys.length));
        return notes;
    }

    private static List<String> signs(Series series, Axis y) {
        var hidden = Arrays.stream(series.finite()).filter(value -> !y.scale().shows(value)).count();
        return hidden == 0 ? List.of() : List.of("%s of %s not above 0, not shown".formatted(hidden, series.ys().length));
    }

    private static List<String> reach(Series series, Axis y) {
        var values = Bounds.of(Arrays.stream(series.finite()).filter(y.scale()::shows).toArray());
        var above = values.max() > y.range().max();
        var below = values.min() < y.range().min();
        if (series.finite().length == 0 || !above && !below) return List.of();
        var max = "max " + Numbers.compact(values.max());
        var min = "min " + Numbers.compact(values.min());
        return List.of("off the chart: " + (above && below ? min + ", " + max : above ? max : min));
    }
}
