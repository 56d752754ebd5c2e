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

/// Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011: a
/// gradient is divided by the root of the sum of all squares so far.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from then on.
/// [GradientClipping] keeps gradients from it.
public final class Adagrad extends Optimizer {

    /// @param lrDecay            step t is made with rate / (1 + (t - 1) lrDecay); 0 or more
    /// @param initialAccumulator what the sums of squares start with, 0 or more
    /// @param epsilon            added to the root, 0 or more
    /// @param weightDecay        the factor of half the squared weights, which are added to the loss; 0 or more
    /// @param maximize           whether to climb instead of to descend
    public record Options(double lrDecay, double initialAccumulator, double epsilon, double weightDecay, boolean maximize) {

        public Options {
            Checks.nonNegative("Adagrad", "lrDecay", lrDecay);
            Checks.nonNegative("Adagrad", "initial accumulator", initialAccumulator);
            Checks.nonNegative("Adagrad", "epsilon", epsilon);
            Checks.nonNegative("Adagrad", "weight decay", weightDecay);
        }

        public Options lrDecay(double lrDecay) {
            return new Options(lrDecay, initialAccumulator, epsilon, weightDecay, maximize);
        }

        public Options initialAccumulator(double initial) { return new Options(lrDecay, initial, epsilon, weightDecay, maximize); }

        public Options epsilon(double epsilon) {
            return new Options(lrDecay, initialAccumulator, epsilon, weightDecay, maximize);
        }

        public Options weightDecay(double decay) { return new Options(lrDecay, initialAccumulator, epsilon, decay, maximize); }

        public Options maximize(boolean maximize) {
            return new Options(lrDecay, initialAccumulator, epsilon, weightDecay, maximize);
        }
    }

    private static final Map<Gradient, Elementwise> FORMULAS = new ConcurrentHashMap<>();

    private final Options options;

    /// With epsilon 1e-10.
    public Adagrad(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    public Adagrad(List<Parameter> parameters, double learningRate, Options options) {
        super(parameters, learningRate,
            FORMULAS.computeIfAbsent(Gradient.of(options.weightDecay, options.maximize), Adagrad::formula),
            new Buffers(List.of("sum"), (float) options.initialAccumulator));
        this.options = options;
    }

    /// Epsilon 1e-10, the sums starting at 0, without decay of rate or weights.
    public static Options options() { return new Options(0, 0, 1e-10, 0, false); }

    /// p, g, sum; -rate of this step, epsilon, weight decay
    private static Elementwise formula(Gradient gradient) {
        var g = gradient.slope(scalar(2));
        var sum = g.fma(g, slot(2));
        return new Elementwise(new Formula("adagrad", List.of(
            new Formula.Output(0, scalar(0).fma(g.div(sum.sqrt().add(scalar(1))), slot(0))), new Formula.Output(2, sum))));
    }

    @Override
    float[] scalars(long t) {
        return new float[] {(float) (-learningRate() / (1 + (t - 1) * options.lrDecay)), (float) options.epsilon,
            (float) options.weightDecay};
    }
}
