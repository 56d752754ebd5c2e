package dev.lanewise.kernel;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.RowFormula;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Runs a [RowFormula] over rows: all its steps in one loop while some rows are near. Scalar loops, and rows longer than a fold's
/// chunk, take a kernel for each step, with the same bits.
final class Rowwise {

    /// Elements of a slot that a loop goes over in one phase before the next, if that is two rows or more. Two are enough that
    /// none waits for the other's sums; with more, rows that come from memory come in fits and starts: 4,096 of 384 took a
    /// quarter longer with five.
    private static final int NEAR = 768;
    /// Of longer rows two don't stay in the first-level cache, and waiting is little of their time.
    private static final int LONG = 1024;

    private final RowFormula formula;
    private final Loop.Rowwise passes = this::passes;
    private final Tiers<Loop.Rowwise> tiers;
    /// Of each step; null where it is of another kind.
    private final List<Reduction> sums;
    private final List<Elementwise> maps;

    Rowwise(RowFormula formula) { this(formula, Provider.currentTarget()); }

    Rowwise(RowFormula formula, Target target) {
        this.formula = formula;
        this.tiers = new Tiers<>(target, Cost.VALUE, formula.passes(), 1,
            (each, _) -> each.isScalar() ? passes : Loops.rowwise(formula, each, passes));
        this.sums = new ArrayList<>();
        this.maps = new ArrayList<>();
        for (var step : formula.steps()) {
            sums.add(step instanceof RowFormula.Sum(_, var fold, _) ? new Reduction(fold) : null);
            maps.add(switch (step) {
                case RowFormula.Sum(_, _, var beside) when beside.isEmpty() -> null;
                case RowFormula.Sum(_, var fold, var beside) -> new Elementwise(new Formula(fold.name() + "_beside", beside));
                case RowFormula.Result(var result) -> new Elementwise(result);
                case RowFormula.Numbers(var numbers) -> new Elementwise(new Formula(formula.name() + "_numbers_" + maps.size(),
                    IntStream.range(0, numbers.size()).mapToObj(i -> new Formula.Output(i, numbers.get(i).value())).toList()));
            });
        }
    }

    /// What an element takes after the cold start, by estimate.
    double nanos() { return tiers.nanos(); }

    /// The rows of slot i are `si` apart, 0 if all rows have the same.
    ///
    /// @param numbers of all rows, [RowFormula#NUMBERS] of them
    /// @param kept    has of each row what is given, and takes what is kept: the first numbers of all rows, their second ones
    ///     `plane` behind
    void run(int rows, int n, float[] x0, int o0, int s0, float[] x1, int o1, int s1, float[] x2, int o2, int s2,
             float[] x3, int o3, int s3, float[] x4, int o4, int s4, float[] x5, int o5, int s5,
             float[] numbers, float[] kept, int ko, int plane) {
        var tier = tiers.now(0, (double) rows * n);
        var loop = n > Fold.CHUNK ? passes : tier.get(0);
        double nanos = tiers.nanos() * n;
        // a range of all these is garbage wherever C2 doesn't see through what runs it
        if (Shares.parts(rows, nanos) == 1) pieces(loop, 0, rows, n, x0, o0, s0, x1, o1, s1, x2, o2, s2, x3, o3, s3, x4, o4,
            s4, x5, o5, s5, numbers, kept, ko, plane);
        else Shares.run(rows, nanos, (from, to) -> pieces(loop, from, to, n, x0, o0, s0, x1, o1, s1, x2, o2, s2, x3, o3,
            s3, x4, o4, s4, x5, o5, s5, numbers, kept, ko, plane));
    }

    private static void pieces(Loop.Rowwise loop, int from, int to, int n, float[] x0, int o0, int s0, float[] x1, int o1, int s1,
                               float[] x2, int o2, int s2, float[] x3, int o3, int s3, float[] x4, int o4, int s4,
                               float[] x5, int o5, int s5, float[] numbers, float[] kept, int ko, int plane) {
        int abreast = n > LONG ? 1 : Math.clamp(NEAR / Math.max(1, n), 2, C2.PIECE);
        for (int row = from, now; row < to; row += now) {
            now = Math.min(abreast, to - row);
            loop.run(now, n, x0, o0 + row * s0, s0, x1, o1 + row * s1, s1, x2, o2 + row * s2, s2, x3, o3 + row * s3, s3,
                x4, o4 + row * s4, s4, x5, o5 + row * s5, s5, numbers, Scratch.lanes(), kept, ko + row, plane);
        }
    }

    /// The definition: a kernel for each step.
    private void passes(int rows, int n, float[] x0, int o0, int s0, float[] x1, int o1, int s1, float[] x2, int o2, int s2,
                        float[] x3, int o3, int s3, float[] x4, int o4, int s4, float[] x5, int o5, int s5,
                        float[] numbers, float[] lanes, float[] kept, int ko, int plane) {
        try (var scratch = Scratch.NUMBERS.borrow()) {
            var own = scratch.array(RowFormula.NUMBERS);
            for (int row = 0; row < rows; row++) {
                System.arraycopy(numbers, 0, own, 0, RowFormula.NUMBERS);
                for (int i = 0; i < formula.given(); i++) own[i] = kept[ko + i * plane + row];
                for (int step = 0; step < maps.size(); step++) pass(step, n, x0, o0 + row * s0, x1, o1 + row * s1, x2,
                    o2 + row * s2, x3, o3 + row * s3, x4, o4 + row * s4, x5, o5 + row * s5, own);
                for (int i = 0; i < formula.kept(); i++) kept[ko + i * plane + row] = own[i];
            }
        }
    }

    private void pass(int step, int n, float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] x3, int o3,
                      float[] x4, int o4, float[] x5, int o5, float[] own) {
        var map = maps.get(step);
        switch (formula.steps().get(step)) {
            case RowFormula.Sum(int number, _, _) -> {
                // it reads the row's numbers, and so may what is written beside it
                if (map != null) map.run(0, x0, o0, x1, o1, x2, o2, x3, o3, x4, o4, x5, o5, own, n);
                sums.get(step).rows(x0, o0, x1, o1, x2, o2, own, 1, n, own, number);
            }
            case RowFormula.Result _ -> map.run(0, x0, o0, x1, o1, x2, o2, x3, o3, x4, o4, x5, o5, own, n);
            case RowFormula.Numbers(var all) -> map.run(0, own, place(all, 0), own, place(all, 1), own, place(all, 2), own,
                place(all, 3), null, 0, null, 0, own, 1);
        }
    }

    private static int place(List<RowFormula.Number> numbers, int i) { return i < numbers.size() ? numbers.get(i).index() : 0; }
}
