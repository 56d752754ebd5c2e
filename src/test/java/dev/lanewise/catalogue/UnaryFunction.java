package dev.lanewise.catalogue;

import dev.lanewise.nn.Layer;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// A function of each element, and all that tests hold it to. The values in double at NaN, too: what is NaN there must be NaN,
/// and nothing else.
public final class UnaryFunction {

    /// What the function of the opposite number is.
    public enum Symmetry { NONE, ODD, EVEN }

    /// How near to a kink a gradient is compared with differences.
    private static final double FROM_KINK = 0.25;

    private final String name;
    private final UnaryOperator<Tensor> call;
    private final List<DoubleUnaryOperator> exact;
    private double ulps = 0.5;
    private double negligible;
    private Symmetry symmetry = Symmetry.NONE;
    private Domain domain = Domain.ANY;
    private double[] kinks = {};
    private DoubleUnaryOperator natural = _ -> 0;
    private boolean differentiable = true;
    private Supplier<Layer> layer;

    private UnaryFunction(String name, UnaryOperator<Tensor> call, DoubleUnaryOperator... exact) {
        this.name = name;
        this.call = call;
        this.exact = List.of(exact);
    }

    /// @param name that of the public method, with parameters in brackets
    static UnaryFunction of(String name, UnaryOperator<Tensor> call, DoubleUnaryOperator value, DoubleUnaryOperator slope,
                       DoubleUnaryOperator curvature) {
        return new UnaryFunction(name, call, value, slope, curvature);
    }

    /// One without a gradient.
    static UnaryFunction of(String name, UnaryOperator<Tensor> call, DoubleUnaryOperator value) {
        var function = new UnaryFunction(name, call, value);
        function.differentiable = false;
        return function;
    }

    // ---- what a line of the catalogue says

    /// How far values are from the exact ones, in units in the last place: half a one, without a word. More is swept for.
    UnaryFunction ulps(double bound) {
        ulps = bound;
        return this;
    }

    /// As [#ulps(double)], but for an error that doesn't count, as the result is far below the numbers it is made of.
    UnaryFunction ulps(double bound, double negligible) {
        this.negligible = negligible;
        return ulps(bound);
    }

    UnaryFunction odd() {
        symmetry = Symmetry.ODD;
        return this;
    }

    UnaryFunction even() {
        symmetry = Symmetry.EVEN;
        return this;
    }

    /// Where gradients are compared with differences; null for nowhere, as it is too steep.
    UnaryFunction on(Domain domain) {
        this.domain = domain;
        return this;
    }

    /// Where the function, its slope or its curvature jumps.
    UnaryFunction kinks(double... at) {
        kinks = at;
        return this;
    }

    /// What an error of the slope, and of the curvature, is measured by where these are small beside what they are made of: where
    /// the function saves its result and not its argument, or they cross 0.
    UnaryFunction natural(DoubleUnaryOperator size) {
        natural = size;
        return this;
    }

    /// A layer that computes the function.
    UnaryFunction layer(Supplier<Layer> layer) {
        this.layer = layer;
        return this;
    }

    // ---- what tests read

    public String name() { return name; }

    /// The public method: the name without parameters.
    public String method() { return name.contains("(") ? name.substring(0, name.indexOf('(')) : name; }

    public boolean isMethodOf(Class<?> type) {
        return Arrays.stream(type.getMethods()).anyMatch(each -> each.getName().equals(method()));
    }

    public boolean hasParameters() { return name.contains("("); }

    public Tensor apply(Tensor x) { return call.apply(x); }

    public float[] of(float... x) { return call.apply(Tensor.of(x)).toArray(); }

    /// The value in double, or a derivative.
    public double exact(int order, double x) { return exact.get(order).applyAsDouble(x); }

    public double value(double x) { return exact(0, x); }

    /// The value, and the derivatives if there are any.
    public List<DoubleUnaryOperator> exact() { return exact; }

    public double ulps() { return ulps; }

    public double negligible() { return negligible; }

    public Symmetry symmetry() { return symmetry; }

    public double natural(double x) { return natural.applyAsDouble(x); }

    public boolean isDifferentiable() { return differentiable; }

    /// Whether gradients can be compared with differences.
    public boolean isTame() { return differentiable && domain != null; }

    /// Whether it has no kink and no pole, so that others may be put before it.
    public boolean isSmooth() { return domain == Domain.ANY && kinks.length == 0; }

    /// Numbers away from kinks and poles.
    public Tensor draw(Shape shape, SplittableRandom random) {
        var data = new float[shape.numel()];
        for (int i = 0; i < data.length; i++) do data[i] = domain.draw(Shape.of(), random).item(); while (isNearKink(data[i]));
        return Tensor.wrap(data, shape.toArray());
    }

    private boolean isNearKink(float x) { return Arrays.stream(kinks).anyMatch(kink -> Math.abs(x - kink) < FROM_KINK); }

    public Optional<Layer> layer() { return Optional.ofNullable(layer).map(Supplier::get); }

    @Override
    public String toString() { return name; }
}
