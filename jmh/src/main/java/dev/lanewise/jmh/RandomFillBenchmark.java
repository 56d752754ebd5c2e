package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Fills an array with random numbers.
public class RandomFillBenchmark extends Benchmarks {

    @Param({"uniform", "normal"})
    public String law;

    @Param({"4096", "1000000"})
    public int n;

    @Override
    String request() { return law + " " + n; }
}
