package dev.lanewise.kernel;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;

/// Runs a formula over rows of matrices, some of whose slots have one number for each row, on the calling thread.
final class RowMap {

    private final Tiers<Loop.Matrix> tiers;

    /// @param broadcast bit i set: slot i has one number for each row
    RowMap(String name, int broadcast, Formula.Output... outputs) {
        var formula = new Formula(name, List.of(outputs));
        this.tiers = new Tiers<>(Cost.OPERATION, formula.nodes().size() + 2, 2,
            (target, whole) -> Loops.matrix(formula, broadcast, whole == 1, target));
    }

    /// What an element takes after the cold start, by estimate.
    double nanos() { return tiers.nanos(); }

    /// For rows of `columns` elements of each slot, or one number, which are so far apart.
    void run(int rows, int columns, float[] x0, int o0, int ld0, float[] x1, int o1, int ld1, float[] x2, int o2, int ld2) {
        run(rows, columns, x0, o0, ld0, x1, o1, ld1, x2, o2, ld2, null, 0, 0, null, 0, 0);
    }

    void run(int rows, int columns, float[] x0, int o0, int ld0, float[] x1, int o1, int ld1, float[] x2, int o2, int ld2,
             float[] x3, int o3, int ld3, float[] x4, int o4, int ld4) {
        run(rows, columns, x0, o0, ld0, x1, o1, ld1, x2, o2, ld2, x3, o3, ld3, x4, o4, ld4, null, 0, 0);
    }

    void run(int rows, int columns, float[] x0, int o0, int ld0, float[] x1, int o1, int ld1, float[] x2, int o2, int ld2,
             float[] x3, int o3, int ld3, float[] x4, int o4, int ld4, float[] x5, int o5, int ld5) {
        int number = columns == Loops.MATRIX_COLUMNS ? 1 : 0;
        var loop = tiers.now(number, (double) rows * columns).get(number);
        for (int row = 0, now; row < rows; row += now) {
            now = Math.min(C2.PIECE, rows - row);
            loop.run(now, columns, x0, o0 + row * ld0, ld0, x1, o1 + row * ld1, ld1, x2, o2 + row * ld2, ld2,
                x3, o3 + row * ld3, ld3, x4, o4 + row * ld4, ld4, x5, o5 + row * ld5, ld5);
        }
    }
}
