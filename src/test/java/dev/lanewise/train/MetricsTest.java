package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {

    @Test
    void accuracyIsTheShareOfRowsThatAreRight() {
        var logits = Tensor.of(new float[][] {{1, 2}, {4, 3}, {0, 5}});
        assertEquals(2 / 3.0, Metrics.accuracy(logits, new int[] {1, 0, 0}));
    }

    /// As cross-entropy has it, classes are in dimension 1.
    @Test
    void everyLabelOfAPictureCounts() {
        var logits = Tensor.of(new float[][] {{0, 1}, {5, 2}}).reshape(1, 2, 2);
        assertEquals(1, Metrics.accuracy(logits, new int[] {1, 1}));
        assertEquals(1, Metrics.accuracy(logits.reshape(1, 2, 2, 1), new int[] {1, 1}));
    }

    /// As the other metrics of classes have it; there is no largest of one.
    @Test
    void oneLogitIsOfTwoClasses() {
        var logits = Tensor.of(-1, 3, 0, 2);
        for (var each : List.of(logits, logits.reshape(4, 1), logits.reshape(2, 1, 2)))
            assertEquals(0.75, Metrics.accuracy(each, new int[] {0, 1, 0, 0}));
        Rejected.argument(() -> Metrics.accuracy(logits, new int[3]), "accuracy:", "[4] for 3 labels");
    }

    @Test
    void refusesWhatHasNoAccuracy() {
        Rejected.argument(() -> Metrics.accuracy(Tensor.ones(2, 3), new int[3]), "accuracy:", "[2, 3] for 3 labels",
            "a row for each");
        Rejected.argument(() -> Metrics.accuracy(Tensor.ones(0, 3), new int[0]), "accuracy:", "[0, 3]", "give at least one");
    }

    @Test
    void aLossIsShortHoweverLarge() {
        assertEquals("0.1235", Metrics.text(0.12345));
        assertEquals("-9999.9000", Metrics.text(-9999.9));
        assertEquals("1.000e+04", Metrics.text(1e4));
        assertEquals("-3.210e+20", Metrics.text(-3.21e20));
        assertEquals("NaN", Metrics.text(Double.NaN));
    }
}
