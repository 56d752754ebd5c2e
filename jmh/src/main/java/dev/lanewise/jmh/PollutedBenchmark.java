package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The same in a JVM that has run every activation and many shapes before, and in one that has not: the profiles that a
/// long-lived program collects must cost nothing.
public class PollutedBenchmark extends Benchmarks {

    @Param({"gemm 100 784 256 NT", "unary relu 4096", "unary gelu 4096", "softmax 100 10", "mlp_step 100 784-256-128-10 sgd 0"})
    public String request;

    @Param({"false", "true"})
    public boolean polluted;

    @Override
    String request() { return request; }

    @Setup
    @Override
    public void prepare() {
        if (polluted) Pollution.run();
        super.prepare();
    }
}
