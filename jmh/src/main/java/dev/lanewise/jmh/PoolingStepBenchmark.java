package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Pooling over windows side by side, forward and backward.
public class PoolingStepBenchmark extends Benchmarks {

    /// Kind, batch, channels, height, width, kernel.
    @Param({"max 16 16 28 28 2", "avg 16 16 28 28 2"})
    public String size;

    @Override
    String request() { return "pool_step " + size; }
}
