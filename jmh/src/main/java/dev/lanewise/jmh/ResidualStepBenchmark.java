package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// A step of a small residual network on pictures of 28 x 28.
public class ResidualStepBenchmark extends Benchmarks {

    /// Pictures.
    @Param({"4"})
    public int batch;

    @Override
    String request() { return "resnet_step " + batch; }
}
