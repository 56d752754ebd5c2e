package dev.lanewise.kernel;

import dev.lanewise.kernel.Tiers.Tier;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import java.util.Arrays;

/// Runs a [Fold] over rows or columns of contiguous matrices, both in the order that the fold prescribes: reducing a
/// matrix's columns gives the bits of reducing its transpose's rows.
public final class Reduction {

    /// Columns reduced at a time: their 64 lanes take 1 MB.
    private static final int COLUMN_BLOCK = 4096;

    private final Fold fold;
    /// Of one stream and of several.
    private final Tiers<Loop.Fold> tiers;
    private final boolean hasStreams;
    private final Elementwise step;
    private final Elementwise pair;
    /// Combines the results of chunks; this very reduction if its values are its elements.
    private final Reduction chunks;

    public Reduction(Fold fold) {
        this.fold = fold;
        this.tiers = new Tiers<>(Cost.VALUE, 1, Loops.STREAMS + 1, (target, streams) -> Loops.fold(fold, streams, target));
        this.hasStreams = Loops.hasStreams(fold, Provider.currentTarget());
        this.step = new Elementwise(fold.step());
        this.pair = new Elementwise(fold.pair());
        this.chunks = fold.value() instanceof Expr.Slot(int slot) && slot == 0 ? this
            : new Reduction(new Fold(fold.name() + "_chunks", Expr.slot(0), fold.combine()));
    }

    /// Reduces each row of `rows` x `columns` matrices to one number of `out`. An empty row gives the neutral element.
    public void rows(float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] scalars,
                     int rows, int columns, float[] out, int outOffset) {
        if (columns == 0) {
            Arrays.fill(out, outOffset, outOffset + rows, empty());
            return;
        }
        int perRow = Math.ceilDiv(columns, Fold.CHUNK);
        if (perRow == 1) {
            rows(x0, o0, x1, o1, x2, o2, scalars, rows, 1, columns, out, outOffset);
        } else try (var scratch = Scratch.PARTIAL.borrow()) {
            var partial = scratch.array(rows * perRow);
            rows(x0, o0, x1, o1, x2, o2, scalars, rows, perRow, columns, partial, 0);
            chunks.rows(partial, 0, null, 0, null, 0, null, rows, perRow, out, outOffset);
        }
    }

    /// Reduces each row to as many numbers as it has chunks.
    private void rows(float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] scalars,
                      int rows, int perRow, int columns, float[] out, int outOffset) {
        int tasks = rows * perRow;
        var tier = tiers.now(1, (double) rows * columns);
        int share = tier.share(tasks, (double) columns / perRow);
        if (share >= tasks) chunks(tier, x0, o0, x1, o1, x2, o2, scalars, 0, tasks, perRow, columns, out, outOffset);
        else Pool.forEach(Math.ceilDiv(tasks, share), task -> chunks(tier, x0, o0, x1, o1, x2, o2, scalars,
            task * share, task * share + Math.min(share, tasks - task * share), perRow, columns, out, outOffset));
    }

    /// Reduces chunks `from` to `to`, counted through all rows.
    private void chunks(Tier<Loop.Fold> tier, float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] scalars,
                        int from, int to, int perRow, int columns, float[] out, int outOffset) {
        var lanes = Scratch.lanes();
        boolean hasStreams = this.hasStreams && !tier.target().isScalar();
        for (int i = from; i < to; ) {
            int start = i % perRow * Fold.CHUNK;
            int at = i / perRow * columns + start;
            boolean several = hasStreams && to - i >= Loops.STREAMS && columns - start >= Loops.STREAMS * Fold.CHUNK
                && tiers.has(Loops.STREAMS, Loops.STREAMS * Fold.CHUNK);
            int now = several ? Loops.STREAMS : 1;
            tier.get(now).run(x0, o0 + at, x1, o1 + at, x2, o2 + at, lanes, scalars,
                Math.min(Fold.CHUNK, columns - start), out, outOffset + i);
            i += now;
        }
    }

    /// Reduces each column of a `rows` x `columns` matrix to one number of `out`.
    ///
    /// 64 rows at a time are as many lanes side by side: contiguous memory, so the elementwise loops do all the work.
    public void columns(float[] x, int offset, int rows, int columns, float[] out, int outOffset) {
        if (rows == 0) {
            Arrays.fill(out, outOffset, outOffset + columns, empty());
            return;
        }
        int parts = Math.ceilDiv(rows, Fold.CHUNK);
        float[] partial = parts == 1 ? out : new float[parts * columns];
        int partialOffset = parts == 1 ? outOffset : 0;
        int width = Math.min(columns, COLUMN_BLOCK);
        try (var scratch = Scratch.COLUMNS.borrow()) {
            var lanes = scratch.array(Math.min(rows, Fold.LANES) * width);
            for (int part = 0; part < parts; part++) {
                int start = part * Fold.CHUNK;
                int end = start + Math.min(Fold.CHUNK, rows - start);
                for (int column = 0, n; column < columns; column += n) {
                    n = Math.min(width, columns - column);
                    block(x, offset + column, columns, start, end, n, lanes);
                    System.arraycopy(lanes, 0, partial, partialOffset + part * columns + column, n);
                }
            }
        }
        if (parts > 1) chunks.columns(partial, 0, parts, columns, out, outOffset);
    }

    /// Reduces `n` neighbouring columns over the rows from `start` to `end` into the first `n` of `lanes`.
    private void block(float[] x, int offset, int stride, int start, int end, int n, float[] lanes) {
        Arrays.fill(lanes, 0, Math.min(end - start, Fold.LANES) * n, fold.combine().neutral());
        for (int row = start, group; row < end; row += group) {
            group = Math.min(Fold.LANES, end - row);
            if (n == stride) {
                accumulate(x, offset + row * stride, lanes, 0, group * n);
            } else {
                for (int i = 0; i < group; i++) accumulate(x, offset + (row + i) * stride, lanes, i * n, n);
            }
        }
        foldLanes(lanes, 0, Math.min(end - start, Fold.LANES), n);
    }

    private void accumulate(float[] x, int offset, float[] lanes, int lane, int n) {
        step.run(0, x, offset, null, 0, null, 0, lanes, lane, null, 0, null, 0, null, n);
    }

    /// The fold's tree over `used` lanes of `width` neighbouring numbers each, from an offset on, into the first.
    void foldLanes(float[] lanes, int offset, int used, int width) {
        for (int left = used, half; left > 1; left = half) {
            half = Fold.half(left);
            pair.run(0, lanes, offset, lanes, offset + half * width, null, 0, null, 0, null, 0, null, 0, null,
                (left - half) * width);
        }
    }

    /// What nothing reduces to: 0 for a sum, not its neutral element -0.
    private float empty() { return fold.combine().neutral() + 0f; }
}
