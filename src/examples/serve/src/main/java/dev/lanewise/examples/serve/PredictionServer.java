package dev.lanewise.examples.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The JDK's own HTTP server in front of a [Predictor], with a virtual thread for each request.
///
/// | request | answer |
/// |---|---|
/// | `POST /predict`, `application/json` | of an object, what is said of that row; of an array of objects, an array |
/// | `POST /predict`, `application/octet-stream` | float32, little endian: a number for each column of a row; the class's probabilities, or the number |
/// | `GET /model` | the columns, their categories, and what is predicted |
/// | `GET /statistics` | how many rows in how many batches, and how long they took |
/// | `GET /health` | that it is there |
///
/// What can't be answered gets `{"error": "…"}`: 400 for what isn't as it should be, 404, 405, 413, 415, and 503 where too many
/// rows wait. What is no request at all never comes here: the JDK's server answers by itself, 400, 404, or 501 for a transfer
/// coding other than chunks, with a line of HTML, or closes the connection.
final class PredictionServer implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int NO_METHOD = 405;
    private static final int NO_TYPE = 415;
    private static final int OK = 200;
    private static final String JSON = "application/json";
    private static final String BINARY = "application/octet-stream";
    private static final int GRACE_SECONDS = 10;

    static {
        // answers go out at once; who is slow, idle or one too many is cut off. Each can be set otherwise on the command line
        setting("sun.net.httpserver.nodelay", "true");
        setting("sun.net.httpserver.maxReqTime", "30");
        setting("sun.net.httpserver.maxRspTime", "30");
        setting("sun.net.httpserver.maxIdleConnections", "1000");
        setting("jdk.httpserver.maxConnections", "2000");
    }

    private final Predictor predictor;
    private final int maxBody;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean ending;

    /// @param type of the content
    private record Answer(int status, String type, byte[] content) {}

    /// Answers from now on.
    ///
    /// @param address where it listens; port 0 is any that is free
    /// @param maxBody the most bytes of a request's body
    PredictionServer(Predictor predictor, InetSocketAddress address, int maxBody) throws IOException {
        this.predictor = predictor;
        this.maxBody = maxBody;
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private static void setting(String name, String value) {
        if (System.getProperty(name) == null) System.setProperty(name, value);
    }

    int port() { return server.getAddress().getPort(); }

    private void handle(HttpExchange exchange) throws IOException {
        underWay.incrementAndGet();
        try {
            try (exchange) {
                send(exchange, answer(exchange));
            }
        } finally {
            underWay.decrementAndGet();
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        try {
            return routed(exchange);
        } catch (Refusal e) {
            return new Answer(e.status(), JSON, JsonAnswers.error(e.getMessage()));
        } catch (OutOfMemoryError e) {
            return new Answer(Predictor.BUSY, JSON, JsonAnswers.error("there isn't enough memory; send it again later"));
        } catch (RuntimeException e) {
            System.getLogger("dev.lanewise.examples.serve").log(System.Logger.Level.ERROR, "a request failed", e);
            return new Answer(Predictor.FAILED, JSON, JsonAnswers.error("the server failed: " + e));
        }
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.type);
        if (answer.status == Predictor.BUSY) headers.set("Retry-After", "1");
        // what is left of a large body isn't read
        if (ending || answer.status == Predictor.TOO_LARGE) headers.set("Connection", "close");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status, -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status, answer.content.length);
        // closed before the request is, of which more may have to be read, or may never come
        try (var out = exchange.getResponseBody()) {
            out.write(answer.content);
        }
    }

    private Answer routed(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        return switch (path == null ? "" : path) {
            case "/predict" -> {
                require(exchange, "POST");
                yield predicted(exchange);
            }
            case "/model" -> told(exchange, JsonAnswers.model(predictor));
            case "/statistics" -> told(exchange, JsonAnswers.statistics(predictor.statistics()));
            case "/health" -> told(exchange, "{\"status\":\"ok\"}\n".getBytes(StandardCharsets.UTF_8));
            default -> throw new Refusal(NOT_FOUND,
                "there is nothing here; POST rows to /predict, GET /model, /statistics or /health");
        };
    }

    private static Answer told(HttpExchange exchange, byte[] content) {
        require(exchange, "GET", "HEAD");
        return new Answer(OK, JSON, content);
    }

    private static void require(HttpExchange exchange, String... methods) {
        for (var method : methods) if (exchange.getRequestMethod().equals(method)) return;
        exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
        throw new Refusal(NO_METHOD, "no method of this path; use " + String.join(" or ", methods));
    }

    private Answer predicted(HttpExchange exchange) throws IOException {
        var type = type(exchange);
        var body = body(exchange);
        if (type.equals(JSON)) {
            var rows = JsonRows.read(body, predictor.preprocessing(), predictor.mostRows());
            return new Answer(OK, JSON, JsonAnswers.of(predictor.answers(rows.values()), predictor.preprocessing(),
                rows.single()));
        }
        var answers = predictor.answers(features(body)).values();
        var content = ByteBuffer.allocate(answers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.asFloatBuffer().put(answers);
        return new Answer(OK, BINARY, content.array());
    }

    private float[] features(byte[] body) {
        if (body.length % Float.BYTES != 0) throw new Refusal(Predictor.BAD_REQUEST,
            body.length + " bytes; they must be float32, little endian, of "
            + Float.BYTES + " bytes each");
        var values = new float[body.length / Float.BYTES];
        // before categories are spread out
        if (values.length / predictor.preprocessing().columns()
            .size() > predictor.mostRows()) throw Predictor.tooMany(predictor.mostRows());
        ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        try {
            return predictor.preprocessing().inputs(values).toArray();
        } catch (IllegalArgumentException e) {
            throw new Refusal(Predictor.BAD_REQUEST, e.getMessage());
        }
    }

    private static String type(HttpExchange exchange) {
        var headers = exchange.getRequestHeaders();
        if (headers.getOrDefault("Content-Type", List.of()).size() > 1) throw new Refusal(Predictor.BAD_REQUEST,
            "several Content-Types; send one");
        var said = headers.getFirst("Content-Type");
        var parts = (said == null ? "" : said).toLowerCase(Locale.ROOT).split(";", -1);
        var type = parts[0].strip();
        if (!type.equals(JSON) && !type.equals(BINARY)) throw new Refusal(NO_TYPE,
            "no type of content that is taken; send " + JSON + ", or "
            + BINARY + " of float32, as Content-Type");
        for (int i = 1; i < parts.length; i++) if (parts[i].contains("charset")
            && !parts[i].replace("\"", "").strip().equals("charset=utf-8"))
            throw new Refusal(NO_TYPE, "JSON is UTF-8; send it without a charset");
        var coding = headers.getFirst("Content-Encoding");
        if (coding != null && !coding.strip().equalsIgnoreCase("identity")) throw new Refusal(NO_TYPE,
            "a coding of the content; send it plain");
        return type;
    }

    private byte[] body(HttpExchange exchange) throws IOException {
        var length = exchange.getRequestHeaders().getFirst("Content-Length");
        // the JDK's server has refused what is no number
        if (length != null && Long.parseLong(length) > maxBody) throw tooLarge();
        byte[] body;
        try {
            body = exchange.getRequestBody().readNBytes(maxBody + 1);
        } catch (IOException e) {
            throw new Refusal(Predictor.BAD_REQUEST, "the body ends too early, or its chunks aren't as they should be");
        }
        if (body.length > maxBody) throw tooLarge();
        return body;
    }

    private Refusal tooLarge() {
        return new Refusal(Predictor.TOO_LARGE, "a body of more than " + maxBody + " bytes; send fewer rows at a time");
    }

    /// Answers the requests that are there, for some seconds at most, and ends.
    @Override
    public void close() {
        ending = true;
        // the JDK's own grace lasts its whole time where nothing is under way
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        while (underWay.get() > 0 && System.nanoTime() < end) LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        server.stop(0);
        threads.shutdown();
        predictor.close();
    }
}
