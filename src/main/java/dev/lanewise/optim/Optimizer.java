package dev.lanewise.optim;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.nn.Parameter;
import java.util.List;
import java.util.TreeMap;

/// Changes parameters in the direction that their gradients show.
///
/// A step is one formula, run in one pass over a parameter, its gradient and what is remembered of it. Numbers that all
/// elements share are computed in double and rounded once; powers are products, because `Math.pow` may differ between
/// machines.
public abstract class Optimizer {

    private final List<Parameter> parameters;
    private final Elementwise formula;
    private final Buffers buffers;
    private final Memory[] memories;
    private double learningRate;
    /// What the schedules start from; NaN before the first of them.
    private double initialRate = Double.NaN;
    private long steps;

    /// @param formula slot 0 is the parameter, slot 1 its gradient, the buffers follow
    Optimizer(List<Parameter> parameters, double learningRate, Elementwise formula, Buffers buffers) {
        this.parameters = List.copyOf(parameters);
        if (this.parameters.isEmpty()) throw new IllegalArgumentException(
            "optimizer: there are no parameters to train; give it the model's, model.parameters()");
        // parameters have no equals of their own: it is the same one that may not come twice
        if (this.parameters.stream().distinct().count() < this.parameters.size()) throw new IllegalArgumentException(
            "optimizer: a parameter is listed twice, and would be changed twice in a step; list each once");
        this.formula = formula;
        this.buffers = buffers;
        this.memories = new Memory[this.parameters.size()];
        learningRate(learningRate);
    }

    /// What the next step is made with.
    public final double learningRate() { return learningRate; }

    /// Takes effect with the next step.
    ///
    /// @throws IllegalArgumentException if it is negative, infinite or NaN
    public final void learningRate(double learningRate) {
        this.learningRate = Checks.nonNegative("optimizer", "learning rate", learningRate);
    }

    /// The rate at hand when the first schedule was made, PyTorch's `initial_lr`: before any schedule changed it.
    final double initialRate() {
        if (Double.isNaN(initialRate)) initialRate = learningRate;
        return initialRate;
    }

    /// Lets schedules that are made from here on start from another rate.
    final void initialRate(double rate) { this.initialRate = Checks.nonNegative("optimizer", "initial rate", rate); }

    /// How many steps were made.
    public final long steps() { return steps; }

    /// Changes every parameter that has a gradient; none, if memory for that runs out.
    public final void step() {
        try {
            prepare();
            for (var memory : memories) if (memory != null && memory.isPrepared()) memory.step(formula);
            steps++;
        } finally {
            for (var memory : memories) if (memory != null) memory.letGo();
        }
    }

    /// All that takes memory, before the first parameter changes.
    private void prepare() {
        float[] scalars = null;
        long t = 0;
        for (int i = 0; i < memories.length; i++) {
            var gradient = parameters.get(i).grad();
            if (gradient == null) continue;
            if (memories[i] == null) memories[i] = Memory.of(buffers, parameters.get(i));
            var memory = memories[i];
            // most often all parameters have made as many steps
            if (memory.steps + 1 != t) scalars = scalars(t = memory.steps + 1);
            memory.prepare(scalars, parameters.get(i).tensor(), gradient);
        }
    }

    /// Drops the gradients of all its parameters.
    public final void zeroGrad() {
        // without an iterator: a step makes little garbage
        for (int i = 0; i < parameters.size(); i++) parameters.get(i).zeroGrad();
    }

    /// What the formula takes for its scalars.
    ///
    /// @param t counts the steps of the parameter at hand, from 1: one that had no gradient made none
    abstract float[] scalars(long t);

    /// All that the next steps depend on, copied.
    public final OptimizerState stateDict() {
        var remembered = new TreeMap<Integer, OptimizerState.Slot>();
        for (int i = 0; i < memories.length; i++)
            if (memories[i] != null) remembered.put(i, memories[i].save(buffers));
        return new OptimizerState(steps, learningRate, initialRate, remembered);
    }

    /// Goes on where the optimizer stood that gave this state: one of the same kind, options and parameters.
    ///
    /// @throws IllegalArgumentException if a parameter's number, a buffer's name or its shape is not this optimizer's; then
    ///     nothing is changed
    public final void loadStateDict(OptimizerState state) {
        var loaded = new Memory[memories.length];
        state.parameters().forEach((index, slot) -> {
            if (index < 0 || index >= loaded.length) throw new IllegalArgumentException("optimizer: the state remembers parameter "
                + index + ", but there are " + loaded.length + "; load the state of an optimizer of the same parameters");
            loaded[index] = Memory.load(index, slot, buffers, parameters.get(index));
        });
        learningRate(state.learningRate());
        initialRate = state.initialRate();
        System.arraycopy(loaded, 0, memories, 0, loaded.length);
        steps = state.steps();
    }
}
