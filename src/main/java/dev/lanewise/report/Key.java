package dev.lanewise.report;

import java.util.List;
import java.util.stream.Stream;

/// The legend of a chart whose series are areas: a patch of each one's colour, its name, and what the picture would hide.
final class Key {
    private static final double TOP = 68;
    private static final double TEXT = 26;

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
                    .close()
                    .element("text", entry.name(), "x", TEXT, "y", y);
            for (var note : entry.notes()) small(markup, note, TEXT, y += 16);
            markup.close();
            y += 24;
        }
        y += 4;
        for (var note : footnotes) {
            small(markup, note, 0, y);
            y += 16;
        }
        return new Drawing(width(entries, footnotes), y, markup.close().toString());
    }

    private static void small(Markup markup, String text, double x, double y) {
        markup.element("text", text, "x", x, "y", y, "opacity", "0.75", "font-size", "12");
    }

    private static double width(List<Entry> entries, List<String> footnotes) {
        var names = entries.stream().mapToDouble(entry -> TEXT + 13 * Numbers.width(entry.name()));
        var notes = entries.stream().flatMap(entry -> entry.notes().stream()).mapToDouble(note -> TEXT + 12 * Numbers.width(note));
        var small = footnotes.stream().mapToDouble(note -> 12 * Numbers.width(note));
        return Math.max(160, Math.max(names.max().orElse(0), Math.max(notes.max().orElse(0), small.max().orElse(0))));
    }
}
