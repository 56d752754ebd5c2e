package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A series as a chart shows it.
///
/// @param series what was measured
/// @param drawn  what the strong line follows: the series, smoothed where that was asked for
/// @param notes  what the picture alone would hide
/// @param expected what it is compared with; null for nothing
/// @param beside which of its values stands beside its name
/// @param stripe which part of it is drawn, where others would hide it
record Line(Series series, Series drawn, Stroke stroke, List<String> notes, Expected expected, LineChart.Beside beside,
    Stripe stripe) {

    static Line of(Series series, Series drawn, Stroke stroke, Axis y, Expected expected, LineChart.Beside beside) {
        var notes = Stream.of(finiteness(series), signs(series, y), reach(series, y)).flatMap(List::stream).toList();
        return new Line(series, drawn, stroke, notes, expected, beside, Stripe.WHOLE);
    }

    Line striped(Stripe stripe) {
        return new Line(series, drawn, stroke, notes, expected, beside, stripe);
    }

    String dashes() {
        return stripe.of() == 1 ? stroke.dashes() : stripe.dashes();
    }

    String name() {
        return series.name();
    }

    /// The number of the point that counts, or -1.
    int point() {
        var ys = drawn.ys();
        var finite = IntStream.range(0, ys.length).filter(i -> Double.isFinite(ys[i])).boxed();
        return switch (beside) {
            case LAST -> drawn.end() - 1;
            case FIRST -> ys.length > 0 && drawn.end() > 0 ? 0 : -1;
            case MOST -> finite.max(Comparator.comparingDouble(i -> ys[i])).orElse(-1);
            case LEAST -> finite.min(Comparator.comparingDouble(i -> ys[i])).orElse(-1);
            case NOTHING -> -1;
        };
    }

    /// What stands beside the name: NaN for nothing.
    double value() {
        return point() < 0 ? Double.NaN : drawn.ys()[point()];
    }

    String valueText() {
        return beside == LineChart.Beside.NOTHING ? "" : point() < 0 ? "–" : Numbers.compact(value());
    }

    /// The whole line in words, for tooltips and for readers who do not see the chart.
    String description() {
        var value = beside == LineChart.Beside.NOTHING ? Stream.<String>of() : Stream.of(beside.word() + " " + valueText());
        return Stream.concat(value, notes.stream()).collect(Collectors.joining("; ", name() + ": ", ""));
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
