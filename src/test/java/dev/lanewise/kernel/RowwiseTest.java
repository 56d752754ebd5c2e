package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.RowFormula;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/// The steps of a row in one loop, and sums that go on from run to run, have the bits of a kernel for each, on vectors of every
/// width.
class RowwiseTest {

    private static final int GIVEN = 0;
    private static final int LARGEST = 1;
    private static final int SUM = 2;
    private static final int ALL = 3;

    /// A sum, numbers of it, a maximum, a sum of a long term with results beside it, and a result of one of these: more than
    /// normalizations have.
    private static final RowFormula FORMULA = formula();

    private static RowFormula formula() {
        var x = Expr.slot(0).sub(Expr.scalar(GIVEN));
        var term = x.mul(Expr.slot(1)).add(x.mul(x)).sub(Expr.slot(2)).mul(Expr.scalar(SUM))
            .add(Expr.slot(1).mul(Expr.scalar(LARGEST)));
        return new RowFormula("tried", 1, 3, List.of(
            new RowFormula.Sum(SUM, new Fold("tried_sum", x.mul(Expr.slot(1)), Fold.Combine.ADD)),
            new RowFormula.Numbers(new RowFormula.Number(SUM, Expr.scalar(SUM).div(Expr.scalar(ALL))),
                new RowFormula.Number(GIVEN, Expr.scalar(SUM).mul(2f))),
            new RowFormula.Sum(LARGEST, new Fold("tried_largest", x, Fold.Combine.MAX)),
            new RowFormula.Sum(SUM, new Fold("tried_long", term, Fold.Combine.ADD), List.of(new Formula.Output(3, term.mul(x)),
                new Formula.Output(4, Expr.slot(4).add(term)), new Formula.Output(5, Expr.slot(5).add(Expr.slot(1))))),
            new RowFormula.Result(new Formula("tried_result", List.of(new Formula.Output(3,
                x.mul(Expr.scalar(SUM)).add(Expr.scalar(LARGEST)).sub(Expr.slot(3))))))));
    }

    private static final List<Rowwise> TRIED = Samples.widths().stream().map(target -> new Rowwise(FORMULA, target)).toList();
    private static final List<RunningSums> RUNNING = Samples.widths().stream().map(target ->
        new RunningSums("tried", List.of(Expr.slot(0).mul(Expr.slot(1).sub(Expr.scalar(0))), Expr.slot(1)), target)).toList();

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void aRowHasTheBitsOfItsStepsOneAfterTheOther(@ForAll @IntRange(min = 1, max = 40) int rows,
        @ForAll @IntRange(min = 1, max = 300) int n,
                                                  @ForAll boolean wild, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = numbers(wild, random, 3 + rows * (n + 2));
        var g = numbers(wild, random, 1 + rows * n);
        var w = numbers(wild, random, n);
        var given = numbers(wild, random, 3 * rows);
        var numbers = new float[RowFormula.NUMBERS];
        numbers[ALL] = n;
        float[] expected = null;
        for (var each : TRIED) {
            var y = new float[5 + rows * (n + 1)];
            var kept = given.clone();
            // of all rows, and of each
            var sum = new float[2 + n];
            var sums = new float[rows * n];
            each.run(rows, n, x, 3, n + 2, g, 1, n, w, 0, 0, y, 5, n + 1, sum, 2, 0, sums, 0, n, numbers, kept, 0, rows);
            var all = joined(y, kept, sum, sums);
            if (expected == null) expected = all;
            else assertArrayEquals(expected, all);
        }
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void runsAddUpToTheirFold(@ForAll @IntRange(min = 1, max = 6) int runs, @ForAll @IntRange(min = 1, max = 4000) int n,
        @ForAll boolean wild,
                              @ForAll long seed) {
        var random = new SplittableRandom(seed);
        if (random.nextBoolean()) n = 1 + n % 150;
        var x = numbers(wild, random, runs * n);
        var g = numbers(wild, random, runs * n);
        var numbers = new float[] {0.25f};
        var terms = new float[runs * n];
        for (int i = 0; i < terms.length; i++) terms[i] = x[i] * (g[i] - 0.25f);
        var expected = new float[2];
        Reductions.SUM.rows(terms, 0, null, 0, null, 0, null, 1, terms.length, expected, 0);
        Reductions.SUM.rows(g, 0, null, 0, null, 0, null, 1, g.length, expected, 1);
        for (var sums : RUNNING) {
            var state = new float[2 + sums.size()];
            int count = RunningSums.chunks(runs * n);
            var chunks = new float[1 + 2 * count];
            sums.begin(state, 2);
            for (int run = 0; run < runs; run++)
                sums.add(x, run * n, g, run * n, n, run * n, runs * n, numbers, state, 2, chunks, 1);
            assertEquals(expected[0], sums.sum(0, runs * n, chunks, 1));
            assertEquals(expected[1], sums.sum(1, runs * n, chunks, 1));
        }
    }

    private static float[] joined(float[]... parts) {
        var all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (var part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static float[] numbers(boolean wild, SplittableRandom random, int n) {
        return wild ? Samples.wild(random, n) : Samples.tame(random, n);
    }

    /// C1 gives up on methods that are too long for it; until C2 comes, these are interpreted, and some never recover.
    @Example
    @Tag("machines")
    void c1CompilesEveryLoop() {
        assumeTrue(Provider.current().isSimd());
        var output = new ForkedJvm(Norms.class, ForkedJvm.VECTORS, "-XX:+PrintCompilation", "-Xbatch", "-XX:TieredStopAtLevel=3",
            "-Dlanewise.simd=require", "-XX:CompileCommand=quiet").run().orFail().out();
        var ours = output.lines().filter(line -> line.matches(".*(Rowwise_|_running).*::run.*")).toList();
        assertEquals(List.of(), ours.stream().filter(line -> line.contains("COMPILE SKIPPED")).toList());
        for (var name : List.of("Rowwise_layer_norm_3", "Rowwise_layer_norm_back_0", "Rowwise_layer_norm_back_3",
            "Pass_layer_norm_to_channel_running"))
            assertEquals(true, ours.stream().anyMatch(line -> line.contains(name)),
                () -> name + " is not in\n" + String.join("\n", ours));
    }

    /// Whole blocks, and some that are not.
    static final class Norms {
        private Norms() {}

        public static void main(String[] args) {
            for (int i = 0; i < 40; i++) {
                var x = Tensor.ones(60, 4, 5, 20 + i % 2 * 44).requiresGrad(true);
                var y = i % 4 < 2 ? new GroupNorm(2, 4).initialize(0).call(x) : new LayerNorm(x.size(3)).initialize(0).call(x);
                y.backward(Tensor.ones(y.shape().toArray()), false, false);
            }
        }
    }
}
