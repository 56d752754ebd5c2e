package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Tensor;
import java.util.function.BinaryOperator;

/// Comparisons, and what is done with their truths.
final class Logical {

    private Logical() {}

    static void register(Operators all) {
        all.plain("Equal", in -> in.any(0) instanceof OnnxValue.Bools ? Places.logical(in, in.bools(0), in.bools(1),
            (a, b) -> a == b) : compared(in, Tensor::eq, (a, b) -> a == b));
        all.plain("Less", in -> compared(in, Tensor::lt, (a, b) -> order(in, a, b) < 0));
        all.plain("LessOrEqual", in -> compared(in, Tensor::le, (a, b) -> order(in, a, b) <= 0));
        all.plain("Greater", in -> compared(in, Tensor::gt, (a, b) -> order(in, a, b) > 0));
        all.plain("GreaterOrEqual", in -> compared(in, Tensor::ge, (a, b) -> order(in, a, b) >= 0));
        all.plain("And", in -> Places.logical(in, in.bools(0), in.bools(1), (a, b) -> a && b));
        all.plain("Or", in -> Places.logical(in, in.bools(0), in.bools(1), (a, b) -> a || b));
        all.plain("Xor", in -> Places.logical(in, in.bools(0), in.bools(1), (a, b) -> a ^ b));
        all.plain("Not", in -> {
            var x = in.bools(0);
            var result = new boolean[x.values().length];
            for (int i = 0; i < result.length; i++) result[i] = !x.values()[i];
            return new OnnxValue.Bools(result, x.shape());
        });
        all.plain("Where", Logical::where);
        all.plain("IsNaN", in -> Conversions.bools(in.floats(0).ne(in.floats(0))));
        all.put("IsInf", node -> {
            boolean positive = node.flag("detect_positive", true);
            boolean negative = node.flag("detect_negative", true);
            return (Kernel.Single) in -> {
                var values = in.floats(0).toArray();
                var result = new boolean[values.length];
                for (int i = 0; i < result.length; i++) result[i] = Float.isInfinite(values[i])
                    && (values[i] > 0 ? positive : negative);
                return new OnnxValue.Bools(result, in.floats(0).shape());
            };
        });
    }

    private static int order(Inputs in, long a, long b) {
        return in.any(0).type().compare(a, b);
    }

    private static OnnxValue compared(Inputs in, BinaryOperator<Tensor> floats, Places.Comparison longs) {
        if (in.isFloat(0)) Places.broadcast(in, in.floats(0).shape(), in.floats(1).shape());
        return in.isFloat(0) ? Conversions.bools(floats.apply(in.floats(0), in.floats(1)))
            : Places.compared(in, in.longs(0), in.longs(1), longs);
    }

    private static OnnxValue where(Inputs in) {
        var condition = in.bools(0);
        var shape = Places.broadcast(in, Places.broadcast(in, condition.shape(), in.any(1).shape()), in.any(2).shape());
        if (in.isFloat(1)) return OnnxValue.of(Tensor.where(Conversions.floats(condition), in.floats(1), in.floats(2)));
        var choice = Places.spread(condition, shape).bools();
        if (in.any(1) instanceof OnnxValue.Bools) {
            var a = Places.spread(in.bools(1), shape).bools();
            var b = Places.spread(in.bools(2), shape).bools();
            var result = new boolean[choice.length];
            for (int i = 0; i < result.length; i++) result[i] = choice[i] ? a[i] : b[i];
            return new OnnxValue.Bools(result, shape);
        }
        var a = Places.spread(in.longs(1), shape).longs();
        var b = Places.spread(in.longs(2), shape).longs();
        var result = new long[choice.length];
        for (int i = 0; i < result.length; i++) result[i] = choice[i] ? a[i] : b[i];
        return new OnnxValue.Longs(result, shape, in.longs(1).type());
    }
}
