package dev.lanewise.io.onnx;

import static dev.lanewise.formula.Term.parameter;

import dev.lanewise.formula.Term;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/// Arithmetic and activations, element by element.
final class Elementwise {

    private static final float SELU_ALPHA = 1.6732632f;
    private static final float SELU_GAMMA = 1.050701f;

    private static final ElementwiseOperation SELU = Operation.elementwise("selu",
        x -> x.gt(0).select(x, x.expm1().mul(parameter(0))).mul(parameter(1)));
    private static final ElementwiseOperation HARD_SIGMOID = Operation.elementwise("hardsigmoid",
        x -> x.mul(parameter(0)).add(parameter(1)).max(Term.constant(0)).min(Term.constant(1)));
    private static final ElementwiseOperation THRESHOLDED_RELU = Operation.elementwise("thresholded_relu",
        x -> x.gt(parameter(0)).select(x, Term.constant(0)));
    private static final ElementwiseOperation SHRINK = Operation.elementwise("shrink",
        x -> x.gt(parameter(0)).select(x.sub(parameter(1)), x.lt(parameter(0).neg())
        .select(x.add(parameter(1)), Term.constant(0))));
    private static final ElementwiseOperation SWISH = Operation.elementwise("swish", x -> x.mul(x.mul(parameter(0)).sigmoid()));
    private static final Operation FLOOR = rounding("floor", Math::floor);
    private static final Operation CEIL = rounding("ceil", Math::ceil);
    private static final Operation ROUND = rounding("round", Math::rint);

    private interface Rounding {
        double of(double x);
    }

    private Elementwise() {}

    static void register(Operators all) {
        numbers(all);
        activations(all);
        pairs(all);
        several(all);
    }

    // ---- of one

    private static void unary(Operators all, String name, UnaryOperator<Tensor> operator) {
        all.plain(name, in -> OnnxValue.of(operator.apply(in.floats(0))));
    }

    /// Of whole numbers, too.
    ///
    /// @param unsigned the same of those that have no sign
    private static void unary(Operators all, String name, UnaryOperator<Tensor> operator, LongUnaryOperator whole,
        LongUnaryOperator unsigned) {
        all.plain(name, in -> {
            if (in.isFloat(0)) return OnnxValue.of(operator.apply(in.floats(0)));
            var x = in.longs(0);
            var result = new long[x.values().length];
            var operation = x.type().isUnsigned() ? unsigned : whole;
            for (int i = 0; i < result.length; i++) result[i] = x.type().wrapped(operation.applyAsLong(x.values()[i]));
            return new OnnxValue.Longs(result, x.shape(), x.type());
        });
    }

    private static void numbers(Operators all) {
        unary(all, "Abs", Tensor::abs, Math::abs, x -> x);
        unary(all, "Neg", Tensor::neg, x -> -x, x -> -x);
        unary(all, "Sign", Tensor::sign, Long::signum, x -> x == 0 ? 0 : 1);
        unary(all, "Sqrt", Tensor::sqrt);
        unary(all, "Reciprocal", Tensor::reciprocal);
        unary(all, "Exp", Tensor::exp);
        unary(all, "Log", Tensor::log);
        unary(all, "Sin", Tensor::sin);
        unary(all, "Cos", Tensor::cos);
        unary(all, "Erf", Tensor::erf);
        unary(all, "Floor", FLOOR::apply);
        unary(all, "Ceil", CEIL::apply);
        unary(all, "Round", ROUND::apply);
    }

    /// Without a slope.
    private static Operation rounding(String name, Rounding rounding) {
        return Operation.of(name, call -> {
            var values = call.input(0).toArray();
            for (int i = 0; i < values.length; i++) values[i] = (float) rounding.of(values[i]);
            return Tensor.wrap(values, call.input(0).shape().toArray());
        }, (Operation.Rule) null);
    }

    private static void activations(Operators all) {
        unary(all, "Relu", Tensor::relu, x -> Math.max(x, 0), x -> x);
        unary(all, "Tanh", Tensor::tanh);
        unary(all, "Sigmoid", Tensor::sigmoid);
        unary(all, "Softplus", x -> Activation.softplus(x, 1, 20));
        unary(all, "Softsign", Activation::softsign);
        unary(all, "HardSwish", Activation::hardswish);
        unary(all, "Mish", Activation::mish);
        all.put("LeakyRelu", node -> ofFloats(node, "alpha", 0.01f, Activation::leakyRelu));
        all.put("Elu", node -> ofFloats(node, "alpha", 1, Activation::elu));
        all.put("Celu", node -> {
            float alpha = node.real("alpha", 1);
            if (alpha == 0) throw node.malformed("alpha", "is 0; it must be another number");
            return single(x -> Activation.celu(x, alpha));
        });
        all.put("ThresholdedRelu", node -> ofFloats(node, "alpha", 1, (x, alpha) -> THRESHOLDED_RELU.with(alpha).apply(x)));
        all.put("Swish", node -> ofFloats(node, "alpha", 1, (x, alpha) -> alpha == 1 ? Activation.silu(x)
            : SWISH.with(alpha).apply(x)));
        all.put("Gelu", node -> {
            boolean tanh = node.choice("approximate", "none", List.of("none", "tanh")).equals("tanh");
            return single(tanh ? Activation::geluTanh : Activation::gelu);
        });
        all.put("Selu", node -> {
            float alpha = node.real("alpha", SELU_ALPHA);
            float gamma = node.real("gamma", SELU_GAMMA);
            var operation = SELU.with(alpha, gamma);
            return single(alpha == SELU_ALPHA && gamma == SELU_GAMMA ? Activation::selu : operation::apply);
        });
        all.put("HardSigmoid", node -> {
            var operation = HARD_SIGMOID.with(node.real("alpha", 0.2f), node.real("beta", 0.5f));
            return single(operation::apply);
        });
        all.put("Shrink", node -> {
            var operation = SHRINK.with(node.real("lambd", 0.5f), node.real("bias", 0));
            return single(operation::apply);
        });
    }

    private interface WithNumber {
        Tensor of(Tensor x, double number);
    }

    private static Kernel.Single ofFloats(Node node, String attribute, float otherwise, WithNumber operator) {
        float number = node.real(attribute, otherwise);
        return single(x -> operator.of(x, number));
    }

    private static Kernel.Single single(UnaryOperator<Tensor> operator) {
        return in ->
            OnnxValue.of(operator.apply(in.floats(0)));
    }

    // ---- of two

    private static void pairs(Operators all) {
        all.plain("Add", in -> pair(in, Tensor::add, Long::sum));
        all.plain("Sub", in -> pair(in, Tensor::sub, (a, b) -> a - b));
        all.plain("Mul", in -> pair(in, Tensor::mul, (a, b) -> a * b));
        all.plain("Div", in -> pair(in, Tensor::div, (a, b) -> quotient(in, a, b)));
        all.plain("Pow", Elementwise::pow);
        all.plain("PRelu", in -> OnnxValue.of(Activation.prelu(in.floats(0), in.floats(1))));
        all.put("Mod", node -> {
            boolean signOfFirst = node.flag("fmod", false);
            return (Kernel.Single) in -> in.isFloat(0) ? remainder(in, signOfFirst) : Places.binary(in, in.longs(0), in.longs(1),
                (a, b) -> remainder(in, a, b, signOfFirst));
        });
    }

    private static OnnxValue pair(Inputs in, BinaryOperator<Tensor> floats, LongBinaryOperator longs) {
        if (in.isFloat(0)) Places.broadcast(in, in.floats(0).shape(), in.floats(1).shape());
        return in.isFloat(0) ? OnnxValue.of(floats.apply(in.floats(0), in.floats(1)))
            : Places.binary(in, in.longs(0), in.longs(1), longs);
    }

    private static long checkedDivisor(Inputs in, long b) {
        if (b == 0) throw in.node().refused("a whole number is divided by 0");
        return b;
    }

    private static long quotient(Inputs in, long a, long b) {
        checkedDivisor(in, b);
        return in.longs(0).type() == OnnxType.UINT64 ? Long.divideUnsigned(a, b) : a / b;
    }

    private static long remainder(Inputs in, long a, long b, boolean signOfFirst) {
        checkedDivisor(in, b);
        return in.longs(0).type() == OnnxType.UINT64 ? Long.remainderUnsigned(a, b) : signOfFirst ? a % b : Math.floorMod(a, b);
    }

    /// Without a gradient.
    ///
    /// @param signOfFirst whether it has the sign of what is divided, or that of what it is divided by
    private static OnnxValue remainder(Inputs in, boolean signOfFirst) {
        var a = in.floats(0);
        var b = in.floats(1);
        var shape = Places.broadcast(in, a.shape(), b.shape()).toArray();
        var x = a.expand(shape).toArray();
        var y = b.expand(shape).toArray();
        for (int i = 0; i < x.length; i++) {
            float remainder = x[i] % y[i];
            boolean turned = !signOfFirst && (remainder == 0 ? false : remainder < 0 != y[i] < 0);
            x[i] = turned ? remainder + y[i] : !signOfFirst && remainder == 0 ? Math.copySign(0f, y[i]) : remainder;
        }
        return OnnxValue.of(Tensor.wrap(x, shape));
    }

    private static OnnxValue pow(Inputs in) {
        if (!in.isFloat(0)) {
            var exponents = in.isFloat(1) ? in.floats(1).toArray() : null;
            if (exponents == null) return Places.binary(in, in.longs(0), in.longs(1), Elementwise::power);
            var whole = new long[exponents.length];
            for (int i = 0; i < whole.length; i++) if ((whole[i] = (long) exponents[i]) != exponents[i] || whole[i] < 0)
                throw in.node().refused(
                "a whole number to the power of " + exponents[i] + " is none");
            return Places.binary(in, in.longs(0), new OnnxValue.Longs(whole, in.any(1).shape(), OnnxType.INT64),
                Elementwise::power);
        }
        var x = in.floats(0);
        var exponent = in.isFloat(1) ? in.floats(1) : Conversions.floats(in.any(1));
        Places.broadcast(in, x.shape(), exponent.shape());
        boolean number = exponent.numel() == 1 && exponent.shape().rank() <= x.shape().rank() && !exponent.requiresGrad();
        return OnnxValue.of(number ? x.pow(exponent.item()) : x.pow(exponent));
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
        long result = 1;
        for (long square = base, rest = exponent; rest > 0; rest >>= 1, square *= square) if ((rest & 1) == 1) result *= square;
        return result;
    }

    // ---- of several

    private static void several(Operators all) {
        all.plain("Sum", in -> folded(in, Tensor::add, Long::sum));
        all.plain("Max", in -> folded(in, Tensor::maximum, (a, b) -> in.any(0).type().max(a, b)));
        all.plain("Min", in -> folded(in, Tensor::minimum, (a, b) -> in.any(0).type().min(a, b)));
        all.plain("Mean", in -> {
            var sum = in.floats(0);
            for (int i = 1; i < in.count(); i++) {
                Places.broadcast(in, sum.shape(), in.floats(i).shape());
                sum = sum.add(in.floats(i));
            }
            return OnnxValue.of(sum.div(in.count()));
        });
        all.put("Clip", node -> {
            if (node.opset() >= 11) return (Kernel.Single) Elementwise::clipped;
            float low = node.real("min", Float.NEGATIVE_INFINITY);
            float high = node.real("max", Float.POSITIVE_INFINITY);
            return single(x -> x.clamp(low, high));
        });
    }

    private static OnnxValue folded(Inputs in, BinaryOperator<Tensor> floats, LongBinaryOperator longs) {
        var result = in.any(0);
        for (int i = 1; i < in.count(); i++) result = pair(in.with(result, in.any(i)), floats, longs);
        return result;
    }

    private static OnnxValue clipped(Inputs in) {
        if (in.isFloat(0)) return OnnxValue.of(in.floats(0).clamp(in.has(1) ? in.real(1) : Float.NEGATIVE_INFINITY,
            in.has(2) ? in.real(2) : Float.POSITIVE_INFINITY));
        var x = in.longs(0);
        long low = in.has(1) ? in.number(1) : x.type().least();
        long high = in.has(2) ? in.number(2) : x.type().greatest();
        var result = new long[x.values().length];
        for (int i = 0; i < result.length; i++) result[i] = x.type().min(x.type().max(x.values()[i], low), high);
        return new OnnxValue.Longs(result, x.shape(), x.type());
    }
}
