package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// A recurrent layer, batch first: all outputs and all gradients.
public class RecurrentStepBenchmark extends Benchmarks {

    /// Cell; batch, steps, inputs, units.
    @Param({"lstm_step 8 20 64 64", "gru_step 8 20 64 64"})
    public String layer;

    @Override
    String request() { return layer; }
}
