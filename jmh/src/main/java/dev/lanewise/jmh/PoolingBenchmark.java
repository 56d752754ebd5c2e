package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// The largest of each window; its speed is that of a place of a window.
public class PoolingBenchmark extends Benchmarks {

    /// Planes, height, width, kernel, stride.
    @Param({"32 28 28 2 2", "32 28 28 3 1"})
    public String size;

    @Override
    String request() { return "max_pool " + size; }
}
