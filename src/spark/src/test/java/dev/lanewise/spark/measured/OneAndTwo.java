package dev.lanewise.spark.measured;

import dev.lanewise.Compute;
import dev.lanewise.data.Batch;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.spark.Fitted;
import dev.lanewise.spark.Program;
import dev.lanewise.spark.Settings;
import dev.lanewise.spark.SparkTrainer;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Callback;
import dev.lanewise.train.Run;
import dev.lanewise.train.Trainer;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/// A step of 784-1024-1024-10 at batch 1,024 with Adam: in this process alone on one thread, on one executor of one core, and on
/// two. Medians.
///
/// Arguments: epochs of sixteen steps (8), shards (2).
public final class OneAndTwo {

    private static final int FEATURES = 784;
    private static final int UNITS = 1024;
    private static final int CLASSES = 10;
    private static final int BATCH = 1024;
    private static final int ROWS = 16 * BATCH;
    private static final int EXECUTOR_MEGABYTES = 1024;

    private OneAndTwo() {}

    /// A picture that is noise.
    private record Noise(float[] x, int label) implements Serializable {

        static Noise of(int number) {
            var random = new SplittableRandom(number);
            var x = new float[FEATURES];
            for (int i = 0; i < FEATURES; i++) x[i] = (float) random.nextDouble();
            return new Noise(x, random.nextInt(CLASSES));
        }
    }

    /// @param times a file for nanoseconds at the end of each step of one process
    private record Mlp(String times) implements Program<Noise, Batch<int[]>> {

        @Override
        public Trainer<Batch<int[]>> trainer() {
            var model = new Sequential(new Linear(FEATURES, UNITS), new ReLU(), new Linear(UNITS, UNITS), new ReLU(),
                new Linear(UNITS, CLASSES));
            model.initialize(1);
            return Trainer.classifier(model, new Adam(model.parameters(), 1e-3)).callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) {
                    if (org.apache.spark.TaskContext.getPartitionId() == 0) told(System.nanoTime());
                }
            });
        }

        private void told(long nanos) {
            try {
                Files.writeString(Path.of(times), nanos + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (java.io.IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Batch<int[]> collate(List<Noise> some) {
            var x = new float[some.size() * FEATURES];
            for (int i = 0; i < some.size(); i++) System.arraycopy(some.get(i).x, 0, x, i * FEATURES, FEATURES);
            return new Batch<>(Tensor.wrap(x, some.size(), FEATURES), some.stream().mapToInt(Noise::label).toArray());
        }

        @Override
        public byte[] content(Noise noise) {
            var content = ByteBuffer.allocate((FEATURES + 1) * Float.BYTES).putInt(noise.label);
            for (float each : noise.x) content.putFloat(each);
            return content.array();
        }
    }

    /// Fits on what is there.
    @FunctionalInterface
    private interface Fit {
        Fitted fit(SparkTrainer<Noise, Batch<int[]>> trainer);
    }

    /// As `OneAndTwo 8 2`.
    public static void main(String... args) throws Exception {
        int epochs = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        int shards = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        var settings = Settings.DEFAULT.epochs(epochs).batchSize(BATCH).shards(shards);
        Compute.setThreads(1);
        var here = measured(settings, trainer -> trainer.fitHere(IntStream.range(0, ROWS).mapToObj(Noise::of).toList()));
        System.out.printf("this process, one thread   %6.1f ms a step, %d shards%n", here, shards);
        for (int executors = 1; executors <= 2; executors++) try (var spark = Executors.of(executors, EXECUTOR_MEGABYTES, "")) {
            var rows = new JavaSparkContext(spark.sparkContext()).parallelize(IntStream.range(0, ROWS).boxed().toList(),
                executors).map(Noise::of);
            double there = measured(settings, trainer -> trainer.fit(rows));
            System.out.printf("%d executor%s of one core    %6.1f ms a step: %.2f times as fast as this process%n", executors,
                executors == 1 ? " " : "s", there, here / there);
        }
    }

    /// The median of a step's milliseconds, the first half left out; says the quartiles, too.
    private static double measured(Settings settings, Fit fit) throws Exception {
        var times = Files.createTempFile("times", ".txt");
        fit.fit(new SparkTrainer<>(new Mlp(times.toString()), settings));
        var nanos = Files.readAllLines(times).stream().mapToLong(Long::parseLong).toArray();
        Files.delete(times);
        var steps = IntStream.range(nanos.length / 2, nanos.length).mapToDouble(i -> (nanos[i] - nanos[i - 1]) * 1e-6).sorted()
            .toArray();
        System.out.printf("  quartiles %.1f, %.1f and %.1f ms of %d steps%n", steps[steps.length / 4], steps[steps.length / 2],
            steps[3 * steps.length / 4], steps.length);
        return steps[steps.length / 2];
    }
}
