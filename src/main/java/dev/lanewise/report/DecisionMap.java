package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;

/// What a classifier of points in the plane makes of each place, one panel a classifier, with the points it was shown: colour for
/// the class it takes, stronger the surer it is, and a line where it is undecided. As inline SVG.
///
/// The classes differ by the shape of their points, too: circles and triangles.
public final class DecisionMap implements Pictured {
    /// Places along each side at which the classifier is asked.
    static final int PLACES = 60;
    private static final double SMALL = 11;
    private static final double TOP = 96;
    private static final double LARGEST = 400;
    /// Of a map and what stands under it.
    private static final double BELOW = 52;
    private static final int LEVELS = 8;
    private static final String UNDECIDED = "line: undecided";

    private record Panel(String title, double[][] field) {}

    private final String title;
    private final Bounds x;
    private final Bounds y;
    private final List<Panel> panels = new ArrayList<>();
    private final List<double[]> points = new ArrayList<>();
    private final List<String> classes;
    private String xLabel = "";
    private String yLabel = "";

    private DecisionMap(String title, Bounds x, Bounds y, List<String> classes) {
        this.title = title;
        this.x = x;
        this.y = y;
        this.classes = classes;
    }

    /// {@return a map without panels and points}
    ///
    /// @param x the least and the greatest x that is shown
    /// @param y likewise
    /// @param first what the class is called that a classifier says with 0
    /// @param second with 1
    /// @throws IllegalArgumentException unless both ranges are two finite numbers that ascend
    public static DecisionMap titled(String title, double[] x, double[] y, String first, String second) {
        return new DecisionMap(Objects.requireNonNull(title, "title"), range("x", x), range("y", y), List.of(first, second));
    }

    private static Bounds range(String name, double[] ends) {
        if (ends.length != 2 || !(ends[0] < ends[1]) || !Double.isFinite(ends[1] - ends[0])) throw new IllegalArgumentException(
            "decision map: " + name + " from and to are " + Arrays.toString(ends) + "; give two finite numbers that ascend");
        return new Bounds(ends[0], ends[1]);
    }

    /// Says under each panel what its x is.
    public DecisionMap xLabel(String label) {
        xLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Says to the left of each panel what its y is; a short word, for which room is made.
    public DecisionMap yLabel(String label) {
        yLabel = Objects.requireNonNull(label, "label");
        return this;
    }

    /// Adds a classifier, which is asked at once.
    ///
    /// @param probability of the second class at (x, y); NaN leaves a gap
    public DecisionMap panel(String title, DoubleBinaryOperator probability) {
        var field = new double[PLACES + 1][PLACES + 1];
        for (int row = 0; row <= PLACES; row++) for (int column = 0; column <= PLACES; column++)
            field[row][column] = probability.applyAsDouble(x.min() + x.span() * column / PLACES,
                y.min() + y.span() * row / PLACES);
        panels.add(new Panel(Objects.requireNonNull(title, "title"), field));
        return this;
    }

    /// Adds a point, shown in all panels if it lies in the range.
    ///
    /// @param label 0 or 1
    public DecisionMap point(double x, double y, int label) {
        if (label != 0 && label != 1) throw new IllegalArgumentException("decision map: label " + label + "; it must be 0 or 1");
        if (this.x.contains(x) && this.y.contains(y)) points.add(new double[] {x, y, label});
        return this;
    }

    /// {@return the map as one SVG image} It can stand in a file of its own.
    public String svg() {
        return svg(Format.DESK);
    }

    private String svg(Format format) {
        return drawing(format).svg("role", "img", "aria-label", title);
    }

    @Override
    public String thumbnail() {
        var drawing = drawing(Format.PHONE);
        double top = TOP + Format.titleRoom(title, Format.PHONE.panels() - 8) - 8;
        return drawing.thumbnail(0, top, drawing.width(), drawing.height() - top - 24);
    }

    private Drawing drawing(Format format) {
        int columns = Math.clamp(panels.size(), 1, format == Format.PHONE ? 2 : Integer.MAX_VALUE);
        double width = format.panels();
        double left = 9 + SMALL * Stream.of(Numbers.compact(y.min()), Numbers.compact(y.max()), yLabel)
            .mapToDouble(Numbers::width).max().orElse(0);
        double side = Math.min(LARGEST, width / columns - left);
        var markup = new Markup().element("title", title).element("desc", "Decision maps: "
            + String.join(", ", panels.stream().map(Panel::title).toList()) + ".");
        double top = TOP + Format.title(markup, title, 4, width);
        double undecided = 74 + 13 * Numbers.width(classes.get(0) + classes.get(1));
        boolean fits = undecided + 13 * Numbers.width(UNDECIDED) <= width;
        markup.open("g", "fill", "currentColor").element("text", classes.get(0), "x", 22.0, "y", top - 50)
            .element("text", classes.get(1), "x", 48 + 13 * Numbers.width(classes.get(0)), "y", top - 50)
            .element("text", UNDECIDED, "x", fits ? undecided : 8.0, "y", fits ? top - 50 : top - 32).close();
        shape(markup, 12, top - 54, 0);
        shape(markup, 38 + 13 * Numbers.width(classes.get(0)), top - 54, 1);
        for (int i = 0; i < panels.size(); i++)
            panel(markup, panels.get(i), left + i % columns * (side + left), top + i / columns * (side + BELOW), side);
        int rows = Math.max(1, Math.ceilDiv(panels.size(), columns));
        return new Drawing(width, top + rows * (side + BELOW) - BELOW + 28, markup.toString());
    }

    @Override
    public String html() { return Format.figure(this::svg); }

    private void panel(Markup markup, Panel panel, double left, double top, double side) {
        markup.element("text", panel.title, "x", left, "y", top - 10, "fill", "currentColor");
        cells(markup, panel.field, left, top, side);
        markup.empty("path", "class", "boundary", "d", boundary(panel.field, left, top, side), "fill", "none", "stroke",
            "currentColor", "stroke-width", "2");
        for (var point : points) shape(markup, left + side * (point[0] - x.min()) / x.span(),
            top + side * (y.max() - point[1]) / y.span(), (int) point[2]);
        markup.open("g", "fill", "currentColor", "opacity", "0.75", "font-size", SMALL)
            .element("text", Numbers.compact(x.min()), "x", left, "y", top + side + 15)
            .element("text", xLabel, "x", left + side / 2, "y", top + side + 15, "text-anchor", "middle")
            .element("text", Numbers.compact(x.max()), "x", left + side, "y", top + side + 15, "text-anchor", "end")
            .element("text", Numbers.compact(y.max()), "x", left - 5, "y", top + 10, "text-anchor", "end")
            .element("text", yLabel, "x", left - 5, "y", top + side / 2 + 4, "text-anchor", "end")
            .element("text", Numbers.compact(y.min()), "x", left - 5, "y", top + side, "text-anchor", "end").close();
    }

    private static void shape(Markup markup, double x, double y, int label) {
        var common = new Object[] {"style", new Stroke(label).colour(), "fill", "currentColor", "fill-opacity", "0.8"};
        var at = label == 0 ? "M%s %sa3 3 0 1 0 6 0a3 3 0 1 0 -6 0z".formatted(Numbers.pixel(x - 3), Numbers.pixel(y))
            : "M%s %sl3.6 6.4h-7.2z".formatted(Numbers.pixel(x), Numbers.pixel(y - 4));
        var all = Arrays.copyOf(common, common.length + 4);
        all[common.length] = "class";
        all[common.length + 1] = "point";
        all[common.length + 2] = "d";
        all[common.length + 3] = at;
        markup.empty("path", all);
    }

    /// Runs of cells of one strength in one class are one rectangle; all of one strength are one path.
    private void cells(Markup markup, double[][] field, double left, double top, double side) {
        double cell = side / PLACES;
        var paths = new StringBuilder[2][LEVELS + 1];
        for (int row = 0; row < PLACES; row++)
            for (int start = 0, end; start < PLACES; start = end) {
                int label = label(field, row, start);
                int level = level(field, row, start);
                for (end = start; end < PLACES && label(field, row, end) == label && level(field, row, end) == level; ) end++;
                if (level < 0) continue;
                if (paths[label][level] == null) paths[label][level] = new StringBuilder();
                // its four sides, not its size: rounded alike, neighbours leave no seam
                paths[label][level].append("M%1$s %2$sH%3$sV%4$sH%1$sz".formatted(Numbers.pixel(left + start * cell),
                    Numbers.pixel(top + side - (row + 1) * cell), Numbers.pixel(left + end * cell),
                    Numbers.pixel(top + side - row * cell)));
            }
        for (int label = 0; label < 2; label++)
            for (int level = 0; level <= LEVELS; level++) if (paths[label][level] != null)
                markup.empty("path", "class", "field", "d", paths[label][level], "style", new Stroke(label).colour(), "fill",
                    "currentColor", "fill-opacity", Numbers.plain(Math.round(100 * (0.04 + 0.3 * level / LEVELS)) / 100.0),
                    "shape-rendering", "crispEdges");
    }

    private static double middle(double[][] field, int row, int column) {
        return (field[row][column] + field[row + 1][column] + field[row][column + 1] + field[row + 1][column + 1]) / 4;
    }

    private static int label(double[][] field, int row, int column) { return middle(field, row, column) > 0.5 ? 1 : 0; }

    /// -1 for a gap.
    private static int level(double[][] field, int row, int column) {
        double middle = middle(field, row, column);
        return Double.isNaN(middle) ? -1 : Math.clamp(Math.round(2 * LEVELS * Math.abs(middle - 0.5)), 0, LEVELS);
    }

    /// In each cell a straight line between the places on its sides where the probability is one half (marching squares).
    private static String boundary(double[][] field, double left, double top, double side) {
        double cell = side / PLACES;
        var path = new StringBuilder();
        for (int row = 0; row < PLACES; row++)
            for (int column = 0; column < PLACES; column++) {
                var ends = new ArrayList<String>();
                int[][] corners = {{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}};
                for (int i = 0; i < 4; i++) {
                    double a = field[row + corners[i][0]][column + corners[i][1]] - 0.5;
                    double b = field[row + corners[i + 1][0]][column + corners[i + 1][1]] - 0.5;
                    if (a > 0 == b > 0 || Double.isNaN(a + b)) continue;
                    double share = a / (a - b);
                    double across = column + corners[i][1] + share * (corners[i + 1][1] - corners[i][1]);
                    double up = row + corners[i][0] + share * (corners[i + 1][0] - corners[i][0]);
                    ends.add(Numbers.pixel(left + across * cell) + " " + Numbers.pixel(top + side - up * cell));
                }
                for (int i = 0; i + 1 < ends.size(); i += 2) path.append('M').append(ends.get(i)).append('L')
                    .append(ends.get(i + 1));
            }
        return path.isEmpty() ? "M0 0" : path.toString();
    }
}
