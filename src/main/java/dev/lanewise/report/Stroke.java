package dev.lanewise.report;

import java.util.List;

/// How the line of one series is told from the others: six colours, then the same six again with the next dash pattern.
///
/// The colours started from Okabe and Ito's palette for colour-blind readers and were moved until each has a contrast of 3:1 with
/// its ground, white or dark, and all lie far apart in Oklab as seen with normal vision, protanopia and deuteranopia.
record Stroke(int index) {
    static final List<String> LIGHT = List.of("#155ec1", "#b53700", "#119292", "#882064", "#cd8500", "#488efd");
    static final List<String> DARK = List.of("#3f7ddd", "#fe6622", "#0aaf92", "#d3a6f8", "#eacd39", "#bff0ef");

    private static final List<String> DASHES = List.of("none", "7 4", "2 4", "12 4 2 4");

    /// A class by which the plot and the legend of a page refer to the same series.
    String cssClass() {
        return "k" + index;
    }

    /// The page may set the variable, as it does in the dark; elsewhere the light colour holds.
    String colour() {
        var hue = index % LIGHT.size();
        return "color:var(%s,%s)".formatted(variable(hue), LIGHT.get(hue));
    }

    String dashes() {
        return DASHES.get(index / LIGHT.size() % DASHES.size());
    }

    static String variable(int hue) {
        return "--series-" + (hue + 1);
    }
}
