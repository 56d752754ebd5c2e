package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Softmax of each row.
public class SoftmaxBenchmark extends Benchmarks {

    /// Rows and columns.
    @Param({"100 10", "1000 1000"})
    public String size;

    @Override
    String request() { return "softmax " + size; }
}
