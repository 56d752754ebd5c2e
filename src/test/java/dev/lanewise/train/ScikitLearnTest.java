package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.TensorDataset;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.JsonReader;
import dev.lanewise.train.ConfusionMatrix.Average;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Metrics are scikit-learn's, with ties, classes that nothing was taken for, and targets that are all alike: see `metrics.py`.
class ScikitLearnTest {

    @TestFactory
    Stream<DynamicTest> metrics() throws IOException {
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream("metrics.jsonl"))) {
            var lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            return IntStream.range(0, lines.size())
                .mapToObj(i -> DynamicTest.dynamicTest("line " + (i + 1), () ->
                check((Map<?, ?>) JsonReader.read(lines.get(i)))));
        }
    }

    private static void check(Map<?, ?> c) {
        var shape = numbers(c.get("shape"));
        var outputs = Tensor.of(numbers(c.get("outputs")), IntStream.range(0, shape.length).map(i -> (int) shape[i]).toArray());
        var targets = numbers(c.get("targets"));
        var kind = (String) c.get("kind");
        ((Map<?, ?>) c.get("values")).forEach((name, value) -> {
            double actual = kind.equals("numbers")
                ? ofNumbers((String) name).of(Batch::inputs,
                    new DataLoader<>(TensorDataset.of(outputs, Tensor.of(targets, outputs.shape().toArray())), 4))
                : ofClasses((String) name).of(Batch::inputs, new DataLoader<>(TensorDataset.of(outputs,
                    IntStream.range(0, targets.length).map(i -> (int) targets[i]).toArray(), List.of("a", "b", "c", "d", "e")),
                        4));
            double expected = number(value);
            assertEquals(expected, actual, 1e-12 * Math.max(1, Math.abs(expected)), (String) name);
        });
    }

    private static Metric<Batch<Tensor>> ofNumbers(String name) {
        return switch (name) {
            case "mae" -> Metrics.meanAbsoluteError();
            case "rmse" -> Metrics.rootMeanSquaredError();
            default -> Metrics.r2();
        };
    }

    private static Metric<Batch<int[]>> ofClasses(String name) {
        var words = name.split(" ");
        return switch (words[0]) {
            case "auc" -> Metrics.rocAuc();
            case "ap" -> Metrics.averagePrecision();
            case "accuracy" -> Metrics.accuracy();
            case "top" -> Metrics.topK(2);
            case "log" -> Metrics.logLoss();
            case "precision" -> Metrics.precision(Average.valueOf(words[1]));
            case "recall" -> Metrics.recall(Average.valueOf(words[1]));
            case "f1" -> Metrics.f1(Average.valueOf(words[1]));
            default -> throw new AssertionError(name);
        };
    }

    private static double number(Object value) { return Double.parseDouble(((JsonReader.Num) value).text()); }

    private static float[] numbers(Object list) {
        var values = (List<?>) list;
        var numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = (float) number(values.get(i));
        return numbers;
    }
}
