package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// The sum of all elements.
public class ReduceBenchmark extends Benchmarks {

    @Param({"4096", "4194304"})
    public int n;

    @Override
    String request() { return "sum " + n; }
}
