package dev.lanewise.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/// Small grey images with captions, in one grid or in several side by side, as inline SVG: nothing is loaded, and they print.
///
/// ```java
/// var pictures = ImageGrid.titled("Before and after").columns(5).zoom(3)
///         .panel("before").image("bag", 28, 28, first)
///         .panel("after").image("bag", 28, 28, second);
/// ```
///
/// Greys are drawn at 33 levels. A number that is NaN is drawn in a colour, and the caption says how many there are.
public final class ImageGrid implements Pictured {
    private static final int LEVELS = 32;
    private static final double GAP = 10;
    private static final double CAPTION = 18;
    private static final double LETTER = 12;
    private static final double LINE = 14;
    private static final double HEADING = 26;
    /// Room that every caption has in one line.
    private static final double WHOLE = 1e6;

    private record Image(String caption, int height, int width, float[] greys) {

        long bad() {
            long count = 0;
            for (var grey : greys) if (Float.isNaN(grey)) count++;
            return count;
        }

        String words() {
            return bad() == 0 ? caption : caption + " (" + bad() + " NaN)";
        }
    }

    /// @param room how wide a line of a caption may be
    private record Panel(String heading, double zoom, double room, List<Image> images) {

        List<String> caption(Image image) {
            return Format.lines(image.words(), LETTER, room);
        }

        /// With captions of several lines, so that three images stand side by side on a phone, if they are that narrow
        /// themselves.
        Panel narrow() {
            var widest = images.stream().mapToDouble(image -> image.width() * zoom).max().orElse(0);
            return new Panel(heading, zoom, Math.max(widest, Format.PHONE.panels() / 3 - GAP), images);
        }
    }

    private final String title;
    private final List<Panel> panels = new ArrayList<>();
    private int columns = 5;
    private double zoom = 2;

    private ImageGrid(String title) {
        this.title = Objects.requireNonNull(title, "title");
    }

    /// {@return a grid without images, five in a row, each pixel drawn two wide}
    public static ImageGrid titled(String title) {
        return new ImageGrid(title);
    }

    /// How many images stand in a row of a panel.
    ///
    /// @throws IllegalArgumentException if that is less than 1
    public ImageGrid columns(int columns) {
        if (columns < 1) throw new IllegalArgumentException("columns: " + columns + "; a row must have at least 1 image");
        this.columns = columns;
        return this;
    }

    /// How wide a pixel of an image is drawn, in pixels of the page; for the panels that begin after this.
    ///
    /// @throws IllegalArgumentException if it isn't positive and finite
    public ImageGrid zoom(double zoom) {
        if (!(zoom > 0 && zoom < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "zoom: " + zoom + "; it must be positive and finite");
        this.zoom = zoom;
        return this;
    }

    /// Begins another grid to the right, under a heading; where the screen is narrow, it goes below.
    public ImageGrid panel(String heading) {
        panels.add(new Panel(Objects.requireNonNull(heading, "heading"), zoom, WHOLE, new ArrayList<>()));
        return this;
    }

    /// Adds an image to the last panel.
    ///
    /// @param greys row after row from the top left, 0 black to 1 white; what lies beyond is cut to that
    /// @throws IllegalArgumentException unless there is one number for each pixel, and at least one
    public ImageGrid image(String caption, int height, int width, float[] greys) {
        if (height < 1 || width < 1 || greys.length != Math.multiplyExact(height, width)) throw new IllegalArgumentException(
            "image '%s': %s numbers for %s x %s pixels; give one for each".formatted(caption, greys.length, height, width));
        if (panels.isEmpty()) panel("");
        panels.getLast().images().add(new Image(Objects.requireNonNull(caption, "caption"), height, width, greys.clone()));
        return this;
    }

    @Override
    public String html() {
        var markup = new Markup().open("figure", "class", "chart");
        for (var panel : panels) {
            var isWide = Math.min(columns, panel.images().size()) * cell(panel) > Format.PHONE.panels();
            markup.open("div", "class", isWide ? "images desk" : "images").raw(draw(panel, columns)).close();
            if (!isWide) continue;
            var narrow = panel.narrow();
            markup.open("div", "class", "images phone")
                .raw(draw(narrow, Math.max(1, (int) (Format.PHONE.panels() / cell(narrow))))).close();
        }
        return markup.close().toString();
    }

    /// The last panel, or a part of it.
    @Override
    public String thumbnail() {
        if (panels.isEmpty()) return "";
        var panel = panels.getLast();
        var drawing = drawing(panel, columns);
        var row = row(panel);
        var rows = Math.clamp((long) (0.62 * drawing.width() / row), 1, Integer.MAX_VALUE);
        var top = panel.heading().isEmpty() ? 0 : HEADING;
        return drawing.thumbnail(0, top, drawing.width() - GAP, Math.min(drawing.height() - top, rows * row) - CAPTION - GAP);
    }

    private String draw(Panel panel, int columns) {
        return drawing(panel, columns).svg("role", "img", "aria-label", name(panel));
    }

    private String name(Panel panel) {
        return panel.heading().isEmpty() ? title : title + ": " + panel.heading();
    }

    private static double cell(Panel panel) {
        return panel.images().stream().mapToDouble(image -> Math.max(image.width() * panel.zoom(),
            LETTER * panel.caption(image).stream().mapToDouble(Numbers::width).max().orElse(0))).max().orElse(0) + GAP;
    }

    private static double row(Panel panel) {
        return panel.images().stream().mapToDouble(image -> image.height() * panel.zoom() + LINE * panel.caption(image).size())
            .max().orElse(LINE) + CAPTION - LINE + GAP;
    }

    private Drawing drawing(Panel panel, int columns) {
        var cell = cell(panel);
        var row = row(panel);
        var used = Math.min(columns, Math.max(1, panel.images().size()));
        var top = panel.heading().isEmpty() ? 0 : HEADING;
        var markup = new Markup().element("title", name(panel));
        if (top > 0) markup.element("text", panel.heading(), "x", 0.0, "y", 16.0, "font-weight", "600", "fill", "currentColor");
        for (var i = 0; i < panel.images().size(); i++)
            image(markup, panel, panel.images().get(i), i % columns * cell, top + i / columns * row);
        // bold letters are wider
        var width = Math.max(used * cell, 15 * Numbers.width(panel.heading()));
        return new Drawing(width, top + Math.ceilDiv(panel.images().size(), columns) * row, markup.toString());
    }

    /// One path a grey: a line through each run of pixels of that grey. No antialiasing, which would show the seams.
    private static void image(Markup markup, Panel panel, Image image, double x, double y) {
        var zoom = panel.zoom();
        var runs = new TreeMap<String, StringBuilder>();
        for (var row = 0; row < image.height(); row++)
            for (int from = 0, to; from < image.width(); from = to) {
                var colour = colour(image.greys()[row * image.width() + from]);
                for (to = from + 1; to < image.width() && colour(image.greys()[row * image.width() + to]).equals(colour); ) to++;
                runs.computeIfAbsent(colour, _ -> new StringBuilder()).append('M').append(from).append(' ').append(row)
                        .append(".5h").append(to - from);
            }
        markup.open("g", "class", "image", "transform", "translate(%s %s) scale(%s)".formatted(Numbers.pixel(x), Numbers.pixel(y),
            zoom),
                "shape-rendering", "crispEdges", "fill", "none");
        runs.forEach((colour, path) -> markup.empty("path", "d", path.toString(), "stroke", colour));
        markup.close();
        var bottom = y + image.height() * zoom;
        for (var line : panel.caption(image))
            markup.element("text", line, "x", x, "y", bottom += LINE, "font-size", Numbers.plain(LETTER), "fill", "currentColor");
    }

    private static String colour(float grey) {
        if (Float.isNaN(grey)) return Stroke.LIGHT.get(1);
        var level = Math.round(Math.clamp(grey, 0f, 1f) * LEVELS) * 255 / LEVELS;
        return "#%1$02x%1$02x%1$02x".formatted(level);
    }
}
