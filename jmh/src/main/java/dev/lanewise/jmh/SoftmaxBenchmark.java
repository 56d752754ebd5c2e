package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Softmax of each row: the tensor's operation, which makes its result anew with each call.
public class SoftmaxBenchmark extends Benchmarks {

    /// Rows and columns.
    @Param({"100 10", "1000 1000"})
    public String size;

    @Override
    String request() { return "softmax " + size; }
}
