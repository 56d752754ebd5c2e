package dev.lanewise.report;

import java.util.Comparator;
import java.util.List;

/// Draws the names of the lines beside the plot, from the highest last value to the lowest: in the order in which the lines
/// end, so that the eye finds each line where its name stands. Or as they come.
final class Legend {
    private static final double TOP = 68;
    private static final double ROW = 24;
    private static final double NOTE = 16;
    private static final double SWATCH = 34;
    private static final double TEXT = SWATCH + 10;
    /// From the end of a name to the number beside it.
    private static final double BETWEEN = 24;

    private final Markup markup = new Markup();
    private double y = TOP;

    private Legend() {}

    /// @param footnotes lines of small print under the names
    static Drawing draw(List<Line> lines, boolean asTheyCome, List<String> footnotes) {
        var legend = new Legend();
        var width = width(lines, footnotes);
        legend.markup.open("g", "fill", "currentColor");
        legend.markup.element("text", "last", "x", width, "y", TOP - 22, "text-anchor", "end", "opacity", "0.75", "font-size", "12");
        (asTheyCome ? lines.stream() : lines.stream().sorted(order())).forEach(line -> legend.entry(line, width));
        legend.y += 4;
        footnotes.forEach(note -> legend.small(note, 0));
        legend.markup.close();
        return new Drawing(width, legend.y, legend.markup.toString());
    }

    private static Comparator<Line> order() {
        // NaN sorts as the greatest double: a series without a finite value would lead the list.
        return Comparator.comparing((Line line) -> Double.isNaN(line.drawn().lastFinite()))
                .thenComparing(Comparator.comparingDouble((Line line) -> line.drawn().lastFinite()).reversed());
    }

    private static double width(List<Line> lines, List<String> footnotes) {
        var names = lines.stream().mapToDouble(line -> TEXT + 13 * Numbers.width(line.name() + line.last()) + BETWEEN);
        var notes = lines.stream().flatMap(line -> line.notes().stream()).mapToDouble(note -> TEXT + 12 * Numbers.width(note));
        var small = footnotes.stream().mapToDouble(note -> 12 * Numbers.width(note));
        return Math.max(160, Math.max(names.max().orElse(0), Math.max(notes.max().orElse(0), small.max().orElse(0))));
    }

    private void entry(Line line, double width) {
        markup.open("g", "class", "entry " + line.stroke().cssClass())
                .element("title", line.description())
                .open("g", "style", line.stroke().colour())
                .empty("path", "d", "M2 %sh%s".formatted(Numbers.pixel(y - 4), Numbers.pixel(SWATCH - 4)), "stroke", "currentColor",
                        "stroke-width", "2.5", "stroke-dasharray", line.stroke().dashes())
                .close()
                .element("text", line.name(), "x", TEXT, "y", y)
                .element("text", line.last(), "x", width, "y", y, "text-anchor", "end", "style", "font-variant-numeric:tabular-nums");
        for (var note : line.notes()) {
            y += NOTE;
            markup.element("text", note, "x", TEXT, "y", y, "opacity", "0.75", "font-size", "12");
        }
        markup.close();
        y += ROW;
    }

    private void small(String text, double x) {
        markup.element("text", text, "x", x, "y", y, "opacity", "0.75", "font-size", "12");
        y += NOTE;
    }
}
