package dev.lanewise.catalogue;

import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;

/// A function of two elements, over shapes that broadcast, and what tests hold it to.
///
/// @param name   that of the public method
/// @param call   the function
/// @param number the same of a tensor and a number; null if there is none
/// @param exact  in double, rounded once
/// @param ulps   how far values are from the exact ones, in units in the last place
/// @param left   where gradients are compared with differences; null for no gradient
/// @param right  likewise
public record BinaryFunction(String name, BinaryOperator<Tensor> call, Numbered number, DoubleBinaryOperator exact, double ulps,
    Domain left,
                             Domain right) {

    /// Of a tensor and a number.
    @FunctionalInterface
    public interface Numbered {
        Tensor of(Tensor x, float number);
    }

    /// Every one of [Tensor]'s and of Activation's.
    public static final List<BinaryFunction> ALL = List.of(
        new BinaryFunction("add", Tensor::add, Tensor::add, Double::sum, 0.5, Domain.ANY, Domain.ANY),
        new BinaryFunction("sub", Tensor::sub, Tensor::sub, (a, b) -> a - b, 0.5, Domain.ANY, Domain.ANY),
        new BinaryFunction("mul", Tensor::mul, Tensor::mul, (a, b) -> a * b, 0.5, Domain.ANY, Domain.ANY),
        new BinaryFunction("div", Tensor::div, Tensor::div, (a, b) -> a / b, 0.5, Domain.ANY, Domain.NONZERO),
        new BinaryFunction("pow", Tensor::pow, Tensor::pow, BinaryFunction::pow, 2, Domain.POSITIVE, Domain.NONZERO),
        new BinaryFunction("prelu", Activation::prelu, null, (x, slope) -> x > 0 ? x : x * slope, 0.5, Domain.NONZERO,
            Domain.ANY),
        // the kinks lie where both are the same: what has a gradient is tried in one that keeps away from there
        new BinaryFunction("maximum", Tensor::maximum, null, Math::max, 0.5, null, null),
        new BinaryFunction("minimum", Tensor::minimum, null, Math::min, 0.5, null, null),
        comparison("eq", Tensor::eq, Tensor::eq, (a, b) -> a == b ? 1 : 0),
        comparison("ne", Tensor::ne, Tensor::ne, (a, b) -> a != b ? 1 : 0),
        comparison("lt", Tensor::lt, Tensor::lt, (a, b) -> a < b ? 1 : 0),
        comparison("le", Tensor::le, Tensor::le, (a, b) -> a <= b ? 1 : 0),
        comparison("gt", Tensor::gt, Tensor::gt, (a, b) -> a > b ? 1 : 0),
        comparison("ge", Tensor::ge, Tensor::ge, (a, b) -> a >= b ? 1 : 0));

    private static BinaryFunction comparison(String name, BinaryOperator<Tensor> call, Numbered number,
        DoubleBinaryOperator exact) {
        return new BinaryFunction(name, call, number, exact, 0.5, null, null);
    }

    /// Java's `pow` says NaN where IEEE 754, C and PyTorch say 1.
    public static double pow(double a, double b) { return a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b); }

    /// Whether gradients can be compared with differences.
    public boolean isTame() { return left != null; }

    /// Whether it has no kink and no pole.
    public boolean isSmooth() { return left == Domain.ANY && right == Domain.ANY; }

    public boolean isMethodOf(Class<?> type) {
        return Arrays.stream(type.getMethods()).anyMatch(method -> method.getName().equals(name));
    }

    @Override
    public String toString() { return name; }
}
