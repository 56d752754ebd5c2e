package dev.lanewise.examples.serve;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.serve.BatchOptions;
import dev.lanewise.serve.TableModel;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// The command line: `java -p … -m dev.lanewise.examples.serve --model FILE`.
public final class Main {

    /// When what the user asked for can't be done.
    private static final int REFUSED = 2;
    private static final int MOST_PORTS = 65_535;

    private static final String HELP = """
        Answers over HTTP what a model of "train table" says of rows.

          --model FILE      what train table wrote
          --host NAME       where it listens; 127.0.0.1, this machine alone, if none is named
          --port N          the port; 8080 if none is named, 0 for any that is free
          --max-body BYTES  the largest body of a request; 1048576 if it isn't said
          --max-rows N      how many rows run together at most; 64 if it isn't said
          --warm-up SECONDS how long the model is brought to its speed first, at most; 10 if it isn't said
        """;

    private Main() {}

    public static void main(String... args) {
        int status = run(System.out, System.err, args);
        if (status != 0) System.exit(status);
    }

    /// Starts a server, which goes on until the process ends; 0 if it has, or help was asked for.
    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            if (args.length == 1 && args[0].equals("--help")) out.print(HELP);
            else start(out, options(args));
            return 0;
        } catch (IllegalArgumentException | MalformedFileException | UncheckedIOException e) {
            err.println("serve: " + e.getMessage());
        } catch (IOException e) {
            err.println("serve: it can't listen there: " + e.getMessage());
        }
        return REFUSED;
    }

    private static Map<String, String> options(String... args) {
        var options = new TreeMap<>(Map.of("--host", "127.0.0.1", "--port", "8080", "--max-body", "1048576", "--max-rows", "64",
            "--warm-up", "10", "--model", ""));
        for (int i = 0; i < args.length; i += 2) {
            if (!options.containsKey(args[i])) throw new IllegalArgumentException("there is no option " + args[i]
                + "; --help says which there are");
            if (i + 1 == args.length) throw new IllegalArgumentException(args[i] + " has no value");
            options.put(args[i], args[i + 1]);
        }
        if (options.get("--model").isEmpty()) throw new IllegalArgumentException("there is no model; name its file by --model");
        return options;
    }

    private static void start(PrintStream out, Map<String, String> options) throws IOException {
        int port = number(options, "--port", 0, MOST_PORTS);
        int maxBody = number(options, "--max-body", 1, 1 << 30);
        int maxRows = number(options, "--max-rows", 1, 1 << 16);
        int seconds = number(options, "--warm-up", 0, 60);
        var predictor = new Predictor(TableModel.read(Path.of(options.get("--model"))), BatchOptions.DEFAULT.maxRows(maxRows));
        var address = new InetSocketAddress(options.get("--host"), port);
        if (address.isUnresolved()) throw new IllegalArgumentException("there is no host " + options.get("--host"));
        predictor.warmUp(Duration.ofSeconds(seconds));
        var server = new PredictionServer(predictor, address, maxBody);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
        out.println("Says \"" + predictor.model().target() + "\" at http://" + options.get("--host") + ":" + server.port()
            + "/predict");
    }

    private static int number(Map<String, String> options, String name, int least, int most) {
        try {
            int number = Integer.parseInt(options.get(name));
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(name + " " + options.get(name) + ": give a whole number from " + least
            + " to " + most);
    }
}
