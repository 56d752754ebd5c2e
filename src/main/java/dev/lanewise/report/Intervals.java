package dev.lanewise.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Values with their error bars, one below the other on one x axis, as inline SVG: a dot for each, and a line over what it may as
/// well be.
///
/// ```java
/// var chart = Intervals.titled("Accuracy").xLabel("percent")
///         .row("xavier-normal", 87.1, 86.5, 87.7)
///         .row("kaiming-normal", 86.7, 86.1, 87.3)
///         .mark("guessing", 10);
/// ```
///
/// A row whose value is NaN or infinite has no dot and says so.
public final class Intervals implements Pictured {
    private static final double TOP = 44;
    private static final double ROW = 24;
    private static final double LETTER = 13;

    private record Row(String name, double value, double low, double high) {

        boolean isShown() { return Double.isFinite(value) && Double.isFinite(low) && Double.isFinite(high); }

        String words() {
            return isShown() ? "%s: %s (%s … %s)".formatted(name, Numbers.compact(value, 4), Numbers.compact(low, 4),
                Numbers.compact(high, 4))
                : name + ": " + Numbers.compact(value);
        }
    }

    private final String title;
    private final List<Row> rows = new ArrayList<>();
    private String xLabel = "";
    private String markName = "";
    private double mark = Double.NaN;

    private Intervals(String title) { this.title = Objects.requireNonNull(title, "title"); }

    /// {@return a chart without rows}
    public static Intervals titled(String title) { return new Intervals(title); }

    /// Says below the axis what it measures.
    public Intervals xLabel(String label) {
        xLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Adds a row below the others.
    ///
    /// @param low  where its error bar begins
    /// @param high where it ends
    /// @throws IllegalArgumentException unless `low <= value <= high`, or one of them isn't finite
    public Intervals row(String name, double value, double low, double high) {
        if (low > value || value > high) throw new IllegalArgumentException(
            "row '%s': %s is not within its error bar, %s to %s".formatted(name, value, low, high));
        rows.add(new Row(Objects.requireNonNull(name, "name"), value, low, high));
        return this;
    }

    /// Draws a line across all rows at what they are to be held against.
    public Intervals mark(String name, double value) {
        markName = Objects.requireNonNull(name, "name");
        mark = value;
        return this;
    }

    /// {@return the chart as one SVG image} It can stand in a file of its own.
    public String svg() { return svg(Format.DESK); }

    private String svg(Format format) { return drawing(format).svg("role", "img", "aria-label", title); }

    @Override
    public String thumbnail() {
        var drawing = drawing(Format.PHONE);
        return drawing.thumbnail(0, TOP - 8, drawing.width(), drawing.height() - TOP - 34);
    }

    private Drawing drawing(Format format) {
        double width = format.width();
        double left = 12 + LETTER * rows.stream().mapToDouble(row -> Numbers.width(row.name)).max().orElse(0);
        double right = width - 20;
        var values = rows.stream().filter(Row::isShown).flatMap(row -> List.of(row.low, row.high).stream())
            .collect(Collectors.toList());
        if (Double.isFinite(mark)) values.add(mark);
        var x = Axis.covering(Scale.LINEAR, Bounds.of(values.stream().mapToDouble(value -> value).toArray()).widened());
        var markup = new Markup().element("title", title).element("desc", description());
        double top = TOP + Format.title(markup, title, 4, width);
        double bottom = top + ROW * Math.max(1, rows.size());
        markup.open("g", "stroke", "currentColor", "stroke-opacity", "0.13");
        for (var tick : x.ticks()) vertical(markup, across(x, tick.value(), left, right), top, bottom);
        markup.close().open("g", "fill", "currentColor", "opacity", "0.75", "font-size", "12");
        for (var tick : named(x, right - left)) markup.element("text", tick.label(), "x",
            across(x, tick.value(), left, right), "y", bottom + 18,
            "text-anchor", "middle");
        markup.element("text", xLabel, "x", (left + right) / 2, "y", bottom + 38, "text-anchor", "middle").close();
        if (Double.isFinite(mark)) mark(markup, across(x, mark, left, right), top, bottom, late(x, left, right, width));
        for (int i = 0; i < rows.size(); i++) row(markup, rows.get(i), x, top + ROW * (i + 0.5), left, right);
        return new Drawing(width, bottom + 46, markup.toString());
    }

    private static double across(Axis x, double value, double left, double right) {
        return left + x.fraction(value) * (right - left);
    }

    /// Every mark, or every second, or third, so that their numbers stand apart.
    private static List<Ticks.Tick> named(Axis x, double width) {
        for (int step = 1; ; step++) {
            int every = step;
            var kept = IntStream.range(0, x.ticks().size()).filter(i -> i % every == 0).mapToObj(x.ticks()::get).toList();
            double widest = kept.stream().mapToDouble(tick -> 12 * Numbers.width(tick.label()) + 8).max().orElse(0);
            if (widest * (x.ticks().size() - 1) <= width * every || kept.size() < 2) return kept;
        }
    }

    private boolean late(Axis x, double left, double right, double width) { return across(x, mark, left, right) > width / 2; }

    private static void vertical(Markup markup, double at, double top, double bottom) {
        markup.empty("line", "x1", at, "y1", top, "x2", at, "y2", bottom);
    }

    private void mark(Markup markup, double at, double top, double bottom, boolean late) {
        markup.open("g", "stroke", "currentColor", "stroke-opacity", "0.6", "stroke-dasharray", "5 4");
        vertical(markup, at, top, bottom);
        markup.close().element("text", markName, "x", at, "y", top - 6, "fill", "currentColor", "opacity", "0.75", "font-size",
            "12",
            "text-anchor", late ? "end" : "start");
    }

    private static void row(Markup markup, Row row, Axis x, double y, double left, double right) {
        markup.open("g", "class", "row").element("title", row.words())
            .element("text", row.name, "x", left - 10, "y", y + 4, "text-anchor", "end", "fill", "currentColor", "font-size",
            "" + (int) LETTER);
        if (row.isShown()) {
            double low = across(x, row.low, left, right);
            double high = across(x, row.high, left, right);
            markup.open("g", "style", new Stroke(0).colour(), "stroke", "currentColor", "fill", "currentColor", "stroke-width",
                "2")
                .empty("path", "d", "M%s %sH%sM%s %sv8M%s %sv8".formatted(Numbers.pixel(low), Numbers.pixel(y),
                Numbers.pixel(high),
                    Numbers.pixel(low), Numbers.pixel(y - 4), Numbers.pixel(high), Numbers.pixel(y - 4)), "fill", "none")
                .empty("circle", "cx", across(x, row.value, left, right), "cy", y, "r", 4.0).close();
        } else {
            markup.element("text", Numbers.compact(row.value), "x", left + 4, "y", y + 4, "fill", "currentColor", "font-size",
                "12");
        }
        markup.close();
    }

    private String description() {
        return "Values with error bars. " + rows.stream().map(Row::words).collect(Collectors.joining("; "))
            + (Double.isFinite(mark) ? "; " + markName + ": " + Numbers.compact(mark) : "") + ".";
    }

    @Override
    public String html() {
        return new Markup().open("figure", "class", "chart").open("div", "class", "plot desk").raw(svg(Format.DESK)).close()
            .open("div", "class", "plot phone").raw(svg(Format.PHONE)).close().close().toString();
    }
}
