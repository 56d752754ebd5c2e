package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Band;
import dev.lanewise.kernel.MaxPooling;
import dev.lanewise.kernel.PlaneMap;
import dev.lanewise.kernel.Spans;
import dev.lanewise.kernel.Windows;
import dev.lanewise.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// What pooling computes of images, `[batch, channels, height, width]`.
final class Pools {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private Pools() {}

    /// How a function of images is applied to what an operation takes: see [Planar].
    interface Form {
        Tensor apply(String operation, Tensor x, UnaryOperator<Tensor> function);
    }

    /// Of any form; indices are of planes, so that a batch or a row more changes none.
    static MaxPooled withIndices(Tensor x, Form form, String operation, BiFunction<String, Tensor, MaxPooled> function) {
        var indices = new int[1][];
        var values = form.apply(operation, x, images -> {
            var pooled = function.apply(operation, images);
            indices[0] = pooled.indices();
            return pooled.values();
        });
        return new MaxPooled(values, indices[0]);
    }

    static Tensor max(String operation, Tensor x, PoolOptions options) { return TENSORS.maxPool(x, largest(operation, x, options)); }

    static MaxPooled maxWithIndices(String operation, Tensor x, PoolOptions options) {
        var largest = TENSORS.maxPoolWithIndices(x, largest(operation, x, options));
        return new MaxPooled(largest.values(), largest.indices());
    }

    private static MaxPooling largest(String operation, Tensor x, PoolOptions options) {
        var checked = options.ofMax(operation);
        return largest(operation, x, Spans.of(checked.rows().over(operation, x.size(2), checked.ceilMode())),
            Spans.of(checked.columns().over(operation, x.size(3), checked.ceilMode())));
    }

    private static MaxPooling largest(String operation, Tensor x, Spans down, Spans across) {
        Planar.checkResult(operation, x, down.positions(), across.positions());
        return new MaxPooling(x.size(0) * x.size(1), down, across);
    }

    static Tensor adaptiveMax(String operation, Tensor x, int rows, int columns) {
        return TENSORS.maxPool(x, adaptiveLargest(operation, x, rows, columns));
    }

    static MaxPooled adaptiveMaxWithIndices(String operation, Tensor x, int rows, int columns) {
        var largest = TENSORS.maxPoolWithIndices(x, adaptiveLargest(operation, x, rows, columns));
        return new MaxPooled(largest.values(), largest.indices());
    }

    private static MaxPooling adaptiveLargest(String operation, Tensor x, int rows, int columns) {
        checkAdaptive(operation, x, rows, columns);
        return largest(operation, x, adaptive(operation, x, 2, rows), adaptive(operation, x, 3, columns));
    }

    /// Before there are as many windows.
    private static void checkAdaptive(String operation, Tensor x, int rows, int columns) {
        Planar.checkResult(operation, x, checkAdaptive(operation, rows), checkAdaptive(operation, columns));
    }

    private static Spans adaptive(String operation, Tensor x, int dim, int positions) {
        if (x.size(dim) < 1) throw new IllegalArgumentException(operation + ": the input has shape " + x.shape()
            + "; a side of 0 has nothing to choose from or to average: each must be at least 1");
        return Spans.adaptive(x.size(dim), positions);
    }

    static int checkAdaptive(String operation, int positions) {
        if (positions < 1) throw new IllegalArgumentException(operation + ": an output of " + positions + "; it must be 1 or more");
        return positions;
    }

    static Tensor average(String operation, Tensor x, PoolOptions options) {
        var checked = options.ofAverage(operation);
        var down = checked.rows().over(operation, x.size(2), checked.ceilMode());
        var across = checked.columns().over(operation, x.size(3), checked.ceilMode());
        return averages(operation, x, average(down, checked, checked.divisorOverride()), average(across, checked, 1));
    }

    private static Band average(Windows.Axis axis, PoolOptions options, int override) {
        var spans = Spans.of(axis);
        var divisors = new double[axis.positions()];
        for (int i = 0; i < divisors.length; i++)
            divisors[i] = options.divisorOverride() != 0 ? override : options.countIncludePad() ? padded(axis, i) : spans.counts()[i];
        return Band.means(spans, divisors);
    }

    /// Places of a window on the input and its padding.
    private static long padded(Windows.Axis axis, int position) {
        return Math.min(axis.kernel(), axis.size() + 2L * axis.padding() - (long) position * axis.stride());
    }

    static Tensor adaptiveAverage(String operation, Tensor x, int rows, int columns) {
        checkAdaptive(operation, x, rows, columns);
        return averages(operation, x, average(adaptive(operation, x, 2, rows)), average(adaptive(operation, x, 3, columns)));
    }

    private static Band average(Spans windows) {
        var divisors = new double[windows.positions()];
        for (int i = 0; i < divisors.length; i++) divisors[i] = windows.counts()[i];
        return Band.means(windows, divisors);
    }

    private static Tensor averages(String operation, Tensor x, Band down, Band across) {
        Planar.checkResult(operation, x, down.positions(), across.positions());
        return TENSORS.planes(operation, x, new PlaneMap(x.size(0) * x.size(1), down, across));
    }
}
