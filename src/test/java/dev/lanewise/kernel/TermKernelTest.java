package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.code.Interpreter;
import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Canonical;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Lowering;
import dev.lanewise.kernel.expr.Terms;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TermKernelTest {

    private static final Term X = Term.input(0);
    private static final int MARGIN = 5;

    @Provide
    Arbitrary<Term> threeInputs() { return Terms.of(3); }

    @Provide
    Arbitrary<Integer> sizes() { return Arbitraries.of(1, 15, 16, 70, 2500); }

    /// Loops, and several of them, give the bits of one operation after the other; a result may be written over an input.
    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void anyFormulaGivesTheBitsOfItsOperations(@ForAll("threeInputs") Term term, @ForAll("sizes") int n,
                                               @ForAll @IntRange(max = 7) int broadcast, @ForAll boolean inPlace,
                                                   @ForAll long seed) {
        check(term, n, broadcast, inPlace && (broadcast & 1) == 0, new SplittableRandom(seed));
    }

    private static void check(Term term, int n, int broadcast, boolean inPlace, SplittableRandom random) {
        var x = new float[3][];
        for (int i = 0; i < 3; i++) x[i] = Samples.wild(random, n + MARGIN);
        var before = Arrays.stream(x).map(float[]::clone).toArray(float[][]::new);
        var out = inPlace ? x[0] : new float[n + 2 * MARGIN];
        int offset = inPlace ? 2 : MARGIN;
        TermKernel.of("random", 3, term).run(broadcast, x[0], 2, x[1], 1, x[2], 0, out, offset, null, 0, null, 0, null, n);
        for (int at : n < 100 ? range(n) : new int[] {0, 1, 1023, 1024, 1025, 2047, 2048, n - 1}) {
            float expected = value(term, before[0][2 + place(broadcast, 0, at)], before[1][1 + place(broadcast, 1, at)],
                before[2][place(broadcast, 2, at)]);
            assertEquals(expected, out[offset + at], term + " at " + at + " of " + n);
        }
        for (int i = inPlace ? 1 : 0; i < 3; i++) assertArrayEquals(before[i], x[i], "an input");
        if (!inPlace) assertEquals(0, out[MARGIN - 1] + out[n + MARGIN], "beside the result");
    }

    private static int[] range(int n) {
        var range = new int[n];
        Arrays.setAll(range, i -> i);
        return range;
    }

    private static int place(int broadcast, int input, int at) { return (broadcast >> input & 1) != 0 ? 0 : at; }

    /// One operation after the other, each of them interpreted.
    private static float value(Term term, float... inputs) {
        var values = new IdentityHashMap<Term, Float>();
        for (var each : Term.inOrder(List.of(term))) {
            var operands = each.operands();
            if (operands.isEmpty()) {
                values.put(each, each.op() == Op.INPUT ? inputs[each.index()] : (float) each.value());
                continue;
            }
            var numbers = operands.stream().map(values::get).toList();
            var leaves = IntStream.range(0, numbers.size()).mapToObj(Term::input).toList();
            boolean far = each.op().isTrigonometric() && Math.abs(numbers.getFirst()) >= 16384;
            values.put(each, !far ? lowered(Canonical.withOperands(each, leaves), numbers) : (float) switch (each.op()) {
                case SIN -> StrictMath.sin(numbers.getFirst());
                default -> StrictMath.cos(numbers.getFirst());
            });
        }
        return values.get(term);
    }

    private static float lowered(Term term, List<Float> inputs) {
        var lowered = Lowering.of(List.of(term));
        return (Float) Interpreter.evaluate(Expr.inOrder(lowered), inputs::get).get(lowered.getFirst());
    }

    /// Of a thousand nodes, which are several loops.
    private static Term longFormula() {
        var f = X;
        for (int i = 0; i < 150; i++)
            f = i % 15 == 0 ? f.mul(Term.input(1)).add(0.1).tanh().add(X) : f.mul(0.9 + i * 1e-4).add(Term.input(2)).min(3);
        return f;
    }

    @Example
    void aLongFormulaIsCut() { check(longFormula(), 2500, 4, false, new SplittableRandom(1)); }

    /// HotSpot gives up on loops that are too long, and its interpreter takes hundreds of times as long. By this thread's own
    /// time, as other programs may take most of a machine's.
    @Test
    @Tag("exhaustive")
    void theLoopsOfALongFormulaAreCompiled() {
        int n = 4096;
        var kernel = TermKernel.of("long", 3, longFormula());
        var x = Samples.tame(new SplittableRandom(1), n);
        var out = new float[n];
        long best = Long.MAX_VALUE;
        var clock = ManagementFactory.getThreadMXBean();
        long end = clock.getCurrentThreadCpuTime() + 60_000_000_000L;
        while (best > 300L * n && clock.getCurrentThreadCpuTime() < end) {
            long start = clock.getCurrentThreadCpuTime();
            kernel.run(0, x, 0, x, 0, x, 0, out, 0, null, 0, null, 0, null, n);
            best = Math.min(best, clock.getCurrentThreadCpuTime() - start);
        }
        assertTrue(best <= 300L * n, best / n + " ns an element");
    }

    /// More values are open at once than a loop has slots.
    @Example
    void aWideFormulaIsCut() {
        var parts = new ArrayList<Term>();
        for (int i = 0; i < 40; i++) parts.add(Term.input(i % 3).mul(i + 0.5).sin());
        var sum = parts.getFirst();
        for (var part : parts) sum = part.mul(sum).add(part);
        for (var part : parts) sum = sum.max(part);
        check(sum, 2500, 0, true, new SplittableRandom(2));
        check(sum, 70, 5, false, new SplittableRandom(3));
    }

    @Example
    void aChainOfAHundredThousandIsCut() {
        var f = X;
        for (int i = 0; i < 100_000; i++) f = i % 2 == 0 ? f.add(1) : f.mul(0.5);
        var x = new float[] {3, 4};
        TermKernel.of("deep", 1, f).run(x, 0, x, 0, 2);
        assertArrayEquals(new float[] {1, 1}, x);
    }

    @Example
    void formulasOfOneStructureAreOneKernel() {
        var double1 = TermKernel.of("a", 1, X.mul(X).add(X.mul(X)));
        assertSame(double1, TermKernel.of("b", 1, X.square().add(X.square())));
        assertNotSame(double1, TermKernel.of("c", 1, X.square().add(X)));
        assertNotSame(TermKernel.of("c", 1, X.add(2)), TermKernel.of("c", 1, X.add(3)), "numbers that are not parameters");
    }

    /// What backward must keep: inputs and the result (behind the last input) by their numbers.
    @Example
    void aDerivativeReadsWhatItNeeds() {
        assertReads(X.add(5));
        assertReads(X.neg());
        assertReads(X.exp(), 1);
        assertReads(X.tanh(), 1);
        assertReads(X.sigmoid(), 1);
        assertReads(X.sqrt(), 1);
        assertReads(X.rsqrt(), 1);
        assertReads(X.reciprocal(), 1);
        assertReads(X.relu(), 1);
        assertReads(X.log(), 0);
        assertReads(X.gelu(), 0);
        assertReads(X.mul(X.sigmoid()), 0);
        assertReads(X.exp().add(1), 0);
        assertArrayEquals(new int[] {1}, TermKernel.of("mul", 2, X.mul(Term.input(1))).derivative(0).saves());
        assertArrayEquals(new int[] {1, 2}, TermKernel.of("div", 2, X.div(Term.input(1))).derivative(1).saves());
        assertNull(TermKernel.of("step", 1, X.gt(0).select(2, 3)).derivative(0).kernel());
        assertTrue(TermKernel.of("add", 2, X.add(Term.input(1))).derivative(1).kernel().isFirst());
    }

    private static void assertReads(Term term, int... reads) {
        assertArrayEquals(reads, TermKernel.of("read", 1, term).derivative(0).saves(), term.toString());
    }
}
