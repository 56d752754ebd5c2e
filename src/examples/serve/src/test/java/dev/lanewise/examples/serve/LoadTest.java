package dev.lanewise.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.Threefry;
import dev.lanewise.serve.BatchOptions;
import dev.lanewise.serve.BatchQueue;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How many rows a second, and how long one takes, from the first second on; it prints a line for each. On two cores that have
/// nothing else to do: clients take their share of them.
@Tag("exhaustive")
class LoadTest {

    private static final int CLIENTS = 64;
    private static final int HTTP_CLIENTS = 32;
    private static final int SECONDS = 8;
    private static final double MICROS = 1e-3;
    private static final double MILLIS = 1e-6;

    /// Asks once.
    private interface Client {
        void ask() throws Exception;
    }

    private interface Clients {
        Client next(int number) throws Exception;
    }

    /// When an answer came, and how long it took, in ns.
    private record Answer(long at, long took) {}

    /// @param rate  rows a second
    /// @param worst of each second's 99th percentiles, in ms
    private record Load(double rate, double worst) {}

    @Test
    void aQueueAnswersFiftyThousandRowsASecond() throws Exception {
        var model = new Sequential(new Linear(784, 256), new ReLU(), new Linear(256, 128), new ReLU(), new Linear(128, 10))
            .initialize(1);
        var warm = Compute.warmUp(() -> {
            for (int rows = 1; rows <= CLIENTS; rows++) {
                var inputs = Tensor.zeros(rows, 784);
                Module.predict(() -> model.call(inputs));
            }
        });
        System.out.println("784-256-128-10, " + CLIENTS + " clients, " + Compute.provider()
            .name() + ", warm-up " + warm.end() + " in " + warm.took().toMillis()
            + " ms");
        try (var queue = new BatchQueue(model::call, Shape.of(784), BatchOptions.DEFAULT)) {
            var load = run(CLIENTS, number -> {
                var row = Tensor.rand(new Threefry(number), 784).toArray();
                return () -> queue.predict(row);
            });
            System.out.println(queue.statistics());
            assertTrue(load.rate >= 50_000 && load.worst < 5, load::toString);
        }
    }

    @Test
    void theServerAnswersTwoThousandRowsOfJsonASecond() throws Exception {
        var predictor = new Predictor(Models.classes(), BatchOptions.DEFAULT);
        predictor.warmUp(Duration.ofSeconds(10));
        var random = new SplittableRandom(1);
        var text = Models.json(Models.row(random));
        System.out.println("a row of JSON to a request, " + HTTP_CLIENTS + " clients in the same process");
        try (var server = PredictionServerTest.start(predictor)) {
            var load = run(HTTP_CLIENTS, _ -> {
                var client = new RawClient(server.port());
                var request = RawClient.json(text);
                return () -> assertEquals(200, client.ask(request).status());
            });
            double parsing = parsing(text.getBytes(StandardCharsets.UTF_8), predictor);
            System.out.printf("reading a row and making its features takes %.1f µs of %.1f µs that all processors have for a"
                + " row%n", parsing * MICROS,
                1e9 * Runtime.getRuntime().availableProcessors() / load.rate * MICROS);
            assertTrue(load.rate >= 2_000, load::toString);
        }
    }

    private static double parsing(byte[] row, Predictor predictor) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 50; i++) {
            long start = System.nanoTime();
            for (int j = 0; j < 1000; j++) JsonRows.read(row, predictor.preprocessing(), predictor.mostRows());
            best = Math.min(best, (System.nanoTime() - start) / 1000.0);
        }
        return best;
    }

    private static Load run(int count, Clients clients) throws Exception {
        var answers = new ArrayList<Answer>();
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, count).mapToObj(number -> (Callable<List<Answer>>) () -> {
                var client = clients.next(number);
                var own = new ArrayList<Answer>();
                for (long before = System.nanoTime(), now; before - start < SECONDS * 1_000_000_000L; before = now) {
                    client.ask();
                    now = System.nanoTime();
                    own.add(new Answer(now - start, now - before));
                }
                return own;
            }).toList();
            for (var future : threads.invokeAll(all)) answers.addAll(future.get());
        }
        double worst = 0;
        for (int second = 0; second < SECONDS; second++) {
            long from = second * 1_000_000_000L;
            var took = answers.stream().filter(each -> each.at >= from && each.at < from + 1_000_000_000L).mapToLong(Answer::took)
                .sorted().toArray();
            if (took.length == 0) return new Load(0, Double.POSITIVE_INFINITY);
            double most = took[(int) (took.length * 0.99)] * MILLIS;
            System.out.printf("second %d: %6d rows, half of them within %.2f ms, 99 %% within %.2f ms, all within %.2f ms%n",
                second + 1, took.length, took[took.length / 2] * MILLIS, most, took[took.length - 1] * MILLIS);
            worst = Math.max(worst, most);
        }
        return new Load(answers.size() / (double) SECONDS, worst);
    }
}
