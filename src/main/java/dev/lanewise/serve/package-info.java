/// Answering.
///
/// - [dev.lanewise.serve.BatchQueue] gathers the rows of many callers into batches for one model, as
///   [dev.lanewise.serve.BatchOptions] say, and counts how that goes, [dev.lanewise.serve.BatchStatistics].
/// - [dev.lanewise.serve.TableModel] is what `train table` has learned, with its [dev.lanewise.serve.TableNetwork] and the
///   [dev.lanewise.serve.TableFormat] of its rows.
///
/// ```java
/// var model = new Linear(4, 2).initialize(42);
/// try (var queue = new BatchQueue(model::call, Shape.of(4), BatchOptions.DEFAULT)) {
///     float[] answer = queue.predict(new float[] {1, 2, 3, 4});   // from any number of threads
/// }
/// ```
///
/// Knows nothing of networks between machines; the project's example `src/examples/serve` puts both behind HTTP.
package dev.lanewise.serve;
