package dev.lanewise.jmh;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Expr;
import dev.lanewise.kernel.Fold;
import dev.lanewise.kernel.Formula;
import dev.lanewise.kernel.Functions;
import dev.lanewise.kernel.Gemm;
import dev.lanewise.kernel.Reduction;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// The kernels by themselves, over arrays made beforehand, as the peers are told where to put their results.
final class KernelWorkloads {

    private static final int SEED = 0;

    /// Made once, as in the library: each [Elementwise] is a class of its own, which has to be compiled anew.
    private static final Map<String, Elementwise> UNARY = new ConcurrentHashMap<>();
    private static final Reduction SUM = new Reduction(new Fold("sum", Expr.slot(0), Fold.Combine.ADD));

    private KernelWorkloads() {}

    static Workload gemm(Product p) {
        var a = p.a();
        var b = p.b();
        var c = p.c();
        return Workload.gemm(p, () -> Gemm.run(p.m(), p.n(), p.k(), a, 0, p.columnsOfA(), p.transposeA(),
            b, 0, p.columnsOfB(), p.transposeB(), c, 0, p.n()));
    }

    static Workload unary(Arguments words) {
        var kernel = UNARY.computeIfAbsent(words.word(1), name -> switch (name) {
            case "relu" -> kernel(name, Functions::relu);
            case "exp" -> kernel(name, Functions::exp);
            case "tanh" -> kernel(name, Functions::tanh);
            case "sigmoid" -> kernel(name, Functions::sigmoid);
            case "gelu" -> activation("GELU");
            case "silu" -> activation("SILU");
            default -> throw words.wrong("\"" + name + "\" is not known; use relu, exp, tanh, sigmoid, gelu or silu");
        });
        int n = words.size(2);
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = i % 1000 / 100f - 5;
        var y = new float[n];
        return Workload.perElement(n, () -> kernel.run(x, 0, y, 0, n));
    }

    private static Elementwise kernel(String name, UnaryOperator<Expr.F32> function) {
        return new Elementwise(Formula.unary(name, function));
    }

    /// The very kernel of an operation of tensors. Those of the gated activations have no other way to them.
    private static Elementwise activation(String name) {
        try {
            var operation = Class.forName("dev.lanewise.tensor.Gated").getDeclaredField(name);
            operation.setAccessible(true);
            var kernel = operation.getType().getDeclaredField("kernel");
            kernel.setAccessible(true);
            return (Elementwise) kernel.get(operation.get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("unary: the library has no kernel Gated." + name + " any more; look for it anew", e);
        }
    }

    /// The tensor's operation: it makes its result anew with each call.
    static Workload softmax(int rows, int columns) {
        var x = Tensor.randn(new Threefry(SEED), rows, columns);
        return new Workload(Workload.Unit.NANOS_PER_ELEMENT, x.numel(), () -> x.softmax(1));
    }

    static Workload sum(int n) {
        var x = normal(new Threefry(SEED), n);
        var out = new float[1];
        return Workload.perElement(n, () -> SUM.rows(x, 0, null, 0, null, 0, null, 1, n, out, 0));
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
