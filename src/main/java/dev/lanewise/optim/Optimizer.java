package dev.lanewise.optim;

import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Changes parameters in the direction that their gradients show.
public abstract class Optimizer {

    private final List<Parameter> parameters;
    private double learningRate;
    private long steps;

    Optimizer(List<Parameter> parameters, double learningRate) {
        this.parameters = List.copyOf(parameters);
        if (this.parameters.isEmpty()) throw new IllegalArgumentException("optimizer: there are no parameters to train");
        learningRate(learningRate);
    }

    public final double learningRate() { return learningRate; }

    /// Takes effect with the next step.
    public final void learningRate(double learningRate) {
        this.learningRate = checkNonNegative("learning rate", learningRate);
    }

    static double checkNonNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("optimizer: " + name + " " + value + "; it must be 0 or more, and finite");
        return value;
    }

    static double checkDecay(String name, double value) {
        if (!(value >= 0 && value < 1))
            throw new IllegalArgumentException("optimizer: " + name + " " + value + "; it must be of [0, 1)");
        return value;
    }

    /// How many steps were made.
    public final long steps() { return steps; }

    /// Changes every parameter that has a gradient.
    public final void step() {
        steps++;
        beginStep();
        for (int i = 0; i < parameters.size(); i++) {
            var gradient = parameters.get(i).grad();
            if (gradient != null) update(i, parameters.get(i).tensor(), gradient);
        }
    }

    public final void zeroGrad() { parameters.forEach(Parameter::zeroGrad); }

    /// What all parameters share in this step.
    abstract void beginStep();

    /// Changes the parameter with number `index`.
    abstract void update(int index, Tensor parameter, Tensor gradient);

    /// What an optimizer remembers of each parameter: zeros at first.
    static final class State {
        private final Map<Integer, Tensor> tensors = new HashMap<>();

        Tensor of(int index, Tensor parameter) {
            return tensors.computeIfAbsent(index, _ -> Tensor.zeros(parameter.shape().toArray()));
        }
    }
}
