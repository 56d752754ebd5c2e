package dev.lanewise.text.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lanewise.Compute;
import dev.lanewise.io.onnx.OnnxModel;
import dev.lanewise.io.onnx.OnnxValue;
import dev.lanewise.text.SentenceEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;

/// A sentence encoder's network here and in ONNX Runtime's Java package, in turns within one process: one text of each length.
/// Both are warm, and each turn is the median of its runs, or the best; a ratio is one within a round, and the median of the
/// rounds.
///
/// `Compare MODEL THREADS SECONDS LENGTH…`, of which MODEL is what `SentenceEncoder.read` takes, as a jar or an `.onnx` file, and
/// SECONDS are those of each length.
public final class Compare {

    private static final int FIRST = 1000;
    private static final int VOCABULARY = 30_000;
    private static final int ROUNDS = 9;
    /// Rounds' worth of time that nothing is measured in.
    private static final int WARM_UP = 4;

    private Compare() {}

    /// Runs a network once.
    private interface Run {
        float[] vectors() throws OrtException;
    }

    /// In seconds.
    private record Turn(double median, double best) {}

    public static void main(String... args) throws OrtException, IOException {
        var file = Path.of(args[0]);
        int threads = Integer.parseInt(args[1]);
        double seconds = Double.parseDouble(args[2]);
        Compute.setThreads(threads);
        var ours = SentenceEncoder.read(file).model();
        var options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        var environment = OrtEnvironment.getEnvironment();
        System.out.println(Compute.provider().reason() + "; ONNX Runtime " + environment.getVersion());
        try (var theirs = environment.createSession(network(file), options)) {
            var lengths = Arrays.stream(args).skip(3).mapToInt(Integer::parseInt).toArray();
            // one shape after another compiles more than the one before; who comes first would pay for all
            for (int length : lengths) {
                var run = here(ours, inputs(theirs, length));
                Compute.warmUp(() -> run(run), Duration.ofSeconds(5));
            }
            for (int length : lengths) compare(ours, environment, theirs, length, seconds);
        }
    }

    private static void run(Run run) {
        try {
            run.vectors();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] network(Path file) throws IOException {
        if (file.toString().endsWith(".onnx")) return Files.readAllBytes(file);
        try (var zip = new ZipFile(file.toFile())) {
            var entry = zip.stream().filter(each -> each.getName().endsWith(".onnx")).findFirst().orElseThrow();
            try (var in = zip.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }
    }

    private static Map<String, long[]> inputs(OrtSession theirs, int length) {
        var random = new SplittableRandom(length);
        var inputs = new LinkedHashMap<String, long[]>();
        for (var name : theirs.getInputNames()) inputs.put(name, switch (name) {
            case "input_ids" -> random.longs(length, FIRST, VOCABULARY).toArray();
            case "attention_mask" -> random.longs(length, 1, 2).toArray();
            default -> new long[length];
        });
        return inputs;
    }

    private static Run here(OnnxModel ours, Map<String, long[]> inputs) {
        return () -> {
            var values = new LinkedHashMap<String, OnnxValue>();
            inputs.forEach((name, numbers) -> values.put(name, OnnxValue.of(numbers, 1, numbers.length)));
            return ours.predict(values).values().iterator().next().tensor().toArray();
        };
    }

    private static Run there(OrtEnvironment environment, OrtSession theirs, Map<String, long[]> inputs) {
        return () -> {
            Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
            for (var each : inputs.entrySet()) tensors.put(each.getKey(), OnnxTensor.createTensor(environment,
                new long[][] {each.getValue()}));
            try (var result = theirs.run(tensors)) {
                var buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
                var vectors = new float[buffer.remaining()];
                buffer.get(vectors);
                return vectors;
            } finally {
                for (var tensor : tensors.values()) tensor.close();
            }
        };
    }

    private static void compare(OnnxModel ours, OrtEnvironment environment, OrtSession theirs, int length, double seconds)
        throws OrtException {
        var inputs = inputs(theirs, length);
        var here = here(ours, inputs);
        var there = there(environment, theirs, inputs);
        double difference = 0;
        var mine = here.vectors();
        var other = there.vectors();
        for (int i = 0; i < mine.length; i++) difference = Math.max(difference, Math.abs(mine[i] - other[i]));
        double each = seconds / (ROUNDS + WARM_UP) / 2;
        turn(here, WARM_UP * each);
        turn(there, WARM_UP * each);
        var hereTurns = new Turn[ROUNDS];
        var thereTurns = new Turn[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            // who comes first finds the processor as the other has left it
            if (round % 2 == 0) hereTurns[round] = turn(here, each);
            thereTurns[round] = turn(there, each);
            if (round % 2 == 1) hereTurns[round] = turn(here, each);
        }
        var ratios = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) ratios[i] = thereTurns[i].median / hereTurns[i].median;
        double best = Arrays.stream(hereTurns).mapToDouble(Turn::best).min().orElseThrow();
        double theirBest = Arrays.stream(thereTurns).mapToDouble(Turn::best).min().orElseThrow();
        System.out.printf("%4d tokens  here %7.3f ms, best %7.3f  ONNX Runtime %7.3f ms, best %7.3f  speed %.2f (rounds"
            + " %.2f to %.2f)," + " of the best %.2f  largest difference %.1e%n", length, median(hereTurns) * 1e3, best * 1e3,
            median(thereTurns) * 1e3, theirBest * 1e3, median(ratios), Arrays.stream(ratios).min().orElseThrow(),
            Arrays.stream(ratios).max().orElseThrow(), theirBest / best, difference);
    }

    private static double median(Turn... turns) { return median(Arrays.stream(turns).mapToDouble(Turn::median).toArray()); }

    private static double median(double... values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Turn turn(Run run, double seconds) throws OrtException {
        // threads of the other's turn wait awake for a while
        pause();
        run.vectors();
        run.vectors();
        var times = new double[1 << 20];
        int count = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long before = System.nanoTime();
            run.vectors();
            times[count++] = (System.nanoTime() - before) * 1e-9;
        } while (System.nanoTime() < end && count < times.length);
        var all = Arrays.copyOf(times, count);
        return new Turn(median(all), Arrays.stream(all).min().orElseThrow());
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
