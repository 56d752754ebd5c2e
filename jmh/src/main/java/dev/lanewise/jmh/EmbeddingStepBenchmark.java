package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Rows of an embedding, and the gradient of all its rows.
public class EmbeddingStepBenchmark extends Benchmarks {

    /// Rows, width, indices.
    @Param({"5000 64 512"})
    public String size;

    @Override
    String request() { return "embed_step " + size; }
}
