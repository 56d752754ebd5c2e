package dev.lanewise.report;

import java.util.List;

/// The left part of a chart whose x axis names groups, with a place for each series in each of them: title, y axis, grid and
/// names. What stands in the places is drawn by the chart.
final class GroupPlot {
    static final double TOP = 68;
    static final double BOTTOM = 390;
    private static final double WIDTH = 720;
    private static final double HEIGHT = 440;
    private static final double RIGHT = WIDTH - 14;
    /// The share of a group's width that its places take; the rest keeps it apart from the next.
    private static final double FILLED = 0.82;

    private final Axis y;
    private final double left;
    private final int groups;
    private final int series;
    final Markup markup = new Markup();

    /// @param series how many places a group has, at least 1
    GroupPlot(String title, String xLabel, String yLabel, List<String> names, int series, Axis y) {
        this.y = y;
        this.groups = names.size();
        this.series = series;
        left = 18 + 13 * y.ticks().stream().mapToDouble(tick -> Numbers.width(tick.label())).max().orElse(0);
        var vertical = y.scale() == Scale.LOG10 ? (yLabel + " (log scale)").strip() : yLabel;
        markup.open("g", "fill", "currentColor")
                .element("text", title, "x", 4.0, "y", 20.0, "font-size", "16", "font-weight", "600")
                .element("text", vertical, "x", 4.0, "y", 46.0, "opacity", "0.75")
                .element("text", xLabel, "x", (left + RIGHT) / 2, "y", HEIGHT - 8, "text-anchor", "middle", "opacity", "0.75")
                .close();
        grid(names);
    }

    private void grid(List<String> names) {
        markup.open("g", "stroke", "currentColor", "stroke-opacity", "0.13");
        y.ticks().forEach(tick -> horizontal(down(tick.value())));
        markup.close().open("g", "stroke", "currentColor", "stroke-opacity", "0.55");
        horizontal(BOTTOM);
        markup.close().open("g", "fill", "currentColor", "opacity", "0.75", "font-size", "12",
                "style", "font-variant-numeric:tabular-nums");
        y.ticks().forEach(tick -> markup.element("text", tick.label(),
                "x", left - 8, "y", down(tick.value()) + 4, "text-anchor", "end"));
        for (var i = 0; i < groups; i++)
            markup.element("text", names.get(i), "x", left + (i + 0.5) * group(), "y", BOTTOM + 18, "text-anchor", "middle");
        markup.close();
    }

    private void horizontal(double height) {
        markup.empty("line", "x1", left, "y1", height, "x2", RIGHT, "y2", height);
    }

    private double group() {
        return (RIGHT - left) / groups;
    }

    /// How wide a place is.
    double place() {
        return group() * FILLED / series;
    }

    /// The middle of a place.
    double across(int group, int series) {
        return left + group * group() + group() * (1 - FILLED) / 2 + (series + 0.5) * place();
    }

    double down(double value) {
        return Math.clamp(BOTTOM - y.fraction(value) * (BOTTOM - TOP), TOP, BOTTOM);
    }

    Drawing drawing() {
        return new Drawing(WIDTH, HEIGHT, markup.toString());
    }

    /// The figure of such a chart. Plot and key are images of their own, so that on a narrow screen the key moves below.
    static String figure(String title, String description, Drawing plot, Drawing key) {
        var words = new Markup().element("title", title).element("desc", description);
        var whole = new Drawing(plot.width(), plot.height(), words + plot.content());
        return new Markup().open("figure", "class", "chart")
                .open("div", "class", "scroll plot").raw(whole.svg("role", "img", "aria-label", title)).close()
                .open("div", "class", "scroll legend").raw(key.svg("aria-hidden", "true")).close()
                .close().toString();
    }
}
