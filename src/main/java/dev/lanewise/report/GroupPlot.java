package dev.lanewise.report;

import java.util.List;
import java.util.function.Function;

/// The left part of a chart whose x axis names groups, with a place for each series in each of them: title, y axis, grid and
/// names. What stands in the places is drawn by the chart.
final class GroupPlot {
    /// The share of a group's width that its places take; the rest keeps it apart from the next.
    private static final double FILLED = 0.82;

    private static final double LETTER = 12;

    private static final double LINE = 14;

    private final Frame frame;
    private final int groups;
    private final int series;
    final Markup markup = new Markup();

    /// @param series how many places a group has, at least 1
    GroupPlot(Format format, String title, String xLabel, String yLabel, List<String> names, int series, Axis y) {
        var lines = lines(format, names, y);
        var most = lines.stream().mapToInt(List::size).max().orElse(1);
        this.frame = new Frame(format, title, yLabel, y, LINE * (most - 1), 0);
        this.groups = names.size();
        this.series = series;
        frame.words(markup, xLabel);
        frame.grid(markup, () -> {}, () -> {
            for (var i = 0; i < groups; i++) for (var line = 0; line < lines.get(i).size(); line++)
                frame.name(markup, lines.get(i).get(line), frame.left() + (i + 0.5) * group(), LINE * line);
        });
    }

    /// The names below the axis, broken where they would run into each other.
    private static List<List<String>> lines(Format format, List<String> names, Axis y) {
        var frame = new Frame(format, "", "", y, 0, 0);
        var width = (frame.right() - frame.left()) / Math.max(1, names.size()) - LETTER / 2;
        return names.stream().map(name -> Format.lines(name, LETTER, width)).toList();
    }

    private double group() {
        return (frame.right() - frame.left()) / groups;
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
        return Math.clamp(frame.down(value), frame.top(), frame.bottom());
    }

    Drawing drawing() {
        return new Drawing(frame.format().width(), frame.height(), markup.toString());
    }

    /// What stands between the axes, small.
    String thumbnail() {
        return frame.thumbnail(drawing());
    }

    /// The figure of such a chart.
    ///
    /// @param plot for a format
    static String figure(String title, String description, Function<Format, GroupPlot> plot, Drawing key) {
        var words = new Markup().element("title", title).element("desc", description).toString();
        return Format.figure(title, words, format -> plot.apply(format).drawing(), key);
    }
}
