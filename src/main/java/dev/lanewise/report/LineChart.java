package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Several named series as lines over a common x axis, as inline SVG.
///
/// ```java
/// var chart = LineChart.titled("Training loss")
///         .xLabel("batch")
///         .yLabel("cross-entropy")
///         .series("xavierUniform", xavierLosses)
///         .series("ones", onesLosses)
///         .smoothing(9)
///         .robustRange();
/// ```
///
/// The picture does not hide what went wrong. A NaN or an infinity breaks the line, a series that ends in them is crossed out
/// where it ends, one that leaves the chart gets an arrow at the edge, and the legend says each of these in words.
///
/// The chart takes the colour of the text around it, and a page may set `--series-1` to `--series-6`. Up to 24 series look
/// different from each other.
public final class LineChart implements Pictured {
    /// Which value of each series stands beside its name: the one that the chart is about.
    public enum Beside {
        /// Where it ends: of what grows with time or depth.
        LAST("last"),
        /// Where it begins: of what travels from right to left, as gradients do.
        FIRST("first"),
        /// The greatest.
        MOST("most"),
        /// The least.
        LEAST("least"),
        /// None: of curves that are looked at whole.
        NOTHING("");

        private final String word;

        Beside(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    private static final double GAP = 24;
    private static final double MARGIN = 4;
    private static final int MOST_POINTS = 12;

    private final String title;
    private final List<Series> series = new ArrayList<>();
    /// As many as there are series; null where nothing is expected.
    private final List<Expected> expected = new ArrayList<>();
    private String xLabel = "";
    private String yLabel = "";
    private Beside beside = Beside.LAST;
    private Scale across = Scale.LINEAR;
    private Scale scale = Scale.LINEAR;
    private YRange range = new YRange.Full();
    private int window = 1;
    private boolean wholeX;
    private boolean asAdded;
    private boolean legendBelow;

    private LineChart(String title) {
        this.title = Objects.requireNonNull(title, "title");
    }

    /// {@return a chart without series, with linear axes that show every value}
    public static LineChart titled(String title) {
        return new LineChart(title);
    }

    /// Says under the x axis what it counts.
    public LineChart xLabel(String label) {
        xLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Marks whole numbers alone on the x axis, where nothing lies between them.
    public LineChart wholeX() {
        wholeX = true;
        return this;
    }

    /// Makes the x axis logarithmic, marked where the points are, as for sizes that double: up to a dozen of them, else as a
    /// logarithmic axis is.
    public LineChart logX() {
        across = Scale.LOG10;
        return this;
    }

    /// Has the names in the order in which the series were added, as beside other charts of the same ones; else in that in which
    /// the lines end.
    public LineChart legendAsAdded() {
        asAdded = true;
        return this;
    }

    /// Has [#svg] draw for a column as narrow as a phone's: 360 wide, the legend below, letters as large as they are. Elsewhere
    /// the page decides, and [#html] has both.
    public LineChart legendBelow() {
        legendBelow = true;
        return this;
    }

    /// Has this value of each series beside its name, and the names in its order; the last one if nothing is said.
    public LineChart beside(Beside value) {
        beside = Objects.requireNonNull(value, "value");
        return this;
    }

    /// Says above the y axis what it measures.
    public LineChart yLabel(String label) {
        yLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Makes the y axis logarithmic. Values that are not above 0 are left out, and the legend says how many.
    public LineChart logY() {
        scale = Scale.LOG10;
        return this;
    }

    /// Shows exactly this range of y.
    ///
    /// @throws IllegalArgumentException unless `min < max` and both are finite
    public LineChart yRange(double min, double max) {
        if (!(min < max) || !Double.isFinite(max - min)) throw new IllegalArgumentException(
            "yRange: need finite min < max, got %s and %s".formatted(min, max));
        range = new YRange.Fixed(min, max);
        return this;
    }

    /// Shows the range of y in which most series can be read, and lets those run off the chart that would press the others flat
    /// against the axis: at least half of the series fit, and each further one that leaves the range at most half as tall again.
    public LineChart robustRange() {
        range = new YRange.Robust();
        return this;
    }

    /// Draws every series as the moving mean over `window` values, centred, and the values themselves faintly behind it.
    ///
    /// @param window an odd number is meant; 1 draws the values alone
    /// @throws IllegalArgumentException if `window` is less than 1
    public LineChart smoothing(int window) {
        if (window < 1) throw new IllegalArgumentException("smoothing: the window must be at least 1, got " + window);
        this.window = window;
        return this;
    }

    /// Adds the points (0, ys\[0]), (1, ys\[1]) …
    public LineChart series(String name, double[] ys) {
        return add(Series.counted(name, ys));
    }

    /// Adds the points (0, ys\[0]), (1, ys\[1]) …
    public LineChart series(String name, float[] ys) {
        return series(name, IntStream.range(0, ys.length).mapToDouble(i -> ys[i]).toArray());
    }

    /// Adds a series whose values are one apart on the x axis.
    ///
    /// @param first where the first one is
    public LineChart series(String name, double first, double[] ys) {
        return series(name, IntStream.range(0, ys.length).mapToDouble(i -> first + i).toArray(), ys);
    }

    /// Adds the points (xs\[i], ys\[i]), joined in this order.
    ///
    /// @throws IllegalArgumentException if the lengths differ or an x value is NaN or infinite
    public LineChart series(String name, double[] xs, double[] ys) {
        return add(new Series(name, xs, ys));
    }

    /// Draws what theory expects of the series that was added last: a thin dashed line, and the range about it shaded.
    ///
    /// @param low  where it ends below; the same as `middle` for no range
    /// @param high where it ends above
    /// @throws IllegalArgumentException if there is no series, or there isn't one number of each for each of its points
    public LineChart expected(double[] middle, double[] low, double[] high) {
        if (series.isEmpty()) throw new IllegalArgumentException("expected: no series yet; add the one that it belongs to first");
        if (middle.length != series.getLast().ys().length)
            throw new IllegalArgumentException("expected: %s values for %s points of '%s'"
            .formatted(middle.length, series.getLast().ys().length, series.getLast().name()) + "; give one for each");
        expected.set(expected.size() - 1, new Expected(middle, low, high));
        return this;
    }

    private LineChart add(Series added) {
        expected.add(null);
        series.add(added);
        return this;
    }

    /// {@return the chart as one SVG image, legend to the right, or [below][#legendBelow]} It can stand in a file of its own.
    ///
    /// @throws IllegalArgumentException if the y axis is logarithmic and [#yRange] does not begin above 0, or the x axis and a
    ///     point isn't above 0
    public String svg() {
        var parts = draw();
        var plot = parts.plot.apply(legendBelow ? Format.PHONE : Format.DESK);
        var right = legendBelow ? MARGIN : plot.width() + GAP;
        var below = legendBelow ? plot.height() - Legend.ROOM : 0;
        var legend = new Markup().open("g", "transform", "translate(%s %s)".formatted(Numbers.pixel(right), Numbers.pixel(below)))
                .raw(parts.legend.content()).close();
        var whole = new Drawing(Math.max(plot.width(), right + parts.legend.width()),
                Math.max(plot.height(), below + parts.legend.height()), parts.words + plot.content() + legend);
        return whole.svg("role", "img", "aria-label", title);
    }

    /// {@return the chart as a figure} It has the plot for wide screens and for narrow ones, where the legend moves below.
    @Override
    public String html() {
        var parts = draw();
        return Format.figure(title, parts.words, parts.plot, parts.legend);
    }

    @Override
    public String thumbnail() {
        return draw().thumbnail.get();
    }

    private record Parts(String words, Function<Format, Drawing> plot, Drawing legend, Supplier<String> thumbnail) {}

    private Parts draw() {
        var points = series.stream().flatMapToDouble(s -> Arrays.stream(s.xs())).distinct().sorted().toArray();
        if (across == Scale.LOG10 && points.length > 0 && !(points[0] > 0))
            throw new IllegalArgumentException("logX: a point at x = " + points[0]
                + ", which has no place on a logarithmic axis; give positive ones");
        var x = Axis.exactly(across, Bounds.of(points).widened());
        if (across == Scale.LOG10 && points.length <= MOST_POINTS)
            x = new Axis(x.scale(), x.range(), Arrays.stream(points).mapToObj(value ->
                new Ticks.Tick(value, Numbers.plain(value))).toList());
        else if (wholeX) x = new Axis(x.scale(), x.range(), x.ticks().stream()
            .filter(tick -> tick.value() == Math.rint(tick.value()))
                .map(tick -> new Ticks.Tick(tick.value(), Numbers.plain(tick.value()))).toList());
        var shown = Stream.concat(series.stream().map(Series::ys), expected.stream().filter(Objects::nonNull)
                        .flatMap(each -> Stream.of(each.low(), each.middle(), each.high())))
                .map(ys -> Arrays.stream(ys).filter(scale::shows).toArray()).filter(ys -> ys.length > 0).toList();
        var y = range.axis(scale, shown);
        var lines = Stripe.of(IntStream.range(0, series.size()).mapToObj(i -> line(i, y)).toList(), y);
        var words = new Markup().element("title", title)
                .element("desc", lines.stream().map(Line::description).collect(Collectors.joining(". ", "Line chart. ", ".")));
        var footnotes = new ArrayList<String>();
        if (window > 1) footnotes.addAll(List.of("strong: mean of " + (window / 2 * 2 + 1) + " values", "faint: every value"));
        var known = expected.stream().filter(Objects::nonNull).toList();
        if (!known.isEmpty()) footnotes.add("dashed: expected" + (known.stream().anyMatch(Expected::hasRange)
            ? "; shaded: its range" : ""));
        if (lines.stream().anyMatch(line -> line.stripe().of() > 1)) footnotes.add("striped: lines that lie on each other");
        var below = x;
        return new Parts(words.toString(), format -> Plot.draw(format, title, xLabel, yLabel, below, y, lines),
            Legend.draw(lines, asAdded, beside, xLabel, footnotes), () -> Plot.thumbnail(below, y, lines));
    }

    private Line line(int index, Axis y) {
        var measured = series.get(index);
        return Line.of(measured, window == 1 ? measured : measured.smoothed(window), new Stroke(index), y,
                expected.get(index), beside);
    }
}
