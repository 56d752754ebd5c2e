package dev.lanewise.report;

/// Something a section of a [Page] can hold.
public sealed interface Block
    permits Paragraph, Facts, Links, Folded, Table, HeatMap, Pictured {

    /// {@return this block as an HTML fragment that is also well-formed XML}
    String html();
}
