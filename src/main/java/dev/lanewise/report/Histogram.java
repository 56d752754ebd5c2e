package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/// How values are spread: one histogram, or rows of small ones that are compared, as inline SVG.
///
/// ```java
/// Histogram.titled("What each layer hands its activation").xLabel("value")
///         .row("xavier-normal")
///         .panel("layer 1", first).note("std 0.98")
///         .panel("layer 2", second);
/// ```
///
/// The panels of a row share their x axis, which holds all finite values of the row unless [#row(String,double,double)] says
/// otherwise; each has its own height, which the line below them says. What is not finite, or lies outside, is said under the
/// panel.
public final class Histogram implements Pictured {
    private static final double TOP = 36;
    private static final double ROW = 22;
    private static final double GAP = 12;
    private static final double LETTER = 12;
    private static final double LINE = 15;
    private static final double SMALL = 11;
    private static final double BOLD_LETTER = 14;
    /// Most panels beside each other on a phone.
    private static final int PHONE_COLUMNS = 4;
    private static final int MOST_BINS = 1000;
    private static final String HEIGHTS = "height: how many values, each panel on its own scale";

    private final String title;
    private final List<Row> rows = new ArrayList<>();
    private String xLabel = "";
    private int bins = 40;

    private static final class Row {
        private final String label;
        /// Null for what the values ask for.
        private final Bounds given;
        private final List<Panel> panels = new ArrayList<>();

        private Row(String label, Bounds given) {
            this.label = label;
            this.given = given;
        }

        private Bounds range() {
            return given != null ? given : Bounds.of(panels.stream().flatMapToDouble(panel -> Arrays.stream(panel.values))
                .filter(Double::isFinite).toArray()).widened();
        }
    }

    private static final class Panel {
        private final String title;
        private final double[] values;
        private DoubleUnaryOperator density;
        private final List<String> notes = new ArrayList<>();

        private Panel(String title, double[] values) {
            this.title = title;
            this.values = values;
        }
    }

    private Histogram(String title) { this.title = Objects.requireNonNull(title, "title"); }

    /// {@return a chart without panels}
    public static Histogram titled(String title) { return new Histogram(title); }

    /// Says below what the values are.
    public Histogram xLabel(String label) {
        xLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Bars in each panel; 40 if nothing is said.
    ///
    /// @throws IllegalArgumentException if they aren't 1 to 1000
    public Histogram bins(int count) {
        if (count < 1 || count > MOST_BINS) throw new IllegalArgumentException("bins: " + count + "; it must be 1 to "
            + MOST_BINS);
        bins = count;
        return this;
    }

    /// Begins a row of panels.
    ///
    /// @param label stands above it; empty for nothing
    public Histogram row(String label) {
        rows.add(new Row(Objects.requireNonNull(label, "label"), null));
        return this;
    }

    /// As [#row(String)], with exactly this range.
    ///
    /// @throws IllegalArgumentException unless `min < max` and both are finite
    public Histogram row(String label, double min, double max) {
        if (!(min < max) || !Double.isFinite(max - min)) throw new IllegalArgumentException(
            "row: need finite min < max, got %s and %s".formatted(min, max));
        rows.add(new Row(Objects.requireNonNull(label, "label"), new Bounds(min, max)));
        return this;
    }

    /// Adds a panel to the last row, or to the first if none was begun.
    public Histogram panel(String title, double[] values) {
        if (rows.isEmpty()) row("");
        rows.getLast().panels.add(new Panel(Objects.requireNonNull(title, "title"), values.clone()));
        return this;
    }

    /// Adds a panel to the last row, or to the first if none was begun.
    public Histogram panel(String title, float[] values) {
        var all = new double[values.length];
        for (int i = 0; i < all.length; i++) all[i] = values[i];
        return panel(title, all);
    }

    /// Draws a density over the last panel: how its values should be spread.
    ///
    /// @throws IllegalStateException if there is no panel
    public Histogram density(DoubleUnaryOperator density) {
        last("density").density = Objects.requireNonNull(density, "density");
        return this;
    }

    /// A line of small print under the last panel.
    ///
    /// @throws IllegalStateException if there is no panel
    public Histogram note(String text) {
        last("note").notes.add(Objects.requireNonNull(text, "text"));
        return this;
    }

    private Panel last(String operation) {
        if (rows.isEmpty() || rows.getLast().panels.isEmpty()) throw new IllegalStateException(
            operation + ": there is no panel; add one first");
        return rows.getLast().panels.getLast();
    }

    /// {@return the chart as one SVG image} It can stand in a file of its own.
    public String svg() {
        var markup = new Markup();
        double y = 0;
        for (var drawing : drawings(Format.DESK)) {
            markup.open("g", "transform", "translate(0 %s)".formatted(Numbers.pixel(y))).raw(drawing.content()).close();
            y += drawing.height();
        }
        return new Drawing(Format.DESK.panels(), y, markup.toString()).svg("role", "img", "aria-label", title);
    }

    /// The first line of panels.
    @Override
    public String thumbnail() {
        if (rows.isEmpty() || rows.getFirst().panels.isEmpty()) return "";
        var first = drawings(Format.PHONE).getFirst();
        var row = rows.getFirst();
        double above = TOP + Format.titleRoom(title, Format.PHONE.panels())
            + (row.label.isEmpty() ? 0 : ROW * Format.lines(row.label, BOLD_LETTER, Format.PHONE.panels()).size())
            + (row.panels.getFirst().title.isEmpty() ? 0 : LINE);
        return first.thumbnail(0, above, first.width(), height(Format.PHONE) + 2);
    }

    /// Each row as a drawing of its own, so that pages can end between them; the title is in the first, the words below in the
    /// last.
    private List<Drawing> drawings(Format format) {
        int columns = columns(format);
        double width = width(format);
        double height = height(format);
        var drawings = new ArrayList<Drawing>();
        var markup = new Markup().element("title", title).element("desc", description());
        double y = TOP + Format.title(markup, title, 0, format.panels());
        for (int r = 0; r < rows.size(); r++) {
            y = row(markup, rows.get(r), format, columns, width, height, y);
            if (r == rows.size() - 1) break;
            drawings.add(new Drawing(format.panels(), y, markup.toString()));
            markup = new Markup();
            y = 0;
        }
        for (var line : Format.lines(xLabel, BOLD_LETTER, format.panels()))
            markup.element("text", line, "x", format.panels() / 2, "y", y += 4, "text-anchor", "middle", "fill", "currentColor",
                "opacity", "0.75");
        markup.element("text", HEIGHTS, "x", format.panels() / 2, "y", y + 16, "text-anchor", "middle", "fill",
            "currentColor", "opacity", "0.75", "font-size", SMALL);
        drawings.add(new Drawing(format.panels(), y + 24, markup.toString()));
        return drawings;
    }

    private double width(Format format) {
        int columns = columns(format);
        return (format.panels() - GAP * (columns - 1)) / columns;
    }

    private double height(Format format) {
        double width = width(format);
        return width < 120 ? 70 : columns(format) > 2 ? 130 : Math.min(220, width / 2);
    }

    /// Returns where it ends.
    private double row(Markup markup, Row row, Format format, int columns, double width, double height, double top) {
        double y = top;
        if (!row.label.isEmpty()) for (var line : Format.lines(row.label, BOLD_LETTER, format.panels())) {
            markup.element("text", line, "x", 0.0, "y", y + 14, "fill", "currentColor", "font-weight", "600");
            y += ROW;
        }
        for (int from = 0; from < row.panels.size(); from += columns) {
            double tallest = 0;
            for (int i = from; i < Math.min(row.panels.size(), from + columns); i++) tallest = Math.max(tallest,
                panel(markup, row.panels.get(i), row.range(), (i - from) * (width + GAP), y, width, height));
            y += tallest + 14;
        }
        return y;
    }

    /// As many as there are; on a phone as many as their titles and the ends of their axes have room for.
    private int columns(Format format) {
        int most = Math.max(1, rows.stream().mapToInt(row -> row.panels.size()).max().orElse(1));
        if (format == Format.DESK) return most;
        double needed = 1;
        for (var row : rows) {
            needed = Math.max(needed, SMALL * (Numbers.width(Numbers.compact(row.range().min()))
                + Numbers.width(Numbers.compact(row.range().max()))));
            for (var panel : row.panels) needed = Math.max(needed, LETTER * Numbers.width(panel.title));
        }
        int fit = Math.clamp((int) ((format.panels() + GAP) / (needed + GAP)), 1, Math.min(most, PHONE_COLUMNS));
        // rows of equal length
        return Math.ceilDiv(most, Math.ceilDiv(most, fit));
    }

    private String description() {
        return rows.stream().map(row -> (row.label + ": ") + row.panels.stream().map(panel -> String.join(","
            + " ", panel.title, String.join(
            ", ", notes(panel, counted(panel, row.range()))))).collect(Collectors.joining("; ")))
            .collect(Collectors.joining(". ", "Histograms. ", "."));
    }

    @Override
    public String html() {
        return Format.figure(format -> {
            var drawings = drawings(format);
            return drawings.getFirst().svg("role", "img", "aria-label", title)
                + drawings.stream().skip(1).map(drawing -> drawing.svg("aria-hidden", "true")).collect(Collectors.joining());
        });
    }

    /// @param bars how many values lie in each
    record Count(int[] bars, int outside, int notFinite) {}

    /// The last bar holds the upper end of the range, too.
    static Count count(double[] values, double min, double max, int bins) {
        var bars = new int[bins];
        int outside = 0;
        int notFinite = 0;
        for (double value : values) {
            if (!Double.isFinite(value)) notFinite++;
            else if (value < min || value > max) outside++;
            else bars[(int) Math.min(bins - 1, Math.floor((value - min) / (max - min) * bins))]++;
        }
        return new Count(bars, outside, notFinite);
    }

    private Count counted(Panel panel, Bounds range) { return count(panel.values, range.min(), range.max(), bins); }

    private static List<String> notes(Panel panel, Count count) {
        var notes = new ArrayList<>(panel.notes);
        if (panel.values.length == 0) notes.add("no values");
        if (count.outside > 0) notes.add(count.outside + " outside");
        if (count.notFinite > 0) notes.add(count.notFinite + " not finite");
        return notes;
    }

    /// Draws a panel and returns how tall it came out.
    private double panel(Markup markup, Panel panel, Bounds range, double x, double y, double width, double height) {
        var count = counted(panel, range);
        double top = y + (panel.title.isEmpty() ? 0 : LINE);
        double bottom = top + height;
        double bar = width / bins;
        int shown = Arrays.stream(count.bars).sum();
        var curve = new double[2 * bins + 1];
        if (panel.density != null) for (int i = 0; i < curve.length; i++)
            // as many values as a bar of that density would hold
            curve[i] = panel.density.applyAsDouble(range.min() + range.span() * i / (curve.length - 1))
            * range.span() / bins * shown;
        double most = Math.max(Arrays.stream(count.bars).max().orElse(0),
            Arrays.stream(curve).filter(Double::isFinite).max().orElse(0));
        var bars = new StringBuilder();
        for (int i = 0; i < bins; i++) if (count.bars[i] > 0)
            bars.append("M%s %sV%sh%sV%sz".formatted(Numbers.pixel(x + i * bar), Numbers.pixel(bottom),
                Numbers.pixel(bottom - (height - 2) * count.bars[i] / most), Numbers.pixel(bar), Numbers.pixel(bottom)));
        markup.open("g", "fill", "currentColor").element("text", panel.title, "x", x, "y", top - 4, "font-size", LETTER).close();
        markup.empty("path", "class", "bars", "d", bars.isEmpty() ? "M0 0" : bars, "style", new Stroke(0).colour(), "fill",
            "currentColor");
        if (panel.density != null) curve(markup, curve, most, x, bottom, width, height);
        markup.empty("path", "d", "M%s %sh%s".formatted(Numbers.pixel(x), Numbers.pixel(bottom), Numbers.pixel(width)), "stroke",
            "currentColor", "stroke-opacity", "0.55", "fill", "none");
        return words(markup, notes(panel, count), range, x, bottom, width) - y;
    }

    private static void curve(Markup markup, double[] curve, double most, double x, double bottom, double width, double height) {
        var path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < curve.length; i++) {
            boolean finite = Double.isFinite(curve[i]);
            if (finite) path.append(drawing ? 'L' : 'M').append(Numbers.pixel(x + width * i / (curve.length - 1))).append(' ')
                .append(Numbers.pixel(bottom - (height - 2) * curve[i] / Math.max(most, Double.MIN_NORMAL)));
            drawing = finite;
        }
        markup.empty("path", "class", "density", "d", path.isEmpty() ? "M0"
            + " 0" : path, "style", new Stroke(1).colour(), "fill", "none",
            "stroke", "currentColor", "stroke-width", "2");
    }

    /// The ends of the axis and the small print; returns where it ends.
    private static double words(Markup markup, List<String> notes, Bounds range, double x, double bottom, double width) {
        double y = bottom + LINE;
        markup.open("g", "fill", "currentColor", "opacity", "0.75", "font-size", SMALL)
            .element("text", Numbers.compact(range.min()), "x", x, "y", y)
            .element("text", Numbers.compact(range.max()), "x", x + width, "y", y, "text-anchor", "end");
        for (var note : notes) for (var line : Format.lines(note, SMALL, width)) markup.element("text", line, "x", x,
            "y", y += LINE);
        markup.close();
        return y;
    }
}
