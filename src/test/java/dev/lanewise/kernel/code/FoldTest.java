package dev.lanewise.kernel.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Fold loops of every width take value i to lane i mod 64, one after the other, and fold the lanes in halves.
class FoldTest {

    private static final int MARGIN = 9;

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void resultsAgree(@ForAll("folds") String name, @ForAll("sizes") int n, @ForAll @IntRange(max = MARGIN) int offset,
                    @ForAll long seed) {
        var fold = Formulas.FOLDS.stream().filter(candidate -> candidate.name().equals(name)).findFirst().orElseThrow();
        var random = new SplittableRandom(seed);
        var x = Samples.wild(random, offset + n);
        var y = Samples.wild(random, offset + n + 1);
        var z = Samples.wild(random, n);
        var scalars = Samples.wild(random, 1);
        var lanes = new float[Fold.LANES];
        Arrays.fill(lanes, fold.combine().neutral());
        var nodes = fold.step().nodes();
        for (int i = 0; i < n; i++) {
            int position = i;
            int lane = i % Fold.LANES;
            var values = Interpreter.evaluate(nodes, new Interpreter.Leaves() {
                public float scalar(int index) { return scalars[index]; }
                public float slot(int slot) {
                    return switch (slot) {
                        case 0 -> x[offset + position];
                        case 1 -> y[offset + 1 + position];
                        case 2 -> z[position];
                        default -> lanes[lane];
                    };
                }
            });
            lanes[lane] = (Float) values.get(nodes.getLast());
        }

        for (int half = Fold.LANES / 2; half >= 1; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] = combine(fold, lanes[i], lanes[i + half]);

        var before = Samples.wild(random, Fold.LANES);
        assertEquals(lanes[0], run(Interpreter.fold(fold), x, offset, y, z, before, scalars, n), "interpreted");
        for (var target : Samples.widths())
            assertEquals(lanes[0], run(LoopEmitter.fold(fold, 1, target), x, offset, y, z, before, scalars, n), target::toString);
    }

    private static float run(Loop.Fold loop, float[] x, int offset, float[] y, float[] z, float[] lanes, float[] scalars, int n) {
        var out = new float[3];
        loop.run(x, offset, y, offset + 1, z, 0, lanes.clone(), scalars, n, out, 1);
        return out[1];
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void streamsAreFoldsOfNeighbours(@ForAll("folds") String name, @ForAll @IntRange(max = 5) int blocks,
                                     @ForAll @IntRange(min = 2, max = 4) int streams, @ForAll long seed) {
        var fold = Formulas.FOLDS.stream().filter(candidate -> candidate.name().equals(name)).findFirst().orElseThrow();
        var random = new SplittableRandom(seed);
        int n = blocks * Fold.LANES;
        var x = Samples.wild(random, 1 + streams * n);
        var y = Samples.wild(random, 2 + streams * n);
        var z = Samples.wild(random, streams * n);
        var scalars = Samples.wild(random, 1);
        for (var target : Samples.widths()) {
            if (target.isScalar()) continue;
            var expected = new float[streams + 2];
            for (int i = 0; i < streams; i++)
                LoopEmitter.fold(fold, 1, target).run(x, 1 + i * n, y, 2 + i * n, z, i * n, new float[Fold.LANES], scalars, n,
                    expected, 1 + i);
            var actual = new float[streams + 2];
            LoopEmitter.fold(fold, streams, target).run(x, 1, y, 2, z, 0, new float[Fold.LANES], scalars, n, actual, 1);
            assertArrayEquals(expected, actual, target::toString);
            Interpreter.fold(fold, streams).run(x, 1, y, 2, z, 0, new float[Fold.LANES], scalars, n, actual, 1);
            assertArrayEquals(expected, actual, "interpreted");
        }
    }

    private static float combine(Fold fold, float a, float b) {
        var nodes = fold.pair().nodes();
        return (Float) Interpreter.evaluate(nodes, new Interpreter.Leaves() {
            public float slot(int slot) { return slot == 0 ? a : b; }
        }).get(nodes.getLast());
    }

    @Provide
    Arbitrary<String> folds() { return Arbitraries.of(Formulas.FOLDS.stream().map(Fold::name).toList()); }

    @Provide
    Arbitrary<Integer> sizes() { return Samples.sizes(); }
}
