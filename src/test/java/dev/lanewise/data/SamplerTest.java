package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.TailBounds;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/// Shares are held to bounds that a right one exceeds with a probability of e^-32 on each side: see [TailBounds]. Under 100 such
/// comparisons are made here, so a false alarm has a probability below 3e-12.
class SamplerTest {

    private static void assertShare(double p, long hits, long trials, Object what) {
        double share = (double) hits / trials;
        assertTrue(share >= TailBounds.USUAL.leastShare(p, trials) && share <= TailBounds.USUAL.greatestShare(p, trials),
            () -> what + ": " + share + " of " + trials + ", expected " + p);
    }

    private static List<Sampler> all(long seed) {
        var labels = new int[] {3, 3, 3, 8, 3, -1, 8, 3, 3, 8};
        var weights = new double[] {1, 2, 0, 4, 5, 1, 1, 1, 1e300, 1e300};
        return List.of(Sampler.sequential(10), Sampler.shuffled(10, new Threefry(seed)),
            Sampler.weighted(weights, 12, new Threefry(seed)), Sampler.weightedWithoutReplacement(weights, 7, new Threefry(seed)),
            Sampler.stratified(labels, new Threefry(seed)), Sampler.balanced(labels, new Threefry(seed)), Sampler.subset(4, 2, 2),
            Sampler.shuffled(3, new Threefry(seed)).of(7, 8, 9));
    }

    @Property(tries = 50)
    void anEpochIsAFunctionOfKeyAndEpoch(@ForAll long seed, @ForAll @IntRange(max = 1000) int epoch) {
        var used = all(seed);
        used.forEach(sampler -> sampler.rows(3));
        var fresh = all(seed);
        for (int i = 0; i < used.size(); i++) {
            assertArrayEquals(fresh.get(i).rows(epoch), used.get(i).rows(epoch));
            assertEquals(fresh.get(i).rows(epoch).length, fresh.get(i).size());
        }
    }

    /// As this library has drawn them since samplers exist, on every machine.
    @Test
    void theNumbersAreWrittenDown() {
        var drawn = all(42).stream().map(sampler -> Arrays.toString(sampler.rows(1))).toList();
        assertEquals(List.of("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", "[6, 1, 8, 5, 7, 9, 2, 4, 3, 0]",
            "[8, 9, 9, 9, 8, 9, 9, 9, 8, 8, 9, 8]", "[1, 9, 4, 6, 8, 3, 7]", "[0, 8, 6, 2, 9, 4, 1, 3, 7, 5]",
            "[3, 9, 5, 5, 1, 5, 7, 6, 5, 2]", "[4, 2, 2]", "[9, 8, 7]"), drawn);
    }

    @Test
    void rowsAreDrawnByTheirWeights() {
        var weights = new double[] {0, 1, 0, 0.25, 3, 1e-320, 0.75, 0};
        int draws = 20_000;
        for (double scale : new double[] {1, 0x1p1022, 0x1p-900}) {
            var counts = new int[weights.length];
            var scaled = Arrays.stream(weights).map(weight -> weight * scale).toArray();
            for (int row : Sampler.weighted(scaled, draws, new Threefry(5)).rows(2)) counts[row]++;
            for (int row = 0; row < weights.length; row++) assertShare(weights[row] / 5, counts[row], draws, "row " + row);
        }
    }

    @Test
    void everyLabelIsAsLikely() {
        var labels = new int[10_000];
        Arrays.fill(labels, 0, 9_000, 7);
        Arrays.fill(labels, 9_000, 9_990, -7);
        var counts = new TreeMap<Integer, Integer>();
        for (int row : Sampler.balanced(labels, new Threefry(6)).rows(0)) counts.merge(labels[row], 1, Integer::sum);
        for (int label : new int[] {7, -7, 0}) assertShare(1 / 3.0, counts.get(label), labels.length, "label " + label);
    }

    /// The law of pairs is known: the first by its weight, the second by its weight among the others.
    @Test
    void withoutReplacementEachDrawIsByTheWeightsThatAreLeft() {
        var weights = new double[] {0.5, 0, 0.3, 0.2};
        var sampler = Sampler.weightedWithoutReplacement(weights, 2, new Threefry(7));
        int epochs = 20_000;
        var counts = new TreeMap<String, Integer>();
        for (int epoch = 0; epoch < epochs; epoch++) counts.merge(Arrays.toString(sampler.rows(epoch)), 1, Integer::sum);
        for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) {
            double pair = i == j ? 0 : weights[i] * weights[j] / (1 - weights[i]) + weights[i] * weights[j] / (1 - weights[j]);
            // both orders are as likely, since they are shuffled
            assertShare(pair / 2, counts.getOrDefault(Arrays.toString(new int[] {i, j}), 0), epochs, i + ", " + j);
        }
    }

    @Test
    void weightsOfAnySizeAreDrawnWithoutReplacement() {
        var weights = new double[] {Double.MIN_VALUE, 0, Double.MAX_VALUE, 1, Double.MIN_NORMAL};
        for (int epoch = 0; epoch < 50; epoch++) {
            var rows = Sampler.weightedWithoutReplacement(weights, 4, new Threefry(8)).rows(epoch);
            assertArrayEquals(new int[] {0, 2, 3, 4}, Arrays.stream(rows).sorted().toArray());
            assertArrayEquals(new int[] {2}, Sampler.weightedWithoutReplacement(weights, 1, new Threefry(8)).rows(epoch));
        }
    }

    @Property(tries = 200)
    void everyPartOfAnEpochIsLikeTheWhole(@ForAll @Size(min = 1, max = 300) List<@IntRange(max = 11) Integer> labels,
        @ForAll long seed) {
        int[] some = labels.stream().mapToInt(label -> label * label * label).toArray();
        int[] rows = Sampler.stratified(some, new Threefry(seed)).rows(1);
        assertArrayEquals(IntStream.range(0, some.length).toArray(), Arrays.stream(rows).sorted().toArray());
        Map<Integer, Integer> wholes = new TreeMap<>();
        for (int label : some) wholes.merge(label, 1, Integer::sum);
        Map<Integer, Integer> parts = new TreeMap<>();
        for (int m = 1; m <= rows.length; m++) {
            parts.merge(some[rows[m - 1]], 1, Integer::sum);
            for (int label : wholes.keySet()) { // in whole numbers: |part - m whole / n| < 1
                long difference = (long) parts.getOrDefault(label, 0) * rows.length - (long) m * wholes.get(label);
                assertTrue(Math.abs(difference) < rows.length, "label " + label + " among the first " + m + ": " + parts);
            }
        }
    }

    @Test
    void whichRowOfALabelComesIsRandom() {
        var labels = new int[] {1, 0, 1, 0, 1, 0, 0};
        var sampler = Sampler.stratified(labels, new Threefry(9));
        int epochs = 10_000;
        var firsts = new int[2][labels.length];
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] rows = sampler.rows(epoch);
            for (int label = 0; label < 2; label++) {
                int wanted = label;
                firsts[label][Arrays.stream(rows).filter(row -> labels[row] == wanted).findFirst().getAsInt()]++;
            }
        }
        for (int row = 0; row < labels.length; row++)
            assertShare(labels[row] == 0 ? 1 / 4.0 : 1 / 3.0, firsts[labels[row]][row], epochs, "row " + row);
    }

    @Test
    void manyRowsAndLabelsTakeLittleTime() {
        int size = 100_000;
        int[] labels = IntStream.range(0, size).map(i -> i % 5_000).toArray();
        assertEquals(size, Sampler.stratified(labels, new Threefry(1)).rows(0).length);
        var weights = IntStream.range(0, size).mapToDouble(i -> i).toArray();
        assertEquals(size - 1, Arrays.stream(Sampler.weightedWithoutReplacement(weights, size - 1, new Threefry(1)).rows(0))
            .distinct().count());
    }

    @Test
    void whatCantBeDrawnIsRefused() {
        var source = new Threefry(1);
        Rejected.argument(() -> Sampler.sequential(0), "Sampler.sequential: 0 rows", "at least one");
        Rejected.argument(() -> Sampler.shuffled(-1, source), "Sampler.shuffled: -1 rows");
        Rejected.argument(() -> Sampler.stratified(new int[0], source), "Sampler.stratified: 0 rows");
        Rejected.argument(() -> Sampler.balanced(new int[0], source), "Sampler.balanced: 0 rows");
        Rejected.argument(() -> Sampler.subset(), "0 rows");
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY})
            Rejected.argument(() -> Sampler.weighted(new double[] {1, bad}, 1, source),
                "Sampler.weighted: row 1 has weight " + bad);
        Rejected.argument(() -> Sampler.weighted(new double[3], 1, source), "none of the 3 rows");
        Rejected.argument(() -> Sampler.weighted(new double[] {1}, 0, source), "0 draws");
        Rejected.argument(() -> Sampler.weightedWithoutReplacement(new double[] {1, 0, 2}, 3, source), "3 draws, but only 2 rows",
            "with replacement");
        Rejected.argument(() -> Sampler.sequential(3).of(5, 6).rows(4), "row 2 in epoch 4", "0 to 1");
    }

    @Test
    void aPartIsCopied() {
        var part = new int[] {5, 6};
        var sampler = Sampler.subset(part);
        part[0] = 9;
        assertArrayEquals(new int[] {5, 6}, sampler.rows(0));
    }

    /// A loader of each shows the sampler's rows, whole and from the middle on.
    @Property(tries = 40)
    void aLoaderShowsTheSamplersRows(@ForAll long seed, @ForAll @IntRange(min = 1, max = 13) int batchSize,
            @ForAll @IntRange(max = 5) int epoch, @ForAll boolean dropLast) {
        for (var sampler : all(seed)) {
            int size = sampler.size();
            if (dropLast && size < batchSize) continue;
            var loader = new DataLoader<>(Numbered.rows(10), batchSize).sampler(sampler).dropLast(dropLast);
            var shown = Numbered.of(loader.epoch(epoch));
            var rows = Arrays.stream(sampler.rows(epoch)).limit(dropLast ? size - size % batchSize : size).boxed().toList();
            assertEquals(rows, shown);
            for (int first = 0; first <= loader.batches(); first++) {
                var rest = shown.subList(Math.min(shown.size(), first * batchSize), shown.size());
                assertEquals(rest, Numbered.of(loader.epoch(epoch, first)));
                var visited = new ArrayList<Integer>();
                assertTrue(loader.forEachWhile(epoch, first, (batch, examples) -> {
                    assertEquals(batch.size(), examples);
                    return visited.addAll(IntStream.of(batch.targets()).boxed().toList());
                }));
                assertEquals(rest, visited);
            }
        }
    }

    /// Batches before the first are never made.
    @Test
    void beginningInTheMiddleMakesNothingBefore() {
        var made = new ArrayList<Integer>();
        var data = Dataset.of(10, row -> {
            made.add(row);
            return row;
        }, rows -> rows);
        assertFalse(new DataLoader<>(data, 3).forEachWhile(0, 2, (_, _) -> false));
        assertEquals(List.of(6, 7, 8), made);
    }
}
