package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Stochastic gradient descent, with momentum if asked for: v = momentum v + (1 - dampening) g; p = p - rate v. The first
/// v is g itself. Nesterov's form steps by g + momentum v instead.
///
/// Sources: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever, Martens, Dahl and
/// Hinton, "On the importance of initialization and momentum in deep learning", 2013.
public final class SGD extends Optimizer {

    /// How plain descent is varied.
    ///
    /// @param momentum    of [0, 1); 0 for none
    /// @param dampening   how much less than all of a gradient enters the momentum, of [0, 1]
    /// @param nesterov    whether to look ahead; needs momentum, and no dampening
    /// @param weightDecay the factor of half the squared weights, which are added to the loss; 0 or more
    /// @param maximize    whether to climb instead of to descend
    public record Options(double momentum, double dampening, boolean nesterov, double weightDecay, boolean maximize)
        implements OptimizerOptions {

        /// Refuses numbers beyond their bounds.
        public Options {
            Checks.decay("SGD", "momentum", momentum);
            Checks.share("SGD", "dampening", dampening);
            Checks.nonNegative("SGD", "weight decay", weightDecay);
        }

        /// The share of the old velocity in the new one, of [0, 1).
        public Options momentum(double momentum) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }

        /// How much less than all of a gradient enters the velocity, of [0, 1].
        public Options dampening(double dampening) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }

        /// Whether a step looks ahead by the velocity, as Nesterov's does.
        public Options nesterov(boolean nesterov) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }

        @Override
        public Options weightDecay(double decay) { return new Options(momentum, dampening, nesterov, decay, maximize); }

        /// Whether to climb instead of to descend.
        public Options maximize(boolean maximize) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }

        @Override
        public UpdateRule rule() {
            if (nesterov && (momentum == 0 || dampening != 0)) throw new IllegalArgumentException(
                "SGD: Nesterov's form with momentum " + momentum + " and dampening " + dampening
                + "; it needs momentum above 0 and dampening 0");
            return UpdateRules.sgd(momentum != 0, nesterov, weightDecay != 0, maximize);
        }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
            if (weightDecay != 0) numbers.set("weight_decay", weightDecay);
            if (momentum != 0) numbers.set("momentum", momentum).set("share", t == 1 ? 1 : 1 - dampening);
            numbers.set("-rate", -learningRate);
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// Without momentum.
    public SGD(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// With momentum, and else the usual options.
    ///
    /// @param momentum of [0, 1); 0 for none
    public SGD(List<Parameter> parameters, double learningRate, double momentum) {
        this(parameters, learningRate, options().momentum(momentum));
    }

    /// As the options have it.
    ///
    /// @throws IllegalArgumentException if Nesterov's form is asked for without momentum or with dampening
    public SGD(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    ///
    /// @throws IllegalArgumentException as [#SGD(List, double, Options)]
    public SGD(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// Without momentum or weight decay.
    public static Options options() { return new Options(0, 0, false, 0, false); }
}
