package dev.lanewise.optim;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.select;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.expr.Expr.Comparison;
import dev.lanewise.kernel.expr.Expr.F32;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Gradient;
import dev.lanewise.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Hinton, "Neural networks for machine learning", lecture 6, 2012: a gradient is divided by the root of the running mean of
/// its squares; if centered (Graves, "Generating sequences with recurrent neural networks", 2013), of their variance.
///
/// Where rounding makes that variance negative, it is taken for 0; in PyTorch the weight becomes NaN.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from then on.
/// [GradientClipping] keeps gradients from it.
public final class RMSprop extends Optimizer {

    /// @param alpha       share of the old mean of squares, of [0, 1)
    /// @param epsilon     added to the root, 0 or more
    /// @param momentum    of [0, 1); 0 for none
    /// @param centered    whether the squared mean is taken from the mean of squares
    /// @param weightDecay the factor of half the squared weights, which are added to the loss; 0 or more
    /// @param maximize    whether to climb instead of to descend
    public record Options(double alpha, double epsilon, double momentum, boolean centered, double weightDecay,
                          boolean maximize) {

        public Options {
            Checks.decay("RMSprop", "alpha", alpha);
            Checks.nonNegative("RMSprop", "epsilon", epsilon);
            Checks.decay("RMSprop", "momentum", momentum);
            Checks.nonNegative("RMSprop", "weight decay", weightDecay);
        }

        public Options alpha(double alpha) { return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize); }

        public Options epsilon(double epsilon) { return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize); }

        public Options momentum(double momentum) { return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize); }

        public Options centered(boolean centered) { return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize); }

        public Options weightDecay(double decay) { return new Options(alpha, epsilon, momentum, centered, decay, maximize); }

        public Options maximize(boolean maximize) { return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize); }
    }

    /// What changes the formula, and not only its numbers.
    private record Variant(boolean momentum, boolean centered, Gradient gradient) {

        static final Map<Variant, Elementwise> FORMULAS = new ConcurrentHashMap<>();

        Variant(Options options) {
            this(options.momentum != 0, options.centered, Gradient.of(options.weightDecay, options.maximize));
        }

        /// In the order of the formula's slots, from slot 2 on.
        List<String> buffers() {
            var names = new ArrayList<>(List.of("square_avg"));
            if (centered) names.add("grad_avg");
            if (momentum) names.add("momentum_buffer");
            return names;
        }

        /// p, g, mean of squares, mean if centered, v if there is momentum; -rate, alpha, 1 - alpha, epsilon, momentum,
        /// weight decay, least square that is kept
        Elementwise formula() {
            var outputs = new ArrayList<Formula.Output>();
            var g = gradient.slope(scalar(5));
            var square = Gradient.kept(scalar(2).mul(g).fma(g, scalar(1).mul(slot(2))), scalar(6));
            outputs.add(new Formula.Output(2, square));
            F32 spread = square;
            if (centered) {
                var mean = Gradient.kept(g.sub(slot(3)).fma(scalar(2), slot(3)));
                outputs.add(new Formula.Output(3, mean));
                var variance = mean.neg().fma(mean, square);
                spread = select(Comparison.LT, variance, constant(0f), constant(0f), variance);
            }
            F32 direction = g.div(spread.sqrt().add(scalar(3)));
            if (momentum) {
                int v = centered ? 4 : 3;
                direction = Gradient.kept(scalar(4).fma(slot(v), direction));
                outputs.add(new Formula.Output(v, direction));
            }
            outputs.add(new Formula.Output(0, scalar(0).fma(direction, slot(0))));
            return new Elementwise(new Formula("rmsprop", outputs));
        }
    }

    private final Options options;

    /// With alpha 0.99 and epsilon 1e-8.
    public RMSprop(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    public RMSprop(List<Parameter> parameters, double learningRate, Options options) {
        super(parameters, learningRate, Variant.FORMULAS.computeIfAbsent(new Variant(options), Variant::formula),
            new Buffers(new Variant(options).buffers(), 0));
        this.options = options;
    }

    /// Alpha 0.99 and epsilon 1e-8, neither centered nor with momentum or weight decay.
    public static Options options() { return new Options(0.99, 1e-8, 0, false, 0, false); }

    @Override
    float[] scalars(long t) {
        return new float[] {(float) -learningRate(), (float) options.alpha, (float) (1 - options.alpha),
            (float) options.epsilon, (float) options.momentum, (float) options.weightDecay, Gradient.least(options.epsilon)};
    }
}
