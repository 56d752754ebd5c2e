package dev.lanewise.optim;

import static dev.lanewise.kernel.Expr.scalar;
import static dev.lanewise.kernel.Expr.slot;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Formula;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Stochastic gradient descent, with momentum if asked for: v = momentum v + g; p = p - rate v.
public final class SGD extends Optimizer {

    /// p, g; -rate
    private static final Elementwise PLAIN = new Elementwise(new Formula("sgd", List.of(
        new Formula.Output(0, scalar(0).fma(slot(1), slot(0))))));
    /// p, g, v; -rate, momentum
    private static final Elementwise MOMENTUM;

    static {
        var velocity = scalar(1).fma(slot(2), slot(1));
        MOMENTUM = new Elementwise(new Formula("sgd_momentum", List.of(
            new Formula.Output(0, scalar(0).fma(velocity, slot(0))), new Formula.Output(2, velocity))));
    }

    private final double momentum;
    private final State velocity = new State();
    private final float[] scalars = new float[2];

    public SGD(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, 0); }

    /// @param momentum of [0, 1); 0 for none
    public SGD(List<Parameter> parameters, double learningRate, double momentum) {
        super(parameters, learningRate);
        this.momentum = checkDecay("momentum", momentum);
    }

    @Override
    void beginStep() {
        scalars[0] = (float) -learningRate();
        scalars[1] = (float) momentum;
    }

    @Override
    void update(int index, Tensor parameter, Tensor gradient) {
        if (momentum == 0) InPlace.apply(PLAIN, scalars, parameter, gradient);
        else InPlace.apply(MOMENTUM, scalars, parameter, gradient, velocity.of(index, parameter));
    }
}
