package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {

    @Test
    void regressionGathersInputsAndTargets() {
        var data = Rows.regression(new float[] {1, 2, 3, 4, 5, 6}, 2, new float[] {10, 20, 30}, 1);
        assertEquals(3, data.size());
        var batch = data.batch(2, 0);
        assertArrayEquals(new float[] {5, 6, 1, 2}, batch.inputs().toArray());
        assertArrayEquals(new float[] {30, 10}, batch.targets().toArray());
        assertEquals(2, batch.targets().shape().size(0));
        assertEquals(1, batch.targets().shape().size(1));
        assertEquals(List.of(), data.classNames());
    }

    @Test
    void classificationGathersInputsAndLabels() {
        var data = Rows.classification(new float[] {1, 2, 3, 4}, 2, new int[] {1, 0}, List.of("no", "yes"));
        var batch = data.batch(1, 1, 0);
        assertArrayEquals(new float[] {3, 4, 3, 4, 1, 2}, batch.inputs().toArray());
        assertArrayEquals(new int[] {0, 0, 1}, batch.targets());
        assertEquals(List.of("no", "yes"), data.classNames());
    }

    @Test
    void namesWhatIsWrong() {
        var names = List.of("only");
        assertRejected("5 inputs don't make whole rows of 2", () -> Rows.classification(new float[5], 2, new int[2], names));
        assertRejected("rows of 0", () -> Rows.regression(new float[0], 0, new float[0], 1));
        assertRejected("2 rows of inputs but 3 of labels", () -> Rows.classification(new float[2], 1, new int[3], names));
        assertRejected("2 rows of inputs but 1 of targets", () -> Rows.regression(new float[2], 1, new float[1], 1));
        assertRejected("row 0 has label 1", () -> Rows.classification(new float[1], 1, new int[] {1}, names));
        var wide = Rows.regression(new float[60_000], 60_000, new float[1], 1);
        assertRejected("40000 rows of 60000 columns are more than 2^31 - 1 elements", () -> wide.batch(new int[40_000]));
        assertRejected("row 1 is outside", () -> Rows.regression(new float[1], 1, new float[1], 1).batch(1));
    }

    private static void assertRejected(String complaint, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(complaint), error.getMessage());
    }
}
