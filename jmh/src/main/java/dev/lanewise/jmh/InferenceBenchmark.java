package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// The forward pass alone, without gradients.
public class InferenceBenchmark extends Benchmarks {

    /// Batch and layers.
    @Param({"1 784-256-128-10", "100 784-256-128-10"})
    public String network;

    @Override
    String request() { return "mlp_infer " + network; }
}
