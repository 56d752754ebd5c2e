package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.OptimizerKind;
import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/// Every option of every optimizer, over 25 steps, against plain formulas in double that follow PyTorch's documentation.
class OptionsTest {

    private static final int STEPS = 25;
    private static final int ELEMENTS = 37;
    private static final double RATE = 0.05;

    /// How the formula changes one number; `s` is what it remembers, zeros at first.
    private interface Rule {
        double step(int t, double p, double g, double[] s);
    }

    @Example
    void optionsSayWhoseTheyAre() {
        assertEquals("SGD.Options[momentum=0.9, dampening=0.0, nesterov=true, weightDecay=0.0, maximize=false]",
            SGD.options().momentum(0.9).nesterov(true).toString());
        for (var kind : OptimizerKind.values()) {
            var options = kind.make(List.of(Weights.parameter(1, 2)), 0.1).groups().getFirst().options();
            if (options.getClass().getPackage() == Optimizer.class.getPackage())
                assertTrue(options.toString().startsWith(options.getClass().getEnclosingClass().getSimpleName() + ".Options["),
                    options.toString());
        }
    }

    @Property(tries = 100)
    void sgd(@ForAll @DoubleRange(max = 0.9) double momentum, @ForAll @DoubleRange(max = 1) double dampening,
        @ForAll boolean nesterov,
             @ForAll @DoubleRange(max = 0.3) double decay, @ForAll boolean maximize, @ForAll long seed) {
        boolean ahead = nesterov && momentum > 0;
        double damped = ahead ? 0 : dampening;
        var options = SGD.options().momentum(momentum).dampening(damped).nesterov(ahead).weightDecay(decay).maximize(maximize);
        assertFollows(parameters -> new SGD(parameters, RATE, options), (t, p, gradient, s) -> {
            double g = (maximize ? -gradient : gradient) + decay * p;
            s[0] = t == 1 ? g : momentum * s[0] + (1 - damped) * g;
            double direction = momentum == 0 ? g : ahead ? g + momentum * s[0] : s[0];
            return p - RATE * direction;
        }, seed);
    }

    @Property(tries = 100)
    void adam(@ForAll @DoubleRange(max = 0.95) double beta1, @ForAll @DoubleRange(min = 0.5, max = 0.99) double beta2,
              @ForAll @DoubleRange(max = 0.3) double decay, @ForAll boolean amsgrad, @ForAll boolean decoupled,
              @ForAll boolean maximize, @ForAll long seed) {
        var options = Adam.options().betas(beta1, beta2).epsilon(1e-3).weightDecay(decay).amsgrad(amsgrad).maximize(maximize);
        var own = AdamW.options().betas(beta1, beta2).epsilon(1e-3).weightDecay(decay).amsgrad(amsgrad).maximize(maximize);
        assertFollows(parameters -> decoupled ? new AdamW(parameters, RATE, own) : new Adam(parameters, RATE, options),
            (t, weight, gradient, s) -> {
                double p = decoupled ? weight - RATE * decay * weight : weight;
                double g = (maximize ? -gradient : gradient) + (decoupled ? 0 : decay * p);
                s[0] = beta1 * s[0] + (1 - beta1) * g;
                s[1] = beta2 * s[1] + (1 - beta2) * g * g;
                s[2] = amsgrad ? Math.max(s[2], s[1]) : s[1];
                double mean = s[0] / (1 - Math.pow(beta1, t));
                return p - RATE * mean / (Math.sqrt(s[2] / (1 - Math.pow(beta2, t))) + 1e-3);
            }, seed);
    }

    @Property(tries = 100)
    void rmsprop(@ForAll @DoubleRange(min = 0.5, max = 0.99) double alpha, @ForAll @DoubleRange(max = 0.8) double momentum,
                 @ForAll boolean centered, @ForAll @DoubleRange(max = 0.3) double decay, @ForAll boolean maximize,
                 @ForAll long seed) {
        var options = RMSprop.options().alpha(alpha).epsilon(0.01).momentum(momentum).centered(centered).weightDecay(decay)
            .maximize(maximize);
        assertFollows(parameters -> new RMSprop(parameters, RATE, options), (_, p, gradient, s) -> {
            double g = (maximize ? -gradient : gradient) + decay * p;
            s[0] = alpha * s[0] + (1 - alpha) * g * g;
            s[1] = alpha * s[1] + (1 - alpha) * g;
            double spread = centered ? s[0] - s[1] * s[1] : s[0];
            s[2] = momentum * s[2] + g / (Math.sqrt(spread) + 0.01);
            return p - RATE * s[2];
        }, seed);
    }

    @Property(tries = 100)
    void adagrad(@ForAll @DoubleRange(max = 0.5) double lrDecay, @ForAll @DoubleRange(max = 2) double initial,
                 @ForAll @DoubleRange(min = 1e-4, max = 0.1) @Scale(4) double epsilon,
                 @ForAll @DoubleRange(max = 0.3) double decay, @ForAll boolean maximize, @ForAll long seed) {
        var options = Adagrad.options().lrDecay(lrDecay).initialAccumulator(initial).epsilon(epsilon).weightDecay(decay)
            .maximize(maximize);
        assertFollows(parameters -> new Adagrad(parameters, RATE, options), (t, p, gradient, s) -> {
            double g = (maximize ? -gradient : gradient) + decay * p;
            s[0] = (t == 1 ? initial : s[0]) + g * g;
            return p - RATE / (1 + (t - 1) * lrDecay) * g / (Math.sqrt(s[0]) + epsilon);
        }, seed);
    }

    @Property(tries = 60)
    void nadam(@ForAll @DoubleRange(max = 0.95) double beta1, @ForAll @DoubleRange(min = 0.5, max = 0.99) double beta2,
               @ForAll @DoubleRange(max = 0.5) double growth, @ForAll @DoubleRange(max = 0.3) double decay,
                   @ForAll boolean decoupled,
               @ForAll boolean maximize, @ForAll long seed) {
        var options = NAdam.options().betas(beta1, beta2).epsilon(1e-3).weightDecay(decay).momentumDecay(growth)
            .decoupled(decoupled).maximize(maximize);
        assertFollows(parameters -> new NAdam(parameters, RATE, options), (t, weight, gradient, s) -> {
            double p = decoupled ? weight - RATE * decay * weight : weight;
            double g = (maximize ? -gradient : gradient) + (decoupled ? 0 : decay * weight);
            double now = beta1 * (1 - 0.5 * Math.pow(0.96, t * growth));
            double next = beta1 * (1 - 0.5 * Math.pow(0.96, (t + 1) * growth));
            s[2] = (t == 1 ? 1 : s[2]) * now;
            s[0] = beta1 * s[0] + (1 - beta1) * g;
            s[1] = beta2 * s[1] + (1 - beta2) * g * g;
            double scale = Math.sqrt(s[1] / (1 - Math.pow(beta2, t))) + 1e-3;
            return p - RATE * ((1 - now) / (1 - s[2]) * g + next / (1 - s[2] * next) * s[0]) / scale;
        }, seed);
    }

    @Property(tries = 60)
    void radam(@ForAll @DoubleRange(max = 0.95) double beta1, @ForAll @DoubleRange(min = 0.5, max = 0.99) double beta2,
               @ForAll @DoubleRange(max = 0.3) double decay, @ForAll boolean decoupled, @ForAll boolean maximize,
                   @ForAll long seed) {
        var options = RAdam.options().betas(beta1, beta2).epsilon(1e-3).weightDecay(decay).decoupled(decoupled)
            .maximize(maximize);
        assertFollows(parameters -> new RAdam(parameters, RATE, options), (t, weight, gradient, s) -> {
            double p = decoupled ? weight - RATE * decay * weight : weight;
            double g = (maximize ? -gradient : gradient) + (decoupled ? 0 : decay * weight);
            s[0] = beta1 * s[0] + (1 - beta1) * g;
            s[1] = beta2 * s[1] + (1 - beta2) * g * g;
            double mean = s[0] / (1 - Math.pow(beta1, t));
            double left = 1 - Math.pow(beta2, t);
            double most = 2 / (1 - beta2) - 1;
            double length = most - 2 * t * Math.pow(beta2, t) / left;
            if (length <= 5) return p - RATE * mean;
            double rectifier = Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
            return p - RATE * mean * rectifier * Math.sqrt(left) / (Math.sqrt(s[1]) + 1e-3);
        }, seed);
    }

    @Property(tries = 60)
    void adadelta(@ForAll @DoubleRange(min = 0.5, max = 0.99) double rho,
        @ForAll @DoubleRange(min = 1e-4, max = 0.1) @Scale(4) double epsilon,
                  @ForAll @DoubleRange(max = 0.3) double decay, @ForAll boolean maximize, @ForAll long seed) {
        var options = Adadelta.options().rho(rho).epsilon(epsilon).weightDecay(decay).maximize(maximize);
        assertFollows(parameters -> new Adadelta(parameters, RATE, options), (_, p, gradient, s) -> {
            double g = (maximize ? -gradient : gradient) + decay * p;
            s[0] = rho * s[0] + (1 - rho) * g * g;
            double delta = Math.sqrt(s[1] + epsilon) / Math.sqrt(s[0] + epsilon) * g;
            s[1] = rho * s[1] + (1 - rho) * delta * delta;
            return p - RATE * delta;
        }, seed);
    }

    /// With gradients of one sign for each element: where a mean is near 0, rounding decides its sign.
    @Example
    void lionGoesByTheSign() {
        // of the largest, the distance from their mean is no float
        for (float unit : new float[] {1, 1e38f}) {
            var x = Weights.parameter(1, 4);
            var expected = Weights.doubles(Weights.values(x));
            var lion = new Lion(List.of(x), 0.01, Lion.options().betas(0.6, 0.8).weightDecay(0.5));
            var means = new double[4];
            var signs = new float[] {unit, -unit, 3 * unit, 0};
            for (int t = 0; t < STEPS; t++) {
                float turn = t % 10 < 7 ? 1 : -0.25f;
                if (t == 5) turn = -1;
                Weights.gradient(x, Tensor.of(signs).mul(turn));
                lion.step();
                for (int i = 0; i < 4; i++) {
                    double g = signs[i] * turn;
                    double direction = Math.signum(0.6 * means[i] + 0.4 * g);
                    expected[i] -= 0.01 * (direction + 0.5 * expected[i]);
                    means[i] = 0.8 * means[i] + 0.2 * g;
                }
            }
            for (int i = 0; i < 4; i++) assertEquals(expected[i], Weights.values(x)[i], 1e-6,
                "element " + i + " in units of " + unit);
            Weights.gradient(x, Tensor.of(Float.NaN, 1, 1, 1));
            lion.step();
            assertTrue(Float.isNaN(Weights.values(x)[0]) && Float.isFinite(Weights.values(x)[1]));
        }
    }

    /// A parameter that has no gradient at first begins as if the optimizer did: its own steps count.
    @Example
    void aLatecomerBeginsAtItsFirstStep() {
        for (var kind : OptimizerKind.values()) {
            var late = Weights.parameter(1, 3);
            var alone = Weights.parameter(1, 3);
            var early = Weights.parameter(2, 3);
            var both = kind.make(List.of(early, late));
            Weights.gradient(early, Tensor.ones(3));
            both.step();
            Weights.gradient(late, Tensor.ones(3));
            both.step();
            Weights.gradient(alone, Tensor.ones(3));
            kind.make(List.of(alone)).step();
            assertEquals(Weights.values(alone)[0], Weights.values(late)[0]);
            var before = Weights.parameter(2, 3);
            var only = kind.make(List.of(before));
            Weights.gradient(before, Tensor.ones(3));
            only.step();
            only.step();
            assertEquals(Weights.values(before)[0], Weights.values(early)[0]);
        }
    }

    /// The mean of squares of an even gradient comes so near the squared mean that rounding may cross them.
    @Example
    void centeredStaysFiniteWhereTheVarianceVanishes() {
        var x = Weights.parameter(1, 100);
        var start = Weights.values(x);
        var rmsprop = new RMSprop(List.of(x), 1e-6, RMSprop.options().alpha(0.9).centered(true));
        Weights.gradient(x, Tensor.linspace(0.1, 7, 100));
        for (int step = 0; step < 500; step++) rmsprop.step();
        for (int i = 0; i < 100; i++) assertTrue(Weights.values(x)[i] < start[i], "element " + i + ": " + Weights.values(x)[i]);
    }

    @Example
    void refusesWhatIsOutOfRange() {
        for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            var text = Double.toString(bad);
            Rejected.argument(() -> SGD.options().weightDecay(bad), "SGD: weight decay", text, "must be");
            Rejected.argument(() -> SGD.options().dampening(bad), "SGD: dampening", text, "must be");
            Rejected.argument(() -> SGD.options().momentum(bad), "SGD: momentum", text, "must be");
            Rejected.argument(() -> Adam.options().betas(bad, 0.9), "Adam: beta1", text, "must be");
            Rejected.argument(() -> Adam.options().betas(0.9, bad), "Adam: beta2", text, "must be");
            Rejected.argument(() -> Adam.options().weightDecay(bad), "Adam: weight decay", text, "must be");
            Rejected.argument(() -> Adam.options().epsilon(bad), "Adam: epsilon", text, "must be");
            Rejected.argument(() -> AdamW.options().betas(bad, 0.9), "AdamW: beta1", text, "must be");
            Rejected.argument(() -> AdamW.options().betas(0.9, bad), "AdamW: beta2", text, "must be");
            Rejected.argument(() -> AdamW.options().weightDecay(bad), "AdamW: weight decay", text, "must be");
            Rejected.argument(() -> AdamW.options().epsilon(bad), "AdamW: epsilon", text, "must be");
            Rejected.argument(() -> RMSprop.options().alpha(bad), "RMSprop: alpha", text, "must be");
            Rejected.argument(() -> RMSprop.options().epsilon(bad), "RMSprop: epsilon", text, "must be");
            Rejected.argument(() -> RMSprop.options().momentum(bad), "RMSprop: momentum", text, "must be");
            Rejected.argument(() -> RMSprop.options().weightDecay(bad), "RMSprop: weight decay", text, "must be");
            Rejected.argument(() -> Adagrad.options().lrDecay(bad), "Adagrad: lrDecay", text, "must be");
            Rejected.argument(() -> Adagrad.options().initialAccumulator(bad), "Adagrad: initial accumulator", text, "must be");
            Rejected.argument(() -> Adagrad.options().epsilon(bad), "Adagrad: epsilon", text, "must be");
            Rejected.argument(() -> Adagrad.options().weightDecay(bad), "Adagrad: weight decay", text, "must be");
            Rejected.argument(() -> NAdam.options().betas(bad, 0.9), "NAdam: beta1", text, "must be");
            Rejected.argument(() -> NAdam.options().momentumDecay(bad), "NAdam: momentum decay", text, "must be");
            Rejected.argument(() -> RAdam.options().betas(0.9, bad), "RAdam: beta2", text, "must be");
            Rejected.argument(() -> RAdam.options().epsilon(bad), "RAdam: epsilon", text, "must be");
            Rejected.argument(() -> Adadelta.options().rho(bad), "Adadelta: rho", text, "must be");
            Rejected.argument(() -> Lion.options().weightDecay(bad), "Lion: weight decay", text, "must be");
        }
        // a share of all of the past would keep the first gradient for ever
        Rejected.argument(() -> SGD.options().momentum(1), "SGD: momentum 1.0", "must be of [0, 1)");
        Rejected.argument(() -> Adam.options().betas(1, 0.9), "Adam: beta1 1.0", "must be of [0, 1)");
        Rejected.argument(() -> RMSprop.options().alpha(1), "RMSprop: alpha 1.0", "must be of [0, 1)");
        var parameters = List.of(Weights.parameter(1, 2));
        var ahead = SGD.options().nesterov(true);
        Rejected.argument(() -> new SGD(parameters, RATE, ahead), "Nesterov", "momentum 0.0", "needs momentum above 0");
        Rejected.argument(() -> new SGD(parameters, RATE, ahead.momentum(0.9).dampening(0.2)), "Nesterov", "dampening 0.2",
            "dampening 0");
    }

    /// Gradients stay away from 0, where a quotient of small numbers would magnify rounding.
    private static void assertFollows(Function<List<Parameter>, Optimizer> make, Rule rule, long seed) {
        var source = new Threefry(seed);
        var x = Weights.parameter(seed, ELEMENTS);
        var optimizer = make.apply(List.of(x));
        var expected = Weights.doubles(Weights.values(x));
        var memory = new double[ELEMENTS][3];
        for (int t = 1; t <= STEPS; t++) {
            var gradient = Tensor.randn(source, ELEMENTS);
            gradient = gradient.add(gradient.sign().mul(0.2f));
            Weights.gradient(x, gradient);
            optimizer.step();
            for (int i = 0; i < ELEMENTS; i++) expected[i] = rule.step(t, expected[i], gradient.get(i), memory[i]);
        }
        for (int i = 0; i < ELEMENTS; i++)
            assertEquals(expected[i], Weights.values(x)[i], 5e-5 * Math.max(1, Math.abs(expected[i])), "element " + i);
    }
}
