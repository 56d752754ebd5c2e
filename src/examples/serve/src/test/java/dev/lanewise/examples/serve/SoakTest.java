package dev.lanewise.examples.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.serve.BatchOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Many clients for a while: every answer is right, and nothing grows.
class SoakTest {

    private static final int CLIENTS = 24;
    private static final int BATCHES = 64;
    private static final long MEGABYTE = 1 << 20;

    /// What a client sends, and what it must be told.
    private record Question(byte[] request, int rows, float[] answers) {}

    /// What the JVM holds, after a collection.
    private record Held(long heap, long metaspace, long code, int threads) {

        static Held now() {
            for (int i = 0; i < 3; i++) System.gc();
            long code = 0;
            long metaspace = 0;
            for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
                if (pool.getType() == MemoryType.HEAP) continue;
                if (pool.getName().startsWith("Code")) code += pool.getUsage().getUsed();
                else metaspace += pool.getUsage().getUsed();
            }
            return new Held(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), metaspace, code,
                ManagementFactory.getThreadMXBean().getThreadCount());
        }

        void assertLevel(Held before) {
            assertTrue(heap <= before.heap + 8 * MEGABYTE && metaspace <= before.metaspace + 2 * MEGABYTE
                && code <= before.code + 8 * MEGABYTE
                && threads <= before.threads + 4, () -> before + " before, and now " + this);
        }
    }

    private final List<Question> questions = new ArrayList<>();
    private final LongAdder rows = new LongAdder();

    @Test
    void everyAnswerIsRight() throws Exception { soak(1, 1); }

    @Test
    @Tag("exhaustive")
    void everyAnswerIsRightForTenMinutesAndNothingGrows() throws Exception {
        // JIT compilers are at work for some minutes
        soak(200, 400);
    }

    private void soak(int before, int then) throws Exception {
        var model = Models.classes();
        var random = new SplittableRandom(before);
        for (int i = 0; i < BATCHES; i++) {
            var asked = IntStream.range(0, i % 4 == 0 ? 1 + random.nextInt(40) : 1).mapToObj(_ -> Models.row(random)).toList();
            var text = asked.size() == 1 ? Models.json(asked.getFirst()) : asked.stream().map(Models::json)
                .collect(Collectors.joining(",", "[", "]"));
            questions.add(new Question(RawClient.json(text), asked.size(), PredictionServerTest.expected(model, asked)));
        }
        var predictor = new Predictor(model, BatchOptions.DEFAULT);
        // as the example itself does it: else loops of vectors, a class for each, take over after minutes of so small a model
        if (then > 1) predictor.warmUp(Duration.ofMinutes(1));
        try (var server = PredictionServerTest.start(predictor)) {
            run(server.port(), before);
            var held = Held.now();
            long start = System.nanoTime();
            rows.reset();
            run(server.port(), then);
            System.out.printf("%.0f rows a second over HTTP%n", rows.sum() / ((System.nanoTime() - start) * 1e-9));
            var after = Held.now();
            System.out.println(held + "\n" + after);
            if (then > 1) after.assertLevel(held);
            try (var client = new RawClient(server.port())) {
                var said = client.ask("GET /statistics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)).text();
                System.out.print(said);
                assertTrue(said.contains("\"failed\":0,\"refused\":0,\"waiting\":0"), said);
            }
        }
    }

    private void run(int port, int seconds) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = IntStream.range(0, CLIENTS).mapToObj(client -> (Callable<Void>) () -> {
                var own = new ArrayList<>(questions);
                Collections.shuffle(own, new Random(client));
                while (System.nanoTime() < end) ask(port, own, end);
                return null;
            }).toList();
            for (var future : threads.invokeAll(clients)) future.get();
        }
    }

    /// On one connection, with now and then a request that is refused.
    private void ask(int port, List<Question> own, long end) throws IOException {
        try (var client = new RawClient(port)) {
            for (var question : own) {
                var response = client.ask(question.request);
                assertEquals(200, response.status(), response::text);
                assertArrayEquals(question.answers, PredictionServerTest.numbers(response.text()), response::text);
                rows.add(question.rows);
                if (System.nanoTime() > end) return;
            }
            assertEquals(400, client.ask(RawClient.json("{\"age\":")).status());
        }
    }
}
