/// Answering: [dev.lanewise.serve.BatchQueue] gathers the rows of many callers into batches for one model, [dev.lanewise.serve.TableModel] is
/// what `train table` has learned. Knows nothing of networks between machines; `src/examples/serve` puts both behind HTTP.
package dev.lanewise.serve;
