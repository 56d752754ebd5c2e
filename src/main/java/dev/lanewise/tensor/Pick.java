package dev.lanewise.tensor;

/// One element of each row, chosen by an index, and the way back.
final class Pick {

    private Pick() {}

    /// `[rows, columns] -> [rows]`: element `index[i]` of row i.
    static Tensor pick(Tensor x, int[] index) {
        if (x.shape().rank() != 2 || x.size(0) != index.length) throw new IllegalArgumentException("pick: shape "
            + x.shape() + " and " + index.length + " indices; a matrix with a row for each index is needed");
        int columns = x.size(1);
        int[] chosen = check(index, columns);
        var dense = x.contiguous();
        var out = new float[chosen.length];
        for (int row = 0; row < out.length; row++)
            out[row] = dense.storage.data[dense.layout.offset() + row * columns + chosen[row]];
        return Autograd.record(Tensor.wrap(out, out.length), "pick", Edge.to(x, g -> put(g, chosen, columns)));
    }

    /// `[rows] -> [rows, columns]`: zeros, but for the elements at `index`.
    private static Tensor put(Tensor x, int[] index, int columns) {
        var dense = x.contiguous();
        var out = new float[index.length * columns];
        for (int row = 0; row < index.length; row++)
            out[row * columns + index[row]] = dense.storage.data[dense.layout.offset() + row];
        return Autograd.record(Tensor.wrap(out, index.length, columns), "put", Edge.to(x, g -> pick(g, index)));
    }

    /// A copy of the indices, each of which names a column.
    private static int[] check(int[] index, int columns) {
        for (int row = 0; row < index.length; row++)
            if (index[row] < 0 || index[row] >= columns) throw new IllegalArgumentException("pick: index " + index[row]
                + " of row " + row + " is out of range; the row has " + columns + " columns, 0 to " + (columns - 1));
        return index.clone();
    }
}
