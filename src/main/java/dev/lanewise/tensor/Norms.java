package dev.lanewise.tensor;

import static dev.lanewise.formula.Term.constant;
import static dev.lanewise.formula.Term.parameter;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.Reductions;

/// Lengths by other powers than 2, which is that of [Moments].
///
/// Magnitudes are taken relative to the largest of their group, or to the smallest if the power is negative: then no power leaves
/// the range of floats, whatever the numbers are, and the length of one group doesn't depend on the others.
final class Norms {

    /// Below it, roots of the sum of as many terms as an array holds leave the range.
    private static final float SMALL = 0.25f;
    /// Into so many factors such a root is divided.
    private static final int FACTORS = 4;

    /// What magnitudes are divided by.
    private static final ElementwiseOperation UNIT = Operation.elementwise("norm",
        x -> x.gt(0).and(x.lt(Double.POSITIVE_INFINITY)).select(x, 1));
    private static final ElementwiseOperation POWER = Operation.elementwise("norm",
        (x, unit) -> relative(x, unit).pow(parameter(0)));
    /// Of each element, the gradient times the sign of x and (|x| / y)^(p - 1); 0 where x or the length y is, but not beside a
    /// NaN.
    private static final ElementwiseOperation SLOPE = Operation.elementwise("norm backward",
        (x, y, g) -> slope(x, y, g, relative(x, y).pow(parameter(0))));
    /// Both for the powers 3 and 4: products take less than half the time.
    private static final ElementwiseOperation CUBE = Operation.elementwise("norm", (x, unit) -> cube(relative(x, unit)));
    private static final ElementwiseOperation CUBE_SLOPE = Operation.elementwise("norm backward",
        (x, y, g) -> slope(x, y, g, relative(x, y).square()));
    private static final ElementwiseOperation FOURTH = Operation.elementwise("norm",
        (x, unit) -> relative(x, unit).square().square());
    private static final ElementwiseOperation FOURTH_SLOPE = Operation.elementwise("norm backward",
        (x, y, g) -> slope(x, y, g, cube(relative(x, y))));

    private Norms() {}

    private static Term relative(Term x, Term unit) { return x.abs().div(unit); }

    private static Term cube(Term x) { return x.mul(x.square()); }

    private static Term slope(Term x, Term y, Term g, Term power) {
        return y.le(0).or(x.eq(0).and(y.eq(y))).select(0, x.lt(0).select(constant(-1), constant(1)).mul(g).mul(power));
    }

    private static ElementwiseOperation powers(float p) { return p == 3 ? CUBE : p == 4 ? FOURTH : POWER.with(p); }

    private static ElementwiseOperation slopes(float p) {
        return p == 3 ? CUBE_SLOPE : p == 4 ? FOURTH_SLOPE : SLOPE.with(p - 1.0);
    }

    static Tensor norm(Tensor x, double p, boolean keepDim, int... dims) {
        if (Double.isNaN(p)) throw new IllegalArgumentException(
            "norm: p is NaN; give a number, or an infinite one for the largest magnitude");
        float power = (float) p;
        if (x.numel() == 0 && Reduce.keptShape(x, dims).numel() > 0) {
            if (power < 0 || Float.isInfinite(power)) throw new IllegalArgumentException("norm: shape " + x.shape()
                + " has no elements, and so no norm with p = " + p + "; p must be 0 or more, and finite");
            return Reduce.sum(x, keepDim, dims);
        }
        if (power == 0) return Reduce.sum(Elementary.compare(Comparison.NE, x, 0), keepDim, dims);
        if (power == 1) return Reduce.sum(x.abs(), keepDim, dims);
        if (power == 2) return Moments.norm(x, keepDim, dims);
        if (power == Float.POSITIVE_INFINITY) return Reduce.amax(x.abs(), keepDim, dims);
        if (power == Float.NEGATIVE_INFINITY) return Reduce.amin(x.abs(), keepDim, dims);
        return power(x, power, keepDim, dims);
    }

    private static Tensor power(Tensor x, float p, boolean keepDim, int[] dims) {
        var y = Autograd.unrecorded(() -> {
            var unit = UNIT.apply(p > 0 ? Reduce.reduce(Reductions.LARGEST_MAGNITUDE, x, true, dims)
                : Reduce.reduce(Reductions.AMIN, x.abs(), true, dims));
            var sum = Reduce.sum(powers(p).apply(x, unit), true, dims);
            var length = Math.abs(p) < SMALL ? inFactors(sum, p, unit) : sum.pow(1 / p).mul(unit);
            return keepDim ? length : length.reshape(Reduce.droppedShape(x, dims));
        });
        var kept = Reduce.keptShape(x, dims);
        var slope = slopes(p);
        var input = new SavedTensor("norm", x);
        var output = new SavedTensor("norm", y);
        return Autograd.record(y, "norm", Edge.to(x, g -> slope.apply(input.get(), output.get().reshape(kept), g.reshape(kept))));
    }

    private static Tensor inFactors(Tensor sum, float p, Tensor unit) {
        var factor = sum.pow(1 / (FACTORS * p));
        var length = unit;
        for (int i = 0; i < FACTORS; i++) length = length.mul(factor);
        return length;
    }
}
