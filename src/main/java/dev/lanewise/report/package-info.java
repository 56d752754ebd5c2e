/// Shows what an experiment found. Knows nothing of tensors or training.
///
/// - A [Page] holds [Block]s: a [Paragraph], a [Table] of [Column]s, [Facts], [Links], and charts.
/// - Charts, as SVG: [LineChart], [Histogram], [Bars], [Intervals], [Violin], [HeatMap], [DecisionMap], [ImageGrid].
/// - [Json]: the same figures for programs.
///
/// ```java
/// var chart = LineChart.titled("Loss").xLabel("step").series("training", new float[] {2.3f, 1.1f, 0.7f});
/// Page.titled("A run").section("It learns", chart).write(Files.createTempDirectory("lanewise").resolve("run.html"));
/// ```
///
/// Everything here is text made from numbers and strings. The package knows only how files are
/// written; it loads nothing and writes no script: a page is one file that can be mailed, printed, or opened in ten years.
///
/// Builders ([LineChart], [Table], [Page]) are filled by chained calls from one thread and may be rendered any number of times.
package dev.lanewise.report;
