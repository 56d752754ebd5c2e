package dev.lanewise.report;

import java.util.List;

/// What charts of one size have in common: how far the plot reaches, the words around it, and its y axis.
///
/// @param title  above it, in lines that fit
/// @param yLabel below that
/// @param left   where the plot begins, to the right of the y axis's numbers
/// @param below  how much higher names under the x axis are than one line
/// @param end    how far the last of them reaches beyond the plot
record Frame(Format format, List<String> title, List<String> yLabel, Axis y, double left, double below, double end) {
    private static final double TOP = 68;
    private static final double LETTER = 13;
    private static final double MARGIN = 4;
    private static final double TITLE_LINE = 20;
    private static final double LINE = 17;

    private static final double RIGHT = 14;

    Frame(Format format, String title, String yLabel, Axis y, double below, double end) {
        var room = format.width() - 2 * MARGIN;
        this(format, Format.titleLines(title, room),
                Format.lines(y.scale() == Scale.LOG10 ? (yLabel + " (log scale)").strip() : yLabel, LETTER, room), y,
                18 + LETTER * y.ticks().stream().mapToDouble(tick -> Numbers.width(tick.label())).max().orElse(0), below,
                Math.max(RIGHT, end));
    }

    double top() {
        return TOP + TITLE_LINE * (title.size() - 1) + LINE * (yLabel.size() - 1);
    }

    /// Lines above it leave the plot as high as it is.
    double height() {
        return format.height() + top() - TOP + below;
    }

    double bottom() {
        return height() - below - 50;
    }

    double right() {
        return format.width() - end;
    }

    void words(Markup markup, String xLabel) {
        markup.open("g", "fill", "currentColor");
        for (var i = 0; i < title.size(); i++)
            markup.element("text", title.get(i), "x", MARGIN, "y", 20 + TITLE_LINE * i, "font-size", "16", "font-weight", "600");
        for (var i = 0; i < yLabel.size(); i++)
            markup.element("text", yLabel.get(i), "x", MARGIN, "y", top() - 22 - LINE * (yLabel.size() - 1 - i), "opacity",
                "0.75");
        markup.element("text", xLabel, "x", (left + right()) / 2, "y", height() - 8, "text-anchor", "middle", "opacity", "0.75")
            .close();
    }

    /// Lines behind what is drawn, and the one that it stands on; then the numbers of the y axis and `names` under the x axis.
    ///
    /// @param vertical adds the lines of the x axis, if it has any
    void grid(Markup markup, Runnable vertical, Runnable names) {
        markup.open("g", "stroke", "currentColor", "stroke-opacity", "0.13");
        y.ticks().forEach(tick -> horizontal(markup, down(tick.value())));
        vertical.run();
        markup.close().open("g", "stroke", "currentColor", "stroke-opacity", "0.55");
        horizontal(markup, bottom());
        markup.close().open("g", "fill", "currentColor", "opacity", "0.75", "font-size", "12",
                "style", "font-variant-numeric:tabular-nums");
        y.ticks().forEach(tick -> markup.element("text", tick.label(),
                "x", left - 8, "y", down(tick.value()) + 4, "text-anchor", "end"));
        names.run();
        markup.close();
    }

    private void horizontal(Markup markup, double height) {
        markup.empty("line", "x1", left, "y1", height, "x2", right(), "y2", height);
    }

    /// What lies between the axes.
    String thumbnail(Drawing drawing) {
        return drawing.thumbnail(left - 4, top() - 6, right() - left + 8, bottom() - top() + 10);
    }

    /// A name below the x axis, or a line of it.
    void name(Markup markup, String name, double across, double lower) {
        markup.element("text", name, "x", across, "y", bottom() + 18 + lower, "text-anchor", "middle");
    }

    double down(double value) {
        return bottom() - y.fraction(value) * (bottom() - top());
    }
}
