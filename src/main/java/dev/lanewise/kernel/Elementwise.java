package dev.lanewise.kernel;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Runs a formula over arrays, in one loop class for each choice of broadcast slots, defined when first needed: scalar loops during
/// the [ColdStart], then vector loops.
public final class Elementwise implements SlotKernel {

    private final Formula formula;
    private final Kind scalar;
    private final Kind vector;
    private final boolean[] writes = new boolean[Formula.SLOTS];

    public Elementwise(Formula formula) {
        this.formula = formula;
        for (var output : formula.outputs()) writes[output.slot()] = true;
        var target = Provider.currentTarget();
        int nodes = formula.nodes().size();
        this.scalar = new Kind(target.scalar(), nodes);
        this.vector = target.isScalar() ? scalar : new Kind(target, nodes);
    }

    /// The loops of one target.
    private final class Kind {
        /// About the cost of one node of an expression for one element, in nanoseconds.
        private static final double NANOS_PER_NODE = 0.02;
        private static final double SCALAR_NANOS_PER_NODE = 0.2;
        /// Elements of one call of a long scalar loop.
        private static final int SCALAR_PIECE = 256;

        private final Target target;
        private final AtomicReferenceArray<Loop.Map> loops = new AtomicReferenceArray<>(1 << Formula.SLOTS);
        private final double nanos;
        private final int worthSplitting;
        private final int piece;

        Kind(Target target, int nodes) {
            this.target = target;
            this.nanos = (target.isScalar() ? SCALAR_NANOS_PER_NODE : NANOS_PER_NODE) * (nodes + 2);
            this.worthSplitting = (int) (Pool.WORTHWHILE_NANOS / nanos);
            this.piece = nodes < C2.LONG_FORMULA ? Integer.MAX_VALUE
                : target.isScalar() ? SCALAR_PIECE : C2.PIECE * target.lanes();
        }

        Loop.Map loop(int broadcast) {
            var loop = loops.get(broadcast);
            if (loop == null) {
                // two threads may define the same loop: one of the classes is collected
                loop = Loops.map(formula, broadcast, target);
                loops.set(broadcast, loop);
            }
            return loop;
        }
    }

    public String name() { return formula.name(); }

    /// Whether the formula changes a slot.
    public boolean writes(int slot) { return writes[slot]; }

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
        var kind = ColdStart.isOver(scalar.nanos * n) ? vector : scalar;
        var loop = kind.loop(broadcast);
        int piece = kind.piece;
        if (n < kind.worthSplitting || Pool.threads() == 1) {
            pieces(loop, piece, broadcast, x0, o0, x1, o1, x2, o2, x3, o3, x4, o4, x5, o5, scalars, 0, n);
            return;
        }
        // whole cache lines, so that two threads don't write the same one
        int tasks = Math.min(2 * Pool.threads(), 2 * (n / kind.worthSplitting));
        int chunk = Math.ceilDiv(Math.ceilDiv(n, tasks), 64) * 64;
        Pool.forEach(Math.ceilDiv(n, chunk), task -> pieces(loop, piece, broadcast, x0, o0, x1, o1, x2, o2, x3, o3, x4, o4,
            x5, o5, scalars, task * chunk, task * chunk + Math.min(chunk, n - task * chunk)));
    }

    private static void pieces(Loop.Map loop, int piece, int broadcast, float[] x0, int o0, float[] x1, int o1, float[] x2, int o2,
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
