package dev.lanewise.optim;

import dev.lanewise.nn.Parameter;
import java.util.List;

/// Kingma and Ba, "Adam: a method for stochastic optimization", 2015: each weight's step is scaled by its gradient's
/// own history.
///
/// With AMSGrad (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018) by the largest that the history
/// ever was. Weight decay adds to the gradient; [AdamW] keeps the two apart.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from
/// then on. [GradientClipping] keeps gradients from it.
public final class Adam extends Optimizer {

    /// What changes a step but for the rate: see [Adam#options()]. Weight decay times the weight is added to the gradient.
    public static final class Options extends AdamOptions<Options> {

        private Options(Values values) { super(values); }

        @Override
        Options with(Values values) { return new Options(values); }
    }

    /// With the paper's constants: 0.9, 0.999, 1e-8.
    public Adam(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// With the numbers that are varied most.
    ///
    /// @param beta1   share of the old mean of gradients, of [0, 1)
    /// @param beta2   share of the old mean of squares, of [0, 1)
    /// @param epsilon added to the root, 0 or more
    public Adam(List<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon) {
        this(parameters, learningRate, options().betas(beta1, beta2).epsilon(epsilon));
    }

    /// As the options have it.
    public Adam(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    public Adam(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// The paper's constants, without weight decay.
    public static Options options() { return new Options(AdamOptions.Values.of("Adam", false, 0)); }
}
