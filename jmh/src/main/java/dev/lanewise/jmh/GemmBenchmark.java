package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// C = A B, with A of M x K and B of K x N; T: that operand lies transposed in memory. The sizes are squares, the layers of a
/// 784-256-128-10 network at batch 100, and odd ones.
public class GemmBenchmark extends Benchmarks {

    /// M K N, and which operands are transposed.
    @Param({"64 64 64 NN", "256 256 256 NN", "1024 1024 1024 NN", "100 784 256 NT", "256 100 784 TN", "100 256 784 NN",
        "100 128 10 NT", "1 784 256 NT", "333 77 201 NN"})
    public String size;

    @Override
    String request() { return "gemm " + size; }
}
