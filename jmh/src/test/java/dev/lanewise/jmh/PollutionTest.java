package dev.lanewise.jmh;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two servers take turns: one that has run every activation and many shapes, one that hasn't. The same speed is asked of both.
class PollutionTest {

    private static final double FACTOR = 1.2;
    private static final int ROUNDS = 3;
    private static final int MOST_ROUNDS = 20;
    private static final Pattern VALUE = Pattern.compile("\"value\": ([0-9.E-]+),");

    private static Peer clean;
    private static Peer polluted;

    @BeforeAll
    static void start() throws IOException {
        clean = Peer.start();
        polluted = Peer.start("--polluted");
    }

    @AfterAll
    static void stop() {
        clean.process.destroy();
        polluted.process.destroy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemm 100 784 256 TN", "unary relu 65536", "unary gelu 4096", "softmax 100 10",
        "mlp_step 100 784-256-128-10 sgd 0"})
    void aPollutedProfileCostsLittle(String request) throws IOException {
        double cleanTime = Double.POSITIVE_INFINITY;
        double pollutedTime = Double.POSITIVE_INFINITY;
        // the best of each: other programs on the machine only ever take time, and more rounds find a quiet moment for both
        for (int i = 0; i < ROUNDS || i < MOST_ROUNDS && pollutedTime > FACTOR * cleanTime; i++) {
            cleanTime = Math.min(cleanTime, clean.time(request));
            pollutedTime = Math.min(pollutedTime, polluted.time(request));
        }
        double ratio = pollutedTime / cleanTime;
        assertTrue(ratio <= FACTOR, () -> request + ": " + ratio + " times as slow after pollution");
    }

    private record Peer(Process process, PrintStream to, BufferedReader from) {

        static Peer start(String... options) throws IOException {
            var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Benchmarks.VECTORS, "-cp", System.getProperty("java.class.path"), Server.class.getName(), "--seconds", "0.1");
            builder.command().addAll(List.of(options));
            var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return new Peer(process, new PrintStream(process.getOutputStream(), true), process.inputReader());
        }

        /// What a call takes; all that matters is that more is slower.
        double time(String request) throws IOException {
            to.println(request);
            var answer = from.readLine();
            var value = VALUE.matcher(String.valueOf(answer));
            if (!value.find()) throw new AssertionError(request + ": " + answer);
            double figure = Double.parseDouble(value.group(1));
            return answer.contains(Workload.Unit.GFLOPS.text) ? 1 / figure : figure;
        }
    }
}
