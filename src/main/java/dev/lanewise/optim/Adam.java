package dev.lanewise.optim;

import static dev.lanewise.kernel.Expr.scalar;
import static dev.lanewise.kernel.Expr.slot;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Formula;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Kingma and Ba, "Adam: a method for stochastic optimization", 2015: each weight's step is scaled by its gradient's
/// own history.
public final class Adam extends Optimizer {

    /// p, g, m, v; 1 - beta1, beta2, 1 - beta2, 1 / sqrt(1 - beta2^t), epsilon, -rate / (1 - beta1^t)
    private static final Elementwise STEP;

    static {
        var g = slot(1);
        var m = g.sub(slot(2)).fma(scalar(0), slot(2));
        var v = scalar(2).mul(g).fma(g, scalar(1).mul(slot(3)));
        var scale = v.sqrt().fma(scalar(3), scalar(4));
        STEP = new Elementwise(new Formula("adam", List.of(
            new Formula.Output(0, scalar(5).fma(m.div(scale), slot(0))),
            new Formula.Output(2, m), new Formula.Output(3, v))));
    }

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    /// beta1^t and beta2^t by multiplication: `Math.pow` may differ between machines.
    private double power1 = 1;
    private double power2 = 1;
    private final State mean = new State();
    private final State square = new State();
    private final float[] scalars = new float[6];

    /// With the paper's constants: 0.9, 0.999, 1e-8.
    public Adam(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, 0.9, 0.999, 1e-8); }

    /// @param beta1   share of the old mean of gradients, of [0, 1)
    /// @param beta2   share of the old mean of squares, of [0, 1)
    /// @param epsilon added to the root, 0 or more
    public Adam(List<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon) {
        super(parameters, learningRate);
        this.beta1 = checkDecay("beta1", beta1);
        this.beta2 = checkDecay("beta2", beta2);
        this.epsilon = checkNonNegative("epsilon", epsilon);
    }

    @Override
    void beginStep() {
        power1 *= beta1;
        power2 *= beta2;
        scalars[0] = (float) (1 - beta1);
        scalars[1] = (float) beta2;
        scalars[2] = (float) (1 - beta2);
        scalars[3] = (float) (1 / Math.sqrt(1 - power2));
        scalars[4] = (float) epsilon;
        scalars[5] = (float) (-learningRate() / (1 - power1));
    }

    @Override
    void update(int index, Tensor parameter, Tensor gradient) {
        InPlace.apply(STEP, scalars, parameter, gradient, mean.of(index, parameter), square.of(index, parameter));
    }
}
