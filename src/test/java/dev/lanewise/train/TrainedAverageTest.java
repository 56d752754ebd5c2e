package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.WeightAverage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A trainer's average is the one that is taken by hand behind each step; and it is what is judged and kept.
class TrainedAverageTest {

    private static final Batch<int[]> ALL =
        Rows.classification(new float[] {-2, -1, -1.5f, -0.5f, 1, 2, 1.5f, 0.5f, -3, -2, 3, 1}, 2,
        new int[] {0, 0, 1, 1, 0, 1}, List.of("a", "b")).batch(0, 1, 2, 3, 4, 5);
    private static final DataLoader<Batch<int[]>> DATA = new DataLoader<>(Rows.classification(
        new float[] {-2, -1, -1.5f, -0.5f, 1, 2, 1.5f, 0.5f, -3, -2, 3, 1}, 2, new int[] {0, 0, 1, 1, 0, 1}, List.of("a", "b")),
            2);

    @Test
    void itIsTakenBehindEachStep(@TempDir Path folder) {
        var model = new Sequential(new Linear(2, 2)).initialize(1);
        var average = new WeightAverage(model, WeightAverage.exponential(0.6));
        var byHand = new WeightAverage(model, WeightAverage.exponential(0.6));
        var losses = new ArrayList<Float>();
        var best = folder.resolve("best.safetensors");
        var history = Trainer.classifier(model, new SGD(model.parameters(), 0.5)).average(average).validateAverage()
            .validate(DATA, Metrics.accuracy(), Mode.MAX).keepBest(best).callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) {
                    byHand.update();
                    if (run.step() % 3 == 0) try (var _ = byHand.applied()) {
                        losses.add(Module.predict(() -> Loss.crossEntropy(model.call(ALL.inputs()), ALL.targets())).item());
                    }
                }
            }).fit(DATA, 1);
        assertEquals(3, average.updates());
        assertArrayEquals(byHand.weights().get("0.weight").toArray(), average.weights().get("0.weight").toArray());
        assertEquals(losses.getFirst(), (float) history.validation().getFirst().loss(), 1e-6);
        assertArrayEquals(byHand.weights().get("0.bias").toArray(), Safetensors.read(best).tensors().get("0.bias").toArray());
        assertNotEquals(List.of(model.stateDict().get("0.bias").get(0)), List.of(average.weights().get("0.bias").get(0)));
    }
}
