package dev.lanewise.kernel;

import dev.lanewise.array.Activation;
import dev.lanewise.array.ArrayMath;
import dev.lanewise.array.Blas;
import dev.lanewise.array.Convolution;
import dev.lanewise.array.Matrix;
import java.util.Map;
import java.util.function.Supplier;

/// What users run on arrays of their own, for [Digest].
final class ArrayWorkload {

    private final float[] wild;
    private final float[] tame;

    /// @param wild numbers of all kinds
    /// @param tame numbers of [-1, 1)
    ArrayWorkload(float[] wild, float[] tame) {
        this.wild = wild;
        this.tame = tame;
    }

    void addTo(Map<String, Supplier<float[]>> parts) {
        parts.put("array gemmStridedBatched", () -> {
            var c = new float[40 * 35 * 37];
            Blas.gemmStridedBatched(false, true, 35, 37, 51, 0.5f, tame, 0, 51, 1800, tame, 1, 60, 2300, 0, c, 0, 37,
                35 * 37, 40);
            return c;
        });
        for (var activation : Activation.values())
            parts.put("array gemm " + activation, () -> {
                var c = new float[23 * 40];
                Blas.gemm(false, true, 23, 39, 300, tame, 0, 300, tame, 5, 300, c, 0, 40, wild, 3, activation);
                return c;
            });
        parts.put("array layerNorm", () -> {
            var y = new float[140_000];
            ArrayMath.layerNorm(700, 99, tame, 0, 100, tame, 1, tame, 2, 1e-5, y, 0, 100);
            ArrayMath.layerNorm(700, 99, wild, 0, 100, tame, 1, tame, 2, 1e-5, y, 70_000, 100);
            return y;
        });
        parts.put("array rmsNorm", () -> {
            var y = new float[140_000];
            ArrayMath.rmsNorm(700, 99, tame, 0, 100, tame, 1, 1e-5, y, 0, 100);
            ArrayMath.rmsNorm(700, 99, wild, 0, 100, tame, 1, 1e-5, y, 70_000, 100);
            return y;
        });
        for (boolean causal : new boolean[] {false, true})
            parts.put(causal ? "array attention, causal" : "array attention", () -> {
                var y = new float[3 * 150 * 31];
                ArrayMath.attention(3, 150, 170, 33, 31, causal, 0.7, tame, 0, 40, 7000, tame, 3, 35, 6000, tame, 5, 31, 6000, y,
                    0, 31, 150 * 31);
                return y;
            });
        parts.put("array convolution", () -> {
            var convolution = Convolution.of(2, 6, 19, 23, 10, 3).stride(2).padding(1).groups(2);
            int results = 2 * 10 * convolution.rows() * convolution.columns();
            int images = 2 * 6 * 19 * 23;
            var out = new float[results + images + 10 * 3 * 9 + 10];
            convolution.forward(tame, 0, tame, 7, tame, 9, out, 0);
            convolution.inputGradient(tame, 3, tame, 7, out, results);
            convolution.weightGradient(tame, 0, tame, 3, out, results + images);
            convolution.biasGradient(tame, 3, out, results + images + 10 * 3 * 9);
            return out;
        });
        parts.put("array gemm of brain floats", () -> {
            var weight = new short[200 * 1100];
            for (int i = 0; i < weight.length; i++) weight[i] = (short) (Float.floatToRawIntBits(tame[i % tame.length]) >>> 16);
            var c = new float[30 * 200];
            Blas.gemm(false, true, 30, 200, 1100, Matrix.of(tame, 3, 1100), Matrix.bfloat16(weight, 0, 1100), c, 0, 200, tame, 1,
                Activation.RELU);
            return c;
        });
    }
}
