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
        this.copies = new AtomicReferenceArray<>(vectors + 1);
    }

    /// `steps` x `columns` of the right operand, or of its transpose, into rows that are `width` long, whole vectors. What
    /// lies beyond the last column is of no account.
    void panel(float[] b, int bo, int ldb, boolean transposed, int steps, int columns, float[] out, int width) {
        if (transposed) transpose(b, bo, ldb, steps, columns, out, width);
        else if (columns == width && !target.isScalar()) copy(width / target.lanes()).run(steps, b, bo, ldb, out, 0, width);
        else for (int step = 0; step < steps; step++) System.arraycopy(b, bo + step * ldb, out, step * width, columns);
    }

    private Loop.Copy copy(int vectors) {
        var copy = copies.get(vectors);
        if (copy == null) copies.set(vectors, copy = Loops.copy(vectors, target));
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
