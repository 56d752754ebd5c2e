package dev.lanewise.kernel;

import dev.lanewise.kernel.Tiers.Tier;
import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;
import java.util.stream.Stream;

/// Fills arrays from a counter: each block of random bits, numbered, gives two elements.
///
/// Elements come in groups of 32: block `16 g + l` gives the elements `l` and `l + 16` of group g. So element i depends
/// on i alone, and vectors of 4, 8 and 16 lanes write whole neighbours.
public final class Fill {

    /// Elements that 16 blocks give.
    public static final int GROUP = Loop.Fill.GROUP;
    private static final int BLOCKS = GROUP / 2;

    private final List<Formula> formulas;
    /// Of all passes together.
    private final Tiers<Passes> tiers;

    private Fill(List<Formula> formulas) {
        this.formulas = formulas;
        this.tiers = new Tiers<>(Cost.GROUP, formulas.size(), 1,
            (target, _) -> new Passes(formulas.stream().map(formula -> Loops.fill(formula, target)).toArray(Loop.Fill[]::new)));
    }

    /// The same groups by one loop after the other.
    private record Passes(Loop.Fill... loops) implements Loop.Fill {
        @Override
        public void run(float[] out, int offset, int key0, int key1, int counter, int counterHigh, int groups) {
            for (var loop : loops) loop.run(out, offset, key0, key1, counter, counterHigh, groups);
        }

        @Override
        public void turn(int turns, float[] array) {
            for (var loop : loops) loop.turn(turns, array);
        }
    }

    /// @param first  the element that a block gives first, an expression of [Expr#counter] and [Expr#key]
    /// @param second the element 16 places further on
    public Fill(String name, Expr.F32 first, Expr.F32 second) { this(List.of(formula(name, first, second))); }

    private static Formula formula(String name, Expr.F32 first, Expr.F32 second) {
        return new Formula(name, List.of(new Formula.Output(0, first), new Formula.Output(1, second)));
    }

    /// What becomes of these elements in a second pass, while they are in the nearest cache; both expressions read the block's
    /// two elements, slots 0 and 1. Two loops are faster than a long one, of which the CPU sees less than one turn at a time
    /// (normal numbers: 0.78 ns for 1.10).
    public Fill then(String name, Expr.F32 first, Expr.F32 second) {
        return new Fill(Stream.concat(formulas.stream(), Stream.of(formula(name, first, second))).toList());
    }

    /// Blocks that `n` elements use up: whole groups, so that the next fill begins with a group.
    public static long blocks(long n) { return Math.ceilDiv(n, GROUP) * BLOCKS; }

    /// Fills `n` elements from the block `counter` on, a multiple of 16.
    public void run(float[] out, int offset, int n, long key, long counter) {
        int groups = n / GROUP;
        var tier = tiers.now(0, Math.ceilDiv(n, GROUP));
        int share = tier.share(groups, 1);
        if (share >= groups) groups(tier, out, offset, groups, key, counter);
        else Pool.forEach(Math.ceilDiv(groups, share), task -> {
            int from = task * share;
            groups(tier, out, offset + from * GROUP, Math.min(share, groups - from), key, counter + (long) from * BLOCKS);
        });
        int rest = n - groups * GROUP;
        if (rest > 0) {
            var last = Scratch.lanes();
            groups(tier, last, 0, 1, key, counter + (long) groups * BLOCKS);
            System.arraycopy(last, 0, out, offset + groups * GROUP, rest);
        }
    }

    private void groups(Tier<Passes> tier, float[] out, int offset, int groups, long key, long counter) {
        var passes = tier.get(0);
        int piece = C2.piece(tier.target()) / BLOCKS;
        while (groups > 0) {
            // a loop counts in ints: it ends where the low word overflows
            long left = ((1L << 32) - (counter & 0xffffffffL)) / BLOCKS;
            int now = (int) Math.min(Math.min(groups, piece), left);
            passes.run(out, offset, (int) key, (int) (key >>> 32), (int) counter, (int) (counter >>> 32), now);
            groups -= now;
            offset += now * GROUP;
            counter += (long) now * BLOCKS;
        }
    }
}
