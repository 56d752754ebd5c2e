package dev.lanewise.tensor;

import dev.lanewise.kernel.Sort;
import java.util.Arrays;

/// Elements chosen by indices: every such operation is a list of runs of neighbours in the row-major input.
final class Take {

    /// Elements of a tensor for each one that is added, up to which a sum is kept for each rather than the additions sorted.
    private static final int DENSE = 16;

    private Take() {}

    /// The runs of `length` elements that begin at each start, in a tensor of `shape`; the gradient goes back to where the
    /// elements came from.
    private static Tensor take(String operation, Tensor x, int[] starts, int length, Shape shape) {
        var dense = View.gathered(x);
        var data = dense.data();
        int offset = dense.layout.offset();
        var result = Tensor.empty(shape);
        var out = result.data();
        if (length == 1) for (int i = 0; i < starts.length; i++) out[i] = data[offset + starts[i]];
        else for (int i = 0; i < starts.length; i++) System.arraycopy(data, offset + starts[i], out, i * length, length);
        var from = x.shape();
        return Autograd.record(result, operation, Edge.to(x, g -> put(operation, g, starts, length, from)));
    }

    /// Adds each run to its place in zeros of `shape`.
    private static Tensor put(String operation, Tensor x, int[] starts, int length, Shape shape) {
        var result = Tensor.blank(shape);
        put(x, starts, length, result);
        var before = x.shape();
        return Autograd.record(result, operation + " backward", Edge.to(x, g -> take(operation, g, starts, length, before)));
    }

    /// Adds each run to its place, in the order of the runs: in double, so that many to one place lose nothing.
    private static void put(Tensor x, int[] starts, int length, Tensor result) {
        var dense = View.gathered(x);
        if (length == 1 && result.numel() / DENSE <= starts.length)
            putElements(dense.data(), dense.layout.offset(), starts, result.data(), result.numel());
        else putRuns(dense.data(), dense.layout.offset(), starts, length, result.data());
    }

    private static void putElements(float[] data, int offset, int[] starts, float[] out, int n) {
        var sums = new double[n];
        for (int i = 0; i < n; i++) sums[i] = out[i];
        for (int i = 0; i < starts.length; i++) sums[starts[i]] += data[offset + i];
        for (int i = 0; i < n; i++) out[i] = (float) sums[i];
    }

    /// With sums for one place at a time.
    private static void putRuns(float[] data, int offset, int[] starts, int length, float[] out) {
        // the place, and below it the number of the run: those of one place stay in order
        var order = new long[starts.length];
        for (int i = 0; i < order.length; i++) order[i] = (long) starts[i] << Integer.SIZE | i;
        Arrays.sort(order);
        var sums = new double[length];
        for (int from = 0, to; from < order.length; from = to) {
            int place = (int) (order[from] >> Integer.SIZE);
            for (int i = 0; i < length; i++) sums[i] = out[place + i];
            for (to = from; to < order.length && order[to] >> Integer.SIZE == place; to++) {
                int run = offset + (int) order[to] * length;
                for (int i = 0; i < length; i++) sums[i] += data[run + i];
            }
            for (int i = 0; i < length; i++) out[place + i] = (float) sums[i];
        }
    }

    /// `[rows, columns] -> [rows]`: element `index[i]` of row i.
    static Tensor pick(Tensor x, int[] index) {
        if (x.shape().rank() != 2 || x.size(0) != index.length) throw new IllegalArgumentException("pick: shape "
            + x.shape() + " and " + index.length + " indices; a matrix with a row for each index is needed");
        int columns = x.size(1);
        var positions = new int[index.length];
        for (int row = 0; row < index.length; row++) {
            if (index[row] < 0 || index[row] >= columns) throw new IllegalArgumentException("pick: index " + index[row]
                + " of row " + row + " is out of range; the row has " + columns + " columns, 0 to " + (columns - 1));
            positions[row] = row * columns + index[row];
        }
        return take("pick", x, positions, 1, Shape.of(index.length));
    }

    /// What [#pick] was given its gradient from: `[rows] -> [rows, columns]`, zeros but for element `index[i]` of row i.
    static Tensor spread(Tensor x, int[] index, Shape shape) {
        var positions = new int[index.length];
        for (int row = 0; row < index.length; row++) positions[row] = row * shape.size(1) + index[row];
        return put("pick", x, positions, 1, shape);
    }

    /// As PyTorch's: the index has the input's rank; element (i, j, k) of the result is x(i, index(i, j, k), k) for dim 1.
    static Tensor gather(Tensor x, int dim, int[] index, Shape shape) {
        int along = x.shape().dim("gather", dim);
        if (shape.rank() != x.shape().rank() || shape.numel() != index.length) throw new IllegalArgumentException("gather: "
            + index.length + " indices of shape " + shape + " for shape " + x.shape()
            + "; the index needs as many dimensions, and as many indices as its shape says");
        for (int d = 0; d < shape.rank(); d++)
            if (d != along && shape.size(d) > x.size(d)) throw new IllegalArgumentException("gather: index shape " + shape
                + " is larger than " + x.shape() + " in dimension " + d + ", along which nothing is gathered");
        return take("gather", x, positions("gather", x, along, index, shape), 1, shape);
    }

    /// Where in row-major `x` the element is that each index of `shape` names along a dimension, its other indices being its own.
    private static int[] positions(String operation, Tensor x, int along, int[] index, Shape shape) {
        var strides = Layout.contiguous(x.shape()).strides();
        var positions = new int[index.length];
        var at = new int[shape.rank()];
        for (int i = 0; i < positions.length; i++) {
            checkIndex(operation, index[i], x, along);
            for (int d = 0; d < at.length; d++) positions[i] += strides[d] * (d == along ? index[i] : at[d]);
            for (int d = at.length - 1; d >= 0 && ++at[d] == shape.size(d); d--) at[d] = 0;
        }
        return positions;
    }

    /// `x` and, added to the elements that [#gather] would take, those of the source.
    static Tensor scatterAdd(Tensor x, int dim, int[] index, Tensor source) {
        int along = x.shape().dim("scatterAdd", dim);
        var shape = source.shape();
        if (shape.rank() != x.shape().rank() || shape.numel() != index.length) throw new IllegalArgumentException("scatterAdd: "
            + index.length + " indices for a source of shape " + shape + ", to be added to shape " + x.shape()
            + "; the source needs as many dimensions, and an index for each of its elements");
        for (int d = 0; d < shape.rank(); d++)
            if (d != along && shape.size(d) > x.size(d)) throw new IllegalArgumentException("scatterAdd: the source's shape "
                + shape + " is larger than " + x.shape() + " in dimension " + d + ", along which nothing is scattered");
        var positions = positions("scatterAdd", x, along, index, shape);
        var result = Tensor.empty(x.shape());
        StridedLoop.copy(x, result.data(), result.layout);
        put(source, positions, 1, result);
        return Autograd.record(result, "scatterAdd", Edge.to(x, g -> g),
            Edge.to(source, g -> take("scatterAdd backward", g, positions, 1, shape)));
    }

    /// Of each label a row of zeros, with a 1 in the column that it names.
    static Tensor oneHot(int[] labels, int classes) {
        if (classes < 1) throw new IllegalArgumentException("oneHot: " + classes + " classes; there must be at least one");
        var result = Tensor.blank(Shape.of("oneHot", labels.length, classes));
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < 0 || labels[row] >= classes) throw new IllegalArgumentException("oneHot: label " + labels[row]
                + " at index " + row + " is out of range; with " + classes + " classes it must be from 0 to " + (classes - 1));
            result.data()[row * classes + labels[row]] = 1;
        }
        return result;
    }

    /// The first `count` elements in order along a dimension, and their indices.
    private static Indexable.Sorted ordered(String operation, Tensor x, int along, boolean descending, int count) {
        var dense = View.gathered(x);
        var shape = x.shape().with(along, count);
        int n = x.size(along);
        int inner = Layout.contiguous(x.shape()).strides()[along];
        int outer = x.numel() == 0 ? 0 : x.numel() / (n * inner);
        var indices = new int[shape.numel()];
        Sort.order(dense.data(), dense.layout.offset(), outer, n, inner, descending, count, indices);
        var positions = new int[indices.length];
        int next = 0;
        for (int o = 0; o < outer; o++)
            for (int k = 0; k < count; k++)
                for (int i = 0; i < inner; i++, next++) positions[next] = (o * n + indices[next]) * inner + i;
        return new Indexable.Sorted(take(operation, x, positions, 1, shape), indices);
    }

    static Indexable.Sorted sort(Tensor x, int dim, boolean descending) {
        if (x.shape().isNumber(dim)) return topk(x, 1, dim, descending);
        int along = x.shape().dim("sort", dim);
        return ordered("sort", x, along, descending, x.size(along));
    }

    static Indexable.Sorted topk(Tensor x, int k, int dim, boolean largest) {
        if (k == 1 && x.shape().isNumber(dim)) {
            var only = topk(x.reshape(1), 1, 0, largest);
            return new Indexable.Sorted(only.values().reshape(), only.indices());
        }
        int along = x.shape().dim("topk", dim);
        if (k < 0 || k > x.size(along)) throw new IllegalArgumentException("topk: " + k + " of dimension " + dim
            + " of shape " + x.shape() + ", which has " + x.size(along) + " elements; k must be from 0 to that");
        return ordered("topk", x, along, largest, k);
    }

    /// Whole slices along a dimension, in the order of the indices, which may repeat.
    static Tensor indexSelect(String operation, Tensor x, int dim, int[] index) {
        int along = x.shape().dim(operation, dim);
        var shape = x.shape().with(along, index.length);
        int inner = Layout.contiguous(x.shape()).strides()[along];
        int outer = x.numel() == 0 ? 0 : x.numel() / (inner * x.size(along));
        for (int each : index) checkIndex(operation, each, x, along);
        var starts = new int[outer * index.length];
        int next = 0;
        for (int o = 0; o < outer; o++) for (int each : index) starts[next++] = (o * x.size(along) + each) * inner;
        return take(operation, x, starts, inner, shape);
    }

    private static void checkIndex(String operation, int index, Tensor x, int dim) {
        if (index < 0 || index >= x.size(dim)) throw new IllegalArgumentException(operation + ": index " + index
            + " is out of range; dimension " + dim + " of shape " + x.shape() + " has " + x.size(dim)
            + " elements: give 0 or more, and less than that");
    }

    /// Tensors one after the other along a dimension; their other sizes are equal. As in PyTorch, a vector without elements goes
    /// with any shape, and adds nothing.
    static Tensor cat(int dim, Tensor... parts) {
        if (parts.length == 0) throw new IllegalArgumentException("cat: no tensors; give at least one");
        var like = parts[0];
        for (var part : parts) if (like.shape().isVector(0)) like = part;
        int along = like.shape().dim("cat", dim);
        long total = 0;
        for (var part : parts) {
            if (part.shape().isVector(0)) continue;
            if (part.shape().rank() != like.shape().rank()
                || !part.shape().with(along, 0).equals(like.shape().with(along, 0))) throw new IllegalArgumentException(
                "cat: shapes " + Arrays.stream(parts).map(Tensor::shape).toList() + " differ in more than dimension " + along
                + "; all other sizes must be equal");
            total += part.size(along);
        }
        if (total > Integer.MAX_VALUE) throw new IllegalArgumentException("cat: " + total + " in dimension " + along
            + " are more than 2^31 - 1; join fewer tensors");
        var shape = like.shape().with(along, (int) total);
        var result = Tensor.empty(shape);
        var edges = new Edge[parts.length];
        int start = 0;
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].shape().isVector(0)) {
                edges[i] = Edge.free(parts[i], _ -> Tensor.zeros(0));
                continue;
            }
            int from = start;
            int to = start += parts[i].size(along);
            StridedLoop.copy(parts[i], result.data(), result.layout.slice(along, from, to, 1));
            edges[i] = Edge.free(parts[i], g -> View.slice(g, along, from, to, 1));
        }
        return Autograd.record(result, "cat", edges);
    }
}
