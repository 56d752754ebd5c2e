package dev.lanewise.report;

/// What charts of one size have in common: how far the plot reaches, the words around it, and its y axis.
///
/// @param left where the plot begins, to the right of the y axis's numbers
record Frame(Axis y, double left) {
    static final double WIDTH = 720;
    static final double HEIGHT = 440;
    static final double TOP = 68;
    static final double BOTTOM = HEIGHT - 50;
    static final double RIGHT = WIDTH - 14;

    Frame(Axis y) {
        this(y, 18 + 13 * y.ticks().stream().mapToDouble(tick -> Numbers.width(tick.label())).max().orElse(0));
    }

    void words(Markup markup, String title, String xLabel, String yLabel) {
        var vertical = y.scale() == Scale.LOG10 ? (yLabel + " (log scale)").strip() : yLabel;
        markup.open("g", "fill", "currentColor")
                .element("text", title, "x", 4.0, "y", 20.0, "font-size", "16", "font-weight", "600")
                .element("text", vertical, "x", 4.0, "y", 46.0, "opacity", "0.75")
                .element("text", xLabel, "x", (left + RIGHT) / 2, "y", HEIGHT - 8, "text-anchor", "middle", "opacity", "0.75")
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
        horizontal(markup, BOTTOM);
        markup.close().open("g", "fill", "currentColor", "opacity", "0.75", "font-size", "12",
                "style", "font-variant-numeric:tabular-nums");
        y.ticks().forEach(tick -> markup.element("text", tick.label(),
                "x", left - 8, "y", down(tick.value()) + 4, "text-anchor", "end"));
        names.run();
        markup.close();
    }

    private void horizontal(Markup markup, double height) {
        markup.empty("line", "x1", left, "y1", height, "x2", RIGHT, "y2", height);
    }

    /// A name below the x axis.
    void name(Markup markup, String name, double across) {
        markup.element("text", name, "x", across, "y", BOTTOM + 18, "text-anchor", "middle");
    }

    double down(double value) {
        return BOTTOM - y.fraction(value) * (BOTTOM - TOP);
    }
}
