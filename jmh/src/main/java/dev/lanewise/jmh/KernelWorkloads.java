package dev.lanewise.jmh;

import dev.lanewise.kernel.Gemm;
import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.MaxPooling;
import dev.lanewise.kernel.Reductions;
import dev.lanewise.kernel.RowSoftmax;
import dev.lanewise.kernel.Spans;
import dev.lanewise.kernel.Windows;
import dev.lanewise.random.Threefry;

/// The kernels by themselves, over arrays made beforehand, as the peers are told where to put their results.
final class KernelWorkloads {

    private static final int SEED = 0;

    private KernelWorkloads() {}

    static Workload gemm(Product p) {
        var a = p.a();
        var b = p.b();
        var c = p.c();
        return Workload.gemm(p, 1, () -> Gemm.run(p.m(), p.n(), p.k(), a, 0, p.columnsOfA(), p.transposeA(),
            b, 0, p.columnsOfB(), p.transposeB(), c, 0, p.n()));
    }

    static Workload unary(Arguments words) {
        var kernel = switch (words.word(1)) {
            case "relu" -> Maps.RELU;
            case "exp" -> Maps.EXP;
            case "tanh" -> Maps.TANH;
            case "sigmoid" -> Maps.SIGMOID;
            case "gelu" -> Maps.GELU;
            case "silu" -> Maps.SILU;
            default -> throw words.wrong("\"" + words.word(1) + "\" is not known; use relu, exp, tanh, sigmoid, gelu or silu");
        };
        int n = words.size(2);
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = i % 1000 / 100f - 5;
        var y = new float[n];
        return Workload.perElement(n, () -> kernel.run(x, 0, y, 0, n));
    }

    static Workload softmax(int rows, int columns) {
        int n = Math.multiplyExact(rows, columns);
        var x = normal(new Threefry(SEED), n);
        var y = new float[n];
        return Workload.perElement(n, () -> RowSoftmax.rows(rows, columns, x, 0, columns, y, 0, columns));
    }

    static Workload maxPool(Arguments words) {
        int height = words.size(2);
        int width = words.size(3);
        int kernel = words.size(4);
        int stride = words.size(5);
        var pooling = new MaxPooling(words.size(1), windows(height, kernel, stride), windows(width, kernel, stride));
        var x = normal(new Threefry(SEED), Math.multiplyExact(pooling.planes(), pooling.size()));
        var y = new float[Math.multiplyExact(pooling.planes(), pooling.windows())];
        return Workload.perElement(Math.multiplyExact(y.length, kernel * kernel), () -> pooling.run(x, 0, y, 0, null, 0));
    }

    private static Spans windows(int size, int kernel, int stride) {
        return Spans.of(new Windows.Axis(size, (size - kernel) / stride + 1, kernel, stride, 0, 1));
    }

    static Workload sum(int n) {
        var x = normal(new Threefry(SEED), n);
        var out = new float[1];
        return Workload.perElement(n, () -> Reductions.SUM.rows(x, 0, null, 0, null, 0, null, 1, n, out, 0));
    }

    static Workload uniform(int n) {
        var source = new Threefry(SEED);
        var x = new float[n];
        return Workload.perElement(n, () -> source.uniform(x, 0, n));
    }

    static Workload normal(int n) {
        var source = new Threefry(SEED);
        var x = new float[n];
        return Workload.perElement(n, () -> source.normal(x, 0, n));
    }

    private static float[] normal(Threefry source, int n) {
        var x = new float[n];
        source.normal(x, 0, n);
        return x;
    }
}
