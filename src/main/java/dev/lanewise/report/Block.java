package dev.lanewise.report;

/// Something a section of a [Page] can hold.
public sealed interface Block
    permits Paragraph, Facts, Links, Table, LineChart, Histogram, Intervals, DecisionMap, HeatMap, Violin, Bars, ImageGrid {

    /// {@return this block as an HTML fragment that is also well-formed XML}
    String html();
}
