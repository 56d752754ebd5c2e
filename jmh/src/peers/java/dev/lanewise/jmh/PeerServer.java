package dev.lanewise.jmh;

import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Other JVM libraries behind the line protocol; they answer `gemm`, DJL and ND4J networks, too:
/// `java --add-modules jdk.incubator.vector -cp "jmh/target/benchmarks.jar:jmh/target/peers/*" dev.lanewise.jmh.PeerServer netlib --threads 1`.
public final class PeerServer {

    private static final String USAGE = """
        usage: PeerServer netlib|ejml|ojalgo|nd4j|djl [--threads T] [--seconds S]
          --threads T   threads that compute (1); ND4J's native code takes OMP_NUM_THREADS from the environment instead
          --seconds S   measured time of one request (0.25)""";

    /// From a number of threads to a library's products.
    private static final Map<String, IntFunction<Function<Product, Workload>>> ENGINES = Map.of(
        "netlib", Peers::netlib, "ejml", Peers::ejml, "ojalgo", Peers::ojAlgo, "nd4j", Peers::nd4j, "djl", Peers::djl);

    private static final Map<String, Function<Arguments, Workload>> NETWORKS =
        Map.of("nd4j", Nd4jNetworks::of, "djl", DjlNetworks::of);

    private PeerServer() {}

    /// A command line that doesn't fit ends with 2.
    public static void main(String[] args) throws IOException {
        ServerOptions options;
        try {
            options = ServerOptions.parse(args);
            if (options.rest().size() != 1 || !ENGINES.containsKey(options.rest().getFirst()))
                throw new IllegalArgumentException(options.rest() + ": one engine is expected");
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        var engine = options.rest().getFirst();
        var products = ENGINES.get(engine).apply(options.threads());
        new Protocol(engine, request -> {
            var words = new Arguments(request);
            if (words.name().equals("gemm")) return products.apply(Product.of(words));
            if (NETWORKS.containsKey(engine)) return NETWORKS.get(engine).apply(words);
            throw words.wrong("is not what this server does; it does gemm");
        }, options).serve();
        // some of the libraries keep threads that are no daemons
        System.exit(0);
    }
}
