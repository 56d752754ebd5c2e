package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.TensorDataset;
import dev.lanewise.group.Group;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import dev.lanewise.testing.ForkedJvm;
import dev.lanewise.testing.Members;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Gradients of shards and their sums lie in memory that the next step uses again.
class ShardMemoryTest {

    /// One gradient of all weights.
    private static final int GRADIENT = Float.BYTES * (Program.WIDTH * Program.WIDTH + 3 * Program.WIDTH + 11 * Program.WIDTH);

    /// In a JVM without vectors, which allocates none while its loops aren't compiled: prints the bytes of a step.
    static final class Program {

        private static final int WIDTH = 512;
        private static final int ROWS = 16;
        private static final int STEPS = 20;

        private Program() {}

        static void main() throws Exception {
            for (int shards : new int[] {1, 2, 8}) IO.println(garbage(shards, Group.alone()));
            for (int processes : new int[] {2, 3}) for (long each : Members.all(processes,
                group -> garbage(4, group))) IO.println(each);
        }

        /// Of the thread that trains, in a step of those that all memory is there for.
        private static long garbage(int shards, Group group) {
            var model = new Sequential(new Linear(WIDTH, WIDTH), new BatchNorm1d(WIDTH), new ReLU(), new Linear(WIDTH, 10));
            model.initialize(42);
            var x = Tensor.randn(new Threefry(1), ROWS * STEPS, WIDTH);
            var data = new DataLoader<>(TensorDataset.of(x, Tensor.randn(new Threefry(2), ROWS * STEPS, 10)), ROWS);
            var at = new long[STEPS];
            Trainer.regressor(model, new Adam(model.parameters(), 1e-3)).shards(shards, group).callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) { at[(int) run.step() - 1] = Allocated.bytes(); }
            }).fit(data, 1);
            return (at[STEPS - 1] - at[STEPS / 2]) / (STEPS - 1 - STEPS / 2);
        }
    }

    @Test
    void stepsMakeLittleGarbage() throws Exception {
        var made = new ForkedJvm(Program.class).run().orFail().out().lines().map(Long::valueOf).toList();
        assertEquals(8, made.size(), made.toString());
        for (long each : made) assertTrue(each < GRADIENT / 3, each + " bytes a step, " + made);
    }
}
