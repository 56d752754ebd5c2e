package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Synthetic;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.ForkedJvm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Weights, gradients and Adam's two moments are four numbers a parameter: a heap of four and a half has to do for training.
class LargeModelTest {

    private static final int LAYERS = 6;
    private static final int BATCH = 8;
    private static final int STEPS = 5;

    /// In a JVM of its own: layers of as many units as the argument says learn a few rows by heart. Prints the losses.
    static final class Program {

        private Program() {}

        public static void main(String... arguments) {
            int width = Integer.parseInt(arguments[0]);
            var modules = new ArrayList<Layer>();
            for (int i = 0; i < LAYERS; i++) modules.addAll(List.of(new Linear(width, width), new ReLU()));
            var model = new Sequential(modules.toArray(Layer[]::new)).initialize(42);
            var rows = Synthetic.blobs(BATCH, new double[BATCH][width], 1, new Threefry(42));
            var history = Trainer.classifier(model, new Adam(model.parameters(), 1e-4))
                .fit(new DataLoader<>(rows, BATCH), STEPS);
            for (float loss : history.stepLosses()) System.out.println(loss);
        }
    }

    /// Weights of 8 MB, whole regions of the collector's: smaller ones would waste a part of each.
    @Test
    @Tag("machines")
    void twelveMillionParametersTrain() { trains(1448); }

    /// Takes 1.8 GB.
    @Test
    @Tag("exhaustive")
    void aHundredMillionParametersTrain() { trains(4096); }

    /// With G1, whose free regions serve all sizes: the collectors that split the heap for good, young from old, need room in
    /// each.
    private static void trains(int width) {
        int parameters = LAYERS * width * (width + 1);
        int megabytes = (int) (4.5 * Float.BYTES * parameters / (1 << 20));
        var losses = new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-XX:+UseG1GC", "-Xmx" + megabytes + "m").with("" + width)
            .patient().run().orFail().out().lines().map(Float::parseFloat).toList();
        assertEquals(STEPS, losses.size());
        for (int step = 1; step < STEPS; step++) assertTrue(losses.get(step) < losses.get(step - 1), () -> "losses " + losses);
        assertTrue(losses.stream().allMatch(Float::isFinite), () -> "losses " + losses);
    }
}
