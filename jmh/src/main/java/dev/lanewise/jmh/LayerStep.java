package dev.lanewise.jmh;

import dev.lanewise.nn.Module;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// A layer with its inputs, ready to be called.
///
/// @param module   whose parameters get gradients; null if there are none
/// @param inputs   that get gradients
/// @param gradient of what the call gives; null if that is a loss
record LayerStep(Module module, List<Tensor> inputs, Supplier<Tensor> call, Tensor gradient) {

    /// For a loss, which needs no gradient from above.
    static LayerStep loss(Tensor input, Supplier<Tensor> call) { return new LayerStep(null, List.of(input), call, null); }

    /// For anything else: the gradient is drawn.
    static LayerStep of(Module module, List<Tensor> inputs, Supplier<Tensor> call, RandomSource source) {
        return new LayerStep(module, inputs, call, Tensor.randn(source, call.get().shape().toArray()));
    }

    /// One step, forward and all gradients; those of the step before are dropped.
    Tensor run() {
        inputs.forEach(Tensor::zeroGrad);
        if (module != null) module.zeroGrad();
        var y = call.get();
        if (gradient == null) y.backward();
        else y.backward(gradient, false, false);
        return y;
    }

    /// Steps, each in a scope, as a trainer's are.
    Workload training() {
        var scope = new Scope();
        return Workload.perStep(() -> {
            try (var _ = scope.open()) {
                return run();
            }
        });
    }

    /// Calls alone, in evaluation mode, without gradients.
    Workload inference() {
        module.eval();
        return Workload.perCall(() -> {
            try (var _ = Autograd.noGrad()) {
                return call.get();
            }
        });
    }
}
