package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Numbers in rows and columns as colours, in several panels side by side: one colour above 0, another below, where there is any,
/// the fuller the further away. Each number stands in its cell, too. As inline SVG.
///
/// ```java
/// var map = HeatMap.titled("Weights after each step").rows("step", "1", "2").columns("hidden unit", "1", "2", "3")
///         .panel("input 1", new double[][] {{0.1, -0.2, 0.3}, {0.2, -0.1, 0.3}});
/// ```
///
/// Panels have the same rows and columns, and each its own scale, which is said below it.
public final class HeatMap implements Block {
    private static final double GAP = 16;
    private static final double TOP = 92;
    private static final double HEIGHT = 26;
    private static final double WIDEST = 90;
    private static final double SMALL = 11;
    private static final double DIGITS = 9.5;
    /// Of what stands above and below a panel.
    private static final double AROUND = 84;
    private static final double AIR = 4;
    /// Of the fullest colour: what is written over it can be read.
    private static final double FULL = 0.55;

    private record Panel(String title, double[][] values) {

        /// Counts are written as counts, other numbers with two digits or, where these have no room, with one.
        Stream<String> words(double value) {
            return isWhole() ? Stream.of(Numbers.minus("" + (long) value))
                : IntStream.of(2, 1).mapToObj(digits -> Numbers.compact(value, digits));
        }

        private boolean isWhole() {
            return largest() < 1e6 && Arrays.stream(values).flatMapToDouble(Arrays::stream)
                .allMatch(value -> Double.isFinite(value) && value == Math.rint(value));
        }

        double largest() {
            return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite).map(Math::abs).max().orElse(0);
        }
    }

    private final String title;
    private final List<Panel> panels = new ArrayList<>();
    private List<String> rows = List.of();
    private List<String> columns = List.of();
    private String yLabel = "";
    private String xLabel = "";

    private HeatMap(String title) { this.title = Objects.requireNonNull(title, "title"); }

    /// {@return a map without panels}
    public static HeatMap titled(String title) { return new HeatMap(title); }

    /// Names the rows, from the top; to be said before the first panel.
    ///
    /// @param label what they are
    public HeatMap rows(String label, String... names) {
        yLabel = Objects.requireNonNull(label, "label");
        rows = List.of(names);
        return this;
    }

    /// Names the columns; to be said before the first panel.
    ///
    /// @param label what they are
    public HeatMap columns(String label, String... names) {
        xLabel = Objects.requireNonNull(label, "label");
        columns = List.of(names);
        return this;
    }

    /// Adds a panel to the right.
    ///
    /// @param values row after row; what isn't finite is written without a colour
    /// @throws IllegalArgumentException unless there is one number for each row and column, and at least one
    public HeatMap panel(String title, double[][] values) {
        if (rows.isEmpty() || columns.isEmpty() || values.length != rows.size()
            || Arrays.stream(values).anyMatch(row -> row.length != columns.size())) throw new IllegalArgumentException(
            "heat map '%s': %s rows of %s numbers for %s rows and %s columns; name those first and give a number for each"
                .formatted(title, values.length, Arrays.stream(values).map(row -> row.length).distinct().toList(), rows.size(),
                    columns.size()));
        panels.add(new Panel(Objects.requireNonNull(title, "title"),
            Arrays.stream(values).map(double[]::clone).toArray(double[][]::new)));
        return this;
    }

    /// {@return the map as one SVG image} It can stand in a file of its own.
    public String svg() { return svg(Format.DESK); }

    /// On a phone one panel below the other.
    private String svg(Format format) {
        double width = format.panels();
        int across = format == Format.PHONE ? 1 : Math.max(1, panels.size());
        double left = 10 + SMALL * Math.max(Numbers.width(yLabel), rows.stream().mapToDouble(Numbers::width).max().orElse(0));
        double room = width - left - GAP * (across - 1);
        double cell = Math.min(WIDEST, room / Math.max(1, across * columns.size()));
        var markup = new Markup().element("title", title).element("desc", "Heat maps: "
            + String.join(", ", panels.stream().map(Panel::title).toList()) + ".");
        double top = TOP + Format.title(markup, title, 4, width);
        legend(markup, top - TOP, format);
        double lift = lift(cell);
        top += lift;
        double height = HEIGHT * rows.size() + AROUND + lift;
        for (int i = 0; i < panels.size(); i++) {
            double y = top + i / across * height;
            if (i % across == 0) names(markup, left, y);
            panel(markup, panels.get(i), left + i % across * (cell * columns.size() + GAP), y, cell);
        }
        int down = Math.max(1, Math.ceilDiv(panels.size(), across));
        return new Drawing(width, top + down * height - 42, markup.toString()).svg("role", "img", "aria-label", title);
    }

    /// How much higher names of columns are that stand upright, since lying they would run into each other.
    private double lift(double cell) {
        double widest = SMALL * columns.stream().mapToDouble(Numbers::width).max().orElse(0);
        return widest + AIR <= cell ? 0 : widest;
    }

    private void legend(Markup markup, double lower, Format format) {
        var words = format == Format.PHONE ? "fuller: further away" : "the fuller, the further from it";
        markup.open("g", "fill", "currentColor");
        if (hasBelow()) markup.element("text", "above 0", "x", 24.0, "y", 46 + lower)
            .element("text", "below 0", "x", 104.0, "y", 46 + lower)
            .element("text", words, "x", 168.0, "y", 46 + lower, "opacity", "0.75");
        else markup.element("text", "the fuller, the more", "x", 24.0, "y", 46 + lower, "opacity", "0.75");
        markup.close();
        square(markup, "key", 6, 35 + lower, 12, 12, 0, FULL);
        if (hasBelow()) square(markup, "key", 86, 35 + lower, 12, 12, 1, FULL);
    }

    private void names(Markup markup, double left, double top) {
        markup.open("g", "fill", "currentColor", "opacity", "0.75", "font-size", SMALL)
            .element("text", yLabel, "x", left - 6, "y", top - 6, "text-anchor", "end");
        for (int row = 0; row < rows.size(); row++)
            markup.element("text", rows.get(row), "x", left - 6, "y", top + HEIGHT * row + 17, "text-anchor", "end");
        markup.close();
    }

    private boolean hasBelow() {
        return panels.stream().flatMap(panel -> Arrays.stream(panel.values)).flatMapToDouble(Arrays::stream)
            .anyMatch(value -> value < 0);
    }

    @Override
    public String html() {
        return Format.figure(this::svg);
    }

    private void panel(Markup markup, Panel panel, double left, double top, double cell) {
        double largest = panel.largest();
        double bottom = top + HEIGHT * rows.size();
        double middle = left + cell * columns.size() / 2;
        for (int row = 0; row < rows.size(); row++)
            for (int column = 0; column < columns.size(); column++) {
                double value = panel.values[row][column];
                if (Double.isFinite(value) && value != 0) square(markup, "cell", left + cell * column, top + HEIGHT * row, cell,
                    HEIGHT, value > 0 ? 0 : 1, FULL * Math.abs(value) / largest);
            }
        double lift = lift(cell);
        markup.element("text", panel.title, "x", middle, "y", top - 24 - lift, "text-anchor", "middle", "fill", "currentColor");
        markup.open("g", "fill", "currentColor", "opacity", "0.75", "font-size", SMALL, "text-anchor", "middle");
        for (int column = 0; column < columns.size(); column++)
            if (lift == 0) markup.element("text", columns.get(column), "x", left + cell * (column + 0.5), "y", top - 6);
            else markup.element("text", columns.get(column), "text-anchor", "start", "transform",
                "translate(%s %s) rotate(-90)".formatted(Numbers.pixel(left + cell * (column + 0.5) + 4),
                    Numbers.pixel(top - 6)));
        markup.element("text", xLabel, "x", middle, "y", bottom + 16)
            .element("text", "fullest: " + (hasBelow() ? "±" : "") + panel.words(largest).findFirst().orElseThrow(), "x", middle,
                "y", bottom + 32).close();
        numbers(markup, panel, left, top, cell);
    }

    /// Those that fit, with as many digits as do.
    private void numbers(Markup markup, Panel panel, double left, double top, double cell) {
        markup.open("g", "class", "values", "fill", "currentColor", "font-size", DIGITS, "text-anchor", "middle");
        for (int row = 0; row < rows.size(); row++)
            for (int column = 0; column < columns.size(); column++) {
                double x = left + cell * (column + 0.5);
                double y = top + HEIGHT * row + 17;
                panel.words(panel.values[row][column]).filter(text -> DIGITS * Numbers.width(text) <= cell - AIR).findFirst()
                    .ifPresent(text -> markup.element("text", text, "x", x, "y", y));
            }
        markup.close();
    }

    private static void square(Markup markup, String name, double x, double y, double width, double height, int colour,
                               double full) {
        markup.empty("rect", "class", name, "x", x, "y", y, "width", width, "height", height, "style",
            new Stroke(colour).colour(), "fill", "currentColor", "fill-opacity", Numbers.plain(Math.round(1000 * full) / 1000.0));
    }
}
