package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// One step of Adam over a single parameter: the optimizer, as a training loop calls it.
public class AdamBenchmark extends Benchmarks {

    /// The second is a 784-256-128-10 network.
    @Param({"4096", "235146"})
    public int n;

    @Override
    String request() { return "adam " + n; }
}
