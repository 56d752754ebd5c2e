package dev.lanewise.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// How large a chart is drawn: a page has it for the desk and for the phone, where lines and letters stay as large as they are,
/// and shows the one that fits.
enum Format {
    DESK(720, 440),
    PHONE(360, 320);

    private final double width;
    private final double height;

    Format(double width, double height) {
        this.width = width;
        this.height = height;
    }

    double width() {
        return width;
    }

    double height() {
        return height;
    }

    /// The figure of a chart. Plot and legend are images of their own, so that on a narrow screen the legend moves below.
    ///
    /// @param words what readers who do not see the chart are told, as markup; it says all that the legend does
    /// @param plot  null for a format in which it can't be read
    static String figure(String title, String words, Function<Format, Drawing> plot, Drawing legend) {
        var desk = plot.apply(DESK);
        var phone = plot.apply(PHONE);
        var markup = new Markup().open("figure", "class", "chart");
        show(markup, phone == null ? "scroll plot" : "scroll plot desk", title, words, desk);
        if (phone != null) show(markup, "plot phone", title, words, phone);
        return markup.open("div", "class", "scroll legend").raw(legend.svg("aria-hidden", "true")).close().close().toString();
    }

    private static void show(Markup markup, String style, String title, String words, Drawing plot) {
        var whole = new Drawing(plot.width(), plot.height(), words + plot.content());
        markup.open("div", "class", style).raw(whole.svg("role", "img", "aria-label", title)).close();
    }

    /// Broken between words where it would be wider; a word that is wider itself stays whole.
    ///
    /// @param size of its letters
    static List<String> lines(String text, double size, double width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ")) {
            if (!line.isEmpty() && size * Numbers.width(line + " " + word) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
