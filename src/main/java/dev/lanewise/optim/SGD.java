package dev.lanewise.optim;

import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Gradient;
import dev.lanewise.nn.Parameter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Stochastic gradient descent, with momentum if asked for: v = momentum v + (1 - dampening) g; p = p - rate v. The first
/// v is g itself. Nesterov's form steps by g + momentum v instead.
///
/// Sources: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever, Martens, Dahl and
/// Hinton, "On the importance of initialization and momentum in deep learning", 2013.
public final class SGD extends Optimizer {

    /// @param momentum    of [0, 1); 0 for none
    /// @param dampening   how much less than all of a gradient enters the momentum, of [0, 1]
    /// @param nesterov    whether to look ahead; needs momentum, and no dampening
    /// @param weightDecay the factor of half the squared weights, which are added to the loss; 0 or more
    /// @param maximize    whether to climb instead of to descend
    public record Options(double momentum, double dampening, boolean nesterov, double weightDecay, boolean maximize) {

        public Options {
            Checks.decay("SGD", "momentum", momentum);
            Checks.share("SGD", "dampening", dampening);
            Checks.nonNegative("SGD", "weight decay", weightDecay);
        }

        public Options momentum(double momentum) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }

        public Options dampening(double dampening) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }

        public Options nesterov(boolean nesterov) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }

        public Options weightDecay(double decay) { return new Options(momentum, dampening, nesterov, decay, maximize); }

        public Options maximize(boolean maximize) { return new Options(momentum, dampening, nesterov, weightDecay, maximize); }
    }

    /// What changes the formula, and not only its numbers.
    private record Variant(boolean momentum, boolean nesterov, Gradient gradient) {

        static final Map<Variant, Elementwise> FORMULAS = new ConcurrentHashMap<>();

        static Elementwise formula(Options options) {
            return FORMULAS.computeIfAbsent(new Variant(options.momentum != 0, options.nesterov,
                Gradient.of(options.weightDecay, options.maximize)), Variant::formula);
        }

        /// p, g, v; -rate, momentum, share of g, weight decay
        Elementwise formula() {
            var g = gradient.slope(scalar(3));
            if (!momentum) return new Elementwise(new Formula("sgd", List.of(
                new Formula.Output(0, scalar(0).fma(g, slot(0))))));
            var v = Gradient.kept(scalar(1).fma(slot(2), scalar(2).mul(g)));
            var direction = nesterov ? scalar(1).fma(v, g) : v;
            return new Elementwise(new Formula(nesterov ? "sgd_nesterov" : "sgd_momentum", List.of(
                new Formula.Output(0, scalar(0).fma(direction, slot(0))), new Formula.Output(2, v))));
        }
    }

    private final Options options;

    public SGD(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// @param momentum of [0, 1); 0 for none
    public SGD(List<Parameter> parameters, double learningRate, double momentum) {
        this(parameters, learningRate, options().momentum(momentum));
    }

    /// @throws IllegalArgumentException if Nesterov's form is asked for without momentum or with dampening
    public SGD(List<Parameter> parameters, double learningRate, Options options) {
        super(parameters, learningRate, Variant.formula(options),
            options.momentum == 0 ? Buffers.zeros() : Buffers.zeros("momentum_buffer"));
        if (options.nesterov && (options.momentum == 0 || options.dampening != 0)) throw new IllegalArgumentException(
            "SGD: Nesterov's form with momentum " + options.momentum + " and dampening " + options.dampening
            + "; it needs momentum above 0 and dampening 0");
        this.options = options;
    }

    /// Without momentum or weight decay.
    public static Options options() { return new Options(0, 0, false, 0, false); }

    @Override
    float[] scalars(long t) {
        return new float[] {(float) -learningRate(), (float) options.momentum,
            t == 1 ? 1 : (float) (1 - options.dampening), (float) options.weightDecay};
    }
}
