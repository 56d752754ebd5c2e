/// Answering: [dev.lanewise.serve.BatchQueue] gathers the rows of many callers into batches for one model. Knows nothing of networks between
/// machines; `src/examples/serve` puts it behind HTTP.
package dev.lanewise.serve;
