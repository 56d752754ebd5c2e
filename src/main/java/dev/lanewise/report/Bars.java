package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// Bars from 0, group by group, the series side by side, as inline SVG.
///
/// ```java
/// var chart = Bars.titled("Time of a step").groups("32 units", "512 units").yLabel("microseconds")
///         .series("by hand", 12, 180)
///         .series("autograd", 31, 195);
/// ```
///
/// A value that is NaN or infinite has no bar; the legend says so.
public final class Bars implements Pictured {
    private record Group(String name, double[] values) {}

    private final String title;
    private final List<Group> series = new ArrayList<>();
    private List<String> groups = List.of();
    private String xLabel = "";
    private String yLabel = "";

    private Bars(String title) {
        this.title = Objects.requireNonNull(title, "title");
    }

    /// {@return a chart without groups and series}
    public static Bars titled(String title) {
        return new Bars(title);
    }

    /// Names the groups along the x axis, from left to right.
    ///
    /// @throws IllegalArgumentException if there are none, or there are series already
    public Bars groups(String... names) {
        if (names.length == 0 || !series.isEmpty()) throw new IllegalArgumentException("groups: "
            + names.length + " names, after " + series.size() + " series; name at least one group, before the first series");
        groups = List.of(names);
        return this;
    }

    /// Says under the x axis what the groups are.
    public Bars xLabel(String label) {
        xLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Says above the y axis what it measures.
    public Bars yLabel(String label) {
        yLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Adds a bar to each group.
    ///
    /// @throws IllegalArgumentException unless there is one value for each group
    public Bars series(String name, double... values) {
        if (values.length != groups.size()) throw new IllegalArgumentException("series '%s': %s values for %s groups"
            .formatted(name, values.length, groups.size()) + "; say groups(…) first, and give one value for each");
        series.add(new Group(name, values.clone()));
        return this;
    }

    private Axis axis() {
        var finite = series.stream().flatMapToDouble(each -> Arrays.stream(each.values())).filter(Double::isFinite).toArray();
        return Axis.covering(Scale.LINEAR, finite.length == 0 ? Bounds.of() : Bounds.of(finite).union(new Bounds(0, 0)));
    }

    @Override
    public String thumbnail() {
        return plot(Format.PHONE, axis()).thumbnail();
    }

    @Override
    public String html() {
        var y = axis();
        var entries = series.stream().map(Bars::entry).toList();
        var description = entries.stream().map(Key.Entry::description).collect(Collectors.joining(". ", "Bar chart. ", "."));
        return GroupPlot.figure(title, description, format -> plot(format, y), Key.draw(entries, List.of()));
    }

    private GroupPlot plot(Format format, Axis y) {
        var plot = new GroupPlot(format, title, xLabel, yLabel, groups, Math.max(1, series.size()), y);
        for (var i = 0; i < series.size(); i++) draw(plot, series.get(i), i);
        return plot;
    }

    private void draw(GroupPlot plot, Group each, int index) {
        var stroke = new Stroke(index);
        plot.markup.open("g", "class", "series " + stroke.cssClass(), "style", stroke.colour());
        for (var group = 0; group < groups.size(); group++) {
            var value = each.values()[group];
            if (!Double.isFinite(value)) continue;
            var middle = plot.across(group, index);
            var top = Math.min(plot.down(value), plot.down(0));
            plot.markup.open("rect", "class", "bar", "x", middle - plot.place() * 0.45, "y", top, "width", plot.place() * 0.9,
                            "height", Math.abs(plot.down(value) - plot.down(0)), "fill", "currentColor", "fill-opacity", "0.7",
                            "stroke", "currentColor", "stroke-dasharray", stroke.dashes())
                    .element("title", "%s, %s: %s".formatted(each.name(), groups.get(group), Numbers.compact(value))).close();
        }
        plot.markup.close();
    }

    private static Key.Entry entry(Group each) {
        var bad = Arrays.stream(each.values()).filter(v -> !Double.isFinite(v)).count();
        return new Key.Entry(each.name(), bad == 0 ? List.of() : List.of("%s of %s not finite".formatted(bad,
            each.values().length)));
    }
}
