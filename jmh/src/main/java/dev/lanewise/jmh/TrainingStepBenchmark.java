package dev.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/// Zero gradients, forward, cross-entropy, backward, step, with the tensors, layers and optimizers that users have.
public class TrainingStepBenchmark extends Benchmarks {

    /// Batch, layers, optimizer, dropout.
    @Param({"100 784-256-128-10 adam 0.2", "100 784-256-128-10 sgd 0", "16 8-16-16-16-16-16-16-16-1 sgd 0",
        "256 784-1024-1024-10 adam 0"})
    public String network;

    @Override
    String request() { return "mlp_step " + network; }
}
