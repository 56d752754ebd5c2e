package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// A transposed convolution, forward and the gradients of its input and its parameters.
public class TransposedStepBenchmark extends Benchmarks {

    /// Batch, channels, height, width, output channels, kernel, stride.
    @Param({"8 16 7 7 8 4 2"})
    public String size;

    @Override
    String request() { return "conv_transpose_step " + size; }
}
