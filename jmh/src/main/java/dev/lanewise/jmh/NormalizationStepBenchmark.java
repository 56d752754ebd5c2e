package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Normalization in training, with scale and shift: forward and all gradients.
public class NormalizationStepBenchmark extends Benchmarks {

    /// Batch and group: batch, channels, height, width; layer: rows and columns.
    @Param({"batch 16 16 14 14", "group 16 16 14 14", "layer 256 384"})
    public String size;

    @Override
    String request() { return "norm_step " + size; }
}
