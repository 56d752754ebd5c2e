package dev.lanewise.kernel;

import java.util.Arrays;

/// Copies the operands of a product into panels that a register tile reads from front to back.
final class Pack {

    private Pack() {}

    /// `rows` x `steps` of the left operand into panels of `width` rows, step by step; the last panel may be narrower.
    static void left(float[] a, int ao, int lda, boolean transposed, int steps, int rows, int width, float[] out) {
        for (int i = 0; i < rows; i += width) {
            int w = Math.min(width, rows - i);
            if (transposed) copyRows(a, ao + i, lda, steps, w, w, out, i * steps);
            else transpose(a, ao + i * lda, lda, steps, w, w, out, i * steps);
        }
    }

    /// `steps` x `columns` of the right operand into panels of `width` columns, step by step; the last panel is as wide
    /// as the vectors that its columns fill, and padded with zeros.
    static void right(float[] b, int bo, int ldb, boolean transposed, int steps, int columns, int width, int lanes,
                      float[] out) {
        for (int j = 0; j < columns; j += width) {
            int w = Math.min(width, columns - j);
            int padded = Math.ceilDiv(w, lanes) * lanes;
            if (padded > w) Arrays.fill(out, j * steps, j * steps + padded * steps, 0f);
            if (transposed) transpose(b, bo + j * ldb, ldb, steps, w, padded, out, j * steps);
            else copyRows(b, bo + j, ldb, steps, w, padded, out, j * steps);
        }
    }

    /// `out[step][column] = x[step][column]`, rows of `out` being `width` long.
    private static void copyRows(float[] x, int offset, int stride, int steps, int columns, int width, float[] out, int at) {
        for (int step = 0; step < steps; step++)
            System.arraycopy(x, offset + step * stride, out, at + step * width, columns);
    }

    /// `out[step][column] = x[column][step]`, four rows at a time so that a cache line is filled while it is near.
    private static void transpose(float[] x, int offset, int stride, int steps, int columns, int width, float[] out, int at) {
        int column = 0;
        for (; column + 4 <= columns; column += 4) {
            int x0 = offset + column * stride;
            int x1 = x0 + stride;
            int x2 = x1 + stride;
            int x3 = x2 + stride;
            int to = at + column;
            for (int step = 0; step < steps; step++, to += width) {
                out[to] = x[x0 + step];
                out[to + 1] = x[x1 + step];
                out[to + 2] = x[x2 + step];
                out[to + 3] = x[x3 + step];
            }
        }
        for (; column < columns; column++)
            for (int step = 0; step < steps; step++) out[at + step * width + column] = x[offset + column * stride + step];
    }
}
