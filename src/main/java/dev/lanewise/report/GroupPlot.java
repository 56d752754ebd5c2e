package dev.lanewise.report;

import java.util.List;

/// The left part of a chart whose x axis names groups, with a place for each series in each of them: title, y axis, grid and
/// names. What stands in the places is drawn by the chart.
final class GroupPlot {
    /// The share of a group's width that its places take; the rest keeps it apart from the next.
    private static final double FILLED = 0.82;

    private final Frame frame;
    private final int groups;
    private final int series;
    final Markup markup = new Markup();

    /// @param series how many places a group has, at least 1
    GroupPlot(String title, String xLabel, String yLabel, List<String> names, int series, Axis y) {
        this.frame = new Frame(y);
        this.groups = names.size();
        this.series = series;
        frame.words(markup, title, xLabel, yLabel);
        frame.grid(markup, () -> {}, () -> {
            for (var i = 0; i < groups; i++) frame.name(markup, names.get(i), frame.left() + (i + 0.5) * group());
        });
    }

    private double group() {
        return (Frame.RIGHT - frame.left()) / groups;
    }

    /// How wide a place is.
    double place() {
        return group() * FILLED / series;
    }

    /// The middle of a place.
    double across(int group, int series) {
        return frame.left() + group * group() + group() * (1 - FILLED) / 2 + (series + 0.5) * place();
    }

    double down(double value) {
        return Math.clamp(frame.down(value), Frame.TOP, Frame.BOTTOM);
    }

    Drawing drawing() {
        return new Drawing(Frame.WIDTH, Frame.HEIGHT, markup.toString());
    }

    /// The figure of such a chart. Plot and key are images of their own, so that on a narrow screen the key moves below.
    static String figure(String title, String description, Drawing plot, Drawing key) {
        var words = new Markup().element("title", title).element("desc", description);
        var whole = new Drawing(plot.width(), plot.height(), words + plot.content());
        return new Markup().open("figure", "class", "chart")
                .open("div", "class", "scroll plot").raw(whole.svg("role", "img", "aria-label", title)).close()
                .open("div", "class", "scroll legend").raw(key.svg("aria-hidden", "true")).close()
                .close().toString();
    }
}
