package dev.lanewise.jmh;

import dev.lanewise.Compute;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;

/// The library behind the line protocol:
/// `java --add-modules jdk.incubator.vector -cp jmh/target/benchmarks.jar dev.lanewise.jmh.Server --threads 1`.
public final class Server {

    private static final String USAGE = """
        usage: Server [--threads T] [--seconds S] [--polluted]
          --threads T   threads that compute, the caller included (1)
          --seconds S   measured time of one request (0.25)
          --polluted    first runs every activation and many shapes, as a long-lived program does""";

    private static final List<String> POLLUTED = List.of("--polluted");

    private Server() {}

    /// A command line that doesn't fit ends with 2.
    public static void main(String[] args) throws IOException {
        ServerOptions options;
        try {
            options = ServerOptions.parse(args);
            if (!POLLUTED.containsAll(options.rest())) throw new IllegalArgumentException(options.rest() + ": not known");
            Compute.setThreads(options.threads());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        System.err.println("# " + status());
        if (!options.rest().isEmpty()) Pollution.run();
        var warmed = new HashSet<String>();
        new Protocol("lanewise", request -> {
            var workload = Workloads.of(request);
            if (warmed.add(request)) Compute.warmUp(workload.call()::get);
            return workload;
        }, options).serve();
    }

    /// Which loops run, on how many threads, and why.
    static String status() {
        var provider = Compute.provider();
        return "Lanewise: " + provider.name() + "; threads: " + Compute.threads() + "; " + provider.reason();
    }
}
