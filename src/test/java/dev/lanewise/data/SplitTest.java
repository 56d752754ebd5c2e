package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SplitTest {

    @Property
    void partsOfGivenLengthsMakeUpTheWhole(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 40) Integer> lengths, @ForAll long seed) {
        int size = lengths.stream().mapToInt(length -> length).sum();
        var asked = lengths.stream().mapToInt(length -> length).toArray();
        var parts = Split.byLengths(Numbered.rows(size), new Threefry(seed), asked);
        assertEquals(lengths, parts.stream().map(Dataset::size).toList());
        assertPartition(size, parts);
    }

    @Property
    void partsOfGivenFractionsMakeUpTheWhole(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 40) Integer> weights,
            @ForAll @IntRange(min = 400, max = 1000) int size, @ForAll long seed) {
        double sum = weights.stream().mapToInt(weight -> weight).sum();
        var fractions = weights.stream().mapToDouble(weight -> weight / sum).toArray();
        var parts = Split.byFractions(Numbered.rows(size), new Threefry(seed), fractions);
        for (int i = 0; i < fractions.length; i++) {
            assertEquals(fractions[i] * size, parts.get(i).size(), 1.001);
        }
        assertPartition(size, parts);
    }

    @Property
    void holdsOutTheFraction(@ForAll @DoubleRange(min = 0.01, max = 0.99) double fraction, @ForAll long seed) {
        var split = Split.holdOut(Numbered.rows(200), fraction, new Threefry(seed));
        assertEquals(200 * fraction, split.validation().size(), 0.501);
        assertPartition(200, List.of(split.train(), split.validation()));
    }

    @Property
    void dependsOnTheKeyAlone(@ForAll long seed) {
        var data = Numbered.rows(60);
        var rows = Numbered.of(Split.holdOut(data, 0.5, new Threefry(seed)).train());
        assertEquals(rows, Numbered.of(Split.holdOut(data, 0.5, new Threefry(seed)).train()));
        assertNotEquals(rows, Numbered.of(Split.holdOut(data, 0.5, new Threefry(seed + 1)).train()));
    }

    @Test
    void aSubsetOfASubsetNamesRowsOfTheWhole() {
        var outer = Numbered.rows(10).subset(9, 7, 5, 3);
        assertEquals(List.of(3, 7), Numbered.of(outer.subset(3, 1)));
        assertEquals(List.of(5), Numbered.of(outer.subset(3, 1, 2).subset(2)));
    }

    @Test
    void aSubsetKeepsItsRowsAndTheClassNames() {
        var rows = new int[] {1, 2};
        var subset = Numbered.rows(3).subset(rows);
        rows[0] = 0;
        assertEquals(List.of(1, 2), Numbered.of(subset));
        assertEquals(List.of("0", "1", "2"), subset.classNames());
    }

    @Test
    void namesWhatIsWrong() {
        var data = Numbered.rows(10);
        var source = new Threefry(1);
        assertRejected("[4, 5] rows sum to 9, but the data set has 10", () -> Split.byLengths(data, source, 4, 5));
        assertRejected("each part needs at least one row", () -> Split.byLengths(data, source, 10, 0));
        assertRejected("each part needs at least one row", () -> Split.byLengths(data, source, 11, -1));
        assertRejected("rows sum to 4294967306",
                () -> Split.byLengths(data, source, 1 << 30, 1 << 30, 1 << 30, 1 << 30, 10)); // 10 in an int
        assertRejected("sum to 0.9", () -> Split.byFractions(data, source, 0.5, 0.4));
        assertRejected("each must be above 0", () -> Split.byFractions(data, source, 1.5, -0.5));
        assertRejected("each must be above 0", () -> Split.holdOut(data, Double.NaN, source));
        assertRejected("each must be above 0", () -> Split.holdOut(data, 0, source));
        assertRejected("each part needs at least one row", () -> Split.holdOut(data, 0.01, source));
        assertRejected("row 3 is outside", () -> data.subset(1, 2, 0).batch(3));
        assertRejected("row 10 is outside", () -> data.subset(10));
        assertRejected("no rows", () -> data.subset());
    }

    @Property(tries = 100)
    void everyRowIsHeldOutOnce(@ForAll @IntRange(min = 2, max = 12) int folds, @ForAll @IntRange(max = 60) int more,
            @ForAll boolean stratified, @ForAll @IntRange(min = 1, max = 5) int classes, @ForAll long seed) {
        int size = folds + more;
        var data = Numbered.rows(size);
        int[] labels = IntStream.range(0, size).map(row -> row * row % classes - 2).toArray();
        var splits = stratified ? Split.stratifiedFolds(data, labels, folds, new Threefry(seed))
            : Split.folds(data, folds, new Threefry(seed));
        assertEquals(folds, splits.size());
        assertPartition(size, splits.stream().map(Split::validation).toList());
        for (var split : splits) {
            assertPartition(size, List.of(split.train(), split.validation()));
            assertTrue(split.validation().size() == size / folds || split.validation().size() == Math.ceilDiv(size, folds));
            if (!stratified) continue;
            for (int label = -2; label < classes - 2; label++) {
                int wanted = label;
                long all = IntStream.of(labels).filter(each -> each == wanted).count();
                long held = Numbered.of(split.validation()).stream().filter(row -> labels[row] == wanted).count();
                assertTrue(held == all / folds || held == Math.ceilDiv(all, folds), held + " of " + all);
            }
        }
        assertEquals(Numbered.of(splits.get(1).validation()), Numbered.of((stratified
            ? Split.stratifiedFolds(data, labels, folds, new Threefry(seed)) : Split.folds(data, folds, new Threefry(seed)))
                .get(1).validation()));
    }

    @Test
    void foldsThatCantBeAreRefused() {
        var data = Numbered.rows(3);
        Rejected.argument(() -> Split.folds(data, 1, new Threefry(1)), "1 folds of 3 rows", "at least 2");
        Rejected.argument(() -> Split.folds(data, 4, new Threefry(1)), "4 folds of 3 rows");
        Rejected.argument(() -> Split.stratifiedFolds(data, new int[3], 4, new Threefry(1)), "4 folds of 3 rows");
        Rejected.argument(() -> Split.stratifiedFolds(data, new int[2], 2, new Threefry(1)), "2 labels for 3 rows");
    }

    private static void assertPartition(int size, List<Dataset<Batch<int[]>>> parts) {
        var rows = parts.stream().flatMap(part -> Numbered.of(part).stream()).sorted().toList();
        assertEquals(IntStream.range(0, size).boxed().toList(), rows);
    }

    private static void assertRejected(String complaint, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(complaint), error.getMessage());
    }
}
