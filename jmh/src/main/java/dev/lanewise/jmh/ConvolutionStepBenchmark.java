package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// A two-dimensional convolution, forward and the gradients of its input and its parameters.
public class ConvolutionStepBenchmark extends Benchmarks {

    /// Batch, channels, height, width, output channels, kernel.
    @Param({"16 8 14 14 16 3"})
    public String size;

    @Override
    String request() { return "conv_step " + size; }
}
