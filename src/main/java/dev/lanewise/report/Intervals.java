package dev.lanewise.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

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
public final class Intervals implements Block {
    /// Narrow, so that a phone shows it whole.
    private static final double WIDTH = 460;
    private static final double WIDEST = 600;
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
    public String svg() {
        double left = 12 + LETTER * rows.stream().mapToDouble(row -> Numbers.width(row.name)).max().orElse(0);
        double right = WIDTH - 20;
        double bottom = TOP + ROW * Math.max(1, rows.size());
        var values = rows.stream().filter(Row::isShown).flatMap(row -> List.of(row.low, row.high).stream())
            .collect(Collectors.toList());
        if (Double.isFinite(mark)) values.add(mark);
        var x = Axis.covering(Scale.LINEAR, Bounds.of(values.stream().mapToDouble(value -> value).toArray()).widened());
        var markup = new Markup().element("title", title).element("desc", description()).open("g", "fill", "currentColor")
            .element("text", title, "x", 4.0, "y", 20.0, "font-size", "16", "font-weight", "600").close()
            .open("g", "stroke", "currentColor", "stroke-opacity", "0.13");
        for (var tick : x.ticks()) vertical(markup, across(x, tick.value(), left, right), bottom);
        markup.close().open("g", "fill", "currentColor", "opacity", "0.75", "font-size", "12");
        for (var tick : x.ticks()) markup.element("text", tick.label(), "x", across(x, tick.value(), left, right), "y",
            bottom + 18,
            "text-anchor", "middle");
        markup.element("text", xLabel, "x", (left + right) / 2, "y", bottom + 38, "text-anchor", "middle").close();
        if (Double.isFinite(mark)) mark(markup, across(x, mark, left, right), bottom);
        for (int i = 0; i < rows.size(); i++) row(markup, rows.get(i), x, TOP + ROW * (i + 0.5), left, right);
        return new Drawing(WIDTH, bottom + 46, markup.toString()).svg("role", "img", "aria-label", title);
    }

    private static double across(Axis x, double value, double left, double right) {
        return left + x.fraction(value) * (right - left);
    }

    private static void vertical(Markup markup, double at, double bottom) {
        markup.empty("line", "x1", at, "y1", TOP, "x2", at, "y2", bottom);
    }

    private void mark(Markup markup, double at, double bottom) {
        markup.open("g", "stroke", "currentColor", "stroke-opacity", "0.6", "stroke-dasharray", "5 4");
        vertical(markup, at, bottom);
        boolean late = at > WIDTH / 2;
        markup.close().element("text", markName, "x", at, "y", TOP - 6, "fill", "currentColor", "opacity", "0.75", "font-size",
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
        return new Markup().open("figure", "class", "chart")
            .open("div", "class", "scroll plot narrow", "style", "max-width:" + Math.round(WIDEST) + "px")
            .raw(svg()).close().close().toString();
    }
}
