package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// From one type of elements to another.
final class Conversions {

    /// Rounds to 16 bits, with the gradient of what isn't rounded.
    private static final Operation HALF = narrowed("float16", x -> Float.float16ToFloat(Float.floatToFloat16(x)));
    private static final Operation BRAIN = narrowed("bfloat16", Conversions::brain);

    private interface Narrowing {
        float of(float x);
    }

    private Conversions() {}

    static void register(Operators all) {
        all.put("Cast", node -> {
            long code = node.integer("to", 0);
            var type = OnnxType.of(code).orElseThrow(() -> node.malformed("to", "is " + code
                + ", which is the number of no type that is known here; floats, whole numbers of 8 to 64 bits and booleans are"));
            roundings(node);
            return (Kernel.Single) in -> cast(in.any(0), type);
        });
        all.put("CastLike", node -> {
            roundings(node);
            return (Kernel.Single) in -> cast(in.any(0), in.any(1).type());
        });
    }

    /// Of types of 8 bits alone.
    private static void roundings(Node node) {
        node.flag("saturate", true);
        node.choice("round_mode", "up", List.of("up", "down", "nearest"));
    }

    private static Operation narrowed(String name, Narrowing narrowing) {
        return Operation.of(name, call -> {
            var values = call.input(0).toArray();
            for (int i = 0; i < values.length; i++) values[i] = narrowing.of(values[i]);
            return Tensor.wrap(values, call.input(0).shape().toArray());
        }, (g, _) -> g);
    }

    /// The nearest of 16 bits, of two equally near ones the even.
    private static float brain(float x) {
        if (Float.isNaN(x)) return x;
        int bits = Float.floatToRawIntBits(x);
        return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff_0000);
    }

    static OnnxValue cast(OnnxValue x, OnnxType type) {
        if (type.isFloat()) {
            var floats = floats(x);
            return OnnxValue.of(switch (type) {
                case FLOAT16 -> HALF.apply(floats);
                case BFLOAT16 -> BRAIN.apply(floats);
                default -> floats;
            });
        }
        if (type == OnnxType.BOOL) return switch (x) {
            case OnnxValue.Floats(var tensor) -> bools(tensor.ne(0));
            case OnnxValue.Longs(var values, var shape, _) -> {
                var result = new boolean[values.length];
                for (int i = 0; i < result.length; i++) result[i] = values[i] != 0;
                yield new OnnxValue.Bools(result, shape);
            }
            case OnnxValue.Bools same -> same;
        };
        if (x instanceof OnnxValue.Longs longs && longs.type() == type) return x;
        var result = new long[x.shape().numel()];
        switch (x) {
            case OnnxValue.Floats(var tensor) -> {
                var values = tensor.toArray();
                for (int i = 0; i < result.length; i++) result[i] = whole(values[i], type);
            }
            case OnnxValue.Longs(var values, _, _) -> { for (int i = 0; i < result.length; i++) result[i] =
                type.wrapped(values[i]); }
            case OnnxValue.Bools(var values, _) -> { for (int i = 0; i < result.length; i++) result[i] = values[i] ? 1 : 0; }
        }
        return new OnnxValue.Longs(result, x.shape(), type);
    }

    /// Without what is behind the point.
    static long whole(float x, OnnxType type) {
        return type == OnnxType.UINT64 && x >= 0x1p63f ? (long) (x - 0x1p63f) ^ Long.MIN_VALUE : type.wrapped((long) x);
    }

    /// The same as floats, each the nearest.
    static Tensor floats(OnnxValue x) {
        if (x instanceof OnnxValue.Floats(var tensor)) return tensor;
        var floats = new float[x.shape().numel()];
        if (x instanceof OnnxValue.Longs(var values, _, var type))
            // the last bit stays seen, so that half of it is rounded as the whole would be
            for (int i = 0; i < floats.length; i++) floats[i] = type == OnnxType.UINT64 && values[i] < 0
                ? 2f * (values[i] >>> 1 | values[i] & 1) : values[i];
        else for (int i = 0; i < floats.length; i++) floats[i] = x.bools()[i] ? 1 : 0;
        return Tensor.wrap(floats, x.shape().toArray());
    }

    /// What isn't 0.
    static OnnxValue.Bools bools(Tensor x) {
        var values = x.toArray();
        var result = new boolean[values.length];
        for (int i = 0; i < result.length; i++) result[i] = values[i] != 0;
        return new OnnxValue.Bools(result, x.shape());
    }
}
