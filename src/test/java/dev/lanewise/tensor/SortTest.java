package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.Compute;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Sorting, and the first ones in order, against the JDK's stable sort.
class SortTest {

    private static final float[] SPECIAL = {Float.NaN, Float.intBitsToFloat(0xffc00001), Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, 0f, -0f, 1, -1, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE};

    /// NaN above all; 0 and -0 are equal.
    private static int compare(float a, float b) {
        return Float.isNaN(a) || Float.isNaN(b) ? Boolean.compare(Float.isNaN(a), Float.isNaN(b)) : a < b ? -1 : a > b ? 1 : 0;
    }

    private static float[] wild(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = switch (random.nextInt(3)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> random.nextInt(-3, 4);
            default -> Float.intBitsToFloat(random.nextInt());
        };
        return x;
    }

    @Property(tries = 200)
    void agreesWithAStableSort(@ForAll @IntRange(min = 1, max = 3) int outer, @ForAll @IntRange(min = 1, max = 300) int n,
                               @ForAll @IntRange(min = 1, max = 3) int inner, @ForAll boolean descending, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Tensor.wrap(wild(random, outer * n * inner), outer, n, inner);
        int k = random.nextInt(n + 1);
        var sorted = x.sort(1, descending);
        var first = x.transpose(0, 2).topk(k, 1, descending);
        for (int o = 0; o < outer; o++)
            for (int i = 0; i < inner; i++) {
                int at = o;
                int beside = i;
                Comparator<Integer> order = (a, b) -> compare(x.get(at, a, beside), x.get(at, b, beside));
                var expected = IntStream.range(0, n).boxed().sorted(descending ? order.reversed() : order)
                    .mapToInt(Integer::intValue).toArray();
                for (int j = 0; j < n; j++) {
                    assertEquals(expected[j], sorted.indices()[(o * n + j) * inner + i]);
                    assertSame(x.get(o, expected[j], i), sorted.values().get(o, j, i));
                    if (j >= k) continue;
                    assertEquals(expected[j], first.indices()[(i * k + j) * outer + o]);
                    assertSame(x.get(o, expected[j], i), first.values().get(i, j, o));
                }
            }
    }

    /// A value is the element itself, the sign of its zero included.
    private static void assertSame(float expected, float actual) {
        assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual));
    }

    /// What comes next is always a candidate, and the other way round, never; all are equal; many rows.
    @Example
    void largeOnesTakeNoLonger() {
        int n = 1 << 20;
        var rising = Tensor.arange(n);
        assertArrayEquals(IntStream.range(0, 5).map(i -> n - 1 - i).toArray(), rising.topk(5, 0).indices());
        assertArrayEquals(IntStream.range(0, 5).toArray(), rising.topk(5, 0, false).indices());
        assertArrayEquals(IntStream.range(0, n).toArray(), Tensor.zeros(n).sort(0, true).indices());
        int threads = Compute.threads();
        try {
            var x = Tensor.wrap(wild(new SplittableRandom(1), n), 64, n / 64);
            var expected = x.sort(1).indices();
            Compute.setThreads(threads == 1 ? 3 : 1);
            assertArrayEquals(expected, x.sort(1).indices());
        } finally {
            Compute.setThreads(threads);
        }
    }

    @Property(tries = 100)
    void extremesAreTheFirstOfTheirKind(@ForAll @IntRange(min = 1, max = 40) int n, @ForAll long seed) {
        var x = Tensor.of(wild(new SplittableRandom(seed), n));
        var data = x.toArray();
        int nan = IntStream.range(0, n).filter(i -> Float.isNaN(data[i])).findFirst().orElse(-1);
        int least = IntStream.range(0, n).boxed().min((a, b) -> compare(data[a], data[b])).orElseThrow();
        int most = IntStream.range(0, n).boxed().min((a, b) -> compare(data[b], data[a])).orElseThrow();
        assertEquals(nan >= 0 ? nan : least, x.argmin()[0]);
        assertEquals(most, x.argmax()[0]);
        assertEquals(x.argmin()[0], x.unsqueeze(1).expand(n, 2).argmin(0)[1]);
    }

    /// An index names where a value came from, and where its gradient goes.
    @Example
    void indicesGather() {
        var x = Tensor.of(new float[][] {{3, 1, 2}, {6, 6, 5}}).requiresGrad(true);
        var sorted = x.sort(1, true);
        assertArrayEquals(sorted.values().toArray(), x.gather(1, sorted.indices(), 2, 3).toArray());
        assertArrayEquals(new int[] {0, 2, 1, 0, 1, 2}, sorted.indices());
        var g = Autograd.grad(sorted.values(), List.of(x), Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}}), false, false)
            .getFirst();
        assertArrayEquals(new float[] {1, 3, 2, 4, 5, 6}, g.toArray());
    }

    @Example
    void refuses() {
        var x = Tensor.ones(2, 3);
        Rejected.argument(() -> x.topk(4, 1), "topk", "4", "[2, 3]", "3 elements");
        Rejected.argument(() -> x.topk(-1, 0), "topk", "-1");
        Rejected.argument(() -> x.sort(2), "sort", "dimension 2", "[2, 3]");
        Rejected.argument(() -> Tensor.scalar(1).sort(1), "sort", "dimension 1", "[]");
        Rejected.argument(() -> Tensor.scalar(1).topk(0, 0), "topk", "dimension 0", "[]");
        Rejected.argument(() -> Tensor.zeros(2, 0).argmin(), "argmin", "[2, 0]");
        assertEquals(Arrays.toString(new int[] {0, 3}), Arrays.toString(Tensor.zeros(0, 3).sort(1).values().shape().toArray()));
    }
}
