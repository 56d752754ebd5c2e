/// Shows what an experiment found: a [LineChart] of several series, a [Table], a self-contained [Page] that holds them, and
/// the same figures as [Json] for programs.
///
/// Everything here is text made from numbers and strings. The package knows nothing of tensors or training, only how files are
/// written; it loads nothing and writes no script: a page is one file that can be mailed, printed, or opened in ten years.
///
/// Builders ([LineChart], [Table], [Page]) are filled by chained calls from one thread and may be rendered any number of times.
package dev.lanewise.report;
