package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Draws the left part of a chart: title, axes, grid and lines.
final class Plot {
    private static final double TOP = Frame.TOP;
    private static final double BOTTOM = Frame.BOTTOM;
    private static final double RIGHT = Frame.RIGHT;
    private static final double ARROW = 14;

    private final Axis x;
    private final Axis y;
    private final Frame frame;
    private final double left;
    private final Markup markup = new Markup();
    private final List<Double> arrows = new ArrayList<>();

    private Plot(Axis x, Axis y) {
        this.x = x;
        this.y = y;
        this.frame = new Frame(y);
        this.left = frame.left();
    }

    static Drawing draw(String title, String xLabel, String yLabel, Axis x, Axis y, List<Line> lines) {
        var plot = new Plot(x, y);
        plot.frame.words(plot.markup, title, xLabel, yLabel);
        plot.grid();
        plot.markup.open("g", "fill", "none", "stroke", "currentColor", "stroke-linejoin", "round", "stroke-linecap", "round");
        // The first series are drawn last: what the caller names first stays on top.
        lines.reversed().forEach(plot::line);
        plot.markup.close();
        return new Drawing(Frame.WIDTH, Frame.HEIGHT, plot.markup.toString());
    }

    private void grid() {
        frame.grid(markup, () -> x.ticks().forEach(tick -> markup.empty("line",
                        "x1", across(tick.value()), "y1", TOP, "x2", across(tick.value()), "y2", BOTTOM)),
                () -> x.ticks().forEach(tick -> frame.name(markup, tick.label(), across(tick.value()))));
    }

    private void line(Line line) {
        var measured = curve(line.series());
        var path = curve(line.drawn()).path(TOP, BOTTOM);
        markup.open("g", "class", "series " + line.stroke().cssClass(), "style", line.stroke().colour())
                .element("title", line.description());
        if (line.expected() != null) expected(line.series().xs(), line.expected());
        if (line.drawn() != line.series())
            markup.empty("path", "class", "raw", "d", measured.path(TOP, BOTTOM), "stroke-width", "1", "stroke-opacity", "0.22");
        markup.empty("path", "class", "line", "d", path, "stroke-width", "2", "stroke-dasharray", line.stroke().dashes());
        // A broad invisible line makes the tooltip easy to hit.
        markup.empty("path", "d", path, "stroke-width", "12", "stroke-opacity", "0", "pointer-events", "stroke");
        measured.first(py -> py < TOP).ifPresent(at -> arrow(at, TOP - 3, -1));
        measured.first(py -> py > BOTTOM).ifPresent(at -> arrow(at, BOTTOM - 3, 1));
        if (line.series().diverged()) cross(line.series());
        markup.close();
    }

    private void expected(double[] xs, Expected expected) {
        markup.empty("path", "class", "range", "d", range(xs, expected), "fill", "currentColor", "fill-opacity", "0.12", "stroke", "none");
        var middle = curve(new Series("expected", xs, expected.middle())).path(TOP, BOTTOM);
        markup.empty("path", "class", "expected", "d", middle, "stroke-width", "1.2", "stroke-dasharray", "5 4");
    }

    /// Out along the lower ends and back along the upper ones, gap by gap.
    private String range(double[] xs, Expected expected) {
        var path = new StringBuilder();
        for (int start = 0, end; start < xs.length; start = end + 1) {
            var upper = new StringBuilder();
            for (end = start; end < xs.length && y.scale().shows(expected.low()[end]) && y.scale().shows(expected.high()[end]); end++) {
                path.append(end == start ? 'M' : 'L').append(inside(xs[end], expected.low()[end]));
                upper.insert(0, "L" + inside(xs[end], expected.high()[end]));
            }
            if (end > start) path.append(upper).append('Z');
        }
        return path.toString();
    }

    private String inside(double x, double y) {
        return Numbers.pixel(across(x)) + " " + Numbers.pixel(Math.clamp(down(y), TOP, BOTTOM));
    }

    private Curve curve(Series series) {
        return new Curve(Arrays.stream(series.xs()).map(this::across).toArray(),
                Arrays.stream(series.ys()).map(this::down).toArray()).thinned();
    }

    /// A small arrow where a line leaves the chart, beside those that are there already.
    private void arrow(double at, double base, int direction) {
        var free = Math.clamp(at, left + ARROW / 2, RIGHT);
        while (isTaken(free)) free += ARROW;
        arrows.add(free);
        var height = 8 * direction;
        markup.empty("path", "fill", "currentColor", "stroke", "none",
                "d", "M%s %sl5 0l-5 %sl-5 %sz".formatted(Numbers.pixel(free), Numbers.pixel(base), height, -height));
    }

    private boolean isTaken(double at) {
        return arrows.stream().anyMatch(other -> Math.abs(other - at) < ARROW);
    }

    /// A cross on the last finite value of a series that diverged.
    private void cross(Series series) {
        var last = series.end() - 1;
        var height = Math.clamp(down(series.ys()[last]), TOP, BOTTOM);
        markup.empty("path", "stroke-width", "2.5",
                "d", "M%s %sm-5 -5l10 10m0 -10l-10 10".formatted(Numbers.pixel(across(series.xs()[last])), Numbers.pixel(height)));
    }

    private double across(double value) {
        return left + x.fraction(value) * (RIGHT - left);
    }

    private double down(double value) {
        return frame.down(value);
    }
}
