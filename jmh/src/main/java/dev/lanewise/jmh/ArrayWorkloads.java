package dev.lanewise.jmh;

import dev.lanewise.array.Activation;
import dev.lanewise.array.ArrayMath;
import dev.lanewise.array.Blas;
import dev.lanewise.array.Convolution;
import dev.lanewise.array.Matrix;
import dev.lanewise.random.Threefry;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/// What programs without tensors call, over arrays made beforehand.
final class ArrayWorkloads {

    private static final double EPS = 1e-5;

    private ArrayWorkloads() {}

    /// C = A B of a stack.
    static Workload batched(Arguments words) {
        int batch = words.size(1);
        var p = new Product(words.size(2), words.size(3), words.size(4), false, false);
        var a = normal(Math.multiplyExact(batch, p.m() * p.k()));
        var b = normal(Math.multiplyExact(batch, p.k() * p.n()));
        var c = new float[Math.multiplyExact(batch, p.m() * p.n())];
        return Workload.gemm(p, batch,
            () -> Blas.gemmStridedBatched(false, false, p.m(), p.n(), p.k(), 1, a, 0, p.k(), p.m() * p.k(), b, 0, p.n(),
                p.k() * p.n(), 0, c, 0, p.n(), p.m() * p.n(), batch));
    }

    /// C = f(A Bᵀ + bias).
    static Workload linear(Arguments words) {
        var p = new Product(words.size(1), words.size(2), words.size(3), false, true);
        var activation = words.choice(4, Activation.class);
        var a = p.a();
        var b = p.b();
        var c = p.c();
        var bias = normal(p.n());
        return Workload.gemm(p, 1, () -> Blas.gemm(false, true, p.m(), p.n(), p.k(), a, 0, p.k(), b, 0, p.k(), c, 0, p.n(), bias,
            0, activation));
    }

    /// C = A Bᵀ of a weight outside of the heap, of 32 bits or of 16.
    static Workload stored(Arguments words) {
        var format = words.word(1);
        boolean half = switch (format) {
            case "float32" -> false;
            case "bfloat16" -> true;
            default -> throw words.wrong("\"" + format + "\" is not known; use float32 or bfloat16");
        };
        var p = new Product(words.size(2), words.size(3), words.size(4), false, true);
        var b = p.b();
        // native floats of little-endian machines
        var segment = Arena.ofAuto().allocate((half ? 2L : 4L) * b.length, Float.BYTES);
        for (int i = 0; i < b.length; i++)
            if (half) segment.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(b[i]) >>> 16));
            else segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, b[i]);
        var left = Matrix.of(p.a(), 0, p.k());
        var right = half ? Matrix.bfloat16(segment, p.k()) : Matrix.float32(segment, p.k());
        var c = p.c();
        return Workload.gemm(p, 1, () -> Blas.gemm(false, true, p.m(), p.n(), p.k(), left, right, c, 0, p.n(), null, 0,
            Activation.IDENTITY));
    }

    static Workload layerNorm(int rows, int columns) {
        int n = Math.multiplyExact(rows, columns);
        var x = normal(n);
        var y = new float[n];
        var weight = normal(columns);
        var bias = normal(columns);
        return Workload.perElement(n, () -> ArrayMath.layerNorm(rows, columns, x, 0, columns, weight, 0, bias, 0, EPS, y,
            0, columns));
    }

    static Workload rmsNorm(int rows, int columns) {
        int n = Math.multiplyExact(rows, columns);
        var x = normal(n);
        var y = new float[n];
        var weight = normal(columns);
        return Workload.perElement(n, () -> ArrayMath.rmsNorm(rows, columns, x, 0, columns, weight, 0, EPS, y, 0, columns));
    }

    /// Heads of as many queries as keys.
    static Workload attention(Arguments words) {
        int heads = words.size(1);
        int tokens = words.size(2);
        int width = words.size(3);
        boolean causal = words.isCausal(4);
        int stride = Math.multiplyExact(tokens, width);
        var q = normal(Math.multiplyExact(heads, stride));
        var k = normal(q.length);
        var v = normal(q.length);
        var y = new float[q.length];
        return Workload.perCall(Workload.returning(() -> ArrayMath.attention(heads, tokens, tokens, width, width, causal,
            1 / Math.sqrt(width), q, 0, width, stride, k, 0, width, stride, v, 0, width, stride, y, 0, width, stride)));
    }

    /// Forward, of padding K / 2 and with a bias.
    static Workload convolution(Arguments words) {
        int batch = words.size(1);
        int channels = words.size(2);
        int outputs = words.size(5);
        int kernel = words.size(6);
        var convolution = Convolution.of(batch, channels, words.size(3), words.size(4), outputs, kernel).padding(kernel / 2);
        var x = normal(Math.multiplyExact(batch * channels, words.size(3) * words.size(4)));
        var weight = normal(Math.multiplyExact(outputs * channels, kernel * kernel));
        var bias = normal(outputs);
        var y = new float[Math.multiplyExact(batch * outputs, convolution.rows() * convolution.columns())];
        return Workload.perCall(Workload.returning(() -> convolution.forward(x, 0, weight, 0, bias, 0, y, 0)));
    }

    private static float[] normal(int n) {
        var x = new float[n];
        new Threefry(0).normal(x, 0, n);
        return x;
    }
}
