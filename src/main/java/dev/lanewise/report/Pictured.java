package dev.lanewise.report;

/// A chart that can be shown small, to tell a page from others.
public sealed interface Pictured extends Block
    permits LineChart, Histogram, Intervals, DecisionMap, Violin, Bars, ImageGrid {

    /// {@return the chart without its words, as a small SVG image}
    String thumbnail();
}
