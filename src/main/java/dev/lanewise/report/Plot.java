package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Draws the left part of a chart: title, axes, grid and lines.
final class Plot {
    private static final double ARROW = 14;
    private static final double LETTER = 12;
    /// Between two numbers of the x axis.
    private static final double APART = 8;

    private final Axis x;
    private final Axis y;
    private final Frame frame;
    private final double left;
    private final double right;
    private final double top;
    private final double bottom;
    private final Markup markup = new Markup();
    private final List<Double> arrows = new ArrayList<>();

    private Plot(Axis x, Frame frame) {
        this.x = x;
        this.y = frame.y();
        this.frame = frame;
        this.left = frame.left();
        this.right = frame.right();
        this.top = frame.top();
        this.bottom = frame.bottom();
    }

    static Drawing draw(Format format, String title, String xLabel, String yLabel, Axis x, Axis y, List<Line> lines) {
        var end = x.ticks().isEmpty() ? 0 : LETTER * Numbers.width(x.ticks().getLast().label()) / 2 + 1;
        var plot = new Plot(x, new Frame(format, title, yLabel, y, 0, end));
        plot.frame.words(plot.markup, xLabel);
        plot.grid();
        plot.markup.open("g", "fill", "none", "stroke", "currentColor", "stroke-linejoin", "round", "stroke-linecap", "round");
        // The first series are drawn last: what the caller names first stays on top.
        lines.reversed().forEach(plot::line);
        plot.markup.close();
        return new Drawing(format.width(), plot.frame.height(), plot.markup.toString());
    }

    /// The plot alone, small.
    static String thumbnail(Axis x, Axis y, List<Line> lines) {
        return new Frame(Format.PHONE, "", "", y, 0, 0).thumbnail(draw(Format.PHONE, "", "", "", x, y, lines));
    }

    private void grid() {
        frame.grid(markup, () -> x.ticks().forEach(tick -> markup.empty("line",
                        "x1", across(tick.value()), "y1", top, "x2", across(tick.value()), "y2", bottom)),
                () -> named().forEach(tick -> frame.name(markup, tick.label(), across(tick.value()), 0)));
    }

    /// Every mark of the x axis, or every second, or third, so that their numbers stand apart.
    private List<Ticks.Tick> named() {
        for (var step = 1; ; step++) {
            var every = step;
            var kept = IntStream.range(0, x.ticks().size()).filter(i -> i % every == 0).mapToObj(x.ticks()::get).toList();
            if (areApart(kept)) return kept;
        }
    }

    private boolean areApart(List<Ticks.Tick> ticks) {
        return IntStream.range(1, ticks.size()).allMatch(i -> across(ticks.get(i).value()) - across(ticks.get(i - 1).value())
                >= LETTER * (Numbers.width(ticks.get(i - 1).label()) + Numbers.width(ticks.get(i).label())) / 2 + APART);
    }

    private void line(Line line) {
        var measured = curve(line.series());
        var path = curve(line.drawn()).path(top, bottom);
        markup.open("g", "class", "series " + line.stroke().cssClass(), "style", line.stroke().colour())
                .element("title", line.description());
        if (line.expected() != null) expected(line.series().xs(), line.expected());
        if (line.drawn() != line.series())
            markup.empty("path", "class", "raw", "d", measured.path(top, bottom), "stroke-width", "1", "stroke-opacity", "0.22");
        markup.empty("path", "class", "line", "d", path, "stroke-width", "2", "stroke-dasharray", line.dashes(),
            "stroke-dashoffset", line.stripe().offset());
        // A broad invisible line makes the tooltip easy to hit.
        markup.empty("path", "d", path, "stroke-width", "12", "stroke-opacity", "0", "pointer-events", "stroke");
        measured.first(py -> py < top).ifPresent(at -> arrow(at, top - 3, -1));
        measured.first(py -> py > bottom).ifPresent(at -> arrow(at, bottom - 3, 1));
        if (line.series().diverged()) cross(line.series());
        markup.close();
    }

    private void expected(double[] xs, Expected expected) {
        markup.empty("path", "class", "range", "d", range(xs, expected), "fill", "currentColor", "fill-opacity", "0.12", "stroke",
            "none");
        var middle = curve(new Series("expected", xs, expected.middle())).path(top, bottom);
        markup.empty("path", "class", "expected", "d", middle, "stroke-width", "1.2", "stroke-dasharray", "5 4");
    }

    /// Out along the lower ends and back along the upper ones, gap by gap.
    private String range(double[] xs, Expected expected) {
        var path = new StringBuilder();
        for (int start = 0, end; start < xs.length; start = end + 1) {
            var upper = new StringBuilder();
            for (end = start; end < xs.length && y.scale().shows(expected.low()[end]) && y.scale()
                .shows(expected.high()[end]); end++) {
                path.append(end == start ? 'M' : 'L').append(inside(xs[end], expected.low()[end]));
                upper.insert(0, "L" + inside(xs[end], expected.high()[end]));
            }
            if (end > start) path.append(upper).append('Z');
        }
        return path.toString();
    }

    private String inside(double x, double y) {
        return Numbers.pixel(across(x)) + " " + Numbers.pixel(Math.clamp(down(y), top, bottom));
    }

    private Curve curve(Series series) {
        return new Curve(Arrays.stream(series.xs()).map(this::across).toArray(),
                Arrays.stream(series.ys()).map(this::down).toArray()).thinned();
    }

    /// A small arrow where a line leaves the chart, beside those that are there already.
    private void arrow(double at, double base, int direction) {
        var free = Math.clamp(at, left + ARROW / 2, right);
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
        var height = Math.clamp(down(series.ys()[last]), top, bottom);
        markup.empty("path", "stroke-width", "2.5",
                "d", "M%s %sm-5 -5l10 10m0 -10l-10 10".formatted(Numbers.pixel(across(series.xs()[last])),
                    Numbers.pixel(height)));
    }

    private double across(double value) {
        return left + x.fraction(value) * (right - left);
    }

    private double down(double value) {
        return frame.down(value);
    }
}
