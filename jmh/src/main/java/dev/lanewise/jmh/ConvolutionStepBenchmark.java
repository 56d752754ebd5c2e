package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// A two-dimensional convolution, forward and the gradients of its input and its parameters.
public class ConvolutionStepBenchmark extends Benchmarks {

    /// Batch, channels, height, width, output channels, kernel, stride, groups.
    @Param({"16 8 14 14 16 3", "16 8 14 14 16 1", "16 16 14 14 16 3 1 16", "16 8 14 14 16 3 2"})
    public String size;

    @Override
    String request() { return "conv_step " + size; }
}
