package dev.lanewise.nn;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Band;
import dev.lanewise.kernel.MaxPooling;
import dev.lanewise.kernel.PlaneMap;
import dev.lanewise.kernel.Spans;
import dev.lanewise.kernel.Windows;
import dev.lanewise.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
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

    static Tensor max(String operation, Tensor x, PoolOptions options) {
        var windows = Laid.of(operation, x, options.ofMax(operation));
        return Planar.result(operation, x, windows.rows(), windows.columns(), () -> TENSORS.maxPool(x, windows.largest(x)));
    }

    static MaxPooled maxWithIndices(String operation, Tensor x, PoolOptions options) {
        return largest(operation, x, Laid.of(operation, x, options.ofMax(operation)));
    }

    static Tensor adaptiveMax(String operation, Tensor x, int rows, int columns) {
        var windows = Laid.adaptive(operation, x, rows, columns);
        return Planar.result(operation, x, rows, columns, () -> TENSORS.maxPool(x, windows.largest(x)));
    }

    static MaxPooled adaptiveMaxWithIndices(String operation, Tensor x, int rows, int columns) {
        return largest(operation, x, Laid.adaptive(operation, x, rows, columns));
    }

    private static MaxPooled largest(String operation, Tensor x, Laid windows) {
        return Planar.result(operation, x, windows.rows(), windows.columns(), () -> {
            var largest = TENSORS.maxPoolWithIndices(x, windows.largest(x));
            return new MaxPooled(largest.values(), largest.indices());
        }, nothing -> new MaxPooled(nothing, new int[0]));
    }

    /// How many windows there are, and where, once that is asked for.
    private record Laid(int rows, int columns, Supplier<Spans> down, Supplier<Spans> across) {

        static Laid of(String operation, Tensor x, PoolOptions options) {
            var down = options.rows().over(operation, x.size(2), options.ceilMode());
            var across = options.columns().over(operation, x.size(3), options.ceilMode());
            return new Laid(down.positions(), across.positions(), () -> Spans.of(down), () -> Spans.of(across));
        }

        static Laid adaptive(String operation, Tensor x, int rows, int columns) {
            checkAdaptive(operation, rows);
            checkAdaptive(operation, columns);
            if (x.size(2) < 1 || x.size(3) < 1) throw new IllegalArgumentException(operation
                + ": the input has shape " + x.shape()
                + "; a side of 0 has nothing to choose from or to average: each must be at least 1");
            return new Laid(rows, columns, () -> Spans.adaptive(x.size(2), rows), () -> Spans.adaptive(x.size(3), columns));
        }

        MaxPooling largest(Tensor x) { return new MaxPooling(x.size(0) * x.size(1), down.get(), across.get()); }
    }

    static int checkAdaptive(String operation, int positions) {
        if (positions < 1) throw new IllegalArgumentException(operation + ": an output of " + positions
            + "; it must be 1 or more");
        return positions;
    }

    static Tensor average(String operation, Tensor x, PoolOptions options) {
        var checked = options.ofAverage(operation);
        var down = checked.rows().over(operation, x.size(2), checked.ceilMode());
        var across = checked.columns().over(operation, x.size(3), checked.ceilMode());
        return Planar.result(operation, x, down.positions(), across.positions(), () -> averages(operation, x,
            Spans.of(down), divisors(down, checked, checked.divisorOverride()), Spans.of(across), divisors(across, checked, 1)));
    }

    private static IntToDoubleFunction divisors(Windows.Axis axis, PoolOptions options, int override) {
        if (options.divisorOverride() != 0) return _ -> override;
        return options.countIncludePad() ? position -> padded(axis, position) : null;
    }

    /// Places of a window on the input and its padding.
    private static long padded(Windows.Axis axis, int position) {
        return Math.min(axis.kernel(), axis.size() + 2L * axis.padding() - (long) position * axis.stride());
    }

    static Tensor adaptiveAverage(String operation, Tensor x, int rows, int columns) {
        var windows = Laid.adaptive(operation, x, rows, columns);
        return Planar.result(operation, x, rows, columns,
            () -> averages(operation, x, windows.down.get(), null, windows.across.get(), null));
    }

    private static Tensor averages(String operation, Tensor x, Spans down, IntToDoubleFunction perRow, Spans across,
        IntToDoubleFunction perColumn) {
        var map = new PlaneMap(x.size(0) * x.size(1), means(operation, x, down, perRow), means(operation, x, across, perColumn));
        return TENSORS.planes(operation, x, map);
    }

    /// @param divisors null for as many as are covered
    private static Band means(String operation, Tensor x, Spans windows, IntToDoubleFunction divisors) {
        Planar.checkWeights(operation, x, windows.places());
        return Band.means(windows, divisors == null ? position -> windows.counts()[position] : divisors);
    }
}
