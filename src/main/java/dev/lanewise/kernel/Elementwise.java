package dev.lanewise.kernel;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;

/// Runs a formula over arrays, in one loop class for each choice of broadcast slots, defined when first needed: scalar loops
/// during its [ColdStart], then vector loops.
public final class Elementwise implements SlotKernel {

    /// Whole cache lines, so that two threads don't write the same one.
    private static final int UNIT = 64;

    private final Formula formula;
    private final Tiers<Loop.Map> tiers;
    private final int nodes;
    private final boolean[] writes = new boolean[Formula.SLOTS];

    public Elementwise(Formula formula) {
        this.formula = formula;
        for (var output : formula.outputs()) writes[output.slot()] = true;
        this.nodes = formula.nodes().size();
        this.tiers = new Tiers<>(Cost.OPERATION, nodes + 2, 1 << Formula.SLOTS,
            (target, broadcast) -> Loops.map(formula, broadcast, target));
    }

    public String name() { return formula.name(); }

    /// Whether the formula changes a slot.
    public boolean writes(int slot) { return writes[slot]; }

    /// What an element takes after the cold start, by estimate.
    double nanos() { return tiers.nanos(); }

    /// slot 1 = f(slot 0) for `n` elements.
    public void run(float[] x, int xo, float[] y, int yo, int n) {
        run(0, x, xo, y, yo, null, 0, null, 0, null, 0, null, 0, null, n);
    }

    /// slot 2 = f(slot 0, slot 1) for `n` elements.
    public void run(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
        run(0, x, xo, y, yo, z, zo, null, 0, null, 0, null, 0, null, n);
    }

    /// Runs the formula for `n` elements of each slot from its offset on.
    ///
    /// @param broadcast bit i set: slot i has one element, which every position reads
    /// @param scalars   what [Expr.Scalar] reads; null if the formula has none
    @Override
    public void run(int broadcast, float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] x3, int o3,
                    float[] x4, int o4, float[] x5, int o5, float[] scalars, int n) {
        var tier = tiers.now(broadcast, n);
        var loop = tier.get(broadcast);
        int piece = C2.piece(tier.target(), nodes);
        int share = tier.share(n, 1);
        if (share >= n) {
            pieces(loop, piece, broadcast, x0, o0, x1, o1, x2, o2, x3, o3, x4, o4, x5, o5, scalars, 0, n);
            return;
        }
        int chunk = Math.ceilDiv(share, UNIT) * UNIT;
        Pool.forEach(Math.ceilDiv(n, chunk), task -> pieces(loop, piece, broadcast, x0, o0, x1, o1, x2, o2, x3, o3, x4, o4,
            x5, o5, scalars, task * chunk, task * chunk + Math.min(chunk, n - task * chunk)));
    }

    private static void pieces(Loop.Map loop, int piece, int broadcast, float[] x0, int o0, float[] x1, int o1,
        float[] x2, int o2,
                               float[] x3, int o3, float[] x4, int o4, float[] x5, int o5, float[] scalars, int from, int to) {
        for (int at = from; at < to; ) {
            int n = Math.min(piece, to - at);
            loop.run(x0, o0 + step(broadcast, 0, at), x1, o1 + step(broadcast, 1, at), x2, o2 + step(broadcast, 2, at),
                x3, o3 + step(broadcast, 3, at), x4, o4 + step(broadcast, 4, at), x5, o5 + step(broadcast, 5, at),
                scalars, n);
            at += n;
        }
    }

    private static int step(int broadcast, int slot, int at) { return (broadcast >> slot & 1) != 0 ? 0 : at; }
}
