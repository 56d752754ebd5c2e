package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A module that takes a tensor and gives one.
///
/// Subclasses write [#forward]; users run a layer by [#call], which runs its hooks too, as in PyTorch `model(x)` runs `forward`.
public abstract class Layer extends Module {

    /// The layer's output. Shapes are the layer's own to say. Hooks are not run: that is for [#call].
    public abstract Tensor forward(Tensor x);

    /// The layer's output, after which its hooks are run.
    public final Tensor call(Tensor x) {
        var y = forward(x);
        return hasHooks() ? observed(y, x) : y;
    }

    /// The output of [#call] in evaluation, without a record for gradients. Nothing in the layer changes: other threads may do
    /// the same meanwhile. See [Module#predict(java.util.function.Supplier)].
    public final Tensor predict(Tensor x) {
        try (var _ = evaluating(); var _ = Autograd.noGrad()) {
            return call(x);
        }
    }

    /// As [Module#summary(java.util.function.Supplier)], of a call with an example.
    public final Summary summary(Tensor example) { return summary(() -> call(example)); }

    /// This layer and the one right behind it as one operation, with the same bits as one after the other; null if there is none.
    /// A [Sequential] asks once, and runs it where no hook looks at either.
    protected UnaryOperator<Tensor> fusedWith(Layer next) { return null; }

    @Override
    public Layer initialize(long seed) {
        super.initialize(seed);
        return this;
    }

    @Override
    public Layer initialize(RandomSource source) {
        super.initialize(source);
        return this;
    }

    @Override
    public Layer apply(Consumer<Module> action) {
        super.apply(action);
        return this;
    }

    @Override
    public Layer loadStateDict(Map<String, Tensor> state) {
        super.loadStateDict(state);
        return this;
    }

    @Override
    public Layer loadStateDict(Map<String, Tensor> state, boolean strict) {
        super.loadStateDict(state, strict);
        return this;
    }

    @Override
    public Layer loadStepDict(Map<String, Long> steps) {
        super.loadStepDict(steps);
        return this;
    }

    @Override
    public Layer train() {
        super.train();
        return this;
    }

    @Override
    public Layer eval() {
        super.eval();
        return this;
    }

    @Override
    public Layer requiresGrad(boolean required) {
        super.requiresGrad(required);
        return this;
    }
}
