package dev.lanewise.jmh;

import dev.lanewise.array.Convolution;
import dev.lanewise.kernel.Attention;
import dev.lanewise.kernel.Normalization;
import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Kernels of layers, forward and backward, over arrays made beforehand, of odd sizes.
final class LayerKernels {

    private static final double EPS = 1e-5;
    private static final int HEADS = 4;
    /// Two parts of queries, the second with a rest.
    private static final int TOKENS = 131;
    private static final int QUERY_PARTS = 2;
    private static final int WIDTH = 33;

    /// @param parts what several threads would share
    record Kernel(String name, int parts, Supplier<?> call) {
        @Override
        public String toString() { return name; }
    }

    private LayerKernels() {}

    static List<Kernel> all() {
        var all = new ArrayList<Kernel>();
        normalization(all, "layer norm", Normalization.ofRows(199, 301, true), 199 * 301, 301, true);
        normalization(all, "rms norm", Normalization.ofRows(199, 301, false), 199 * 301, 301, false);
        normalization(all, "batch norm", Normalization.ofChannels(8, 25, 301), 8 * 25 * 301, 25, true);
        normalization(all, "group norm", Normalization.ofParts(8, 25, 301, 5), 8 * 25 * 301, 25, true);
        attention(all, "attention", false);
        attention(all, "causal attention", true);
        convolution(all);
        return all;
    }

    private static void normalization(List<Kernel> all, String name, Normalization kernel, int n, int weights,
        boolean isCentred) {
        var x = normal(n);
        var weight = normal(weights);
        var bias = isCentred ? normal(weights) : null;
        var y = new float[n];
        var statistics = new float[2 * kernel.groups()];
        add(all, name + ", forward", 1, () -> kernel.forward(x, 0, weight, 0, bias, 0, EPS, y, statistics));
        // of those that forward left
        kernel.forward(x, 0, weight, 0, bias, 0, EPS, y, statistics);
        var from = new Normalization.Read(x, 0, normal(n), 0, weight, 0, EPS, statistics);
        var gradient = new float[n];
        var weightGradient = new float[weights];
        var biasGradient = isCentred ? new float[weights] : null;
        add(all, name + ", backward", 1, () -> kernel.backward(from, gradient, weightGradient, biasGradient));
    }

    private static void attention(List<Kernel> all, String name, boolean causal) {
        var kernel = new Attention(HEADS, TOKENS, TOKENS, WIDTH, WIDTH, causal, heads(WIDTH), heads(WIDTH), heads(WIDTH), null,
            null, null);
        var y = heads(WIDTH);
        var rows = new Attention.Rows(new float[HEADS * TOKENS], 0, new float[HEADS * TOKENS], 0);
        add(all, name + ", forward", HEADS * QUERY_PARTS, () -> kernel.forward(0.2f, y, rows));
        kernel.forward(1, y, rows);
        var g = heads(WIDTH);
        var offset = heads(1);
        int n = HEADS * TOKENS * WIDTH;
        var gradients = new Attention.Gradients(new float[3 * n], 0, n, 2 * n);
        add(all, name + ", backward", HEADS, () -> kernel.backward(rows, g, offset, gradients));
    }

    private static Attention.Operand heads(int width) {
        return new Attention.Operand(normal(HEADS * TOKENS * width), 0, width, TOKENS * width);
    }

    /// By gathered tiles.
    private static void convolution(List<Kernel> all) {
        var convolution = Convolution.of(2, 6, 19, 23, 10, 3).padding(1);
        var x = normal(2 * 6 * 19 * 23);
        var weight = normal(10 * 6 * 9);
        var bias = normal(10);
        var y = normal(2 * 10 * 19 * 23);
        var result = new float[y.length];
        var inputGradient = new float[x.length];
        var weightGradient = new float[weight.length];
        add(all, "convolution, forward", 1, () -> convolution.forward(x, 0, weight, 0, bias, 0, result, 0));
        add(all, "convolution, gradient of its input", 1, () -> convolution.inputGradient(y, 0, weight, 0, inputGradient, 0));
        add(all, "convolution, gradient of its weight", 1, () -> convolution.weightGradient(x, 0, y, 0, weightGradient, 0));
    }

    private static void add(List<Kernel> all, String name, int parts, Runnable call) {
        all.add(new Kernel(name, parts, () -> {
            call.run();
            return null;
        }));
    }

    private static float[] normal(int n) {
        var x = new float[n];
        new Threefry(0).normal(x, 0, n);
        return x;
    }
}
