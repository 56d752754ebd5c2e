package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;

/// Copies between rows whose elements lie apart and rows of elements side by side.
///
/// Every other one has loops of its own: vectors to gather longer rows, and scalar ones, where C2 knows the distance and so
/// checks no index in the loop, which takes a third of the time.
final class Strides {

    static final Strides CURRENT = new Strides(Provider.currentTarget());

    /// Gathers every second element.
    private final Tiers<Loop.Copy> tiers;

    Strides(Target target) {
        Loop.Copy plain = (rows, n, x, xo, ldx, out, oo, ldo) -> {
            for (int row = 0; row < rows; row++) gatherSecond(x, xo + row * ldx, out, oo + row * ldo, n);
        };
        this.tiers = new Tiers<>(target, Cost.VALUE, 1, 1, (each, _) -> each.isScalar() ? plain
            : Loops.everySecond(each.lanes(), plain));
    }

    /// `out[row][i] = x[row][i * stride]`, where rows of x are `ldx` apart, and rows of out `ldo`.
    void gather(int rows, int n, float[] x, int xo, int ldx, int stride, float[] out, int oo, int ldo) {
        if (stride == 2 && n > Loops.STRIDED_LANES) {
            tiers.now(0, (double) rows * n).get(0).run(rows, n, x, xo, ldx, out, oo, ldo);
            return;
        }
        for (int row = 0; row < rows; row++) {
            int from = xo + row * ldx;
            int to = oo + row * ldo;
            switch (stride) {
                case 1 -> System.arraycopy(x, from, out, to, n);
                case 2 -> gatherSecond(x, from, out, to, n);
                default -> {
                    for (int i = 0; i < n; i++) out[to + i] = x[from + i * stride];
                }
            }
        }
    }

    private static void gatherSecond(float[] x, int from, float[] out, int to, int n) {
        for (int i = 0; i < n; i++) out[to + i] = x[from + 2 * i];
    }

    /// `out[row][i * stride] = x[row][i]`
    static void scatter(int rows, int n, float[] x, int xo, int ldx, float[] out, int oo, int ldo, int stride) {
        for (int row = 0; row < rows; row++) {
            int from = xo + row * ldx;
            int to = oo + row * ldo;
            switch (stride) {
                case 1 -> System.arraycopy(x, from, out, to, n);
                case 2 -> {
                    for (int i = 0; i < n; i++) out[to + 2 * i] = x[from + i];
                }
                default -> {
                    for (int i = 0; i < n; i++) out[to + i * stride] = x[from + i];
                }
            }
        }
    }
}
