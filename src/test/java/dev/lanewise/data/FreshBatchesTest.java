package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A batch belongs to its user: what is done to it reaches neither the data set nor another batch.
class FreshBatchesTest {

    private static void overwrite(Tensor tensor) {
        InPlace.fill(tensor, (data, offset, length) -> Arrays.fill(data, offset, offset + length, -1));
    }

    private static void assertFresh(Dataset<? extends Batch<?>> dataset) {
        var loader = new DataLoader<>(dataset, 2);
        var before = loader.epoch(0).iterator().next();
        var inputs = before.inputs().toArray();
        var targets = numbers(before.targets());
        overwrite(before.inputs());
        switch (before.targets()) {
            case int[] labels -> Arrays.fill(labels, -1);
            case Tensor values -> overwrite(values);
            default -> throw new AssertionError(before.targets().getClass());
        }
        var after = loader.epoch(0).iterator().next();
        assertArrayEquals(inputs, after.inputs().toArray());
        assertArrayEquals(targets, numbers(after.targets()));
    }

    private static double[] numbers(Object targets) {
        if (targets instanceof int[] labels) {
            return Arrays.stream(labels).asDoubleStream().toArray();
        }
        var values = ((Tensor) targets).toArray();
        var numbers = new double[values.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values[i];
        }
        return numbers;
    }

    @Test
    void ofEveryKindOfDataSet() {
        var labelled = Rows.classification(new float[] {1, 2, 3, 4}, 2, new int[] {0, 1}, List.of("a", "b"));
        var measured = Rows.regression(new float[] {1, 2, 3, 4}, 2, new float[] {5, 6}, 1);
        assertFresh(labelled);
        assertFresh(labelled.subset(0, 1));
        assertFresh(measured);
        assertFresh(Standardize.fit(measured).apply(measured));
        assertFresh(Images.wrap(1, 2, new byte[] {1, 2, 3, 4}, new int[] {0, 1}, List.of("a", "b")));
    }
}
