package dev.lanewise.nn.loss;

import static dev.lanewise.formula.Term.parameter;

import dev.lanewise.formula.Term;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// Negative log-likelihoods of numbers under the laws that a model's outputs are parameters of; each is one formula.
final class Likelihoods {

    private static final double HALF_LOG_2_PI = 0.9189385332046727;

    private static final ElementwiseOperation GAUSSIAN = Operation.elementwise("gaussian_nll", Likelihoods::gaussian);
    private static final ElementwiseOperation POISSON_OF_LOG = Operation.elementwise("poisson_nll_of_log",
        Likelihoods::poissonOfLog);
    private static final ElementwiseOperation POISSON = Operation.elementwise("poisson_nll", Likelihoods::poisson);
    /// Stirling's approximation of log t!, from 1 on.
    private static final ElementwiseOperation STIRLING = Operation.elementwise("stirling",
        t -> t.gt(1).select(t.mul(t.log()).sub(t).add(t.mul(2 * Math.PI).log().mul(0.5)), 0));

    private Likelihoods() {}

    /// The division comes first: a square may overflow where its share of the variance doesn't.
    private static Term gaussian(Term x, Term t, Term variance) {
        var d = x.sub(t);
        // below the least variance its slope is that of the least one, as in PyTorch
        var v = variance.lt(parameter(0)).select(parameter(0).add(variance.sub(variance.detach())), variance);
        return v.log().add(d.div(v).mul(d)).mul(0.5);
    }

    /// From here on e^x is larger than x times any float, and both may be infinite.
    private static final double OUTGROWN = 95;

    /// e^x - t x; the power outgrows every line, and what never happens costs nothing.
    private static Term poissonOfLog(Term x, Term t) {
        var rate = x.exp();
        return x.gt(OUTGROWN).or(x.lt(-Float.MAX_VALUE).and(t.eq(0))).select(rate, rate.sub(t.mul(x)));
    }

    /// x - t log(x + epsilon).
    private static Term poisson(Term x, Term t) {
        var rate = x.add(parameter(0));
        return x.gt(Float.MAX_VALUE).or(rate.eq(0).and(t.eq(0))).select(x, x.sub(t.mul(rate.log())));
    }

    static Tensor gaussian(Tensor input, Tensor target, Tensor variance, boolean full, double eps) {
        Losses.checkShapes("gaussianNllLoss", input, target);
        float least = (float) eps;
        if (!(least > 0 && least < Float.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "gaussianNllLoss: eps " + eps + "; the least variance must be a positive, finite float");
        for (float v : variance.toArray()) if (v < 0) throw new IllegalArgumentException("gaussianNllLoss: variance " + v
            + "; it must be 0 or more: let the model give its logarithm, and take exp()");
        var losses = GAUSSIAN.with(least).apply(input, target, shaped(variance, input));
        return full ? losses.add((float) HALF_LOG_2_PI) : losses;
    }

    /// One variance for each element, for each row, or for all.
    private static Tensor shaped(Tensor variance, Tensor input) {
        var sizes = input.shape().toArray();
        var given = variance.shape().toArray();
        if (given.length == 0 || Arrays.equals(given, sizes)) return variance;
        if (given.length == sizes.length - 1
            && Arrays.equals(given, Arrays.copyOf(sizes, given.length))) return variance.unsqueeze(-1);
        if (sizes.length > 0) sizes[sizes.length - 1] = 1;
        if (Arrays.equals(given, sizes)) return variance;
        throw new IllegalArgumentException("gaussianNllLoss: variances of shape " + variance.shape() + " for an input of shape "
            + input.shape() + "; there must be one for each element, one for each row of the last dimension, or a single number");
    }

    static Tensor poisson(Tensor input, Tensor target, boolean logInput, boolean full, double eps) {
        Losses.checkShapes("poissonNllLoss", input, target);
        if (!(eps >= 0 && eps < Float.MAX_VALUE)) throw new IllegalArgumentException(
            "poissonNllLoss: eps " + eps + "; it must be 0 or more, and a finite float");
        for (float t : target.toArray()) if (!(t >= 0)) throw new IllegalArgumentException(
            "poissonNllLoss: target " + t + "; a count must be 0 or more");
        var losses = logInput ? POISSON_OF_LOG.apply(input, target) : POISSON.with(eps).apply(input, target);
        return full ? losses.add(STIRLING.apply(target)) : losses;
    }
}
