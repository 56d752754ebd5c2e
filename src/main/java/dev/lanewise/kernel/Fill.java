package dev.lanewise.kernel;

import java.util.Arrays;
import java.util.List;

/// Fills arrays from a counter: each block of random bits, numbered, gives two elements.
///
/// Elements come in groups of 32: block `16 g + l` gives the elements `l` and `l + 16` of group g. So element i depends
/// on i alone, and vectors of 4, 8 and 16 lanes write whole neighbours.
public final class Fill {

    /// Elements that 16 blocks give.
    public static final int GROUP = 32;
    private static final int BLOCKS = GROUP / 2;
    /// Groups worth a hand-over to another thread.
    private static final int WORTHWHILE_GROUPS = 2048;

    /// As many groups as one call should fill: see [Loops#PIECE].
    private static final int PIECE = Loops.PIECE * Provider.current().lanes() / BLOCKS;

    private final Loop.Fill[] passes;

    private Fill(Loop.Fill... passes) { this.passes = passes; }

    /// @param first  the element that a block gives first, an expression of the [#counter] and the [#key]
    /// @param second the element 16 places further on
    public Fill(String name, Expr.F32 first, Expr.F32 second) { this(loop(name, first, second)); }

    /// What becomes of these elements in a second pass, while they are in the nearest cache; both expressions read the block's
    /// two elements, [#filled]. Two loops are faster than a long one, of which the CPU sees less than one turn at a time (normal
    /// numbers: 0.78 ns for 1.10).
    public Fill then(String name, Expr.F32 first, Expr.F32 second) {
        var more = Arrays.copyOf(passes, passes.length + 1);
        more[passes.length] = loop(name, first, second);
        return new Fill(more);
    }

    private static Loop.Fill loop(String name, Expr.F32 first, Expr.F32 second) {
        var formula = new Formula(name, List.of(new Formula.Output(0, first), new Formula.Output(1, second)));
        return Loops.fill(formula, Provider.current().target());
    }

    /// The block's first element (0) or second (1), as the pass before left it.
    public static Expr.F32 filled(int element) { return Expr.slot(element); }

    /// Word 0 or 1 of the key.
    public static Expr.I32 key(int word) { return new Expr.Key(word); }

    /// The block's number: its low word (0), which differs from lane to lane, or its high one (1).
    public static Expr.I32 counter(int word) { return word == 0 ? new Expr.Counter() : new Expr.Key(3); }

    /// Blocks that `n` elements use up: whole groups, so that the next fill begins with a group.
    public static long blocks(int n) { return (long) Math.ceilDiv(n, GROUP) * BLOCKS; }

    /// Fills `n` elements from the block `counter` on, a multiple of 16.
    public void run(float[] out, int offset, int n, long key, long counter) {
        int groups = n / GROUP;
        if (groups < 2 * WORTHWHILE_GROUPS || Pool.threads() == 1) {
            groups(out, offset, groups, key, counter);
        } else {
            int each = Math.max(WORTHWHILE_GROUPS, Math.ceilDiv(groups, 2 * Pool.threads()));
            Pool.forEach(Math.ceilDiv(groups, each), task -> {
                int from = task * each;
                groups(out, offset + from * GROUP, Math.min(each, groups - from), key, counter + (long) from * BLOCKS);
            });
        }
        int rest = n - groups * GROUP;
        if (rest > 0) {
            var last = Scratch.lanes();
            groups(last, 0, 1, key, counter + (long) groups * BLOCKS);
            System.arraycopy(last, 0, out, offset + groups * GROUP, rest);
        }
    }

    private void groups(float[] out, int offset, int groups, long key, long counter) {
        while (groups > 0) {
            // a loop counts in ints: it ends where the low word overflows
            long left = ((1L << 32) - (counter & 0xffffffffL)) / BLOCKS;
            int now = (int) Math.min(Math.min(groups, PIECE), left);
            for (var pass : passes)
                pass.run(out, offset, (int) key, (int) (key >>> 32), (int) counter, (int) (counter >>> 32), now);
            groups -= now;
            offset += now * GROUP;
            counter += (long) now * BLOCKS;
        }
    }
}
