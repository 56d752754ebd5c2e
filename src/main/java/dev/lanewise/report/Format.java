package dev.lanewise.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// How large a chart is drawn: a page has it for the desk and for the phone, where lines and letters stay as large as they are,
/// and shows the one that fits. Every chart of a page is as wide as the others, whatever stands beside it.
enum Format {
    DESK(720, 440, 960),
    PHONE(360, 320, 360);

    /// Of the column beside a chart, which has its legend.
    static final double LEGEND = 268;
    private static final double TITLE = 16;
    /// Bold letters are wider.
    private static final double BOLD = 1.1;
    private static final double TITLE_LINE = 20;

    private final double width;
    private final double height;
    private final double panels;

    Format(double width, double height, double panels) {
        this.width = width;
        this.height = height;
        this.panels = panels;
    }

    double width() {
        return width;
    }

    double height() {
        return height;
    }

    /// How wide several small charts are together.
    double panels() {
        return panels;
    }

    /// The figure of a chart. Plot and legend are images of their own, so that on a narrow screen the legend moves below.
    ///
    /// @param words what readers who do not see the chart are told, as markup; it says all that the legend does
    static String figure(String title, String words, Function<Format, Drawing> plot, Drawing legend) {
        var markup = new Markup().open("figure", "class", "chart");
        show(markup, "plot desk", title, words, plot.apply(DESK));
        show(markup, "plot phone", title, words, plot.apply(PHONE));
        return markup.open("div", "class", "legend").raw(legend.svg("aria-hidden", "true")).close().close().toString();
    }

    private static void show(Markup markup, String style, String title, String words, Drawing plot) {
        var whole = new Drawing(plot.width(), plot.height(), words + plot.content());
        markup.open("div", "class", style).raw(whole.svg("role", "img", "aria-label", title)).close();
    }

    /// The figure of several small charts, which are laid out anew where there is less room.
    ///
    /// @param image of them as SVG
    static String figure(Function<Format, String> image) {
        return new Markup().open("figure", "class", "chart").open("div", "class", "plot wide desk").raw(image.apply(DESK)).close()
            .open("div", "class", "plot wide phone").raw(image.apply(PHONE)).close().close().toString();
    }

    /// The lines of a title of that width.
    static List<String> titleLines(String title, double width) {
        return lines(title, TITLE * BOLD, width);
    }

    /// How much higher a title is than one of one line.
    static double titleRoom(String title, double width) {
        return TITLE_LINE * (titleLines(title, width).size() - 1);
    }

    /// Draws a title and returns how much higher it is than one of one line.
    static double title(Markup markup, String title, double x, double width) {
        var lines = titleLines(title, width - 2 * x);
        markup.open("g", "fill", "currentColor");
        for (var i = 0; i < lines.size(); i++)
            markup.element("text", lines.get(i), "x", x, "y", 20 + TITLE_LINE * i, "font-size", "16", "font-weight", "600");
        markup.close();
        return TITLE_LINE * (lines.size() - 1);
    }

    /// Broken between words where it would be wider; a word that is wider itself is broken behind a mark, such as a path's dots,
    /// or anywhere.
    ///
    /// @param size of its letters
    static List<String> lines(String text, double size, double width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : pieces(text, (int) Math.max(1, width / (size * Numbers.width("0"))))) {
            if (!line.isEmpty() && size * Numbers.width(line + " " + word) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static List<String> pieces(String text, int most) {
        var pieces = new ArrayList<String>();
        for (var word : text.split(" ")) {
            var points = word.codePoints().toArray();
            for (int from = 0, to; from < points.length; from = to) {
                to = Math.min(points.length, from + most);
                for (var mark = to; to < points.length && mark > from + most / 2; mark--)
                    if (!Character.isLetterOrDigit(points[mark - 1])) {
                        to = mark;
                        break;
                    }
                pieces.add(new String(points, from, to - from));
            }
        }
        return pieces;
    }
}
