package dev.lanewise.text.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lanewise.Compute;
import dev.lanewise.io.onnx.OnnxModel;
import dev.lanewise.io.onnx.OnnxValue;
import dev.lanewise.nn.Module;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// A sentence encoder's network here and in ONNX Runtime's Java package, in turns within one process: one text of each length.
///
/// `Compare MODEL.onnx THREADS SECONDS LENGTH…`
public final class Compare {

    private static final int VOCABULARY = 30_000;
    private static final int TURNS = 5;

    private Compare() {}

    /// Runs a network once.
    private interface Run {
        float[] vectors() throws OrtException;
    }

    public static void main(String... args) throws OrtException {
        int threads = Integer.parseInt(args[1]);
        double seconds = Double.parseDouble(args[2]);
        Compute.setThreads(threads);
        var ours = OnnxModel.read(Path.of(args[0]));
        var environment = OrtEnvironment.getEnvironment();
        var options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        try (var theirs = environment.createSession(args[0], options)) {
            for (var length : Arrays.copyOfRange(args, 3, args.length)) {
                compare(ours, environment, theirs, Integer.parseInt(length), seconds);
            }
        }
    }

    private static void compare(OnnxModel ours, OrtEnvironment environment, OrtSession theirs, int length,
        double seconds) throws OrtException { var random = new SplittableRandom(length);
        var inputs = new LinkedHashMap<String, long[]>();
        for (var name : theirs.getInputNames()) inputs.put(name, switch (name) {
            case "input_ids" -> random.longs(length, 1000, VOCABULARY).toArray();
            case "attention_mask" -> random.longs(length, 1, 2).toArray();
            default -> new long[length];
        });
        Run here = () -> {
            var values = new LinkedHashMap<String, OnnxValue>();
            inputs.forEach((name, numbers) -> values.put(name, OnnxValue.of(numbers, 1, length)));
            return Module.predict(() -> ours.run(values)).values().iterator().next().tensor().toArray();
        };
        Run there = () -> {
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
        double difference = 0;
        var mine = here.vectors();
        var other = there.vectors();
        for (int i = 0; i < mine.length; i++) difference = Math.max(difference, Math.abs(mine[i] - other[i]));
        double fastest = Double.POSITIVE_INFINITY;
        double theirFastest = Double.POSITIVE_INFINITY;
        for (int turn = 0; turn < TURNS; turn++) {
            fastest = Math.min(fastest, fastest(here, seconds / TURNS / 2));
            theirFastest = Math.min(theirFastest, fastest(there, seconds / TURNS / 2));
        }
        System.out.printf("%4d tokens  here %8.3f ms  ONNX Runtime %8.3f ms  speed %5.2f  largest difference %.1e%n", length,
            fastest * 1e3, theirFastest * 1e3, theirFastest / fastest, difference);
    }

    /// In seconds: the median of a turn's runs would have what else the machine does in it.
    private static double fastest(Run run, double seconds) throws OrtException {
        double fastest = Double.POSITIVE_INFINITY;
        for (long start = System.nanoTime(); System.nanoTime() - start < seconds * 1e9;) {
            long before = System.nanoTime();
            run.vectors();
            fastest = Math.min(fastest, (System.nanoTime() - before) * 1e-9);
        }
        return fastest;
    }
}
