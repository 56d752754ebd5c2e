package dev.lanewise.optim;

import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/// Makes gradients smaller between `backward` and `step`. A clipped gradient is a new tensor; the one that `grad()` gave
/// before keeps its values.
public final class GradientClipping {

    /// PyTorch's: keeps the quotient finite.
    private static final double EPSILON = 1e-6;

    private static final double LEAST_FACTOR = 0x1p-100;

    private GradientClipping() {}

    /// Scales all gradients by maxNorm / (norm + 1e-6), if that is below 1, where the norm is that of all of them as one
    /// vector. An infinite norm makes finite gradients 0, a NaN makes all of them NaN, as PyTorch's does.
    ///
    /// @param maxNorm 0 or more
    /// @return the norm before; 0 if there are no gradients
    public static double clipByNorm(List<Parameter> parameters, double maxNorm) {
        return clip(parameters, maxNorm, norm(parameters));
    }

    /// As [#clipByNorm(List, double)], by another norm: see [#norm(List, double)].
    public static double clipByNorm(List<Parameter> parameters, double maxNorm, double p) {
        return clip(parameters, maxNorm, norm(parameters, p));
    }

    /// As [#clipByNorm(List, double)], but gradients that can't be scaled are an error, and stay as they are.
    ///
    /// @throws IllegalStateException if the norm is infinite or NaN
    public static double clipByNormStrictly(List<Parameter> parameters, double maxNorm) {
        return clipByNormStrictly(parameters, maxNorm, 2);
    }

    /// As [#clipByNormStrictly(List, double)], by another norm: see [#norm(List, double)].
    public static double clipByNormStrictly(List<Parameter> parameters, double maxNorm, double p) {
        double norm = norm(parameters, p);
        if (!Double.isFinite(norm)) throw new IllegalStateException("clipByNorm: the gradients' norm is " + norm
            + "; look for the first operation that overflows, or take clipByNorm, which lets it pass");
        return clip(parameters, maxNorm, norm);
    }

    private static double clip(List<Parameter> parameters, double maxNorm, double norm) {
        if (!(maxNorm >= 0)) throw new IllegalArgumentException("clipByNorm: largest norm " + maxNorm + "; it must be 0 or more");
        double factor = maxNorm / (norm + EPSILON);
        if (!(factor >= 1)) replace(parameters, gradient -> scaled(gradient, factor)); // NaN goes through
        return norm;
    }

    /// Times a factor that may be too small for a float to hold its digits.
    private static Tensor scaled(Tensor gradient, double factor) {
        if (!(factor < LEAST_FACTOR) || factor == 0) return gradient.mul((float) factor);
        int half = Math.getExponent(factor) / 2;
        return gradient.mul(Math.scalb(1f, half)).mul((float) Math.scalb(factor, -half));
    }

    /// Puts elements of gradients beyond ±bound to ±bound; NaN stays NaN.
    ///
    /// @param bound 0 or more
    public static void clipByValue(List<Parameter> parameters, double bound) {
        if (!(bound >= 0)) throw new IllegalArgumentException("clipByValue: bound " + bound + "; it must be 0 or more");
        replace(parameters, gradient -> gradient.clamp((float) -bound, (float) bound));
    }

    /// The Euclidean length of all gradients as one vector, in which one that is shared, and given several times, stands once.
    public static double norm(List<Parameter> parameters) {
        double sum = 0;
        for (var parameter : once(parameters)) {
            // taken once: in a callback it is a copy
            var gradient = parameter.grad();
            if (gradient == null) continue;
            var values = gradient.toArray();
            sum += Statistics.dot(values, values);
        }
        return Math.sqrt(sum);
    }

    /// The p-norm of all gradients as one vector, as [#norm(List)] has it, (sum |x|^p)^(1/p), right for numbers of any size: the
    /// sum of magnitudes for 1, the largest magnitude where p is infinite. NaN if one is.
    ///
    /// @param p above 0
    public static double norm(List<Parameter> parameters, double p) {
        if (!(p > 0)) throw new IllegalArgumentException("norm: p " + p
            + "; it must be above 0, infinite for the largest magnitude");
        if (p == 2) return norm(parameters);
        double sum = 0;
        double largest = 0;
        for (var parameter : once(parameters)) {
            var gradient = parameter.grad();
            if (gradient == null) continue;
            for (float x : gradient.toArray()) {
                sum += Math.abs(x);
                largest = Math.max(largest, Math.abs(x));
            }
        }
        if (p == 1) return sum;
        // in units of the largest, no power leaves the range
        return p == Double.POSITIVE_INFINITY || largest == 0 || !(largest < Double.POSITIVE_INFINITY) ? largest
            : largest * StrictMath.pow(sumOfPowers(parameters, p, largest), 1 / p);
    }

    private static Iterable<Parameter> once(List<Parameter> parameters) { return new LinkedHashSet<>(parameters); }

    private static double sumOfPowers(List<Parameter> parameters, double p, double unit) {
        double sum = 0;
        for (var parameter : once(parameters)) {
            var gradient = parameter.grad();
            if (gradient != null) for (float x : gradient.toArray()) sum += StrictMath.pow(Math.abs(x) / unit, p);
        }
        return sum;
    }

    private static void replace(List<Parameter> parameters, UnaryOperator<Tensor> change) {
        // all are there before the first is exchanged: where memory runs out, none is
        var changed = new Tensor[parameters.size()];
        for (int i = 0; i < changed.length; i++) {
            var gradient = parameters.get(i).grad();
            if (gradient != null) changed[i] = change.apply(gradient.detach());
        }
        for (int i = 0; i < changed.length; i++) if (changed[i] != null) parameters.get(i).tensor().grad(changed[i]);
    }
}
