package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Interpreter;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;

/// Copies a product's operands to where a register tile reads them from front to back.
final class Pack {

    private static final Loop.Transpose PLAIN = Interpreter.transpose();

    /// Side of the squares that are transposed in registers.
    private final int square;
    private final int lanes;
    private final Prepared<Loop.Transpose> transpose;
    /// Vectors in the widest panel.
    private final int most;
    /// Of some strips of some vectors, the last whole (2 i) or cut (2 i + 1).
    private final Prepared<Loop.Copy> copies;

    Pack(Tiling tiling) {
        this.lanes = tiling.lanes();
        this.square = tiling.square();
        this.most = tiling.vectors() * tiling.side();
        this.transpose = new Prepared<>(1, _ -> Loops.transpose(square));
        this.copies = new Prepared<>(2 * (tiling.side() + 1) * (most + 1),
            number -> Loops.copy(number / 2 / (most + 1), number / 2 % (most + 1), number % 2 == 1, lanes));
    }

    /// One that only tells which loops that one would run.
    Pack(Pack real, Rehearsal rehearsal) {
        this.lanes = real.lanes;
        this.square = real.square;
        this.most = real.most;
        this.transpose = new Prepared<>(real.transpose.count(), number ->
            (_, _, _, _, _, _, _, _) -> rehearsal.needs(real.transpose, number));
        this.copies = new Prepared<>(real.copies.count(), number -> (_, _, _, _, _, _, _, _) ->
            rehearsal.needs(real.copies, number));
    }

    /// `steps` x `columns` of an operand, or of its transpose, into rows that are `width` apart. The vector that holds the last
    /// column is written as a whole; what lies beyond that column is of no account.
    void panel(float[] b, int bo, int ldb, boolean transposed, int steps, int columns, float[] out, int oo, int width) {
        if (transposed) {
            transpose(b, bo, ldb, steps, columns, out, oo, width);
            return;
        }
        // whole vectors, which may take in what follows a row, if the array goes on as far
        int vectors = Math.ceilDiv(width, lanes);
        int whole = steps;
        while (whole > 0 && bo + (whole - 1L) * ldb + vectors * lanes > b.length) whole--;
        if (whole > 0) copy(1, vectors, false).run(whole, width, b, bo, ldb, out, oo, width);
        for (int step = whole; step < steps; step++) System.arraycopy(b, bo + step * ldb, out, oo + step * width, columns);
    }

    /// From a strip of B to the next, where several are copied.
    static int stripStride(int steps, int width) { return steps * width + Loop.Copy.GAP; }

    /// `steps` x as many columns as `strips` of `vectors` vectors hold, one strip behind the other, [#stripStride] apart.
    void strips(float[] b, int bo, int ldb, boolean transposed, int steps, int strips, int vectors, float[] out) {
        int width = vectors * lanes;
        if (!transposed) copy(strips, vectors, false).run(steps, width, b, bo, ldb, out, 0, width);
        else for (int strip = 0; strip < strips; strip++)
            transpose(b, bo + strip * width * ldb, ldb, steps, width, out, strip * stripStride(steps, width), width);
    }

    /// Rows of whole vectors, of which only the first `columns` elements go to `out`.
    void cut(int rows, int columns, float[] x, int width, float[] out, int offset, int stride) {
        copy(1, width / lanes, true).run(rows, columns, x, 0, width, out, offset, stride);
    }

    /// Rows of `vectors` vectors.
    void rows(int rows, int vectors, float[] x, int xo, int ldx, float[] out, int offset, int stride) {
        copy(1, vectors, false).run(rows, vectors * lanes, x, xo, ldx, out, offset, stride);
    }

    private Loop.Copy copy(int strips, int vectors, boolean cut) {
        return copies.get(2 * (strips * (most + 1) + vectors) + (cut ? 1 : 0));
    }

    /// `out[step][column] = x[column][step]`
    private void transpose(float[] x, int offset, int stride, int steps, int columns, float[] out, int oo, int width) {
        int whole = steps / square * square;
        var transpose = this.transpose.get(0);
        // from the last columns on: what lies beyond them may belong to the next step's first
        for (int column = (columns - 1) / square * square; column >= 0; column -= square) {
            int rows = Math.min(square, columns - column);
            int at = offset + column * stride;
            int to = oo + column;
            if (whole > 0) transpose.run(whole, x, at, stride, rows, out, to, width);
            if (whole == steps) continue;
            // the last steps: as the end of one more whole square, if there are enough for one
            int last = steps - square;
            if (whole > 0) transpose.run(square, x, at + last, stride, rows, out, to + last * width, width);
            else PLAIN.run(steps, x, at, stride, rows, out, to, width);
        }
    }
}
