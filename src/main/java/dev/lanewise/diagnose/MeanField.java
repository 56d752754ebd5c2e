package dev.lanewise.diagnose;

import dev.lanewise.nn.init.Nonlinearity;
import java.util.function.DoubleUnaryOperator;

/// What happens to a signal in wide layers that are all alike: W φ(z) + b, with independent weights of mean 0 and variance
/// σ_w² / fan in, biases of variance σ_b².
///
/// Below, q is the second moment of a layer's outputs z before the activation. The theory is Poole and others', "Exponential
/// expressivity in deep neural networks through transient chaos", 2016, and Schoenholz and others', "Deep information
/// propagation", 2017. It takes layers to be wide; what a finite one strays by is [Explanation]'s to say.
///
/// @param activation     φ
/// @param weightVariance σ_w²
/// @param biasVariance   σ_b²
/// @param fanRatio       fan out over fan in, which only the gradient feels
public record MeanField(Nonlinearity activation, double weightVariance, double biasVariance, double fanRatio) {

    /// A fixed point beyond is taken to be infinite.
    private static final int DOUBLINGS = 100;
    private static final int HALVINGS = 60;
    private static final double ROUNDING = 1e-12;
    private static final double EDGE = 1e-9;

    /// Refuses no activation, variances that aren't finite or negative, and a ratio that isn't positive.
    public MeanField {
        if (activation == null) throw new IllegalArgumentException("mean field: no activation; Nonlinearity.named(…) gives one");
        if (!(weightVariance >= 0 && biasVariance >= 0 && fanRatio > 0
            && Double.isFinite(weightVariance + biasVariance + fanRatio))) throw new IllegalArgumentException(
            "mean field: weight variance " + weightVariance + ", bias variance " + biasVariance + ", fan ratio " + fanRatio
                + "; all must be finite, the variances 0 or more, the ratio positive");
    }

    /// Of layers with as many outputs as inputs.
    public MeanField(Nonlinearity activation, double weightVariance, double biasVariance) {
        this(activation, weightVariance, biasVariance, 1);
    }

    /// The variances on the edge of chaos, where a gradient keeps its size, such that q is a fixed point.
    ///
    /// @param q positive
    /// @throws IllegalArgumentException if the bias's variance would be negative: then there are none
    public static MeanField edgeOfChaos(Nonlinearity activation, double q) {
        double weight = 1 / activation.squaredSlope(q);
        double bias = q - weight * activation.square(q);
        // what is 0 in theory
        if (Math.abs(bias) < ROUNDING * q) bias = 0;
        if (!(q > 0) || bias < 0) throw new IllegalArgumentException("edge of chaos: " + activation.name()
            + " has no pair at q = " + q
            + ", where the bias's variance would be " + bias + "; try another positive q, or another activation");
        return new MeanField(activation, weight, bias);
    }

    /// The second moment one layer on.
    public double next(double q) { return weightVariance * activation.square(q) + biasVariance; }

    /// By how much a small change of q grows in a layer; below 1 at a fixed point, that is stable.
    public double slope(double q) { return weightVariance * activation.growth(q); }

    /// χ: by how much the gradient's second moment grows in a layer on its way back, but for [#fanRatio()]; and the squared
    /// distance of two inputs that are close, on its way forward.
    public double chi(double q) { return weightVariance * activation.squaredSlope(q); }

    /// [#chi] times [#fanRatio()].
    public double gradientGrowth(double q) { return fanRatio * chi(q); }

    /// The correlation one layer on of two inputs that have the same q here; 1 where q becomes 0.
    ///
    /// @param correlation of [-1, 1]
    public double correlation(double q, double correlation) {
        double next = next(q);
        return next == 0 ? 1
            : Math.clamp((weightVariance * activation.product(q, correlation) + biasVariance) / next, -1, 1);
    }

    /// q of the first layer, given the mean square of the inputs.
    public double first(double inputSquare) { return weightVariance * inputSquare + biasVariance; }

    /// q of so many layers one after the other, the first one's being given; what has become infinite stays so.
    public double[] trajectory(double first, int layers) {
        if (layers < 0) throw new IllegalArgumentException("trajectory: " + layers + " layers; there must be 0 or more");
        var q = new double[layers];
        for (int i = 0; i < layers; i++)
            q[i] = i == 0 ? first : q[i - 1] == Double.POSITIVE_INFINITY ? q[i - 1] : next(q[i - 1]);
        return q;
    }

    /// By how much the gradient's second moment grows from the output of the last of so many layers, activation included,
    /// back to the first one's q.
    public double gradientFactor(double first, int layers) {
        double factor = 1;
        for (double q : trajectory(first, layers)) factor *= gradientGrowth(q);
        return factor;
    }

    /// q*, where many layers lead a second moment of 1: 0 and infinity included, 1 itself if it stays there, though it
    /// may be unstable. For maps that grow with q, as those of all activations here do that grow themselves.
    public double fixedPoint() {
        DoubleUnaryOperator change = q -> next(q) - q;
        double at = change.applyAsDouble(1);
        if (Math.abs(at) <= ROUNDING) return 1;
        double near = 1;
        double far = 1;
        for (int i = 0; i < DOUBLINGS; i++) {
            far = at > 0 ? 2 * far : far / 2;
            // what shrinks ever more slowly, as tanh with σ_w = 1, ends in rounding
            if (far < ROUNDING && next(0) == 0) return 0;
            double here = change.applyAsDouble(far);
            // so does what grows ever more slowly, as a rectifier with σ_w² = 2 and biases: its sign says nothing
            if (Math.abs(here) <= ROUNDING * far) continue;
            if (here * at < 0) return root(change, near, far);
            near = far;
        }
        return at > 0 ? Double.POSITIVE_INFINITY : 0;
    }

    private static double root(DoubleUnaryOperator f, double near, double far) {
        boolean positive = f.applyAsDouble(near) > 0;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (near + far) / 2;
            if (f.applyAsDouble(middle) > 0 == positive) near = middle;
            else far = middle;
        }
        return near;
    }

    /// χ at the fixed point: above 1, gradients grow with depth; below, they vanish.
    public double chi() { return chi(fixedPoint()); }

    /// ξ = 1 / |ln χ(q*)|: after so many layers a gradient has changed by a factor of e. Infinite on the edge of chaos.
    public double depthScale() { return depthScale(fixedPoint()); }

    /// As [#depthScale()], about a fixed point that is known.
    double depthScale(double fixedPoint) {
        double rate = Math.abs(Math.log(chi(fixedPoint)));
        // what is 1 in theory; beside a fixed point of 0 the slope is taken a little off it
        return rate < EDGE ? Double.POSITIVE_INFINITY : 1 / rate;
    }
}
