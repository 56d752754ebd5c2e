package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.lanewise.Compute;
import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Images;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Sin;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.optim.Adam;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A trainer's step recycles what it computes: what is left is the record, some tens of bytes for each tensor.
class StepGarbageTest {

    private static final int BYTES_PER_STEP = 4096;
    /// Its record has many views; the gates alone of a step would be more.
    private static final int BYTES_PER_RECURRENT_STEP = 17_408;
    /// An object for each head of each example, both ways; the scores alone would be more.
    private static final int BYTES_PER_ATTENTION_STEP = 40_960;
    private static final List<Integer> THREADS_TRIED = List.of(1, 2);

    /// C2 waits four times as long as by default, but for emitted loops: all would take twice as long otherwise, or if it waited
    /// longer.
    private static final String[] FLAGS = {ForkedJvm.VECTORS, "-XX:+UseSerialGC", "-XX:CompileCommand=quiet",
        "-XX:Tier4InvocationThreshold=20000", "-XX:Tier4MinInvocationThreshold=2400", "-XX:Tier4CompileThreshold=60000",
        "-XX:Tier4BackEdgeThreshold=1600000", "-XX:CompileCommand=CompileThresholdScaling,*_*::run,0.25"};

    /// In a JVM of its own, whose compiler has seen nothing else: trains until steps allocate little, and prints how many bytes
    /// half of an epoch's steps stay below, on one thread and on two.
    static final class Program {

        private static final int BATCH = 32;
        private static final int BATCHES = 100;
        /// So many in a row that bring nothing end it: on a busy machine the compilers take long.
        private static final int CALM_EPOCHS = 200;
        /// For all of them: both runs end, and say what they found, before the JVM is given up.
        private static final Duration LONGEST = Duration.ofSeconds(200);
        private static final int SOURCES = 20;
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        /// When the losses of an epoch are computed.
        private final long[] allocated = new long[BATCHES];
        private int step;

        public static void main(String... arguments) throws IOException {
            for (int threads : THREADS_TRIED) new Program().run(arguments[0], threads);
        }

        private static int limit(String kind) {
            return switch (kind) {
                case "lstm", "gru" -> BYTES_PER_RECURRENT_STEP;
                case "attention" -> BYTES_PER_ATTENTION_STEP;
                default -> BYTES_PER_STEP;
            };
        }

        private void run(String kind, int threads) throws IOException {
            Compute.setThreads(threads);
            var model = model(kind).initialize(42);
            var trainer = Trainer.classifier(model, (output, labels) -> {
                allocated[step++ % BATCHES] = THREADS.getCurrentThreadAllocatedBytes();
                return Loss.crossEntropy(output, labels);
            }, new Adam(model.parameters(), 1e-3));
            var images = images(kind);
            long least = Long.MAX_VALUE;
            long end = System.nanoTime() + LONGEST.toNanos();
            for (int calm = 0; calm < CALM_EPOCHS && least > limit(kind) && System.nanoTime() - end < 0; calm++) {
                trainer.fit(images, 1);
                long now = median();
                if (now < least) calm = -1;
                least = Math.min(least, now);
            }
            System.out.println(least);
            if (least > limit(kind)) System.err.println(sources(() -> trainer.fit(images, 1)));
        }

        /// Which classes' objects come from which methods, in samples, and whether these are compiled: a failure that comes
        /// once in many runs is to say what it was.
        private static String sources(Runnable epoch) throws IOException {
            var file = Files.createTempFile("steps", ".jfr");
            try (var recording = new Recording()) {
                recording.enable("jdk.ObjectAllocationSample").with("throttle", "1000/s").withStackTrace();
                recording.start();
                epoch.run();
                recording.stop();
                recording.dump(file);
                return RecordingFile.readAllEvents(file).stream()
                    .collect(Collectors.groupingBy(Program::source, Collectors.counting()))
                    .entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(SOURCES)
                    .map(each -> each.getValue() + " of " + each.getKey()).collect(Collectors.joining("\n"));
            } finally {
                Files.delete(file);
            }
        }

        private static String source(RecordedEvent event) {
            var trace = event.getStackTrace();
            return event.getClass("objectClass").getName() + (trace == null ? "" : trace.getFrames().stream().map(frame ->
                frame.getMethod().getType().getName() + "." + frame.getMethod().getName() + " (" + frame.getType() + ")")
                .filter(frame -> frame.startsWith("dev.lanewise")).limit(2).collect(Collectors.joining(", from ", " in ", "")));
        }

        private long median() {
            var steps = new long[BATCHES - 1];
            for (int i = 0; i < steps.length; i++) steps[i] = allocated[i + 1] - allocated[i];
            Arrays.sort(steps);
            return steps[steps.length / 2];
        }

        private static Sequential model(String kind) {
            if (kind.equals("mlp")) return new Sequential(new Linear(784, 256), new ReLU(), new Dropout(0.2),
                new Linear(256, 128), new Sin(), new Dropout(0.2), new Linear(128, 10));
            if (kind.equals("attention")) return new Sequential(new Attending(), new Linear(16, 10));
            if (kind.equals("lstm")) return new Sequential(new Lines(), new Linear(16, 10));
            if (kind.equals("gru")) return new Sequential(new Gated(), new Linear(16, 10));
            return new Sequential(new Pictures(), new Conv2d(1, 4, 3), new ReLU(),
                new Conv2d(4, 8, ConvOptions.kernel(3).stride(2)), new ReLU(), new Flatten(), new Linear(8 * 5 * 5, 10));
        }

        private static DataLoader<Batch<int[]>> images(String kind) {
            int side = kind.equals("mlp") ? 28 : 14;
            var random = new SplittableRandom(42);
            var pixels = new byte[BATCHES * BATCH * side * side];
            random.nextBytes(pixels);
            return new DataLoader<>(Images.wrap(side, side, pixels, random.ints(BATCHES * BATCH, 0, 10).toArray(),
                List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")), BATCH);
        }
    }

    /// From a row for each image to what convolutions take.
    private static final class Pictures extends Layer {
        @Override
        public Tensor forward(Tensor x) { return x.reshape(x.size(0), 1, 14, 14); }
    }

    /// An image line by line, and what is known at its end.
    private static final class Lines extends Layer {

        private final LSTM lstm = register("lstm", new LSTM(14, 16, RecurrentOptions.layers(1).batchFirst(true)));

        @Override
        public Tensor forward(Tensor x) { return lstm.call(x.reshape(x.size(0), 14, 14)).h().select(0, 0); }
    }

    /// The same of a layer with three gates.
    private static final class Gated extends Layer {

        private final GRU gru = register("gru", new GRU(14, 16, RecurrentOptions.layers(1).batchFirst(true)));

        @Override
        public Tensor forward(Tensor x) { return gru.call(x.reshape(x.size(0), 14, 14)).h().select(0, 0); }
    }

    /// An image's lines look at each other, and the last one at all.
    private static final class Attending extends Layer {

        private final Linear in = register("in", new Linear(14, 16));
        private final MultiheadAttention attention =
            register("attention", new MultiheadAttention(16, 2, MultiheadAttention.options().batchFirst(true)));

        @Override
        public Tensor forward(Tensor x) {
            var lines = in.call(x.reshape(x.size(0), 14, 14));
            return attention.call(lines, lines, lines, Attention.options().causal()).select(1, 13);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cnn", "attention"})
    void aStepAllocatesLittle(String model) { assertAStepAllocatesLittle(model); }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "lstm", "gru"})
    @Tag("machines")
    void aStepOfOtherNetworksAllocatesLittle(String model) { assertAStepAllocatesLittle(model); }

    private static void assertAStepAllocatesLittle(String model) {
        var result = new ForkedJvm(Program.class, FLAGS).with(model).run().orFail();
        var bytes = result.out().lines().map(Long::valueOf).toList();
        assertEquals(THREADS_TRIED.size(), bytes.size(), result.out());
        assertTrue(bytes.stream().allMatch(each -> each <= Program.limit(model)), () -> bytes + " bytes a step\n" + result.err());
    }
}
