package dev.lanewise.report;

import java.util.List;
import java.util.stream.Stream;

/// The legend of a chart whose series are areas: a patch of each one's colour, its name, and what the picture would hide.
final class Key {
    private static final double TOP = 68;
    private static final double TEXT = 26;
    private static final double LETTER = 13;
    private static final double SMALL = 12;

    /// @param notes one line each
    record Entry(String name, List<String> notes) {

        String description() {
            return String.join("; ", Stream.concat(Stream.of(name), notes.stream()).toList());
        }
    }

    private Key() {}

    /// @param entries   in the order of the series, whose colours they have
    /// @param footnotes lines of small print under the names
    static Drawing draw(List<Entry> entries, List<String> footnotes) {
        var markup = new Markup().open("g", "fill", "currentColor");
        var y = TOP;
        for (var i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var stroke = new Stroke(i);
            markup.open("g", "class", "entry " + stroke.cssClass()).element("title", entry.description())
                    .open("g", "style", stroke.colour())
                    .empty("rect", "x", 2.0, "y", y - 11, "width", 14.0, "height", 13.0, "rx", 2.0, "fill", "currentColor",
                            "fill-opacity", "0.55", "stroke", "currentColor", "stroke-dasharray", stroke.dashes())
                    .close();
            var names = Format.lines(entry.name(), LETTER, Format.LEGEND - TEXT);
            for (var line = 0; line < names.size(); line++) markup.element("text", names.get(line), "x", TEXT, "y", line == 0 ? y
                : (y += 16));
            for (var note : entry.notes()) for (var words : Format.lines(note, SMALL, Format.LEGEND - TEXT)) small(markup, words,
                TEXT, y += 16);
            markup.close();
            y += 24;
        }
        y += 4;
        for (var note : footnotes) for (var words : Format.lines(note, SMALL, Format.LEGEND)) {
            small(markup, words, 0, y);
            y += 16;
        }
        return new Drawing(Format.LEGEND, y, markup.close().toString());
    }

    private static void small(Markup markup, String text, double x, double y) {
        markup.element("text", text, "x", x, "y", y, "opacity", "0.75", "font-size", "12");
    }
}
