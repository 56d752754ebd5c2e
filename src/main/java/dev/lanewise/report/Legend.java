package dev.lanewise.report;

import java.util.Comparator;
import java.util.List;

/// Draws the names of the lines beside the plot, from the highest value to the lowest, of those that count: with last values in
/// the order in which the lines end, so that the eye finds each line where its name stands. Or as they come. What is longer than
/// the column is wide goes on in the next line.
final class Legend {
    /// Above its heading, which is as high as the plot's label of the y axis.
    static final double ROOM = 28;
    private static final double TOP = 68;
    private static final double ROW = 24;
    private static final double NOTE = 16;
    private static final double SWATCH = 34;
    private static final double TEXT = SWATCH + 10;
    private static final double LETTER = 13;
    private static final double SMALL = 12;
    /// From the end of a name to the number beside it.
    private static final double BETWEEN = 16;

    private final Markup markup = new Markup();
    private double y = TOP;

    private Legend() {}

    /// @param beside    which value of a line stands beside its name
    /// @param footnotes lines of small print under the names
    static Drawing draw(List<Line> lines, boolean asTheyCome, LineChart.Beside beside, String xLabel, List<String> footnotes) {
        var legend = new Legend();
        legend.markup.open("g", "fill", "currentColor");
        legend.markup.element("text", heading(lines, beside, xLabel), "x", Format.LEGEND, "y", TOP - 22, "text-anchor",
            "end", "opacity", "0.75", "font-size", "12");
        (asTheyCome ? lines.stream() : lines.stream().sorted(order())).forEach(legend::entry);
        legend.y += 4;
        for (var note : footnotes) for (var line : Format.lines(note, SMALL, Format.LEGEND)) legend.small(line, 0);
        legend.markup.close();
        return new Drawing(Format.LEGEND, legend.y, legend.markup.toString());
    }

    /// Which value it is: where that is the same place for all, its place.
    private static String heading(List<Line> lines, LineChart.Beside beside, String xLabel) {
        var name = xLabel.replaceFirst(" ?\\(.*", "");
        var places = lines.stream().filter(line -> line.point() >= 0).map(line -> line.series().xs()[line.point()])
            .distinct().toList();
        var place = places.size() == 1 && !name.isEmpty() ? name + " " + Numbers.plain(places.getFirst()) : "";
        return place.isEmpty() || beside == LineChart.Beside.NOTHING || SMALL * Numbers.width(place) > Format.LEGEND / 2
            ? beside.word() : place;
    }

    private static Comparator<Line> order() {
        // NaN sorts as the greatest double: a series without a finite value would lead the list.
        return Comparator.comparing((Line line) -> Double.isNaN(line.value()))
                .thenComparing(Comparator.comparingDouble(Line::value).reversed());
    }

    private void entry(Line line) {
        var names = Format.lines(line.name(), LETTER, Format.LEGEND - TEXT - BETWEEN - LETTER * Numbers.width(line.valueText()));
        markup.open("g", "class", "entry " + line.stroke().cssClass())
                .element("title", line.description())
                .open("g", "style", line.stroke().colour())
                .empty("path", "d", "M2 %sh%s".formatted(Numbers.pixel(y - 4), Numbers.pixel(SWATCH - 4)), "stroke",
                    "currentColor",
                        "stroke-width", "2.5", "stroke-dasharray", line.stroke().dashes())
                .close()
                .element("text", names.getFirst(), "x", TEXT, "y", y)
                .element("text", line.valueText(), "x", Format.LEGEND, "y", y, "text-anchor", "end", "style",
                    "font-variant-numeric:tabular-nums");
        for (var more : names.subList(1, names.size())) markup.element("text", more, "x", TEXT, "y", y += NOTE);
        for (var note : line.notes()) for (var words : Format.lines(note, SMALL, Format.LEGEND - TEXT))
            markup.element("text", words, "x", TEXT, "y", y += NOTE, "opacity", "0.75", "font-size", "12");
        markup.close();
        y += ROW;
    }

    private void small(String text, double x) {
        markup.element("text", text, "x", x, "y", y, "opacity", "0.75", "font-size", "12");
        y += NOTE;
    }
}
