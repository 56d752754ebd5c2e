package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// A transformer's block, norm first, in training and alone.
public class TransformerBenchmark extends Benchmarks {

    /// What; batch, tokens, width, heads, mask.
    @Param({"block_step 2 32 64 4 causal", "block_infer 2 32 64 4 causal"})
    public String block;

    @Override
    String request() { return block; }
}
