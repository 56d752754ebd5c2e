package dev.lanewise.report;

import dev.lanewise.figures.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Violins: how the values of several series are spread, group by group and side by side, as inline SVG.
///
/// ```java
/// var chart = Violin.titled("Weights after three epochs").groups("layer 1", "layer 2").yLabel("weight")
///         .series("default", first, second)
///         .series("Xavier", third, fourth);
/// ```
///
/// A violin is as wide as its values are dense there, its widest place filling what it has; the bar in it goes from the lower to
/// the upper quartile, the line across it is the median. Values that are NaN, infinite or, on a logarithmic axis, not above 0
/// have no place in the picture: the legend says how many there are.
public final class Violin implements Pictured {
    private record Group(String name, List<double[]> samples) {}

    private final String title;
    private final List<Group> series = new ArrayList<>();
    private List<String> groups = List.of();
    private String xLabel = "";
    private String yLabel = "";
    private Scale scale = Scale.LINEAR;

    private Violin(String title) {
        this.title = Objects.requireNonNull(title, "title");
    }

    /// {@return a chart without groups and series, with a linear axis}
    public static Violin titled(String title) {
        return new Violin(title);
    }

    /// Names the groups along the x axis, from left to right.
    ///
    /// @throws IllegalArgumentException if there are none, or there are series already
    public Violin groups(String... names) {
        if (names.length == 0 || !series.isEmpty()) throw new IllegalArgumentException("groups: "
            + names.length + " names, after " + series.size() + " series; name at least one group, before the first series");
        groups = List.of(names);
        return this;
    }

    /// Says under the x axis what the groups are.
    public Violin xLabel(String label) {
        xLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Says above the y axis what it measures.
    public Violin yLabel(String label) {
        yLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Makes the y axis logarithmic, and the densities those of the logarithms.
    public Violin logY() {
        scale = Scale.LOG10;
        return this;
    }

    /// Adds a violin to each group; an empty array leaves the group's place free.
    ///
    /// @throws IllegalArgumentException unless there is one array for each group
    public Violin series(String name, float[]... samples) {
        return series(name, Arrays.stream(samples)
                .map(each -> IntStream.range(0, each.length).mapToDouble(i -> each[i]).toArray()).toArray(double[][]::new));
    }

    /// As [#series(String, float\[\]...)].
    public Violin series(String name, double[]... samples) {
        if (samples.length != groups.size()) throw new IllegalArgumentException("series '%s': %s samples for %s groups"
            .formatted(name, samples.length, groups.size()) + "; say groups(…) first, and give one array for each");
        series.add(new Group(name, Arrays.stream(samples).map(double[]::clone).toList()));
        return this;
    }

    /// {@return the numbers that the violins show} The median, and from where to where the middle half goes: a row a series, a
    /// column a group. A dash stands for no value that could be shown.
    public Table numbers() {
        var columns = Stream.concat(Stream.of(Column.text("median (middle half)")), groups.stream().map(Column::number));
        var table = new Table(columns.toArray(Column[]::new));
        for (var each : series) table.row(Stream.concat(Stream.of(each.name()), each.samples().stream().map(this::number))
                .toArray(String[]::new));
        return table;
    }

    private String number(double[] sample) {
        var values = shown(sample);
        Arrays.sort(values);
        return values.length == 0 ? "–" : "%s (%s … %s)".formatted(Numbers.compact(Statistics.quantileOfSorted(values, 0.5), 2),
                Numbers.compact(Statistics.quantileOfSorted(values, 0.25), 2),
                    Numbers.compact(Statistics.quantileOfSorted(values, 0.75), 2));
    }

    private Axis axis() {
        var shown = series.stream().flatMap(each -> each.samples().stream()).map(this::shown).filter(ys -> ys.length > 0)
            .toList();
        return new YRange.Full().axis(scale, shown);
    }

    @Override
    public String thumbnail() {
        return plot(Format.PHONE, axis(), series.stream().map(this::entry).toList()).thumbnail();
    }

    @Override
    public String html() {
        var y = axis();
        var entries = series.stream().map(this::entry).toList();
        var description = entries.stream().map(Key.Entry::description).collect(Collectors.joining(". ", "Violin chart. ", "."));
        return GroupPlot.figure(title, description, format -> plot(format, y, entries),
                Key.draw(entries, List.of("width: density", "bar: middle half", "line across: median")));
    }

    private GroupPlot plot(Format format, Axis y, List<Key.Entry> entries) {
        var plot = new GroupPlot(format, title, xLabel, yLabel, groups, Math.max(1, series.size()), y);
        for (var i = 0; i < series.size(); i++) {
            var stroke = new Stroke(i);
            plot.markup.open("g", "class", "series " + stroke.cssClass(), "style", stroke.colour())
                    .element("title", entries.get(i).description());
            for (var group = 0; group < groups.size(); group++) {
                var values = shown(series.get(i).samples().get(group));
                if (values.length > 0) violin(plot, plot.across(group, i), Arrays.stream(values).map(scale::at).toArray(),
                    stroke);
            }
            plot.markup.close();
        }
        return plot;
    }

    private double[] shown(double[] values) {
        return Arrays.stream(values).filter(scale::shows).toArray();
    }

    private Key.Entry entry(Group each) {
        var notes = new ArrayList<String>();
        var all = each.samples().stream().flatMapToDouble(Arrays::stream).toArray();
        var bad = Arrays.stream(all).filter(v -> !Double.isFinite(v)).count();
        var hidden = all.length - bad - shown(all).length;
        if (bad > 0) notes.add("%s of %s not finite".formatted(bad, all.length));
        if (hidden > 0) notes.add("%s of %s not above 0, not shown".formatted(hidden, all.length));
        return new Key.Entry(each.name(), notes);
    }

    private void violin(GroupPlot plot, double middle, double[] positions, Stroke stroke) {
        var spread = Spread.of(positions);
        var reach = plot.place() * 0.47;
        var outline = new StringBuilder();
        var back = new StringBuilder();
        for (var i = 0; i < spread.at().length; i++) {
            var height = Numbers.pixel(down(plot, spread.at()[i]));
            outline.append(i == 0 ? 'M' : 'L').append(Numbers.pixel(middle - reach * spread.widths()[i])).append(' ')
                .append(height);
            back.insert(0, "L" + Numbers.pixel(middle + reach * spread.widths()[i]) + " " + height);
        }
        plot.markup.empty("path", "class", "violin", "d", outline.append(back).append('Z').toString(), "fill", "currentColor",
                "fill-opacity", "0.4", "stroke", "currentColor", "stroke-width", "1.2", "stroke-dasharray", stroke.dashes());
        plot.markup.empty("path", "d", "M%s %sV%s".formatted(Numbers.pixel(middle), Numbers.pixel(down(plot, spread.low())),
                Numbers.pixel(down(plot, spread.high()))), "stroke", "currentColor", "stroke-width", "4", "fill", "none");
        plot.markup.empty("path", "class", "median", "d", "M%s %sh%s".formatted(Numbers.pixel(middle - reach * 0.5),
                Numbers.pixel(down(plot, spread.median())), Numbers.pixel(reach)), "stroke", "currentColor", "stroke-width", "2");
    }

    private double down(GroupPlot plot, double position) {
        return plot.down(scale.valueAt(position));
    }
}
