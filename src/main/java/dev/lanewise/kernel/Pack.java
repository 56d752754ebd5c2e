package dev.lanewise.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Copies panels of a product's right operand to where a register tile reads them from front to back.
final class Pack {

    private static final Loop.Transpose PLAIN = Interpreter.transpose();

    /// Side of the squares that are transposed in registers.
    private final int square;
    private final Target target;
    private final Loop.Transpose transpose;
    private final AtomicReferenceArray<Loop.Copy> copies;

    /// @param vectors in the widest panel
    Pack(Target target, int vectors) {
        this.target = target;
        this.square = Math.min(8, target.lanes());
        this.transpose = target.isScalar() ? PLAIN : Loops.transpose(square);
        this.copies = new AtomicReferenceArray<>(2 * vectors + 2);
    }

    /// `steps` x `columns` of the right operand, or of its transpose, into rows that are `width` long, whole vectors. What
    /// lies beyond the last column is of no account.
    void panel(float[] b, int bo, int ldb, boolean transposed, int steps, int columns, float[] out, int width) {
        if (transposed) {
            transpose(b, bo, ldb, steps, columns, out, width);
            return;
        }
        // whole vectors, which may take in what follows a row, if the array goes on as far
        int whole = target.isScalar() ? 0 : steps;
        while (whole > 0 && bo + (whole - 1) * ldb + width > b.length) whole--;
        if (whole > 0) copy(width / target.lanes(), false).run(whole, width, b, bo, ldb, out, 0, width);
        for (int step = whole; step < steps; step++) System.arraycopy(b, bo + step * ldb, out, step * width, columns);
    }

    /// Rows of whole vectors, of which only the first `columns` elements go to `out`.
    void cut(int rows, int columns, float[] x, int width, float[] out, int offset, int stride) {
        copy(width / target.lanes(), true).run(rows, columns, x, 0, width, out, offset, stride);
    }

    private Loop.Copy copy(int vectors, boolean cut) {
        int index = 2 * vectors + (cut ? 1 : 0);
        var copy = copies.get(index);
        if (copy == null) copies.set(index, copy = Loops.copy(vectors, cut, target));
        return copy;
    }

    /// `out[step][column] = x[column][step]`
    private void transpose(float[] x, int offset, int stride, int steps, int columns, float[] out, int width) {
        int whole = steps / square * square;
        for (int column = 0; column < columns; column += square) {
            int rows = Math.min(square, columns - column);
            int at = offset + column * stride;
            if (whole > 0) transpose.run(whole, x, at, stride, rows, out, column, width);
            if (whole == steps) continue;
            // the last steps: as the end of one more whole square, if there are enough for one
            if (whole > 0) transpose.run(square, x, at + steps - square, stride, rows, out, (steps - square) * width + column, width);
            else PLAIN.run(steps, x, at, stride, rows, out, column, width);
        }
    }
}
