package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// y = f(x) over neighbouring elements, x from -5 to 5.
public class UnaryBenchmark extends Benchmarks {

    @Param({"relu", "exp", "tanh", "sigmoid", "gelu", "silu"})
    public String function;

    /// In the first-level cache, and beyond the second.
    @Param({"4096", "4194304"})
    public int n;

    @Override
    String request() { return "unary " + function + " " + n; }
}
