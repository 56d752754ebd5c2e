package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// The library's arrays without tensors: stacks of products, products with what follows them or of other memory, normalization,
/// attention, convolution.
public class ArrayBenchmark extends Benchmarks {

    /// What, and its sizes.
    @Param({"array_batched 64 32 32 32", "array_linear 100 384 384 gelu", "array_layer_norm 512 384", "array_rms_norm 512 384",
        "array_attention 8 128 64 full", "array_attention 8 128 64 causal",
        "array_conv 16 8 14 14 16 3", "array_stored float32 16 384 384", "array_stored bfloat16 16 384 384"})
    public String routine;

    @Override
    String request() { return routine; }
}
