package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// The mean cross-entropy of rows of logits, and their gradient.
public class CrossEntropyStepBenchmark extends Benchmarks {

    /// Rows and classes.
    @Param({"100 1000"})
    public String size;

    @Override
    String request() { return "ce_step " + size; }
}
