package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Sums over runs that come one after the other, with other work between them: in the order that a [Fold] over all runs in one
/// piece has.
///
/// What is known so far is a state in an array: of each sum its lanes, that of the next value being the first, and as much room
/// again.
final class RunningSums {

    private final int sums;
    private final Elementwise step;
    private final Tiers<Loop.Pass> tiers;

    /// @param terms what is added up, of slots 0 and 1
    RunningSums(String name, List<Expr.F32> terms) { this(name, terms, Provider.currentTarget()); }

    RunningSums(String name, List<Expr.F32> terms, Target target) {
        this.sums = terms.size();
        var formula = new Formula(name, IntStream.range(0, sums).mapToObj(i ->
            new Formula.Output(Loops.RUNNING + i, Expr.slot(Loops.RUNNING + i).add(terms.get(i)))).toList());
        this.step = new Elementwise(formula);
        Loop.Pass passes = this::passes;
        this.tiers = new Tiers<>(target, Cost.VALUE, sums, 1, (each, _) -> each.isScalar() ? passes
            : Loops.running(formula, each, passes));
    }

    /// Floats of a state.
    int size() { return sums * Loops.RUNNING_STATE; }

    /// What an element takes, by estimate.
    double nanos() { return tiers.nanos(); }

    /// @param so where the state is
    void begin(float[] state, int so) { Arrays.fill(state, so, so + size(), Fold.Combine.ADD.neutral()); }

    /// Adds a run.
    ///
    /// @param position where it begins, counted through all runs
    /// @param chunks   takes the sums of chunks that are through: [#chunks] of the first sum, then of the next
    /// @param all      elements of all runs
    void add(float[] x, int xo, float[] g, int go, int n, int position, int all, float[] numbers, float[] state, int so,
             float[] chunks, int co) {
        var loop = tiers.now(0, n).get(0);
        for (int done = 0, now; done < n; done += now) {
            int from = position + done;
            now = Math.min(n - done, Fold.CHUNK - from % Fold.CHUNK);
            loop.run(x, xo + done, g, go + done, state, so, null, numbers, now);
            int end = from + now;
            if (end % Fold.CHUNK != 0 && end != all) continue;
            for (int i = 0; i < sums; i++)
                chunks[co + i * chunks(all) + from / Fold.CHUNK] = folded(state, so + i * Loops.RUNNING_STATE, end % Fold.LANES);
            begin(state, so);
        }
    }

    /// Chunks of so many elements.
    static int chunks(int all) { return Math.ceilDiv(all, Fold.CHUNK); }

    /// One of the sums, when all runs are through.
    float sum(int which, int all, float[] chunks, int co) {
        int count = chunks(all);
        if (count == 1) return chunks[co + which];
        var sum = Scratch.lanes();
        Reductions.SUM.rows(chunks, co + which * count, null, 0, null, 0, null, 1, count, sum, 0);
        return sum[0];
    }

    /// @param first the lane that is the first one there
    private static float folded(float[] state, int at, int first) {
        // a sum of lanes that each get one number is the fold's tree
        System.arraycopy(state, at, state, at + Fold.LANES, Fold.LANES);
        Reductions.SUM.rows(state, at + (Fold.LANES - first) % Fold.LANES, null, 0, null, 0, null, 1, Fold.LANES, state, at);
        return state[at];
    }

    /// The definition: block by block, and the lanes turned by what is left.
    private void passes(float[] x, int xo, float[] g, int go, float[] state, int so, float[] lanes, float[] numbers, int n) {
        for (int at = 0, now; at < n; at += now) {
            now = Math.min(Fold.LANES, n - at);
            step.run(0, x, xo + at, g, go + at, null, 0, state, so, state, so + Loops.RUNNING_STATE, null, 0, numbers, now);
        }
        int turn = n % Fold.LANES;
        for (int i = 0; i < sums && turn > 0; i++) {
            int at = so + i * Loops.RUNNING_STATE;
            System.arraycopy(state, at, state, at + Fold.LANES, Fold.LANES);
            System.arraycopy(state, at + turn, state, at, Fold.LANES);
        }
    }
}
