package dev.lanewise.kernel;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

/// Fills arrays from a counter: each block of random bits, numbered, gives two elements.
///
/// Elements come in groups of 32: block `16 g + l` gives the elements `l` and `l + 16` of group g. So element i depends
/// on i alone, and vectors of 4, 8 and 16 lanes write whole neighbours.
public final class Fill {

    /// Elements that 16 blocks give.
    public static final int GROUP = Loop.Fill.GROUP;
    private static final int BLOCKS = GROUP / 2;
    /// About the cost of a group in nanoseconds, in one pass.
    private static final double NANOS = 20;
    private static final double SCALAR_NANOS = 200;

    private final List<Formula> passes;
    private final Kind scalar;
    private final Kind vector;

    private Fill(List<Formula> passes) {
        this.passes = passes;
        var target = Provider.currentTarget();
        this.scalar = new Kind(target.scalar(), SCALAR_NANOS);
        this.vector = target.isScalar() ? scalar : new Kind(target, NANOS);
    }

    /// @param first  the element that a block gives first, an expression of [Expr#counter] and [Expr#key]
    /// @param second the element 16 places further on
    public Fill(String name, Expr.F32 first, Expr.F32 second) { this(List.of(formula(name, first, second))); }

    private static Formula formula(String name, Expr.F32 first, Expr.F32 second) {
        return new Formula(name, List.of(new Formula.Output(0, first), new Formula.Output(1, second)));
    }

    /// The loops of one target, one for each pass.
    private final class Kind {
        private final Target target;
        /// Of a group, in all passes.
        private final double nanos;
        private final AtomicReferenceArray<Loop.Fill> loops = new AtomicReferenceArray<>(passes.size());
        /// As many groups as one call should fill: see [C2#PIECE].
        private final int piece;

        Kind(Target target, double nanos) {
            this.target = target;
            this.nanos = nanos * passes.size();
            this.piece = target.isScalar() ? C2.PIECE : C2.PIECE * target.lanes() / BLOCKS;
        }

        Loop.Fill loop(int pass) {
            var loop = loops.get(pass);
            if (loop == null) loops.set(pass, loop = Loops.fill(passes.get(pass), target));
            return loop;
        }
    }

    /// What becomes of these elements in a second pass, while they are in the nearest cache; both expressions read the block's
    /// two elements, slots 0 and 1. Two loops are faster than a long one, of which the CPU sees less than one turn at a time (normal
    /// numbers: 0.78 ns for 1.10).
    public Fill then(String name, Expr.F32 first, Expr.F32 second) {
        return new Fill(Stream.concat(passes.stream(), Stream.of(formula(name, first, second))).toList());
    }

    /// Blocks that `n` elements use up: whole groups, so that the next fill begins with a group.
    public static long blocks(int n) { return (long) Math.ceilDiv(n, GROUP) * BLOCKS; }

    /// Fills `n` elements from the block `counter` on, a multiple of 16.
    public void run(float[] out, int offset, int n, long key, long counter) {
        int groups = n / GROUP;
        var kind = ColdStart.isOver(scalar.nanos * Math.ceilDiv(n, GROUP)) ? vector : scalar;
        int worthwhile = (int) (Pool.WORTHWHILE_NANOS / kind.nanos);
        if (groups < 2 * worthwhile || Pool.threads() == 1) {
            groups(kind, out, offset, groups, key, counter);
        } else {
            int each = Math.max(worthwhile, Math.ceilDiv(groups, 2 * Pool.threads()));
            Pool.forEach(Math.ceilDiv(groups, each), task -> {
                int from = task * each;
                groups(kind, out, offset + from * GROUP, Math.min(each, groups - from), key, counter + (long) from * BLOCKS);
            });
        }
        int rest = n - groups * GROUP;
        if (rest > 0) {
            var last = Scratch.lanes();
            groups(kind, last, 0, 1, key, counter + (long) groups * BLOCKS);
            System.arraycopy(last, 0, out, offset + groups * GROUP, rest);
        }
    }

    private void groups(Kind kind, float[] out, int offset, int groups, long key, long counter) {
        while (groups > 0) {
            // a loop counts in ints: it ends where the low word overflows
            long left = ((1L << 32) - (counter & 0xffffffffL)) / BLOCKS;
            int now = (int) Math.min(Math.min(groups, kind.piece), left);
            for (int pass = 0; pass < passes.size(); pass++)
                kind.loop(pass).run(out, offset, (int) key, (int) (key >>> 32), (int) counter, (int) (counter >>> 32), now);
            groups -= now;
            offset += now * GROUP;
            counter += (long) now * BLOCKS;
        }
    }
}
