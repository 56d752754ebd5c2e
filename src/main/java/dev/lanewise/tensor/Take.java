package dev.lanewise.tensor;

import java.util.Arrays;

/// Elements chosen by indices: every such operation is a list of positions in the row-major input.
final class Take {

    private Take() {}

    /// The element at each position, in a tensor of `shape`; the gradient goes back to where the elements came from.
    private static Tensor take(String operation, Tensor x, int[] positions, Shape shape) {
        var dense = View.gathered(x);
        var data = dense.data();
        int offset = dense.layout.offset();
        var result = Tensor.empty(shape);
        var out = result.data();
        for (int i = 0; i < out.length; i++) out[i] = data[offset + positions[i]];
        var from = x.shape();
        return Autograd.record(result, operation,
            Edge.to(x, g -> put(operation, g, positions, from)));
    }

    /// Adds each element to its position in zeros of `shape`: in double, so that many to one position lose nothing.
    private static Tensor put(String operation, Tensor x, int[] positions, Shape shape) {
        var dense = View.gathered(x);
        var data = dense.data();
        int offset = dense.layout.offset();
        var sums = new double[shape.numel()];
        for (int i = 0; i < positions.length; i++) sums[positions[i]] += data[offset + i];
        var result = Tensor.empty(shape);
        var out = result.data();
        for (int i = 0; i < out.length; i++) out[i] = (float) sums[i];
        var before = x.shape();
        return Autograd.record(result, operation + " backward",
            Edge.to(x, g -> take(operation, g, positions, before)));
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
        return take("pick", x, positions, Shape.of(index.length));
    }

    /// What [#pick] was given its gradient from: `[rows] -> [rows, columns]`, zeros but for element `index[i]` of row i.
    static Tensor spread(Tensor x, int[] index, Shape shape) {
        var positions = new int[index.length];
        for (int row = 0; row < index.length; row++) positions[row] = row * shape.size(1) + index[row];
        return put("pick", x, positions, shape);
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
        var strides = Layout.contiguous(x.shape()).strides();
        var positions = new int[index.length];
        var at = new int[shape.rank()];
        for (int i = 0; i < positions.length; i++) {
            checkIndex("gather", index[i], x, along);
            for (int d = 0; d < at.length; d++) positions[i] += strides[d] * (d == along ? index[i] : at[d]);
            for (int d = at.length - 1; d >= 0 && ++at[d] == shape.size(d); d--) at[d] = 0;
        }
        return take("gather", x, positions, shape);
    }

    /// Whole slices along a dimension, in the order of the indices, which may repeat.
    static Tensor indexSelect(Tensor x, int dim, int[] index) {
        int along = x.shape().dim("indexSelect", dim);
        var shape = x.shape().with(along, index.length);
        int inner = Layout.contiguous(x.shape()).strides()[along];
        int outer = x.numel() == 0 ? 0 : x.numel() / (inner * x.size(along));
        for (int each : index) checkIndex("indexSelect", each, x, along);
        var positions = new int[shape.numel()];
        int next = 0;
        for (int o = 0; o < outer; o++)
            for (int each : index) {
                int start = (o * x.size(along) + each) * inner;
                for (int i = 0; i < inner; i++) positions[next++] = start + i;
            }
        return take("indexSelect", x, positions, shape);
    }

    private static void checkIndex(String operation, int index, Tensor x, int dim) {
        if (index < 0 || index >= x.size(dim)) throw new IllegalArgumentException(operation + ": index " + index
            + " is out of range; dimension " + dim + " of shape " + x.shape() + " has " + x.size(dim) + " elements: give 0 or more, and less than that");
    }

    /// Tensors one after the other along a dimension; their other sizes are equal.
    static Tensor cat(int dim, Tensor... parts) {
        if (parts.length == 0) throw new IllegalArgumentException("cat: no tensors; give at least one");
        int along = parts[0].shape().dim("cat", dim);
        long total = 0;
        for (var part : parts) {
            if (part.shape().rank() != parts[0].shape().rank()
                || !part.shape().with(along, 0).equals(parts[0].shape().with(along, 0))) throw new IllegalArgumentException(
                "cat: shapes " + Arrays.stream(parts).map(Tensor::shape).toList() + " differ in more than dimension " + along + "; all other sizes must be equal");
            total += part.size(along);
        }
        if (total > Integer.MAX_VALUE) throw new IllegalArgumentException("cat: " + total + " in dimension " + along + " are more than 2^31 - 1; join fewer tensors");
        var shape = parts[0].shape().with(along, (int) total);
        var result = Tensor.empty(shape);
        var edges = new Edge[parts.length];
        int start = 0;
        for (int i = 0; i < parts.length; i++) {
            int from = start;
            int to = start += parts[i].size(along);
            Walk.copy(parts[i], result.data(), result.layout.slice(along, from, to, 1));
            edges[i] = Edge.free(parts[i], g -> View.slice(g, along, from, to, 1));
        }
        return Autograd.record(result, "cat", edges);
    }
}
