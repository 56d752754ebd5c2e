package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Scaled dot-product attention, forward and the gradients of queries, keys and values.
public class AttentionStepBenchmark extends Benchmarks {

    /// Batch, heads, tokens, width of a head, mask.
    @Param({"1 4 64 64 full", "1 4 64 64 causal"})
    public String size;

    @Override
    String request() { return "attention_step " + size; }
}
