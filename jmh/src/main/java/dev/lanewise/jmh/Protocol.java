package dev.lanewise.jmh;

import dev.lanewise.report.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The line protocol: a request a line comes in, a line of JSON goes out.
///
/// What isn't served, unknown or malformed or too large, is answered with an error, and the server goes on.
final class Protocol {

    /// The shortest warm-up of a request that is asked for the first time, in units of the measured time.
    private static final double FIRST_WARM_UP = 8;
    private static final double WARM_UP = 1;

    private final String engine;
    private final Function<String, Workload> requests;
    private final ServerOptions options;
    private final Set<String> answered = new HashSet<>();

    /// @param engine   the server's name in its answers
    /// @param requests makes a request's data, or throws
    Protocol(String engine, Function<String, Workload> requests, ServerOptions options) {
        this.engine = engine;
        this.requests = requests;
        this.options = options;
    }

    /// Answers until the input ends.
    void serve() throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (var line = in.readLine(); line != null; line = in.readLine())
            if (!line.isBlank()) out.println(answer(line.strip()));
    }

    /// One line of JSON.
    String answer(String request) {
        var reply = new LinkedHashMap<String, Object>();
        reply.put("request", request);
        reply.put("engine", engine);
        reply.put("threads", options.threads());
        try {
            var workload = requests.apply(request);
            double warmUp = options.seconds() * (answered.add(request) ? FIRST_WARM_UP : WARM_UP);
            double seconds = Stopwatch.seconds(workload.call(), warmUp, options.seconds());
            reply.put("value", workload.unit().of(workload.size(), seconds));
            reply.put("unit", workload.unit().text);
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            reply.put("error", "not served");
            reply.put("reason", String.valueOf(e.getMessage()));
        }
        return line(reply);
    }

    /// Line ends stand between values alone: within text they are escaped.
    private static String line(Map<String, Object> reply) { return Json.text(reply).replaceAll("\n *", ""); }
}
