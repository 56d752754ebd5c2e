package dev.lanewise.examples.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonToken;
import dev.lanewise.serve.BatchOptions;
import dev.lanewise.serve.TableModel;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionServerTest {

    private static final int MAX_BODY = 20_000;
    private static final String MARKS = "\r\n :;,\"[]{}0-/";
    private static final String GOOD = Models.json(List.of("40", "12.5", "basic", "north"));

    static PredictionServer start(TableModel model, BatchOptions options) throws IOException {
        return start(new Predictor(model, options));
    }

    static PredictionServer start(Predictor predictor) throws IOException {
        return new PredictionServer(predictor, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), MAX_BODY);
    }

    /// All numbers in JSON, in their order.
    static float[] numbers(String json) throws IOException {
        var numbers = new ArrayList<Float>();
        try (var parser = JsonRows.JSON.createParser(json)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken())
                if (token == JsonToken.VALUE_NUMBER_FLOAT
                    || token == JsonToken.VALUE_NUMBER_INT) numbers.add(Float.parseFloat(parser.getText()));
        }
        return floats(numbers);
    }

    private static float[] floats(List<Float> numbers) {
        var values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) values[i] = numbers.get(i);
        return values;
    }

    /// What the model says of each row alone, without queue and server, of the same row in a CSV file.
    static float[] expected(TableModel model, List<List<String>> rows) {
        var all = new ArrayList<Float>();
        for (var row : rows) {
            var outputs = model.outputs(Models.table(List.of(row)));
            for (float value : (model.isClassifier() ? outputs.softmax(1) : model.preprocessing().restore(outputs))
                .toArray()) all.add(value);
        }
        return floats(all);
    }

    // ---- answers

    @Property(tries = 30)
    void rowsGetWhatTheModelSaysOfThem(@ForAll @IntRange(min = 1, max = 40) int rows,
        @ForAll @IntRange(min = 1, max = 50) int maxRows, @ForAll boolean classes, @ForAll long seed) throws Exception {
        var model = classes ? Models.classes() : Models.numbers();
        var random = new SplittableRandom(seed);
        var asked = IntStream.range(0, rows).mapToObj(_ -> Models.row(random)).toList();
        try (var server = start(model, BatchOptions.DEFAULT.maxRows(maxRows)); var client = new RawClient(server.port())) {
            var response = client.ask(RawClient.json(asked.stream().map(Models::json)
                .collect(Collectors.joining(", ", "[", "]"))));
            assertEquals(200, response.status(), response::text);
            assertArrayEquals(expected(model, asked), numbers(response.text()), response::text);
            var one = client.ask(RawClient.json(Models.json(asked.getFirst())));
            assertArrayEquals(expected(model, asked.subList(0, 1)), numbers(one.text()), one::text);
            assertTrue(response.text().startsWith("[{\"predicted\":") && one.text().startsWith("{\"predicted\":"), one::text);
            var binary = client.ask(RawClient.post("/predict", "application/octet-stream", bytes(numeric(model, asked))));
            var floats = new float[binary.body().length / Float.BYTES];
            ByteBuffer.wrap(binary.body()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
            assertArrayEquals(expected(model, asked), floats);
        }
    }

    /// The fields of these rows are floats as they are written.
    private static float[] numeric(TableModel model, List<List<String>> rows) {
        var values = new float[rows.size() * 4];
        int at = 0;
        for (var row : rows) {
            values[at++] = Float.parseFloat(row.get(0));
            values[at++] = row.get(1) == null ? Float.NaN : Float.parseFloat(row.get(1));
            values[at++] = model.preprocessing().categories("plan").indexOf(row.get(2));
            values[at++] = model.preprocessing().categories("region").indexOf(row.get(3));
        }
        return values;
    }

    private static byte[] bytes(float... values) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    @Test
    void theFileOfAModelIsAllThatItTakes(@TempDir Path folder) throws Exception {
        var model = Models.classes();
        model.write(folder.resolve("model.safetensors"));
        var rows = List.of(List.of("40", "12.5", "basic", "elsewhere"));
        try (var server = start(TableModel.read(folder.resolve("model.safetensors")), BatchOptions.DEFAULT);
            var client = new RawClient(server.port())) {
            var response = client.ask(RawClient.json(Models.json(rows.getFirst())));
            assertArrayEquals(expected(model, rows), numbers(response.text()));
            var outputs = model.outputs(Models.table(rows));
            assertTrue(response.text().startsWith("{\"predicted\":\"" + model.preprocessing().decode(outputs)
                .getFirst() + "\",\"probabilities\":{\"leaves\":"),
                response::text);
        }
    }

    @Test
    void itSaysWhatItIs() throws Exception {
        try (var server = start(Models.classes(), BatchOptions.DEFAULT); var client = new RawClient(server.port())) {
            client.ask(RawClient.json("[" + GOOD + "," + GOOD + "]"));
            assertEquals("{\"status\":\"ok\"}\n", client.ask(get("/health")).text());
            assertEquals("{\"predicts\":\"what next\",\"classes\":[\"leaves\",\"stays\"],\"columns\":[{\"name\":\"age\"},"
                + "{\"name\":\"income\"},{\"name\":\"plan\",\"categories\":"
                + "[\"basic\",\"family, large\",\"\\\"premium\\\"\"],\"other\":false},"
                + "{\"name\":\"region\",\"categories\":[\"north\",\"south\"],\"other\":true}]}\n",
                client.ask(get("/model")).text());
            assertTrue(client.ask(get("/statistics")).text()
                .startsWith("{\"requests\":1,\"rows\":2,\"batches\":1,\"failed\":0,\"refused\":0,\"waiting\":0,"));
            assertEquals(0, client.ask(ascii("HEAD /health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")).body().length);
        }
    }

    private static byte[] get(String path) { return ascii("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"); }

    private static byte[] ascii(String text) { return text.getBytes(StandardCharsets.ISO_8859_1); }

    // ---- what is malformed

    private void assertRefused(int port, int status, String message, byte[] request) throws IOException {
        try (var client = new RawClient(port)) {
            var response = client.ask(request);
            assertEquals(status, response.status(), () -> message + ": " + response.text());
            assertTrue(response.text().startsWith("{\"error\":\"") && response.text().contains(message),
                () -> message + ": " + response.text());
        }
    }

    @Test
    void malformedRequestsAreToldWhatIsWrong() throws Exception {
        try (var server = start(Models.classes(), BatchOptions.DEFAULT.capacity(64))) {
            int port = server.port();
            for (var path : List.of("/", "/predict/", "/predictions", "/model/x", "/%2e%2e/etc")) assertRefused(port, 404,
                "there is nothing here", get(path));
            for (var method : List.of("GET", "PUT", "DELETE", "post")) assertRefused(port, 405, "use POST",
                ascii(method + " /predict HTTP/1.1\r\nHost: x\r\n\r\n"));
            assertRefused(port, 405, "use GET", RawClient.post("/model", "application/json", new byte[] {1}));
            for (var type : List.of("", "text/plain", "application/json-seq", "multipart/form-data"))
                assertRefused(port, 415, "send application/json", RawClient.post("/predict", type, ascii(GOOD)));
            assertRefused(port, 415, "UTF-8", RawClient.post("/predict", "application/json; charset=latin1", ascii(GOOD)));
            assertRefused(port, 415, "plain",
                RawClient.post("/predict", "application/json\r\nContent-Encoding: gzip", ascii(GOOD)));
            assertRefused(port, 400, "several Content-Types",
                RawClient.post("/predict", "application/json\r\nContent-Type: text/plain", ascii(GOOD)));
            assertRefused(port, 413, "more than 20000 bytes", RawClient.json(" ".repeat(MAX_BODY + 1)));
            assertRefused(port, 413, "more than 20000 bytes",
                ascii("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + Long.MAX_VALUE + "\r\n\r\n"));
            // whatever follows the first that is too many
            for (var end : List.of("]", ",7]", ""))
                assertRefused(port, 413, "more than 64 rows",
                    RawClient.json("[" + String.join(",", Collections.nCopies(65, GOOD)) + end));
            assertRefused(port, 413, "more than 64 rows",
                RawClient.post("/predict", "application/octet-stream", bytes(new float[4 * 65])));
            assertRefused(port, 400, "an empty body", RawClient.json(""));
            assertRefused(port, 400, "an empty array", RawClient.json("[]"));
            for (var text : List.of("7", "\"x\"", "null", "true")) assertRefused(port, 400, "neither an object nor an array",
                RawClient.json(text));
            for (var text : List.of("[7]", "[" + GOOD + ", null]", "[[" + GOOD + "]]")) assertRefused(port, 400, "no object",
                RawClient.json(text));
            for (var text : List.of("{", "[", "{\"age\"", "{\"age\": NaN}", "{\"age\": 01}", "{\"age\": 1,}", "{'age': 1}",
                "{\"age\": 1, \"age\": 2}", "{\"a\u0000\": 1}", "{\"age\": " + "1".repeat(101) + "}", "\u00ff", GOOD + "]",
                "[" + GOOD, "[".repeat(5000))) assertRefused(port, 400, "", RawClient.json(text));
            assertRefused(port, 400, "Non-standard token 'NaN'\"}", RawClient.json("{\"age\": NaN}"));
            assertRefused(port, 400, "exceeds the maximum allowed (10000)\"}",
                RawClient.json("{\"age\": \"" + "1".repeat(10_001) + "\"}"));
            for (var other : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_32)) assertRefused(port, 400, "",
                    RawClient.post("/predict", "application/json", GOOD.getBytes(other)));
            for (var bytes : List.of("\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00e4",
                "\u00f4\u0090\u0080\u0080")) assertRefused(port, 400, "isn't in UTF-8",
                    RawClient.post("/predict", "application/json", ascii(GOOD.replace("basic", bytes))));
            var packed = new ByteArrayOutputStream();
            try (var zip = new GZIPOutputStream(packed)) {
                zip.write(ascii(GOOD));
            }
            assertRefused(port, 400, "", RawClient.post("/predict", "application/json", packed.toByteArray()));
            assertRefused(port, 400, "no column \\\"age\\\"",
                RawClient.json(IntStream.range(0, 2000).mapToObj(i -> "\"c" + i + "\":1")
                .collect(Collectors.joining(",", "{", "}"))));
            assertRefused(port, 400, "something follows", RawClient.json(GOOD + GOOD));
            assertRefused(port, 400, "a field is a text", RawClient.json("{\"age\": [1]}"));
            assertRefused(port, 400, "row 2: Csv: the row has no column \\\"age\\\"", RawClient.json("[" + GOOD + ",{}]"));
            for (var age : List.of("1e400", "-1e60", "\"Infinity\"", "\"NaN\"", "\"0x1p3\"", "null", "true", "\"\"", "\"forty\""))
                assertRefused(port, 400, "row 1: Csv: the row", RawClient.json(GOOD.replace("40", age)));
            assertRefused(port, 400, "is none of the 3 categories", RawClient.json(GOOD.replace("basic", "Basic")));
            for (int length : new int[] {1, 3, 4, 12, 17, 20}) assertRefused(port, 400, "",
                RawClient.post("/predict", "application/octet-stream", new byte[length]));
            assertRefused(port, 400, "0 numbers; a row has 4",
                RawClient.post("/predict", "application/octet-stream", new byte[0]));
            for (var row : new float[][] {{Float.NaN, 1, 0, 0}, {Float.POSITIVE_INFINITY, 1, 0, 0}, {1, 1, 3, 0}, {1, 1, -1, 0},
                {1, 1, 0.5f, 0}, {1, 1, Float.NaN, 0}, {1, 1, 0, 3}}) assertRefused(port, 400, "row 1, column",
                    RawClient.post("/predict", "application/octet-stream", bytes(row)));
            try (var client = new RawClient(port)) {
                assertEquals(200, client.ask(RawClient.json(GOOD)).status());
                assertEquals(200, client.ask(RawClient.json("\ufeff" + GOOD)).status());
            }
        }
    }

    /// The JDK's server refuses them before it asks anybody.
    @Test
    void whatIsNoRequestIsRefusedOrCutOff() throws Exception {
        var head = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        for (var coding : List.of("gzip", "gzip, chunked", "chunked\r\nTransfer-Encoding: chunked")) assertEquals(501,
            status(head + "Transfer-Encoding: " + coding + "\r\n\r\n"));
        for (var length : List.of("x", "-1", "9".repeat(30), "2\r\nContent-Length: 2", "2\r\nTransfer-Encoding: chunked"))
            assertEquals(400, status(head + "Content-Length: " + length + "\r\n\r\n{}"));
        for (var line : List.of("HELLO", "GET /health", "GET /<> HTTP/1.1", "GET /%zz HTTP/1.1",
            "GET /health HTTP/1.1\r\nHo st: x", "GET /health HTTP/1.1\r\nHost"))
            assertEquals(400, status(line + "\r\n\r\n"));
        for (var path : List.of("*", "//health", "http://x")) assertEquals(404, status("GET " + path + " HTTP/1.1\r\n\r\n"));
        for (var cut : List.of("\u0016\u0003\u0001\u0002\u0000\u0001", "GET mailto:x@y HTTP/1.1\r\n\r\n",
            "GET /health HTTP/1.1\r\nA: " + "x".repeat(1 << 20) + "\r\n\r\n", "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\n\r\n",
            IntStream.range(0, 10_000).mapToObj(i -> "A" + i + ": x\r\n")
            .collect(Collectors.joining("", "GET /health HTTP/1.1\r\n", "\r\n"))))
            assertThrows(IOException.class, () -> status(cut));
        assertEquals(200, status("GET /health HTTP/1.1\r\n\r\n"));
    }

    private static int status(String request) throws IOException {
        try (var client = new RawClient(Shared.SERVER.port())) {
            client.send(ascii(request));
            client.end();
            return client.response().status();
        }
    }

    /// Whatever the bytes: an answer that isn't the server's fault, or none.
    @Property(tries = 300)
    void damagedRequestsHurtNobody(@ForAll long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var server = Shared.SERVER;
        var request = random.nextBoolean() ? RawClient.json("[" + GOOD + "," + GOOD + "]")
            : RawClient.post("/predict", "application/octet-stream", bytes(1, 2, 0, 0, 3, 4, 1, 1));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(request.length);
            switch (random.nextInt(4)) {
                case 0 -> request[at] = (byte) random.nextInt(256);
                case 1 -> request[at] = (byte) MARKS.charAt(random.nextInt(MARKS.length()));
                case 2 -> request = Arrays.copyOf(request, Math.max(1, at));
                default -> System.arraycopy(request, 0, request, at, Math.min(5, request.length - at));
            }
        }
        try (var client = new RawClient(server.port())) {
            client.send(request);
            client.end();
            int status = client.response().status();
            assertTrue(status >= 200 && status < 500, () -> status + " for " + seed);
        } catch (IOException e) {
            // closed without a word, as the JDK's server does when the request has no end or no sense
        }
        try (var client = new RawClient(server.port())) {
            assertEquals(200, client.ask(RawClient.json(GOOD)).status());
        }
    }

    private static final class Shared {
        private static final PredictionServer SERVER;

        static {
            try {
                SERVER = start(Models.classes(), BatchOptions.DEFAULT);
            } catch (IOException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    @Test
    void chunksAreTakenAndTheirSumIsBounded() throws Exception {
        try (var server = start(Models.classes(), BatchOptions.DEFAULT); var client = new RawClient(server.port())) {
            var head = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json;"
                + " charset=\"UTF-8\"\r\nTransfer-Encoding: chunked\r\n\r\n";
            var chunk = Integer.toHexString(GOOD.length()) + "\r\n" + GOOD + "\r\n";
            assertEquals(200, client.ask(ascii(head + chunk + "0\r\n\r\n")).status());
            assertEquals(413, client.ask(ascii(head + chunk.repeat(MAX_BODY / GOOD.length() + 1) + "0\r\n\r\n")).status());
        }
        assertRefusedChunk("zz\r\n{}\r\n0\r\n\r\n");
        assertRefusedChunk("-5\r\n{}\r\n0\r\n\r\n");
    }

    private static void assertRefusedChunk(String chunks) throws IOException {
        try (var client = new RawClient(Shared.SERVER.port())) {
            client.send(ascii("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding:"
                + " chunked\r\n\r\n" + chunks));
            client.end();
            assertEquals(400, client.response().status());
        }
    }

    // ---- time and number

    /// The build's command line allows a request 2 seconds.
    @Test
    void whoIsSlowIsCutOffAndHoldsUpNobody() throws Exception {
        try (var server = start(Models.classes(), BatchOptions.DEFAULT); var slow = new RawClient(server.port());
            var quick = new RawClient(server.port())) {
            var request = RawClient.json(GOOD);
            slow.send(Arrays.copyOf(request, request.length - 3));
            assertEquals(200, quick.ask(request).status());
            assertThrows(IOException.class, () -> assertEquals(400, slow.response().status(), "cut off"),
                "an answer to half a request");
        }
    }

    @Test
    void whereTooManyWaitTheRestAreToldToComeAgain() throws Exception {
        var refused = new AtomicInteger();
        try (var server = start(Models.classes(), BatchOptions.DEFAULT.maxRows(1).capacity(1));
            var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 16).mapToObj(_ -> (Callable<Void>) () -> {
                try (var client = new RawClient(server.port())) {
                    for (int i = 0; i < 40; i++) {
                        var response = client.ask(RawClient.json(GOOD));
                        if (response.status() == 200) continue;
                        assertEquals(503, response.status());
                        assertEquals("1", response.headers().get("retry-after"));
                        refused.incrementAndGet();
                    }
                }
                return null;
            }).toList();
            for (var future : threads.invokeAll(all)) future.get();
            try (var client = new RawClient(server.port())) {
                assertTrue(client.ask(get("/statistics")).text().contains("\"refused\":" + refused + ","));
            }
        }
    }

    @Test
    void whatIsThereIsAnsweredBeforeItEnds() throws Exception {
        var server = start(Models.classes(), BatchOptions.DEFAULT);
        int port = server.port();
        try (var client = new RawClient(port)) {
            var request = RawClient.json(GOOD);
            client.send(Arrays.copyOf(request, request.length - 3));
            // it has begun as soon as its thread reads
            Thread.sleep(200);
            var ended = new FutureTask<Void>(server::close, null);
            Thread.ofPlatform().start(ended);
            Thread.sleep(200);
            client.send(Arrays.copyOfRange(request, request.length - 3, request.length));
            assertEquals(200, client.response().status());
            ended.get();
        }
        assertThrows(IOException.class, () -> new RawClient(port));
    }

    @Test
    void anAnswerThatIsNoNumberIsRefused() {
        try (var predictor = new Predictor(Models.numbers(), BatchOptions.DEFAULT)) {
            var features = Tensor.full(Float.MAX_VALUE, 1, predictor.preprocessing().features()).toArray();
            features[2] = 0;
            assertThrows(Refusal.class, () -> predictor.answers(features));
        }
    }
}
